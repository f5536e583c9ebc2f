//! A migration statement by statement, where nothing takes a definition back: MySQL and MariaDB keep each
//! one at once, and all that came before it.
//!
//! Before such a statement the ledger says that it is about to run, after it that it is done. Who finds
//! the first without the second looks at the database: it is as before the statement's operation, or as
//! after it. Statements that only change rows share a transaction with their ledger row.
//!
//! Invariant: at most one statement of a tenant may or may not have happened, and the ledger names it.
//! `dialect` sees to it that an operation has at most one statement that cannot simply run again.

use database::{ledger, meta, observe};
use model::error::Error;
use model::ledger::LedgerEvent;
use model::observed::Difference;
use model::statement::{ForeignKeys, Statement};
use model::{LedgerRow, Observed, Result, Schema};

use super::statements::{Placed, Reached, Statements};
use super::{Execution, STATE_UNKNOWN, worth_another_try};
use crate::progress::Point;

impl Execution<'_> {
    /// What is left of the statements, then the ledger row.
    pub(super) async fn run_one_by_one(
        &mut self,
        statements: &Statements,
        done: LedgerEvent,
    ) -> Result<()> {
        let start = self.start(statements).await?;
        self.guard_again(statements, start).await?;
        let mut unwritten: Option<LedgerEvent> = None;
        for (n, placed) in statements.list.iter().enumerate().skip(start) {
            let mark = || statements.mark(n);
            if placed.is_about_rows {
                let events = unwritten.take().into_iter();
                let events = events.chain([LedgerEvent::StatementDone(mark())]).collect();
                self.run_with_rows(&placed.statement, events).await?;
                continue;
            }
            let events = unwritten.take().into_iter();
            let events = events.chain([LedgerEvent::StatementIntended(mark())]);
            self.record_all(events.collect()).await?;
            self.run_kept(&placed.statement).await?;
            unwritten = Some(LedgerEvent::StatementDone(mark()));
        }
        let events = unwritten.into_iter().chain([done]).collect();
        self.record_all(events).await
    }

    /// Runs the statements of an operation again that come before the one that is next and can run again:
    /// they look at rows, which may be other ones since.
    async fn guard_again(&mut self, statements: &Statements, start: usize) -> Result<()> {
        let Some(next) = statements.list.get(start) else {
            return Ok(());
        };
        let before = statements.list.get(..start).unwrap_or_default();
        let of_operation = before
            .iter()
            .rev()
            .take_while(|placed| placed.operation == next.operation && placed.statement.repeatable);
        let first = start - of_operation.count();
        for placed in statements.list.get(first..start).unwrap_or_default() {
            if !placed.is_about_rows {
                self.run_kept(&placed.statement).await?;
            }
        }
        Ok(())
    }

    /// How far a migration of this run has come.
    pub(super) fn reached(&self, statements: &Statements) -> Reached {
        let of_run = self.standing.rows.iter().filter(|row| row.run == self.run);
        let events = of_run.map(|row| &row.event);
        Reached::of(
            events,
            &statements.origin.plugin,
            &statements.origin.migration,
        )
    }

    /// The first statement that is still to run. One that may or may not have happened is looked at, and
    /// what is seen is written down.
    pub(super) async fn start(&mut self, statements: &Statements) -> Result<usize> {
        let reached = self.reached(statements);
        let done = if statements.undoes {
            reached.back
        } else {
            reached.forward
        };
        let is_open = reached.is_open && reached.is_going_back == statements.undoes;
        let Some(placed) = statements.list.get(done).filter(|_| is_open) else {
            return Ok(done);
        };
        if placed.statement.repeatable || !self.has_happened(statements, placed).await? {
            return Ok(done);
        }
        self.record(LedgerEvent::StatementDone(statements.mark(done)))
            .await?;
        Ok(done + 1)
    }

    /// Whether a statement has happened, by what the database looks like.
    async fn has_happened(&mut self, statements: &Statements, placed: &Placed) -> Result<bool> {
        let before = statements.schema_before(placed.operation)?;
        let after = statements.schema_before(placed.operation + 1)?;
        let found = observe::observe(self.connection.session().await?).await?;
        if self.lacks(&before, &found)?.is_empty() {
            return Ok(false);
        }
        match self.lacks(&after, &found)?.first() {
            None => Ok(true),
            Some(first) => Err(unknown(statements, first)),
        }
    }

    /// Where the tables and views differ from a schema. Triggers are left out: their statements can run
    /// again. Expressions that this run made are compared by their places alone, because what the server
    /// keeps of them is recorded at its end.
    fn lacks(&self, schema: &Schema, found: &Observed) -> Result<Vec<Difference>> {
        let dialect = self.connection.dialect();
        let (mut expected, mut found) = (dialect.lower(schema)?, found.clone());
        expected.triggers.clear();
        found.triggers.clear();
        let mut recorded = self.standing.recorded();
        recorded.learn(&dialect.lower(&self.base)?, &expected, &found);
        Ok(recorded.applied_to(&expected).differences(&found))
    }

    /// A statement that is kept by itself. Somebody's lock is waited out a few times.
    async fn run_kept(&mut self, statement: &Statement) -> Result<()> {
        let mut tries = 0;
        loop {
            self.progress.reach(Point::BeforeStatement);
            match self.connection.execute(statement).await {
                Ok(_) => {
                    self.progress.reach(Point::AfterStatement);
                    return Ok(());
                }
                Err(error) => {
                    tries += 1;
                    if !worth_another_try(&error, tries).await {
                        return Err(error);
                    }
                }
            }
        }
    }

    /// A statement about rows in one transaction with what the ledger says about it.
    async fn run_with_rows(
        &mut self,
        statement: &Statement,
        events: Vec<LedgerEvent>,
    ) -> Result<()> {
        let mut rows: Vec<LedgerRow> = Vec::with_capacity(events.len());
        for event in events {
            rows.push(self.row(rows.last(), event)?);
        }
        let mut tries = 0;
        loop {
            match self.try_with_rows(statement, &rows).await {
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

    async fn try_with_rows(&mut self, statement: &Statement, rows: &[LedgerRow]) -> Result<()> {
        let mut transaction = self.connection.begin(ForeignKeys::Enforced).await?;
        meta::advance_fence(&mut transaction, self.fence).await?;
        self.progress.reach(Point::BeforeStatement);
        transaction.execute(statement).await?;
        self.progress.reach(Point::AfterStatement);
        for row in rows {
            ledger::append(&mut transaction, row).await?;
        }
        transaction.commit().await?;
        self.progress.reach(Point::AfterLedger);
        Ok(())
    }
}

fn unknown(statements: &Statements, first: &Difference) -> Error {
    let what = format!(
        "the database is neither as before nor as after the statement of `{}` that was running: {}",
        statements.origin, first.object
    );
    Error::new(&STATE_UNKNOWN, what)
        .hint(format!(
            "expected: {}",
            first.expected.as_deref().unwrap_or("nothing")
        ))
        .hint(format!(
            "found: {}",
            first.found.as_deref().unwrap_or("nothing")
        ))
        .hint("somebody changed it by hand meanwhile; take that back, then resume")
}
