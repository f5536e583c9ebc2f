//! What becomes of a run that failed: a first building's database is dropped, otherwise what is left is
//! recorded.
//!
//! Invariant: only who still has the right to a tenant drops anything of it, and nobody can be at work
//! there meanwhile.

use database::meta::TENANT_FENCED;
use landlord::Tenant;
use model::Result;
use model::digest::DigestPrefix;
use model::error::Error;
use model::id::RunId;
use model::operation::Operation;
use model::plan::BoundPlan;
use model::status::ProvisioningStatus;

use crate::execute::{RUN_INCOMPLETE, RUN_UNDONE, TENANT_DRIFTED};
use crate::gather::Standing;
use crate::home::Home;
use crate::place::Place;
use crate::record::{self, Failure};
use crate::session::Right;

/// A run that failed.
pub(crate) struct FailedRun<'a> {
    pub(crate) tenant: &'a Tenant,
    pub(crate) bound: &'a BoundPlan,
    pub(crate) run: RunId,
    pub(crate) right: &'a Right,
}

/// Ends a dropping that did not come to its end: of a database that was the tenant's, and in which nothing
/// is that its last plan does not make.
pub(crate) async fn end_dropping(
    home: &mut Home,
    tenant: &Tenant,
    place: &Place,
    right: &Right,
) -> Result<()> {
    let Place::Server(server) = place else {
        return Ok(());
    };
    if tenant.database_created_at.is_none()
        || tenant.provisioning_status == ProvisioningStatus::Completed
    {
        return Ok(());
    }
    let remains = server.remains().await?;
    let Some(last) = home.landlord.last_run(tenant.id).await? else {
        return Ok(());
    };
    let prefix: DigestPrefix = last.plan.to_string().parse()?;
    let plan = home
        .landlord
        .plan(&prefix, Some(tenant.id))
        .await?
        .plan
        .plan;
    let makes = |name: &String| {
        let operations = plan.steps.iter().flat_map(|step| &step.operations);
        name.starts_with("strata_")
            || operations
                .into_iter()
                .any(|operation| made_by(operation) == Some(name))
    };
    if remains.is_empty() || !remains.iter().all(makes) {
        return Ok(());
    }
    drop_made(home, place, right).await
}

/// The table or view that an operation makes.
fn made_by(operation: &Operation) -> Option<&str> {
    match operation {
        Operation::CreateTable(create) => Some(create.table.name.as_str()),
        Operation::RenameTable(rename) => Some(rename.to.as_str()),
        Operation::CreateView(create) => Some(create.view.name.as_str()),
        _ => None,
    }
}

/// Drops a database that this run made. Somebody who took this process for dead may have it by now: so
/// first everybody else is kept out, then it is asked whose it is, then it is dropped.
pub(crate) async fn drop_made(home: &mut Home, place: &Place, right: &Right) -> Result<()> {
    let whose = right.mark(home);
    let hold = place.hold(&whose).await?;
    right.demand(home).await?;
    hold.drop_all().await
}

/// A run failed: drops what a first building made, or records what is left of it.
pub(crate) async fn fail(
    home: &mut Home,
    failed: &FailedRun<'_>,
    standing: Option<Standing>,
    error: Error,
) -> Error {
    let FailedRun {
        tenant, bound, run, ..
    } = *failed;
    let Some(standing) = standing else {
        return record::failed(home, bound, run, Failure::Incomplete, error).await;
    };
    let is_first = !standing.has_succeeded();
    let nothing_stands = standing.history.applied.is_empty();
    let has_failed = error.is(&RUN_UNDONE) || error.is(&RUN_INCOMPLETE) || nothing_stands;
    // Whoever was fenced off has lost the tenant to somebody: nothing there is its own any more.
    // What somebody changed by hand before anything was done is not what this run made.
    let is_ours = !error.is(&TENANT_FENCED) && !error.is(&TENANT_DRIFTED);
    if is_first && has_failed && is_ours && home.options.cleanup_on_failure {
        return drop_failed(home, failed, error).await;
    }
    // A run that the tenant's ledger does not know has done nothing: a lock kept it from beginning.
    let has_begun = standing.rows.iter().any(|row| row.run == run);
    let is_undone = error.is(&RUN_UNDONE) || error.is(&TENANT_DRIFTED) || !has_begun;
    // The ledger of a first building is copied when it is done: until then its database may be dropped.
    let told = match (is_first, is_undone) {
        (true, _) => Ok(()),
        (false, _) if !has_begun => Ok(()),
        (false, true) => record::stands(home, tenant, bound, &standing).await,
        (false, false) => record::ledger(home, tenant, &standing).await,
    };
    let error = match told {
        Ok(()) => error,
        Err(second) => error.hint(format!("the landlord could not be told: {second}")),
    };
    let failure = if is_undone {
        Failure::Undone { dropped: false }
    } else {
        Failure::Incomplete
    };
    record::failed(home, bound, run, failure, error).await
}

/// Drops the database that a failed first building made: whatever could not be undone in it goes with
/// it, its ledger too. The landlord keeps the run and its failure. Whoever calls holds the lock.
async fn drop_failed(home: &mut Home, failed: &FailedRun<'_>, error: Error) -> Error {
    let FailedRun {
        tenant, bound, run, ..
    } = *failed;
    let dropped = match home.place(tenant).await {
        Ok(place) => drop_made(home, &place, failed.right).await,
        Err(error) => Err(error),
    };
    match dropped {
        Ok(()) => {
            let undone = Failure::Undone { dropped: true };
            record::failed(home, bound, run, undone, as_undone(tenant, error)).await
        }
        Err(second) => {
            let error = error.hint(format!(
                "the database that this run made could not be removed: {second}"
            ));
            record::failed(home, bound, run, Failure::Incomplete, error).await
        }
    }
}

/// The error of a building whose database is gone: undone, whatever kept it from going on.
fn as_undone(tenant: &Tenant, error: Error) -> Error {
    if error.is(&RUN_UNDONE) {
        return error;
    }
    let what = format!(
        "the building of tenant `{}` failed, and its database was removed again",
        tenant.slug
    );
    Error::new(&RUN_UNDONE, what)
        .because_of(error)
        .hint("correct the cause and run the same command again")
}
