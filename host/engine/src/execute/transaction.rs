//! A migration as one transaction, its ledger row included.
//!
//! Invariant: the ledger never says more or less than what is there.

use database::{Transaction, ledger, meta};
use model::Result;
use model::ledger::LedgerEvent;
use model::statement::ForeignKeys;

use super::statements::Statements;
use super::{Execution, worth_another_try};
use crate::progress::{Point, Progress};

impl Execution<'_> {
    /// All statements and the ledger row, or nothing. Somebody's lock is waited out a few times.
    pub(super) async fn run_as_one(
        &mut self,
        statements: &Statements,
        done: LedgerEvent,
    ) -> Result<()> {
        let row = self.row(None, done)?;
        let mut tries = 0;
        loop {
            match self.try_as_one(statements, &row).await {
                Ok(()) => return self.written(vec![row]),
                Err(error) => {
                    tries += 1;
                    if !worth_another_try(&error, tries).await {
                        return Err(error);
                    }
                }
            }
        }
    }

    async fn try_as_one(&mut self, statements: &Statements, row: &model::LedgerRow) -> Result<()> {
        let progress = self.progress;
        let mut transaction = self.connection.begin(statements.foreign_keys).await?;
        meta::advance_fence(&mut transaction, self.fence).await?;
        if let Err(error) = run_all(&mut transaction, statements, progress).await {
            // The first error is the one that is told.
            if let Err(second) = transaction.rollback().await {
                tracing::warn!(%second, "a transaction could not be rolled back");
            }
            return Err(error);
        }
        progress.reach(Point::BeforeLedger);
        ledger::append(&mut transaction, row).await?;
        transaction.commit().await?;
        progress.reach(Point::AfterLedger);
        Ok(())
    }

    /// Appends events in one transaction of their own.
    pub(super) async fn record_all(&mut self, events: Vec<LedgerEvent>) -> Result<()> {
        let mut rows: Vec<model::LedgerRow> = Vec::with_capacity(events.len());
        for event in events {
            rows.push(self.row(rows.last(), event)?);
        }
        let mut tries = 0;
        loop {
            match self.try_record(&rows).await {
                Ok(()) => return self.written(rows),
                Err(error) => {
                    tries += 1;
                    if !worth_another_try(&error, tries).await {
                        return Err(error);
                    }
                }
            }
        }
    }

    async fn try_record(&mut self, rows: &[model::LedgerRow]) -> Result<()> {
        self.progress.reach(Point::BeforeLedger);
        let mut transaction = self.connection.begin(ForeignKeys::Enforced).await?;
        meta::advance_fence(&mut transaction, self.fence).await?;
        for row in rows {
            ledger::append(&mut transaction, row).await?;
        }
        transaction.commit().await?;
        self.progress.reach(Point::AfterLedger);
        Ok(())
    }
}

async fn run_all(
    transaction: &mut Transaction<'_>,
    statements: &Statements,
    progress: &dyn Progress,
) -> Result<()> {
    for placed in &statements.list {
        progress.reach(Point::BeforeStatement);
        transaction.execute(&placed.statement).await?;
        progress.reach(Point::AfterStatement);
    }
    Ok(())
}
