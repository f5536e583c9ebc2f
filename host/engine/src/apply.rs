//! Applying a stored plan to a tenant that is there.

use model::Result;
use model::digest::DigestPrefix;
use model::error::Error;
use model::id::Slug;

use crate::execute::{self, Ran};
use crate::home::Home;
use crate::progress::Progress;
use crate::session::Session;
use crate::{audit, change, clock, provision, record};

mod codes {
    model::codes! {
        PLAN_CAPABILITIES = "plan.capabilities_moved", Conflict, "The tenant's database cannot do what the plan was made for.";
    }
}
pub use codes::*;

/// Applies the plan that a digest names.
///
/// # Errors
/// `tenant.unknown`, `plan.unknown`, `plan.ambiguous`, `plan.base_moved`, `plan.capabilities_moved`,
/// `tenant.unfinished`, `tenant.locked`, `run.undone`, `run.incomplete`.
pub async fn apply(
    home: &mut Home,
    slug: &Slug,
    digest: &DigestPrefix,
    progress: &dyn Progress,
) -> Result<Ran> {
    let tenant = home.landlord.tenant(slug).await?;
    let bound = home.landlord.plan(digest, Some(tenant.id)).await?.plan;
    audit::about(home, bound.digest);
    let (mut session, standing) = Session::open_standing(home, &tenant).await?;
    if standing.unfinished.is_some() || !standing.has_succeeded() {
        session.close(home).await?;
        return Err(change::unfinished(slug));
    }
    if let Err(error) = record::catch_up(home, &tenant, &standing).await {
        return Err(session.give_up(home, error).await);
    }
    let here = standing.history.base()?;
    let capabilities = session.connection().capabilities().await?;
    let moved = if here != bound.plan.base {
        Some(execute::base_moved(&bound, &here))
    } else if capabilities != bound.plan.capabilities {
        Some(
            Error::new(
                &PLAN_CAPABILITIES,
                format!(
                    "plan {} for `{slug}` was made for {} {}",
                    bound.digest.short(),
                    bound.plan.capabilities.backend.as_str(),
                    bound.plan.capabilities.version
                ),
            )
            .hint(format!("plan again: strata plan {slug}")),
        )
    } else {
        None
    };
    if let Some(error) = moved {
        session.close(home).await?;
        return Err(error);
    }
    let run = clock::run_id();
    record::run_started(home, &bound, run).await?;
    let ran = session.run(home, &bound, run, progress).await;
    provision::conclude(home, &tenant, session, &bound, run, ran).await
}
