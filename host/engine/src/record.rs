//! Telling the landlord: runs, history, the ledger's copy, where a tenant stands.
//!
//! The tenant's own ledger is written first and is the truth; what stands here is reconciled from it, so
//! that a crash between the two loses nothing.

use landlord::{
    Action, Change, Event, HistoryEntry, Landlord, Level, NewRun, NewTenant, Outcome, RunFailure,
    Tenant,
};
use model::digest::DigestPrefix;
use model::error::Error;
use model::id::RunId;
use model::ledger::{LedgerEvent, LedgerRow};
use model::manifest::Layer;
use model::plan::BoundPlan;
use model::status::{
    ProvisioningEvent, ProvisioningStatus, RunEvent, RunStatus, TenantEvent, TenantStatus,
};
use model::{Digest, Result};

use crate::execute::{RUN_INCOMPLETE, Ran};
use crate::gather::Standing;
use crate::home::Home;
use crate::servers::NewCredentials;

/// Registers a tenant with its selection, its plan and the run that will build it, all at once.
pub(crate) async fn registered(
    home: &mut Home,
    new: &NewTenant,
    bound: &BoundPlan,
    run: RunId,
    credentials: Option<&NewCredentials>,
) -> Result<Tenant> {
    let (now, by) = (home.clock.now(), home.options.executed_by.clone());
    let mut change = home.landlord.begin().await?;
    change.register_tenant(new, now).await?;
    if let Some(credentials) = credentials {
        // Before anything is made on the server: what is there after a crash can be got into.
        change
            .store_credentials(new.id, &credentials.sealed, now)
            .await?;
    }
    change
        .provisioning_event(new.id, ProvisioningEvent::Started, None, now)
        .await?;
    begin_run(&mut change, bound, run, &by, now).await?;
    let tenant = change.tenant_by_id(new.id).await?;
    change.commit().await?;
    Ok(tenant)
}

/// Notes that a run begins: its plan, what the tenant will be made of, the run itself. A run that the
/// landlord heard of and that never reached the tenant's ledger is over with it.
pub(crate) async fn run_started(home: &mut Home, bound: &BoundPlan, run: RunId) -> Result<()> {
    let (now, by) = (home.clock.now(), home.options.executed_by.clone());
    let stale = home
        .landlord
        .last_run(bound.tenant)
        .await?
        .filter(|last| !last.status.is_final());
    let mut change = home.landlord.begin().await?;
    if let Some(stale) = stale {
        let failure = RunFailure {
            code: "run.never_began".to_owned(),
            message: "its process died before the tenant's ledger had it".to_owned(),
        };
        if stale.status == RunStatus::Running {
            change
                .run_event(stale.id, RunEvent::StepFailed, Some(&failure), now)
                .await?;
        }
        change
            .run_event(stale.id, RunEvent::Undone, Some(&failure), now)
            .await?;
    }
    let tenant = change.tenant_by_id(bound.tenant).await?;
    if tenant.provisioning_status != ProvisioningStatus::Completed {
        change
            .provisioning_event(bound.tenant, ProvisioningEvent::Started, None, now)
            .await?;
    }
    begin_run(&mut change, bound, run, &by, now).await?;
    change.commit().await
}

/// Brings the landlord up to what a tenant's ledger says, after a process died between the two.
pub(crate) async fn catch_up(home: &mut Home, tenant: &Tenant, standing: &Standing) -> Result<()> {
    ledger(home, tenant, standing).await?;
    let open = home
        .landlord
        .last_run(tenant.id)
        .await?
        .filter(|last| !last.status.is_final());
    let Some(open) = open else { return Ok(()) };
    let fingerprint = standing.rows.iter().find_map(|row| match &row.event {
        LedgerEvent::RunSucceeded { fingerprint, .. } if row.run == open.id => Some(*fingerprint),
        _ => None,
    });
    let Some(fingerprint) = fingerprint else {
        return Ok(());
    };
    let prefix: DigestPrefix = open.plan.to_string().parse()?;
    let bound = home.landlord.plan(&prefix, Some(tenant.id)).await?.plan;
    let ran = Ran {
        run: open.id,
        plan: open.plan,
        migrations: standing
            .history
            .applied
            .iter()
            .filter(|applied| applied.run == open.id)
            .count(),
        tables: standing.history.schema.tables().count(),
        fingerprint,
        duration_ms: 0,
        differences: Vec::new(),
    };
    succeeded(home, &bound, &ran).await
}

async fn begin_run(
    change: &mut Change<'_>,
    bound: &BoundPlan,
    run: RunId,
    by: &str,
    now: jiff::Timestamp,
) -> Result<()> {
    change.store_plan(bound, by, now).await?;
    let new = NewRun {
        id: run,
        tenant: bound.tenant,
        plan: bound.digest,
        executed_by: by.to_owned(),
    };
    change.record_run(&new, now).await?;
    change.run_event(run, RunEvent::Started, None, now).await?;
    let message = serde_json::json!({ "migrations": bound.plan.steps.len(), "plan": bound.digest });
    change
        .record_event(&event(bound, run, Level::Info, "run.started", message, now))
        .await
}

fn event(
    bound: &BoundPlan,
    run: RunId,
    level: Level,
    what: &str,
    message: serde_json::Value,
    time: jiff::Timestamp,
) -> Event {
    Event {
        tenant: bound.tenant,
        run: Some(run),
        time,
        level,
        event: what.to_owned(),
        message,
    }
}

/// Notes that the tenant's database was made.
pub(crate) async fn database_created(home: &mut Home, tenant: &Tenant) -> Result<()> {
    if tenant.database_created_at.is_some() {
        return Ok(());
    }
    let now = home.clock.now();
    let mut change = home.landlord.begin().await?;
    change
        .set_database_created(tenant.id, Some(now), now)
        .await?;
    change.commit().await
}

/// Copies what the tenant's ledger has beyond the landlord's copy, and the history that it tells.
pub(crate) async fn ledger(home: &mut Home, tenant: &Tenant, standing: &Standing) -> Result<()> {
    let known = home
        .landlord
        .tenant_by_id(tenant.id)
        .await?
        .ledger_head
        .map_or(0, |(sequence, _)| sequence);
    let entries = history(&mut home.landlord, tenant, &standing.rows, known).await?;
    let now = home.clock.now();
    let mut change = home.landlord.begin().await?;
    change
        .reconcile_ledger(tenant.id, &standing.rows, now)
        .await?;
    for entry in &entries {
        change.record_history(entry).await?;
    }
    change.commit().await
}

/// The history entries of the ledger's rows after `known`. A migration took the time since the row before.
async fn history(
    landlord: &mut Landlord,
    tenant: &Tenant,
    rows: &[LedgerRow],
    known: i64,
) -> Result<Vec<HistoryEntry>> {
    let mut entries = Vec::new();
    for (n, row) in rows
        .iter()
        .enumerate()
        .filter(|(_, row)| row.sequence > known)
    {
        let (applied, action) = match &row.event {
            LedgerEvent::MigrationApplied(applied) => (applied.as_ref(), Action::Apply),
            LedgerEvent::MigrationUndone {
                plugin, migration, ..
            } => {
                let undone = rows[..n]
                    .iter()
                    .rev()
                    .find_map(|earlier| match &earlier.event {
                        LedgerEvent::MigrationApplied(a)
                            if a.plugin == *plugin && a.migration == *migration =>
                        {
                            Some(a.as_ref())
                        }
                        _ => None,
                    });
                let Some(undone) = undone else { continue };
                (undone, Action::Rollback)
            }
            _ => continue,
        };
        let run = landlord.run(row.run).await?;
        let since = n
            .checked_sub(1)
            .and_then(|previous| rows.get(previous))
            .map_or(row.time, |previous| previous.time);
        entries.push(HistoryEntry {
            tenant: tenant.id,
            run: row.run,
            batch: run.batch,
            plugin: applied.plugin.clone(),
            version: applied.version.clone(),
            migration: applied.migration.clone(),
            layer: applied.layer,
            component: applied.component,
            action,
            status: Outcome::Succeeded,
            duration_ms: u64::try_from(row.time.duration_since(since).as_millis()).unwrap_or(0),
            executed_by: run.executed_by,
            executed_at: row.time,
            operations: Digest::of("operations", 1, &applied.operations)?,
        });
    }
    Ok(entries)
}

/// Notes that a run succeeded, and with it what the tenant is made of.
pub(crate) async fn succeeded(home: &mut Home, bound: &BoundPlan, ran: &Ran) -> Result<()> {
    let (now, by) = (home.clock.now(), home.options.executed_by.clone());
    let status = home.landlord.run(ran.run).await?.status;
    let mut change = home.landlord.begin().await?;
    change
        .set_selection(bound.tenant, &bound.selection(), &by, now)
        .await?;
    change
        .set_fingerprint(bound.tenant, &ran.fingerprint, now)
        .await?;
    if status == RunStatus::Incomplete {
        change
            .run_event(ran.run, RunEvent::Resumed, None, now)
            .await?;
    }
    if !status.is_final() {
        change
            .run_event(ran.run, RunEvent::Succeeded, None, now)
            .await?;
    }
    let tenant = change.tenant_by_id(bound.tenant).await?;
    if tenant.provisioning_status != ProvisioningStatus::Completed {
        change
            .provisioning_event(bound.tenant, ProvisioningEvent::Completed, None, now)
            .await?;
    }
    if tenant.status == TenantStatus::Registered {
        change
            .tenant_event(bound.tenant, TenantEvent::Activated, now)
            .await?;
    }
    layers_applied(&mut change, bound, ran.run, now).await?;
    let message =
        serde_json::json!({ "migrations": ran.migrations, "duration_ms": ran.duration_ms });
    change
        .record_event(&event(
            bound,
            ran.run,
            Level::Info,
            "run.succeeded",
            message,
            now,
        ))
        .await?;
    change.commit().await
}

/// Notes for each layer that the run touched how far it came.
async fn layers_applied(
    change: &mut Change<'_>,
    bound: &BoundPlan,
    run: RunId,
    now: jiff::Timestamp,
) -> Result<()> {
    for layer in Layer::ALL {
        let steps = bound.plan.steps.iter().filter(|step| step.layer == layer);
        let Some(last) = steps.clone().next_back() else {
            continue;
        };
        let message = serde_json::json!({
            "layer": layer,
            "migrations": steps.count(),
            "schema": last.after,
        });
        let event = event(bound, run, Level::Info, "layer.applied", message, now);
        change.record_event(&event).await?;
    }
    Ok(())
}

/// Notes what a tenant is made of after a run of which only the layers below the failed one stand.
pub(crate) async fn stands(
    home: &mut Home,
    tenant: &Tenant,
    bound: &BoundPlan,
    standing: &Standing,
) -> Result<()> {
    ledger(home, tenant, standing).await?;
    let (now, by) = (home.clock.now(), home.options.executed_by.clone());
    let mut selection = home.landlord.selection(bound.tenant).await?;
    for plugin in &standing.history.lock {
        let settings = bound.plan.settings.get(&plugin.id);
        if let Some(settings) = settings
            && !selection.plugins.contains(plugin)
        {
            let settings = settings.clone();
            selection.settings.insert(plugin.id.clone(), settings);
        }
    }
    selection.plugins.clone_from(&standing.history.lock);
    let mut change = home.landlord.begin().await?;
    change
        .set_selection(bound.tenant, &selection, &by, now)
        .await?;
    if let Some(fingerprint) = standing.fingerprint() {
        change
            .set_fingerprint(bound.tenant, &fingerprint, now)
            .await?;
    }
    change.commit().await
}

/// What became of a run that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Its failed layer is undone.
    Undone {
        /// Whether the database that it made is dropped.
        dropped: bool,
    },
    /// It is half done, and can be resumed.
    Incomplete,
}

/// Notes that a run failed; hands the error on.
pub(crate) async fn failed(
    home: &mut Home,
    bound: &BoundPlan,
    run: RunId,
    failure: Failure,
    error: Error,
) -> Error {
    match note_failure(home, bound, run, failure, &error).await {
        Ok(()) => error,
        Err(second) => error.hint(format!("the landlord could not be told: {second}")),
    }
}

async fn note_failure(
    home: &mut Home,
    bound: &BoundPlan,
    run: RunId,
    failure: Failure,
    error: &Error,
) -> Result<()> {
    let now = home.clock.now();
    let max_attempts = usize::try_from(home.options.max_attempts).unwrap_or(usize::MAX);
    let attempts = home
        .landlord
        .list_runs(bound.tenant, None, home.options.max_attempts)
        .await?
        .len();
    let told = RunFailure {
        code: error.code().name.to_owned(),
        message: error.sentences(),
    };
    let status = home.landlord.run(run).await?.status;
    let mut change = home.landlord.begin().await?;
    for event in way_to(failure, status, error) {
        change.run_event(run, *event, Some(&told), now).await?;
    }
    if let Failure::Undone { dropped } = failure {
        if dropped {
            change.set_database_created(bound.tenant, None, now).await?;
        }
        let tenant = change.tenant_by_id(bound.tenant).await?;
        if tenant.provisioning_status == ProvisioningStatus::InProgress {
            let why = Some(told.message.as_str());
            change
                .provisioning_event(bound.tenant, ProvisioningEvent::Failed, why, now)
                .await?;
            if attempts >= max_attempts {
                change
                    .provisioning_event(bound.tenant, ProvisioningEvent::GivenUp, why, now)
                    .await?;
            }
        }
    }
    let message = serde_json::json!({ "code": told.code, "message": told.message });
    change
        .record_event(&event(bound, run, Level::Error, "run.failed", message, now))
        .await?;
    change.commit().await
}

/// The events that lead a run of this status to where the failure left it.
fn way_to(failure: Failure, status: RunStatus, error: &Error) -> &'static [RunEvent] {
    match (failure, status) {
        (Failure::Undone { .. }, RunStatus::Running) => &[RunEvent::StepFailed, RunEvent::Undone],
        (Failure::Undone { .. }, RunStatus::Undoing) => &[RunEvent::Undone],
        (Failure::Undone { .. }, RunStatus::Incomplete) => {
            &[RunEvent::Resumed, RunEvent::StepFailed, RunEvent::Undone]
        }
        (Failure::Incomplete, RunStatus::Running) if error.is(&RUN_INCOMPLETE) => {
            &[RunEvent::StepFailed, RunEvent::UndoFailed]
        }
        _ => &[],
    }
}
