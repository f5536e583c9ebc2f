//! Runs: one plan applied to one tenant, numbered by tenant.
//!
//! What a run did step by step stands in the tenant's ledger; see [`crate::ledger_copy`].
//!
//! Invariant: batches of a tenant are 1, 2, 3, …; a status changes by [`model::status`] alone.

use database::{Row, Session};
use jiff::Timestamp;
use model::status::{RunEvent, RunStatus};
use model::{Digest, Error, Result, RunId, TenantId};

use crate::change::{Change, tenant};
use crate::landlord::Landlord;
use crate::stored::reading;
use crate::tenants;

mod codes {
    model::codes! {
        RUN_UNKNOWN = "run.unknown", Input, "There is no run of this id.";
    }
}
pub use codes::*;

/// A run that is to be recorded.
#[derive(Debug, Clone)]
pub struct NewRun {
    /// Its id, made by whoever runs it.
    pub id: RunId,
    /// The tenant.
    pub tenant: TenantId,
    /// The plan.
    pub plan: Digest,
    /// Who runs it.
    pub executed_by: String,
}

/// Why a run failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunFailure {
    /// The code of the error.
    pub code: String,
    /// Its sentence.
    pub message: String,
}

/// A recorded run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// The tenant.
    pub tenant: TenantId,
    /// Its number among the runs of the tenant, from 1.
    pub batch: u32,
    /// The plan.
    pub plan: Digest,
    /// Where it stands.
    pub status: RunStatus,
    /// When it was recorded.
    pub started_at: Timestamp,
    /// When it was over.
    pub finished_at: Option<Timestamp>,
    /// Why it failed, if it did.
    pub failure: Option<RunFailure>,
    /// Who ran it.
    pub executed_by: String,
}

macro_rules! select_runs {
    ($rest:literal) => {
        concat!(
            "SELECT id, tenant_id, batch, plan, status, started_at, finished_at, error_code, ",
            "error_message, executed_by FROM runs ",
            $rest
        )
    };
}

/// The highest batch that the column holds.
const BATCH_MAX: u32 = i32::MAX.unsigned_abs();

impl Landlord {
    /// The run of this id.
    ///
    /// # Errors
    /// `run.unknown`, `landlord.bad_row` and those of a database.
    pub async fn run(&mut self, id: RunId) -> Result<Run> {
        by_id(self.session().await?, id).await
    }

    /// A page of a tenant's runs, newest first: at most `limit`, before a batch.
    ///
    /// # Errors
    /// `landlord.bad_row` and those of a database.
    pub async fn list_runs(
        &mut self,
        of: TenantId,
        before: Option<u32>,
        limit: u32,
    ) -> Result<Vec<Run>> {
        let sql = select_runs!("WHERE tenant_id = $1 AND batch < $2 ORDER BY batch DESC LIMIT $3");
        let before = before.unwrap_or(BATCH_MAX);
        let rows = self
            .fetch(sql, &[tenant(of), before.into(), limit.into()])
            .await?;
        rows.iter().map(parse).collect()
    }

    /// The newest run of a tenant, if there is one.
    ///
    /// # Errors
    /// `landlord.bad_row` and those of a database.
    pub async fn last_run(&mut self, of: TenantId) -> Result<Option<Run>> {
        Ok(self.list_runs(of, None, 1).await?.into_iter().next())
    }

    /// The runs that are neither succeeded nor undone, oldest first.
    ///
    /// # Errors
    /// `landlord.bad_row` and those of a database.
    pub async fn open_runs(&mut self) -> Result<Vec<Run>> {
        let sql =
            select_runs!("WHERE status NOT IN ('succeeded', 'undone') ORDER BY started_at, id");
        let rows = self.fetch(sql, &[]).await?;
        rows.iter().map(parse).collect()
    }
}

impl Change<'_> {
    /// Records a run before anything is done.
    ///
    /// # Errors
    /// `tenant.unknown` and those of a database.
    pub async fn record_run(&mut self, new: &NewRun, now: Timestamp) -> Result<Run> {
        tenants::by_id(self.session(), new.tenant).await?;
        let sql = "INSERT INTO runs (id, tenant_id, batch, plan, status, started_at, executed_by) \
                   SELECT $1, $2, COALESCE(MAX(batch), 0) + 1, $3, $4, $5, $6 FROM runs WHERE tenant_id = $2";
        let parameters = [
            new.id.to_string().into(),
            tenant(new.tenant),
            new.plan.to_string().into(),
            RunStatus::Planned.as_str().into(),
            now.into(),
            new.executed_by.as_str().into(),
        ];
        self.run(sql, &parameters).await?;
        by_id(self.session(), new.id).await
    }

    /// Lets something happen to a run; `failure` says why, and is kept until the run succeeds.
    ///
    /// # Errors
    /// `status.illegal`, `run.unknown` and those of a database.
    pub async fn run_event(
        &mut self,
        id: RunId,
        event: RunEvent,
        failure: Option<&RunFailure>,
        now: Timestamp,
    ) -> Result<RunStatus> {
        let before = by_id(self.session(), id).await?;
        let status = before
            .status
            .next(event)
            .map_err(|e| e.within(format!("run `{id}`")))?;
        let kept = match status {
            RunStatus::Succeeded => None,
            _ => failure.cloned().or(before.failure),
        };
        let finished_at = status.is_final().then_some(now);
        let sql = "UPDATE runs SET status = $2, finished_at = $3, error_code = $4, error_message = $5 \
                   WHERE id = $1";
        let parameters = [
            id.to_string().into(),
            status.as_str().into(),
            finished_at.into(),
            kept.as_ref().map(|failure| failure.code.as_str()).into(),
            kept.as_ref().map(|failure| failure.message.as_str()).into(),
        ];
        self.run(sql, &parameters).await?;
        Ok(status)
    }
}

async fn by_id(session: &mut Session, id: RunId) -> Result<Run> {
    let rows = session
        .fetch(select_runs!("WHERE id = $1"), &[id.to_string().into()])
        .await?;
    rows.first().map(parse).transpose()?.ok_or_else(|| {
        Error::new(&RUN_UNKNOWN, format!("there is no run `{id}`"))
            .hint("see the runs with `strata history`")
    })
}

fn parse(row: &Row) -> Result<Run> {
    let row = reading(row, "runs");
    let failure = match (
        row.text_if_any("error_code")?,
        row.text_if_any("error_message")?,
    ) {
        (Some(code), Some(message)) => Some(RunFailure {
            code: code.to_owned(),
            message: message.to_owned(),
        }),
        (None, None) => None,
        _ => return Err(row.bad("error_message", "code and message are not there both")),
    };
    Ok(Run {
        id: row.parse("id")?,
        tenant: row.parse("tenant_id")?,
        batch: row.integer("batch")?,
        plan: row.parse("plan")?,
        status: row.parse("status")?,
        started_at: row.time("started_at")?,
        finished_at: row.parse_if_any("finished_at")?,
        failure,
        executed_by: row.text("executed_by")?.to_owned(),
    })
}
