//! Going on where a process died: what the tenant's own ledger says decides what is left to do.

use landlord::Tenant;
use model::digest::DigestPrefix;
use model::error::Error;
use model::id::Slug;
use model::status::{ProvisioningStatus, RunStatus};
use model::{Digest, Result};

use crate::execute::{self, RUN_UNDONE, Ran};
use crate::gather::{Standing, UnfinishedRun};
use crate::home::Home;
use crate::progress::Progress;
use crate::request::TenantRequest;
use crate::session::{Right, Session};
use crate::{clock, provision, record, tenants};

mod codes {
    model::codes! {
        NOTHING_TO_RESUME = "run.nothing_to_resume", Input, "No run of the tenant is unfinished.";
    }
}
pub use codes::*;

/// Finishes an unfinished run of a tenant.
///
/// # Errors
/// `tenant.unknown`, `run.nothing_to_resume`, `tenant.locked`, and those of running.
pub async fn resume(home: &mut Home, slug: &Slug, progress: &dyn Progress) -> Result<Ran> {
    let tenant = home.landlord.tenant(slug).await?;
    let ran = if tenant.provisioning_status == ProvisioningStatus::Completed {
        finish(home, &tenant, progress).await?
    } else {
        let request = tenants::request(&tenant)?;
        demand_still_free(home, &tenant).await?;
        let right = Right::take(home, &tenant).await?;
        let session = provision::open_or_create(home, &tenant, right, progress).await?;
        Some(go_on(home, &tenant, session, &request, progress).await?)
    };
    ran.ok_or_else(|| {
        Error::new(
            &NOTHING_TO_RESUME,
            format!("no run of tenant `{slug}` is unfinished"),
        )
        .hint(format!("strata history {slug}"))
    })
}

/// A building that failed and was dropped begins anew: what is there meanwhile is somebody else's.
pub(crate) async fn demand_still_free(home: &mut Home, tenant: &Tenant) -> Result<()> {
    let has_failed = matches!(
        tenant.provisioning_status,
        ProvisioningStatus::Failed | ProvisioningStatus::PermanentlyFailed
    );
    if has_failed && tenant.database_created_at.is_none() {
        home.place(tenant).await?.demand_free().await?;
    }
    Ok(())
}

/// Finishes a run of a tenant that is built, if one is unfinished.
pub(crate) async fn finish(
    home: &mut Home,
    tenant: &Tenant,
    progress: &dyn Progress,
) -> Result<Option<Ran>> {
    let (session, standing) = Session::open_standing(home, tenant).await?;
    if let Err(error) = record::catch_up(home, tenant, &standing).await {
        return Err(session.give_up(home, error).await);
    }
    let Some(unfinished) = standing.unfinished else {
        session.close(home).await?;
        return Ok(None);
    };
    take_up(home, tenant, session, unfinished, progress)
        .await
        .map(Some)
}

/// Goes on with the building of a tenant, wherever it stopped.
pub(crate) async fn go_on(
    home: &mut Home,
    tenant: &Tenant,
    mut session: Session,
    request: &TenantRequest,
    progress: &dyn Progress,
) -> Result<Ran> {
    let standing = match session.standing(home).await {
        Ok(standing) => standing,
        Err(error) => return Err(session.give_up(home, error).await),
    };
    if let Some(unfinished) = standing.unfinished {
        return take_up(home, tenant, session, unfinished, progress).await;
    }
    let planned = provision::plan_rest(home, tenant, request, &standing.history).await;
    let bound = match planned {
        Ok(bound) => bound,
        Err(error) => return Err(session.give_up(home, error).await),
    };
    if bound.plan.is_empty()
        && let Some(ran) = told(&standing, bound.digest)
    {
        // It was finished; only the landlord had not heard of it.
        session.close(home).await?;
        record::ledger(home, tenant, &standing).await?;
        record::succeeded(home, &bound, &ran).await?;
        return Ok(ran);
    }
    let run = clock::run_id();
    if let Err(error) = record::run_started(home, &bound, run).await {
        return Err(session.give_up(home, error).await);
    }
    let ran = session.run(home, &bound, run, progress).await;
    provision::conclude(home, tenant, session, &bound, run, ran).await
}

/// What the ledger tells of a run that succeeded.
fn told(standing: &Standing, plan: Digest) -> Option<Ran> {
    let last = standing.rows.last()?;
    Some(Ran {
        run: last.run,
        plan,
        migrations: standing.history.applied.len(),
        tables: standing.history.schema.tables().count(),
        fingerprint: standing
            .fingerprint()
            .filter(|_| standing.has_succeeded())?,
        duration_ms: 0,
        differences: Vec::new(),
    })
}

async fn take_up(
    home: &mut Home,
    tenant: &Tenant,
    mut session: Session,
    unfinished: UnfinishedRun,
    progress: &dyn Progress,
) -> Result<Ran> {
    let UnfinishedRun { plan, run, status } = unfinished;
    let prefix: DigestPrefix = plan.to_string().parse()?;
    let gathered = match home.landlord.plan(&prefix, Some(tenant.id)).await {
        Ok(stored) => session
            .standing(home)
            .await
            .map(|standing| (stored.plan, standing)),
        Err(error) => Err(error),
    };
    let (bound, standing) = match gathered {
        Ok(gathered) => gathered,
        Err(error) => return Err(session.give_up(home, error).await),
    };
    let goes_back = status == RunStatus::Undoing || execute::is_half_undone(&standing, run, &bound);
    let ran = match goes_back {
        true => {
            let undone = session.undo(home, &bound, run, progress).await;
            Err(undone.err().unwrap_or_else(|| {
                Error::new(
                    &RUN_UNDONE,
                    format!(
                        "what the failed run {run} left half undone on tenant `{}` is undone now",
                        tenant.slug
                    ),
                )
                .hint("the same command again tries from the beginning")
            }))
        }
        false => session.take_up(home, &bound, run, progress).await,
    };
    provision::conclude(home, tenant, session, &bound, run, ran).await
}
