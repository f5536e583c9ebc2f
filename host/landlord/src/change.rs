//! [`Change`]: everything that changes together in the landlord's database, or not at all.
//!
//! What can be changed stands in the files of the subjects.
//!
//! Invariant: a change that is dropped is as if it had never begun.

use database::{Parameter, Row, Session, Transaction};
use model::{Result, TenantId};

/// One transaction on the landlord's database.
#[derive(Debug)]
pub struct Change<'c> {
    transaction: Transaction<'c>,
}

impl<'c> Change<'c> {
    pub(crate) fn new(transaction: Transaction<'c>) -> Change<'c> {
        Change { transaction }
    }

    /// Keeps everything.
    ///
    /// # Errors
    /// Those of a database; nothing is kept then.
    pub async fn commit(self) -> Result<()> {
        self.transaction.commit().await
    }

    /// Forgets everything.
    ///
    /// # Errors
    /// Those of a database.
    pub async fn rollback(self) -> Result<()> {
        self.transaction.rollback().await
    }

    pub(crate) fn session(&mut self) -> &mut Session {
        self.transaction.session()
    }

    pub(crate) async fn fetch(
        &mut self,
        sql: &'static str,
        with: &[Parameter],
    ) -> Result<Vec<Row>> {
        self.session().fetch(sql, with).await
    }

    pub(crate) async fn run(&mut self, sql: &'static str, with: &[Parameter]) -> Result<u64> {
        self.session().run(sql, with).await
    }
}

/// A tenant's id as a parameter.
pub(crate) fn tenant(id: TenantId) -> Parameter {
    id.to_string().into()
}
