//! Running a plan's steps on a tenant's database: apply, record, undo.
//!
//! It does not decide what to run, and knows no landlord: it is given a connection, a run and steps.
//!
//! Invariant: a migration's statements and its ledger row are one transaction, so that the ledger never
//! says more or less than what is there.

use std::time::{Duration, Instant};

use database::meta::TENANT_FENCED;
use database::{Connection, Transaction, ledger, meta, observe};
use model::clock::Clock;
use model::error::Error;
use model::id::{RunId, Slug};
use model::ledger::{AppliedMigration, LedgerEvent, LedgerRow};
use model::observed::Difference;
use model::operation::Reverse;
use model::plan::{BoundPlan, Step};
use model::schema::Origin;
use model::statement::ForeignKeys;
use model::{Digest, Result};

use crate::gather::Standing;
use crate::progress::Progress;

mod codes {
    model::codes! {
        BASE_MOVED = "plan.base_moved", Conflict, "The tenant's schema is no longer the one that the plan was made for.";
        RUN_UNDONE = "run.undone", Undone, "A run failed, and what it did in the failed layer was undone.";
        RUN_INCOMPLETE = "run.incomplete", Incomplete, "A run stopped half way and could not be undone; it can be resumed.";
        RUN_TIMEOUT = "run.timeout", Incomplete, "A run took longer than `provisioning.timeout_s` and stopped between two steps.";
        OBSERVED_DIFFERS = "run.observed_differs", Findings, "A run is done, but the database does not look as the simulation says.";
        TENANT_DRIFTED = "tenant.drifted", Findings, "A tenant's database does not look as its ledger says: somebody changed it by hand.";
    }
}
pub use codes::*;

/// What a run did.
#[derive(Debug, Clone)]
pub struct Ran {
    /// Which run.
    pub run: RunId,
    /// The plan that it applied.
    pub plan: Digest,
    /// How many migrations it applied.
    pub migrations: usize,
    /// How many tables there are now.
    pub tables: usize,
    /// The fingerprint of the observed schema.
    pub fingerprint: Digest,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// Where the database differs from what the plan leads to, although the run is done.
    pub differences: Vec<Difference>,
}

/// What the steps of a run need.
pub(crate) struct Execution<'a> {
    pub(crate) connection: &'a mut Connection,
    pub(crate) standing: Standing,
    pub(crate) run: RunId,
    pub(crate) fence: i64,
    pub(crate) clock: &'a dyn Clock,
    pub(crate) progress: &'a dyn Progress,
    pub(crate) timeout: Duration,
}

impl Execution<'_> {
    /// Begins a run: writes down which plan it applies. A database that somebody changed by hand is
    /// refused before anything is done to it.
    pub(crate) async fn begin(&mut self, bound: &BoundPlan) -> Result<()> {
        let (_, differences) = self.observed().await?;
        if let Some(first) = differences.first() {
            return Err(drifted(&bound.slug, first, differences.len()));
        }
        let event = LedgerEvent::RunStarted {
            plan: bound.digest,
            lock: bound.plan.lock.clone(),
        };
        self.record(event).await
    }

    /// Notes that a dead run is taken up again.
    pub(crate) async fn take_up(&mut self) -> Result<()> {
        self.record(LedgerEvent::RunResumed).await
    }

    /// Applies the steps that are still to be applied, and ends the run.
    pub(crate) async fn apply(&mut self, bound: &BoundPlan) -> Result<Ran> {
        let started = Instant::now();
        let pending = self.pending(bound)?;
        self.progress.begin(pending.len());
        for (n, step) in pending.iter().enumerate() {
            self.progress
                .step(n + 1, &format!("{} {}", step.plugin, step.migration));
            if started.elapsed() > self.timeout {
                return Err(Error::new(
                    &RUN_TIMEOUT,
                    format!(
                        "the run stopped after {} s, before `{}` {}",
                        self.timeout.as_secs(),
                        step.plugin,
                        step.migration
                    ),
                )
                .hint(format!("strata resume {}", bound.slug)));
            }
            if let Err(error) = self.step(step).await {
                self.progress.end();
                return Err(self.fail(bound, step, error).await);
            }
        }
        self.progress.end();
        let (fingerprint, differences) = self.observed().await?;
        self.record(LedgerEvent::RunSucceeded { fingerprint })
            .await?;
        Ok(Ran {
            run: self.run,
            plan: bound.digest,
            migrations: pending.len(),
            tables: self.standing.history.schema.tables().count(),
            fingerprint,
            duration_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            differences,
        })
    }

    /// The steps of the plan that the ledger does not have yet.
    fn pending<'p>(&self, bound: &'p BoundPlan) -> Result<&'p [Step]> {
        let here = self.standing.history.schema.digest()?;
        let applied = self
            .standing
            .history
            .applied
            .iter()
            .filter(|applied| applied.run == self.run)
            .count();
        let next = bound
            .plan
            .steps
            .get(applied)
            .map_or(&bound.plan.target, |step| &step.before);
        if here != *next {
            return Err(base_moved(bound, &here));
        }
        Ok(bound.plan.steps.get(applied..).unwrap_or_default())
    }

    async fn step(&mut self, step: &Step) -> Result<()> {
        let begun = Instant::now();
        let row = self.row(LedgerEvent::MigrationApplied(Box::new(AppliedMigration {
            plugin: step.plugin.clone(),
            version: step.version.clone(),
            component: step.component,
            layer: step.layer,
            migration: step.migration.clone(),
            operations: step.operations.clone(),
            reverse: step.reverse.clone(),
            before: step.before,
            after: step.after,
        })))?;
        let mut transaction = self.connection.begin(step.foreign_keys).await?;
        meta::advance_fence(&mut transaction, self.fence).await?;
        let texts = step.statements.iter().map(|planned| &planned.statement);
        let done = run_all(&mut transaction, texts).await;
        if let Err(error) = done {
            transaction.rollback().await?;
            return Err(error);
        }
        ledger::append(&mut transaction, &row).await?;
        transaction.commit().await?;
        self.standing.rows.push(row);
        self.standing.history.push(&self.standing.rows)?;
        tracing::info!(plugin = %step.plugin, migration = %step.migration, ms = begun.elapsed().as_millis() as u64, "migration applied");
        Ok(())
    }

    /// A step failed: its layer is undone, as far as this run applied it.
    async fn fail(&mut self, bound: &BoundPlan, step: &Step, error: Error) -> Error {
        if error.is(&TENANT_FENCED) {
            return error;
        }
        let event = LedgerEvent::StepFailed {
            plugin: step.plugin.clone(),
            migration: step.migration.clone(),
            code: error.code().name.to_owned(),
            message: error.message().to_owned(),
        };
        let what = format!(
            "migration `{}` of `{}` failed on tenant `{}`",
            step.migration, step.plugin, bound.slug
        );
        if let Err(second) = self.record(event).await {
            return incomplete(bound, what, error).hint(format!(
                "the failure could not be recorded either: {second}"
            ));
        }
        match self.undo(step).await {
            Ok(()) => Error::new(&RUN_UNDONE, what)
                .because(error)
                .hint("nothing of the failed layer is left; correct the cause and try again"),
            Err(second) => {
                incomplete(bound, what, error).hint(format!("it could not be undone: {second}"))
            }
        }
    }

    /// Takes back the migrations of the failed step's layer that this run applied, last first.
    async fn undo(&mut self, failed: &Step) -> Result<()> {
        loop {
            let last = self.standing.history.applied.last();
            let Some(last) =
                last.filter(|a| a.run == self.run && a.migration.layer == failed.layer)
            else {
                break;
            };
            let migration = last.migration.clone();
            if let Err(error) = self.undo_migration(&migration).await {
                self.record(LedgerEvent::UndoFailed {
                    plugin: migration.plugin,
                    migration: migration.migration,
                    message: error.message().to_owned(),
                })
                .await?;
                return Err(error);
            }
        }
        let (fingerprint, _) = self.observed().await?;
        self.record(LedgerEvent::RunUndone { fingerprint }).await
    }

    /// Goes on undoing what a dead process left half undone.
    pub(crate) async fn undo_again(&mut self, bound: &BoundPlan) -> Result<()> {
        self.take_up().await?;
        let failed = self
            .standing
            .rows
            .iter()
            .rev()
            .find_map(|row| match &row.event {
                LedgerEvent::StepFailed {
                    plugin, migration, ..
                } => bound
                    .plan
                    .steps
                    .iter()
                    .find(|step| step.plugin == *plugin && step.migration == *migration),
                _ => None,
            });
        match failed {
            Some(step) => self.undo(step).await,
            None => Err(Error::new(
                &RUN_INCOMPLETE,
                format!("run {} is being undone, but no step of it failed", self.run),
            )),
        }
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
        let origin = Origin {
            plugin: applied.plugin.clone(),
            version: applied.version.clone(),
            migration: applied.migration.clone(),
            run: Some(self.run),
        };
        let dialect = self.connection.dialect();
        let mut schema = self.standing.history.schema.clone();
        let mut statements = Vec::new();
        let mut foreign_keys = ForeignKeys::Enforced;
        for operation in operations {
            let compiled = dialect.compile(operation, &schema)?;
            if compiled.foreign_keys == ForeignKeys::Verified {
                foreign_keys = ForeignKeys::Verified;
            }
            statements.extend(compiled.statements);
            operation.apply(&mut schema, &origin)?;
        }
        let event = LedgerEvent::MigrationUndone {
            plugin: applied.plugin.clone(),
            migration: applied.migration.clone(),
            after: applied.before,
        };
        let row = self.row(event)?;
        let mut transaction = self.connection.begin(foreign_keys).await?;
        meta::advance_fence(&mut transaction, self.fence).await?;
        run_all(&mut transaction, statements.iter()).await?;
        ledger::append(&mut transaction, &row).await?;
        transaction.commit().await?;
        self.standing.rows.push(row);
        self.standing.history.push(&self.standing.rows)
    }

    /// Appends one event in a transaction of its own.
    async fn record(&mut self, event: LedgerEvent) -> Result<()> {
        let row = self.row(event)?;
        let mut transaction = self.connection.begin(ForeignKeys::Enforced).await?;
        meta::advance_fence(&mut transaction, self.fence).await?;
        ledger::append(&mut transaction, &row).await?;
        transaction.commit().await?;
        self.standing.rows.push(row);
        Ok(())
    }

    fn row(&self, event: LedgerEvent) -> Result<LedgerRow> {
        LedgerRow::following(self.standing.head(), event, self.run, self.clock.now())
    }

    /// The fingerprint of what is observed, and where that differs from what the ledger folds into.
    async fn observed(&mut self) -> Result<(Digest, Vec<Difference>)> {
        let dialect = self.connection.dialect();
        let observed = observe::observe(self.connection.session().await?, dialect).await?;
        let expected = dialect.lower(&self.standing.history.schema)?;
        Ok((observed.fingerprint()?, expected.differences(&observed)))
    }
}

/// `tenant.drifted`: before a run.
fn drifted(slug: &Slug, first: &Difference, n_places: usize) -> Error {
    let what = format!(
        "the database of tenant `{slug}` differs from its ledger in {n_places} places, the first is {}",
        first.object
    );
    told(Error::new(&TENANT_DRIFTED, what), first)
        .hint("somebody changed it by hand; take that back, then try again: nothing was done")
        .hint("strata doctor")
}

/// `run.observed_differs`: after a run.
pub(crate) fn differs(slug: &Slug, first: &Difference, n_places: usize) -> Error {
    let what = format!(
        "the run on tenant `{slug}` is done, but {n_places} places differ from its plan, the first is {}",
        first.object
    );
    told(Error::new(&OBSERVED_DIFFERS, what), first).hint("strata doctor")
}

fn told(error: Error, difference: &Difference) -> Error {
    error
        .hint(format!(
            "expected: {}",
            difference.expected.as_deref().unwrap_or("nothing")
        ))
        .hint(format!(
            "found: {}",
            difference.found.as_deref().unwrap_or("nothing")
        ))
}

async fn run_all<'s>(
    transaction: &mut Transaction<'_>,
    statements: impl Iterator<Item = &'s model::Statement>,
) -> Result<()> {
    for statement in statements {
        transaction.execute(statement).await?;
    }
    Ok(())
}

/// `plan.base_moved` for a plan and the schema that is there.
pub(crate) fn base_moved(bound: &BoundPlan, here: &Digest) -> Error {
    Error::new(
        &BASE_MOVED,
        format!(
            "plan {} for `{}` was made for another schema than the one that is there",
            bound.digest.short(),
            bound.slug
        ),
    )
    .hint(format!(
        "it was made for {}, the tenant is at {}",
        bound.plan.base.short(),
        here.short()
    ))
    .hint(format!("plan again: strata plan {}", bound.slug))
}

fn incomplete(bound: &BoundPlan, what: String, error: Error) -> Error {
    Error::new(&RUN_INCOMPLETE, what)
        .because(error)
        .hint(format!("strata resume {}", bound.slug))
}
