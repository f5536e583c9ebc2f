//! Running a plan's steps on a tenant's database: apply, record, fail.
//!
//! It does not decide what to run, and knows no landlord: it is given a connection, a run and steps. How
//! a migration runs whole stands in `transaction.rs`, how it runs statement by statement where nothing
//! takes a definition back in `by_statement.rs`, how a layer is undone in `undo.rs`.
//!
//! Invariant: the ledger says what is there, or which one statement may or may not have happened.

mod by_statement;
mod statements;
mod transaction;
mod undo;

use std::time::{Duration, Instant};

use database::failure::DATABASE_LOCKED;
use database::meta::TENANT_FENCED;
use database::{Connection, observe};
use model::clock::Clock;
use model::error::Error;
use model::id::{RunId, Slug};
use model::ledger::{AppliedMigration, LedgerEvent, LedgerRow};
use model::observed::Difference;
use model::plan::{BoundPlan, Step};
use model::schema::Schema;
use model::{Digest, Recorded, Result};

use crate::gather::Standing;
use crate::place::Place;
use crate::progress::Progress;

mod codes {
    model::codes! {
        BASE_MOVED = "plan.base_moved", Conflict, "The tenant's schema is no longer the one that the plan was made for.";
        RUN_UNDONE = "run.undone", Undone, "A run failed, and what it did in the failed layer was undone.";
        RUN_INCOMPLETE = "run.incomplete", Incomplete, "A run stopped half way and could not be undone; it can be resumed.";
        RUN_TIMEOUT = "run.timeout", Incomplete, "A run took longer than `provisioning.timeout_s` and stopped between two steps.";
        OBSERVED_DIFFERS = "run.observed_differs", Findings, "A run is done, but the database does not look as the simulation says.";
        STATE_UNKNOWN = "run.state_unknown", Incomplete, "After a crash the database looks neither as before nor as after the statement that was running.";
        TENANT_DRIFTED = "tenant.drifted", Findings, "A tenant's database does not look as its ledger says: somebody changed it by hand.";
    }
}
pub use codes::*;
pub(crate) use undo::is_half_undone;

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

/// How often a statement that met somebody's lock is tried.
const LOCK_TRIES: u32 = 5;

/// The pause before the second try; each one after is twice as long.
const LOCK_PAUSE: Duration = Duration::from_millis(200);

/// What the steps of a run need.
pub(crate) struct Execution<'a> {
    pub(crate) connection: &'a mut Connection,
    pub(crate) place: &'a Place,
    pub(crate) standing: Standing,
    /// The schema when the run began.
    pub(crate) base: Schema,
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
        let observed = self.observed().await?;
        if let Some(first) = observed.differences.first() {
            return Err(drifted(&bound.slug, first, observed.differences.len()));
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
                return Err(timed_out(bound, step, self.timeout));
            }
            if let Err(error) = self.step(step).await {
                self.progress.end();
                return Err(self.fail(bound, step, error).await);
            }
        }
        self.progress.end();
        self.place
            .grant(&self.standing.history.schema, self.progress)
            .await?;
        let Seen {
            fingerprint,
            differences,
            recorded,
        } = self.observed().await?;
        self.record(LedgerEvent::RunSucceeded {
            fingerprint,
            recorded,
        })
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
        let event = LedgerEvent::MigrationApplied(Box::new(AppliedMigration {
            plugin: step.plugin.clone(),
            version: step.version.clone(),
            component: step.component,
            layer: step.layer,
            migration: step.migration.clone(),
            operations: step.operations.clone(),
            reverse: step.reverse.clone(),
            before: step.before,
            after: step.after,
        }));
        let statements = statements::of_step(step, &self.standing.history.schema, self.run);
        self.run_statements(statements, event).await?;
        tracing::info!(plugin = %step.plugin, migration = %step.migration, ms = begun.elapsed().as_millis() as u64, "migration applied");
        Ok(())
    }

    /// Runs the statements of a migration or of its reverse, and writes down that it is done.
    async fn run_statements(
        &mut self,
        statements: statements::Statements,
        done: LedgerEvent,
    ) -> Result<()> {
        if self.connection.dialect().capabilities().transactional_ddl {
            self.run_as_one(&statements, done).await
        } else {
            self.run_one_by_one(&statements, done).await
        }
    }

    /// A step failed: its layer is undone, as far as this run applied it.
    async fn fail(&mut self, bound: &BoundPlan, step: &Step, error: Error) -> Error {
        if error.is(&TENANT_FENCED) {
            return error;
        }
        let what = format!(
            "migration `{}` of `{}` failed on tenant `{}`",
            step.migration, step.plugin, bound.slug
        );
        if let Err(second) = self.record(step_failed(step, &error)).await {
            return incomplete(bound, what, error).hint(format!(
                "the failure could not be recorded either: {second}"
            ));
        }
        match self.undo(step).await {
            Ok(()) => Error::new(&RUN_UNDONE, what)
                .because_of(error)
                .hint("nothing of the failed layer is left; correct the cause and try again"),
            Err(second) => {
                incomplete(bound, what, error).hint(format!("it could not be undone: {second}"))
            }
        }
    }

    /// Appends one event in a transaction of its own.
    async fn record(&mut self, event: LedgerEvent) -> Result<()> {
        self.record_all(vec![event]).await
    }

    /// A row that follows the last one, or the last of those that are about to be written.
    fn row(&self, after: Option<&LedgerRow>, event: LedgerEvent) -> Result<LedgerRow> {
        let head = after.map(|row| (row.sequence, row.hash));
        let head = head.or_else(|| self.standing.head());
        LedgerRow::following(head, event, self.run, self.clock.now())
    }

    /// Takes in rows that are written.
    fn written(&mut self, rows: Vec<LedgerRow>) -> Result<()> {
        for row in rows {
            self.standing.rows.push(row);
            self.standing.history.push(&self.standing.rows)?;
        }
        Ok(())
    }

    /// What is observed beside what the ledger folds into.
    async fn observed(&mut self) -> Result<Seen> {
        let dialect = self.connection.dialect();
        let observed = observe::observe(self.connection.session().await?).await?;
        let expected = dialect.lower(&self.standing.history.schema)?;
        let mut recorded = self.standing.recorded();
        recorded.learn(&dialect.lower(&self.base)?, &expected, &observed);
        Ok(Seen {
            fingerprint: observed.fingerprint()?,
            differences: recorded.applied_to(&expected).differences(&observed),
            recorded,
        })
    }
}

/// What was observed.
struct Seen {
    fingerprint: Digest,
    differences: Vec<Difference>,
    recorded: Recorded,
}

/// Waits a little before a statement that met somebody's lock is tried again; whether it is worth trying.
async fn worth_another_try(error: &Error, tries: u32) -> bool {
    if !error.is(&DATABASE_LOCKED) || tries >= LOCK_TRIES {
        return false;
    }
    let pause = LOCK_PAUSE.saturating_mul(1 << tries.min(10));
    tracing::info!(%error, ms = pause.as_millis() as u64, "a lock is waited for");
    tokio::time::sleep(pause.mul_f64(database::server::jitter())).await;
    true
}

fn step_failed(step: &Step, error: &Error) -> LedgerEvent {
    LedgerEvent::StepFailed {
        plugin: step.plugin.clone(),
        migration: step.migration.clone(),
        code: error.code().name.to_owned(),
        message: error.message().to_owned(),
    }
}

fn timed_out(bound: &BoundPlan, step: &Step, timeout: Duration) -> Error {
    Error::new(
        &RUN_TIMEOUT,
        format!(
            "the run stopped after {} s, before `{}` {}",
            timeout.as_secs(),
            step.plugin,
            step.migration
        ),
    )
    .hint(format!("strata resume {}", bound.slug))
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
        .because_of(error)
        .hint(format!("strata resume {}", bound.slug))
}
