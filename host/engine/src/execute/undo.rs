//! Undoing the failed layer of a run: the part of a migration that failed half way, then the whole ones,
//! last first.

use model::Result;
use model::error::Error;
use model::id::RunId;
use model::ledger::{AppliedMigration, LedgerEvent};
use model::operation::Reverse;
use model::plan::{BoundPlan, Step};
use model::status::RunStatus;

use super::statements::{self, Statements};
use super::{Execution, RUN_INCOMPLETE, Seen, step_failed};
use crate::gather::Standing;

impl Execution<'_> {
    /// Takes back what this run did in the failed step's layer.
    pub(super) async fn undo(&mut self, failed: &Step) -> Result<()> {
        if let Err(error) = self.undo_part(failed).await {
            return Err(self
                .undo_failed(&failed.plugin, &failed.migration, error)
                .await);
        }
        loop {
            let last = self.standing.history.applied.last();
            let Some(last) =
                last.filter(|a| a.run == self.run && a.migration.layer == failed.layer)
            else {
                break;
            };
            let migration = last.migration.clone();
            if let Err(error) = self.undo_migration(&migration).await {
                let AppliedMigration {
                    plugin, migration, ..
                } = &migration;
                return Err(self.undo_failed(plugin, migration, error).await);
            }
        }
        self.place
            .grant(&self.standing.history.schema, self.progress)
            .await?;
        let Seen {
            fingerprint,
            recorded,
            ..
        } = self.observed().await?;
        self.record(LedgerEvent::RunUndone {
            fingerprint,
            recorded,
        })
        .await
    }

    /// Writes down that the way back is blocked; gives the error that is told.
    async fn undo_failed(
        &mut self,
        plugin: &model::PluginId,
        migration: &model::MigrationId,
        error: Error,
    ) -> Error {
        let event = LedgerEvent::UndoFailed {
            plugin: plugin.clone(),
            migration: migration.clone(),
            message: error.message().to_owned(),
        };
        match self.record(event).await {
            Ok(()) => error,
            Err(second) => error.hint(format!("that could not be recorded: {second}")),
        }
    }

    /// Goes on undoing what a dead process left half undone.
    pub(crate) async fn undo_again(&mut self, bound: &BoundPlan) -> Result<()> {
        let unfinished = self.standing.unfinished;
        let is_undoing = unfinished.is_some_and(|run| run.status == RunStatus::Undoing);
        self.take_up().await?;
        let Some(step) = self.failed_step(bound) else {
            return Err(Error::new(
                &RUN_INCOMPLETE,
                format!("run {} is being undone, but no step of it failed", self.run),
            ));
        };
        if !is_undoing {
            // The way back was blocked. Taken up, a run goes forward until the ledger says again that it
            // does not.
            let again = Error::new(&RUN_INCOMPLETE, "the way back is gone again");
            self.record(step_failed(step, &again)).await?;
        }
        self.undo(step).await
    }

    fn failed_step<'p>(&self, bound: &'p BoundPlan) -> Option<&'p Step> {
        let failed = |row: &model::LedgerRow| match &row.event {
            LedgerEvent::StepFailed {
                plugin, migration, ..
            } => bound
                .plan
                .steps
                .iter()
                .find(|step| step.plugin == *plugin && step.migration == *migration),
            _ => None,
        };
        self.standing.rows.iter().rev().find_map(failed)
    }

    /// Takes back the operations of a migration that failed half way. Where a migration is one
    /// transaction, nothing of it is left.
    async fn undo_part(&mut self, failed: &Step) -> Result<()> {
        let applied = self.standing.history.applied.last();
        let is_whole = applied.is_some_and(|applied| {
            applied.run == self.run
                && applied.migration.plugin == failed.plugin
                && applied.migration.migration == failed.migration
        });
        let dialect = self.connection.dialect();
        if is_whole || dialect.capabilities().transactional_ddl {
            return Ok(());
        }
        let schema = self.standing.history.schema.clone();
        let forward = statements::of_step(failed, &schema, self.run);
        let done = if self.reached(&forward).is_going_back {
            self.reached(&forward).forward
        } else {
            self.start(&forward).await?
        };
        let n_operations = begun_operations(&forward, done);
        let undone = LedgerEvent::PartUndone {
            plugin: failed.plugin.clone(),
            migration: failed.migration.clone(),
        };
        if n_operations == 0 {
            // Said once, so that nobody looks for this part again in a database that has moved on.
            return match self.reached(&forward) == statements::Reached::default() {
                true => Ok(()),
                false => self.record(undone).await,
            };
        }
        let operations = match forward.reverse_of_first(n_operations)? {
            Reverse::Operations(operations) => operations,
            Reverse::Irreversible { why } => {
                let what = format!(
                    "what was done of `{}` cannot be taken back: {why}",
                    forward.origin
                );
                return Err(Error::new(&RUN_INCOMPLETE, what));
            }
        };
        let before = forward.schema_before(n_operations)?;
        let back = statements::of_reverse(dialect, forward.origin.clone(), operations, &before)?;
        self.run_one_by_one(&back, undone).await
    }

    async fn undo_migration(&mut self, applied: &AppliedMigration) -> Result<()> {
        let Reverse::Operations(operations) = &applied.reverse else {
            let Reverse::Irreversible { why } = &applied.reverse else {
                return Ok(());
            };
            return Err(Error::new(
                &RUN_INCOMPLETE,
                format!(
                    "migration `{}` of `{}` cannot be taken back: {why}",
                    applied.migration, applied.plugin
                ),
            ));
        };
        let origin = statements::origin_of(applied, self.run);
        let schema = self.standing.history.schema.clone();
        let dialect = self.connection.dialect();
        let back = statements::of_reverse(dialect, origin, operations.clone(), &schema)?;
        let event = LedgerEvent::MigrationUndone {
            plugin: applied.plugin.clone(),
            migration: applied.migration.clone(),
            after: applied.before,
        };
        self.run_statements(back, event).await
    }
}

/// How many operations have to be taken back when so many statements are done: those whose one statement
/// that cannot simply run again is among them.
fn begun_operations(forward: &Statements, done: usize) -> usize {
    let is_decisive = |placed: &&statements::Placed| {
        let of_same = forward
            .list
            .iter()
            .filter(|other| other.operation == placed.operation);
        let mut decisive = of_same.filter(|other| !other.statement.repeatable);
        decisive.next().is_none() || !placed.statement.repeatable
    };
    let mut done = forward.list.iter().take(done).rev();
    done.find(is_decisive)
        .map_or(0, |placed| placed.operation + 1)
}

/// Whether statements of a way back stand that was not gone to its end: the run cannot go forward from
/// there, only back.
pub(crate) fn is_half_undone(standing: &Standing, run: RunId, bound: &BoundPlan) -> bool {
    bound.plan.steps.iter().any(|step| {
        let events = standing.rows.iter().filter(|row| row.run == run);
        let events = events.map(|row| &row.event);
        statements::Reached::of(events, &step.plugin, &step.migration).is_going_back
    })
}
