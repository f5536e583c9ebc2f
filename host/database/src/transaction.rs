//! [`Transaction`]: statements that are kept together or not at all.
//!
//! It compiles nothing: it runs what `dialect` wrote.
//!
//! Invariant: a transaction that is dropped or fails leaves the database as it was and foreign keys
//! enforced.

use std::fmt;

use dialect::Dialect;
use model::{Error, ForeignKeys, Result, Statement};

use crate::failure::DATABASE_FAILED;
use crate::observe;
use crate::session::{Session, State};

mod codes {
    model::codes! {
        DATABASE_FOREIGN_KEYS_BROKEN = "database.foreign_keys_broken", Input, "Rows point at rows that are not there, so a group of statements was not kept.";
    }
}
pub use codes::*;

/// An open transaction. Dropped without [`Transaction::commit`], it is rolled back.
pub struct Transaction<'c> {
    session: &'c mut Session,
    foreign_keys: ForeignKeys,
    open: bool,
}

impl<'c> Transaction<'c> {
    pub(crate) fn new(session: &'c mut Session, foreign_keys: ForeignKeys) -> Transaction<'c> {
        Transaction {
            session,
            foreign_keys,
            open: true,
        }
    }

    /// Constant statements within this transaction.
    pub fn session(&mut self) -> &mut Session {
        self.session
    }

    /// What writes statements for this database.
    pub fn dialect(&self) -> &'static dyn Dialect {
        self.session.dialect()
    }

    /// Runs a statement and returns how many rows it changed.
    ///
    /// # Errors
    /// Those of [`crate::failure`]; after one, nothing more runs in this transaction.
    pub async fn execute(&mut self, statement: &Statement) -> Result<u64> {
        self.session.execute(statement).await
    }

    /// Keeps everything, after verifying foreign keys if that was asked.
    ///
    /// # Errors
    /// `database.foreign_keys_broken`, `database.full` and the others of [`crate::failure`]; the
    /// database is then as it was before.
    pub async fn commit(mut self) -> Result<()> {
        let kept = self.try_commit().await;
        match kept {
            Ok(()) => {
                self.open = false;
                self.session.set_state(State::Unsettled);
                // It is done; should this fail, the next use of the connection does it again.
                let _ = self.end().await;
                Ok(())
            }
            Err(error) => {
                self.open = false;
                // Should this fail, the next use of the connection does it again.
                let _ = self.undo().await;
                Err(error)
            }
        }
    }

    async fn try_commit(&mut self) -> Result<()> {
        if self.session.state() != State::Open {
            return Err(Error::new(
                &DATABASE_FAILED,
                "a transaction with a failed statement cannot be committed",
            ));
        }
        if self.foreign_keys == ForeignKeys::Verified {
            let broken = observe::foreign_key_check(self.session).await?;
            if let Some(first) = broken.first() {
                let message = format!(
                    "{} rows point at rows that are not there, the first in `{}` at `{}`",
                    broken.len(),
                    first.table,
                    first.parent
                );
                return Err(Error::new(&DATABASE_FOREIGN_KEYS_BROKEN, message)
                    .hint("correct or remove these rows, then do it again"));
            }
        }
        let commit = self.dialect().server().commit;
        self.session.control(commit).await
    }

    /// Forgets everything.
    ///
    /// # Errors
    /// Those of [`crate::failure`].
    pub async fn rollback(mut self) -> Result<()> {
        self.open = false;
        self.undo().await
    }

    async fn undo(&mut self) -> Result<()> {
        self.session.set_state(State::Unsettled);
        // Fails when SQLite has rolled back by itself, which is what is wanted.
        let rollback = self.dialect().server().rollback;
        let _ = self.session.control(rollback).await;
        self.end().await
    }

    async fn end(&mut self) -> Result<()> {
        if self.foreign_keys == ForeignKeys::Verified
            && let Some(switch) = self.dialect().server().foreign_keys
        {
            self.session.control(switch.on).await?;
        }
        self.session.set_state(State::Idle);
        Ok(())
    }
}

impl fmt::Debug for Transaction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction")
            .field("open", &self.open)
            .finish_non_exhaustive()
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if self.open {
            self.session.set_state(State::Unsettled);
            // Ends the lock early; the connection makes sure of it before it does anything else.
            let rollback = self.session.dialect().server().rollback;
            self.session.control_unheard(rollback);
        }
    }
}
