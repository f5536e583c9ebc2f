//! What stands: a tenant's ledger read from its own database, verified and folded.
//!
//! The tenant's database is the truth about itself; the landlord's copy is reconciled from it
//! elsewhere.

use database::{Connection, Meta, ledger, meta};
use dialect::Dialect;
use model::id::{LandlordId, RunId, TenantId};
use model::ledger::{LedgerEvent, LedgerRow};
use model::observed::Difference;
use model::status::{RunEvent, RunStatus};
use model::{Digest, Observed, Recorded, Result, Schema};
use plan::History;

/// A tenant's database as its own ledger tells it.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Whose it is.
    pub meta: Meta,
    /// Every row of the ledger.
    pub rows: Vec<LedgerRow>,
    /// What was applied, folded.
    pub history: History,
    /// The last run, unless it is over.
    pub unfinished: Option<UnfinishedRun>,
}

/// A run that died or failed half way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnfinishedRun {
    /// Which run.
    pub run: RunId,
    /// The plan that it applies.
    pub plan: Digest,
    /// How far it is.
    pub status: RunStatus,
}

impl Standing {
    /// The place and hash of the last row.
    pub fn head(&self) -> Option<(i64, Digest)> {
        self.rows.last().map(|row| (row.sequence, row.hash))
    }

    /// The fingerprint that the last finished run recorded.
    pub fn fingerprint(&self) -> Option<Digest> {
        self.rows.iter().rev().find_map(|row| match &row.event {
            LedgerEvent::RunSucceeded { fingerprint, .. }
            | LedgerEvent::RunUndone { fingerprint, .. } => Some(*fingerprint),
            _ => None,
        })
    }

    /// What the server keeps of expressions, as the last finished run recorded it.
    pub fn recorded(&self) -> Recorded {
        let last = self.rows.iter().rev().find_map(|row| match &row.event {
            LedgerEvent::RunSucceeded { recorded, .. }
            | LedgerEvent::RunUndone { recorded, .. } => Some(recorded.clone()),
            _ => None,
        });
        last.unwrap_or_default()
    }

    /// The schema when the last run began; the present one when that run is over.
    ///
    /// # Errors
    /// `history.broken`.
    pub fn schema_before_run(&self) -> Result<Schema> {
        let Some(unfinished) = &self.unfinished else {
            return Ok(self.history.schema.clone());
        };
        let of_run = |row: &LedgerRow| row.run == unfinished.run;
        let begun = self.rows.iter().position(of_run).unwrap_or(self.rows.len());
        let before = self.rows.get(..begun).unwrap_or_default();
        History::fold(before).map(|history| history.schema)
    }

    /// Where the database differs from what the ledger folds into, expressions compared as recorded.
    ///
    /// # Errors
    /// Those of the dialect.
    pub fn differences(&self, dialect: &dyn Dialect, found: &Observed) -> Result<Vec<Difference>> {
        let expected = dialect.lower(&self.history.schema)?;
        Ok(self.recorded().applied_to(&expected).differences(found))
    }

    /// Whether any run has ever succeeded.
    pub fn has_succeeded(&self) -> bool {
        self.rows
            .iter()
            .any(|row| matches!(row.event, LedgerEvent::RunSucceeded { .. }))
    }
}

/// Reads, verifies and folds the ledger of a database that must be this tenant's.
///
/// # Errors
/// `database.foreign`, `database.unmarked`, `ledger.tampered`, `ledger.format_newer`,
/// `ledger.unreadable`, `history.broken` and those of the database.
pub async fn gather(
    connection: &mut Connection,
    tenant: TenantId,
    landlord: LandlordId,
) -> Result<Standing> {
    let session = connection.session().await?;
    let meta = meta::demand(session, tenant, landlord).await?;
    let rows = ledger::read(session).await?;
    model::ledger::verify(&rows)?;
    let history = History::fold(&rows)?;
    let unfinished = unfinished(&rows)?;
    Ok(Standing {
        meta,
        rows,
        history,
        unfinished,
    })
}

/// The last run by the fold of its events, if nothing ended it.
fn unfinished(rows: &[LedgerRow]) -> Result<Option<UnfinishedRun>> {
    let mut last: Option<UnfinishedRun> = None;
    for row in rows {
        let event = match &row.event {
            LedgerEvent::RunStarted { plan, .. } => {
                let status = RunStatus::Planned.next(RunEvent::Started)?;
                last = Some(UnfinishedRun {
                    run: row.run,
                    plan: *plan,
                    status,
                });
                continue;
            }
            LedgerEvent::MigrationApplied(_) => RunEvent::StepApplied,
            LedgerEvent::MigrationUndone { .. } => RunEvent::StepUndone,
            LedgerEvent::StatementIntended(_)
            | LedgerEvent::StatementDone(_)
            | LedgerEvent::PartUndone { .. } => RunEvent::Statement,
            LedgerEvent::StepFailed { .. } => RunEvent::StepFailed,
            LedgerEvent::RunSucceeded { .. } => RunEvent::Succeeded,
            LedgerEvent::RunUndone { .. } => RunEvent::Undone,
            LedgerEvent::RunResumed => RunEvent::Resumed,
            LedgerEvent::UndoFailed { .. } => RunEvent::UndoFailed,
        };
        if let Some(run) = &mut last {
            run.status = run.status.next(event)?;
        }
    }
    Ok(last.filter(|run| !run.status.is_final()))
}
