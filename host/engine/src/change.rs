//! Planning a change to a tenant that is there: what is wanted beside what stands.

use std::collections::{BTreeMap, BTreeSet};

use dialect::Dialect;
use model::Result;
use model::emission::{Settings, TenantFacts};
use model::error::Error;
use model::id::{PluginId, PluginReference, Slug, TenantId};
use model::plan::BoundPlan;
use plan::{Catalogue, History, Request, Wish};

use crate::emitter::PluginEmitter;
use crate::home::Home;
use crate::{audit, compliance, record, tenants};

mod codes {
    model::codes! {
        CHANGE_UNFINISHED = "tenant.unfinished", Incomplete, "A run of the tenant is not finished; nothing else can be planned or applied before it is.";
    }
}
pub use codes::*;

/// What is to change.
#[derive(Debug, Clone)]
pub struct Change {
    /// The tenant.
    pub slug: Slug,
    /// Its template in another version.
    pub template: Option<PluginReference>,
    /// Modules to add or in another version.
    pub modules: Vec<PluginReference>,
    /// Customizations to add or in another version.
    pub customs: Vec<PluginReference>,
    /// Settings to set.
    pub settings: BTreeMap<PluginId, Settings>,
    /// What is allowed by name, for rule packs: codes of hazards, tables, columns.
    pub allowed: BTreeSet<String>,
}

/// A plan that was stored.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The plan with its tenant.
    pub bound: BoundPlan,
}

/// Plans a change and stores the plan.
///
/// # Errors
/// `tenant.unknown`, `tenant.unfinished`, those of resolving, plugins and rules.
pub async fn plan(home: &mut Home, change: &Change) -> Result<Planned> {
    let tenant = home.landlord.tenant(&change.slug).await?;
    let standing = tenants::standing(home, &tenant).await?;
    if standing.unfinished.is_some() || !standing.has_succeeded() {
        return Err(unfinished(&change.slug));
    }
    record::catch_up(home, &tenant, &standing).await?;
    let present = home.landlord.selection(tenant.id).await?;
    let mut settings = present.settings.clone();
    for (plugin, values) in &change.settings {
        settings
            .entry(plugin.clone())
            .or_default()
            .extend(values.clone());
    }
    let wish = Wish {
        template: change.template.clone(),
        modules: change.modules.clone(),
        customs: change.customs.clone(),
        settings,
        present: present.plugins,
    };
    let dialect = home.place(&tenant).await?.dialect();
    let facts = tenants::request(&tenant)?.tenant_facts();
    let bound = make(
        home,
        tenant.id,
        &facts,
        &wish,
        &standing.history,
        dialect,
        &change.allowed,
    )
    .await?;
    let (now, by) = (home.clock.now(), home.options.executed_by.clone());
    let mut stored = home.landlord.begin().await?;
    stored.store_plan(&bound, &by, now).await?;
    stored.commit().await?;
    Ok(Planned { bound })
}

/// `tenant.unfinished`.
pub(crate) fn unfinished(slug: &Slug) -> Error {
    Error::new(
        &CHANGE_UNFINISHED,
        format!("a run of tenant `{slug}` is not finished"),
    )
    .hint(format!("strata resume {slug}"))
}

/// Makes a plan for a tenant: the one way from a wish to a bound plan.
pub(crate) async fn make(
    home: &mut Home,
    tenant: TenantId,
    facts: &TenantFacts,
    wish: &Wish,
    history: &History,
    dialect: &'static dyn Dialect,
    allowed: &BTreeSet<String>,
) -> Result<BoundPlan> {
    let catalogue: Catalogue = home.catalogue().await?;
    let resolved = plan::resolve(wish, &catalogue, &facts.slug)?;
    let request = Request {
        tenant: facts,
        resolved: &resolved,
        history,
        judging: &compliance::judging(home, allowed).await?,
    };
    let emitter = PluginEmitter::new(&home.host);
    let planned = plan::plan(&request, &emitter, dialect)?;
    let digest = planned.plan.digest()?;
    audit::about(home, digest);
    Ok(BoundPlan {
        tenant,
        slug: facts.slug.clone(),
        plan: planned.plan,
        digest,
    })
}
