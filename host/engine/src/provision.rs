//! Building a tenant: register, make its database, apply all layers, activate; or finish, or report.
//!
//! Invariant: everything that can be refused is refused before anything is written. A failed first
//! building drops the database that it made, and nothing else here ever drops one.

use std::time::Instant;

use database::meta::{DATABASE_FOREIGN, DATABASE_UNMARKED};
use database::{Connection, Meta, meta};
use landlord::{NewTenant, Tenant};
use model::digest::canonical_json;
use model::error::Error;
use model::id::{RunId, Slug};
use model::plan::BoundPlan;
use model::statement::ForeignKeys;
use model::status::ProvisioningStatus;
use model::{Digest, Result};
use plan::{History, Wish};

use crate::clean_up::{self, FailedRun};
use crate::execute::{self, Ran};
use crate::gather::Standing;
use crate::home::Home;
use crate::place::Place;
use crate::progress::Progress;
use crate::record::{self, Failure};
use crate::request::TenantRequest;
use crate::session::{self, Right, Session};
use crate::tenants::{self, LayerSummary, layers};
use crate::{change, clock, resume};

mod codes {
    model::codes! {
        EXISTS_DIFFERENTLY = "tenant.exists_differently", Conflict, "A tenant of this slug is there, made with other arguments.";
    }
}
pub use codes::*;

/// What came of `tenant create`.
#[derive(Debug, Clone)]
pub struct Created {
    /// The tenant.
    pub slug: Slug,
    /// Whether it was made, finished or there already.
    pub outcome: Outcome,
    /// The name of its database.
    pub database: String,
    /// The run that built it, if one ran now.
    pub run: Option<RunId>,
    /// The plan that the run applied.
    pub plan: Option<Digest>,
    /// Its layers.
    pub layers: Vec<LayerSummary>,
    /// How many migrations stand.
    pub migrations: usize,
    /// How many tables there are.
    pub tables: usize,
    /// The fingerprint of its schema.
    pub fingerprint: Digest,
    /// How long the command took, in milliseconds.
    pub duration_ms: u64,
}

/// Whether a tenant was made, finished or there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was made.
    Created,
    /// What was half done is finished.
    Finished,
    /// It was there as asked for.
    Unchanged,
}

impl Outcome {
    /// As it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Created => "created",
            Outcome::Finished => "finished",
            Outcome::Unchanged => "unchanged",
        }
    }

    /// For people.
    pub fn sentence(self) -> &'static str {
        match self {
            Outcome::Created => "created",
            Outcome::Finished => "finished what was half done",
            Outcome::Unchanged => "there already, nothing to do",
        }
    }
}

/// A plan for a tenant that is not there yet.
#[derive(Debug, Clone)]
pub struct DryRun {
    /// The plan.
    pub plan: BoundPlan,
}

/// Plans a tenant and changes nothing.
///
/// # Errors
/// `tenant.exists_differently`, `slug.collision` and those of resolving, plugins and rules.
pub async fn dry_run(home: &mut Home, request: &TenantRequest) -> Result<DryRun> {
    let server = match home.landlord.find_tenant(&request.slug).await? {
        Some(tenant) => {
            demand_same(&tenant, request)?;
            tenant.server
        }
        None => home.placement(request.server.as_deref()).await?,
    };
    let plan = first_plan(home, request, server.as_deref()).await?;
    Ok(DryRun { plan })
}

/// Makes a tenant what was asked for.
///
/// # Errors
/// `tenant.exists_differently`, `slug.collision`, `database.exists`, `tenant.locked`, those of resolving,
/// plugins and rules; `run.undone` and `run.incomplete` when building fails.
pub async fn create(
    home: &mut Home,
    request: &TenantRequest,
    progress: &dyn Progress,
) -> Result<Created> {
    let started = Instant::now();
    let (tenant, outcome, ran) = match home.landlord.find_tenant(&request.slug).await? {
        None => {
            let (tenant, ran) = build(home, request, progress).await?;
            (tenant, Outcome::Created, Some(ran))
        }
        Some(tenant) => {
            demand_same(&tenant, request)?;
            let ran = finish(home, &tenant, request, progress).await?;
            let outcome = match tenant.provisioning_status {
                _ if ran.is_none() => Outcome::Unchanged,
                ProvisioningStatus::Failed | ProvisioningStatus::PermanentlyFailed => {
                    Outcome::Created
                }
                _ => Outcome::Finished,
            };
            (tenant, outcome, ran)
        }
    };
    report(home, &tenant, outcome, ran, started).await
}

async fn report(
    home: &mut Home,
    tenant: &Tenant,
    outcome: Outcome,
    ran: Option<Ran>,
    started: Instant,
) -> Result<Created> {
    let standing = tenants::standing(home, tenant).await?;
    let fingerprint = standing
        .fingerprint()
        .ok_or_else(|| change::unfinished(&tenant.slug))?;
    Ok(Created {
        slug: tenant.slug.clone(),
        outcome,
        database: tenant.database_name.clone(),
        run: ran.as_ref().map(|ran| ran.run),
        plan: ran.as_ref().map(|ran| ran.plan),
        layers: layers(&standing.history),
        migrations: standing.history.applied.len(),
        tables: standing.history.schema.tables().count(),
        fingerprint,
        duration_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
    })
}

fn demand_same(tenant: &Tenant, request: &TenantRequest) -> Result<()> {
    if canonical_json(&tenants::request(tenant)?)? == canonical_json(request)? {
        return Ok(());
    }
    Err(Error::new(
        &EXISTS_DIFFERENTLY,
        format!(
            "tenant `{}` is there, made with other arguments",
            request.slug
        ),
    )
    .hint(format!("strata tenant show {}", request.slug))
    .hint(format!(
        "to change it: strata plan {} --add-module … , then strata apply",
        request.slug
    )))
}

async fn first_plan(
    home: &mut Home,
    request: &TenantRequest,
    server: Option<&str>,
) -> Result<BoundPlan> {
    let wish = Wish {
        template: request.template()?,
        modules: request.modules()?,
        customs: request.customs()?,
        settings: request.settings.clone(),
        present: Vec::new(),
    };
    let id = clock::tenant_id();
    let dialect = home.dialect_of(server).await?;
    let (facts, nothing) = (request.tenant_facts(), History::default());
    let allowed = Default::default();
    change::make(home, id, &facts, &wish, &nothing, dialect, &allowed).await
}

/// Registers a tenant, makes its database and applies the whole plan.
async fn build(
    home: &mut Home,
    request: &TenantRequest,
    progress: &dyn Progress,
) -> Result<(Tenant, Ran)> {
    let server = home.placement(request.server.as_deref()).await?;
    let bound = first_plan(home, request, server.as_deref()).await?;
    let database_name = request.slug.database_name();
    let lock = session::take_lock(home, &database_name)?;
    let credentials = match &server {
        None => None,
        Some(server) => Some(
            home.new_credentials(server, bound.tenant, &database_name)
                .await?,
        ),
    };
    let mut new = new_tenant(request, &bound)?;
    new.server.clone_from(&server);
    demand_slug_free(home, request).await?;
    match &credentials {
        Some(credentials) => credentials.place.demand_free().await?,
        None => home.file_place(&database_name)?.demand_free().await?,
    }
    let run = clock::run_id();
    let tenant = record::registered(home, &new, &bound, run, credentials.as_ref()).await?;
    let right = Right::with_lock(home, &tenant, lock).await?;
    let mut session = match open_or_create(home, &tenant, right, progress).await {
        Ok(session) => session,
        Err(error) => {
            // A file was removed by whoever made it. What a server has is for the next try to find out.
            let failure = match server.is_none() || is_not_ours(&error) {
                true => Failure::Undone { dropped: true },
                false => Failure::Incomplete,
            };
            let what = format!("the database of tenant `{}` cannot be made", tenant.slug);
            let error = error.within(what);
            return Err(record::failed(home, &bound, run, failure, error).await);
        }
    };
    let ran = session.run(home, &bound, run, progress).await;
    let ran = conclude(home, &tenant, session, &bound, run, ran).await?;
    Ok((tenant, ran))
}

/// Says that a slug collides before it says that a file is there.
async fn demand_slug_free(home: &mut Home, request: &TenantRequest) -> Result<()> {
    let Some(other) = home
        .landlord
        .tenant_of_database(&request.slug.database_name())
        .await?
    else {
        return Ok(());
    };
    Err(landlord::tenants::collision(&request.slug, &other))
}

fn new_tenant(request: &TenantRequest, bound: &BoundPlan) -> Result<NewTenant> {
    let stored = serde_json::to_value(request).map_err(|cause| {
        Error::new(
            &model::digest::DIGEST_UNENCODABLE,
            "a request could not be written as JSON",
        )
        .because(cause)
    })?;
    Ok(NewTenant {
        id: bound.tenant,
        slug: request.slug.clone(),
        name: request.name.clone(),
        locale: request.tenant_facts().locale,
        facts: request.facts.clone(),
        request: stored,
        server: None,
    })
}

/// Opens the tenant's database, which this or an earlier attempt of ours makes. Whatever fails, the tenant
/// is given back.
pub(crate) async fn open_or_create(
    home: &mut Home,
    tenant: &Tenant,
    right: Right,
    progress: &dyn Progress,
) -> Result<Session> {
    match make_and_mark(home, tenant, &right, progress).await {
        Ok((place, connection)) => Ok(right.with(tenant, place, connection)),
        Err(error) => {
            if let Err(second) = right.give_back(home).await {
                tracing::warn!(%second, "failed to give a tenant back");
            }
            Err(error)
        }
    }
}

/// A database that is made now and cannot be marked as the tenant's is removed again.
async fn make_and_mark(
    home: &mut Home,
    tenant: &Tenant,
    right: &Right,
    progress: &dyn Progress,
) -> Result<(Place, Connection)> {
    let place = home.place(tenant).await?;
    let meta = right.mark(home);
    clean_up::end_dropping(home, tenant, &place, right).await?;
    let made = place.open_or_make(&meta, progress).await;
    let (mut connection, is_new) = match made {
        Ok(made) => made,
        Err(error) => return Err(without_roles(&place, error).await),
    };
    let Err(error) = mark(&mut connection, &meta).await else {
        record::database_created(home, tenant).await?;
        return Ok((place, connection));
    };
    if let Err(second) = connection.close().await {
        tracing::warn!(%second, "a database that could not be marked could not be closed tidily");
    }
    // Somebody else was faster: it is not what was made here any more.
    if is_not_ours(&error) {
        return Err(without_roles(&place, error).await);
    }
    if is_new && let Err(second) = clean_up::drop_made(home, &place, right).await {
        return Err(error.hint(format!("the new database could not be removed: {second}")));
    }
    Err(error)
}

/// Where the database is somebody else's, the roles that were made for it go again.
async fn without_roles(place: &Place, error: Error) -> Error {
    if let (true, Place::Server(server)) = (is_not_ours(&error), place)
        && let Err(second) = server.drop_roles().await
    {
        return error.hint(format!("the tenant's roles could not be removed: {second}"));
    }
    error
}

/// Whether an error says that a database is somebody else's.
fn is_not_ours(error: &Error) -> bool {
    error.is(&DATABASE_FOREIGN) || error.is(&DATABASE_UNMARKED)
}

/// Marks a database as the tenant's, if it is or was empty.
async fn mark(connection: &mut Connection, meta: &Meta) -> Result<()> {
    meta::demand_free_or(connection.session().await?, meta).await?;
    let mut transaction = connection.begin(ForeignKeys::Enforced).await?;
    meta::establish(&mut transaction, meta).await?;
    transaction.commit().await
}

/// Ends a run: records what came of it, and cleans up after a first one that failed.
pub(crate) async fn conclude(
    home: &mut Home,
    tenant: &Tenant,
    mut session: Session,
    bound: &BoundPlan,
    run: RunId,
    ran: Result<Ran>,
) -> Result<Ran> {
    let standing = session.standing(home).await;
    // The lock is held until the end: nobody finds the tenant between two states.
    let right = session.close_database().await;
    let concluded = match (ran, standing) {
        (Ok(ran), Ok(standing)) => succeed(home, tenant, bound, ran, &standing).await,
        (Ok(_), Err(error)) => Err(error),
        (Err(error), standing) => {
            let failed = FailedRun {
                tenant,
                bound,
                run,
                right: &right,
            };
            Err(clean_up::fail(home, &failed, standing.ok(), error).await)
        }
    };
    right.give_back(home).await?;
    concluded
}

async fn succeed(
    home: &mut Home,
    tenant: &Tenant,
    bound: &BoundPlan,
    ran: Ran,
    standing: &Standing,
) -> Result<Ran> {
    record::ledger(home, tenant, standing).await?;
    record::succeeded(home, bound, &ran).await?;
    match ran.differences.first() {
        None => Ok(ran),
        Some(first) => Err(execute::differs(&tenant.slug, first, ran.differences.len())),
    }
}

/// Finishes what is half done; nothing to finish gives nothing.
async fn finish(
    home: &mut Home,
    tenant: &Tenant,
    request: &TenantRequest,
    progress: &dyn Progress,
) -> Result<Option<Ran>> {
    if tenant.provisioning_status == ProvisioningStatus::Completed {
        return resume::finish(home, tenant, progress).await;
    }
    resume::demand_still_free(home, tenant).await?;
    let right = Right::take(home, tenant).await?;
    let session = open_or_create(home, tenant, right, progress).await?;
    resume::go_on(home, tenant, session, request, progress)
        .await
        .map(Some)
}

/// Plans what a tenant still lacks.
pub(crate) async fn plan_rest(
    home: &mut Home,
    tenant: &Tenant,
    request: &TenantRequest,
    history: &History,
) -> Result<BoundPlan> {
    let wish = Wish {
        template: request.template()?,
        modules: request.modules()?,
        customs: request.customs()?,
        settings: request.settings.clone(),
        present: history.lock.clone(),
    };
    let dialect = home.place(tenant).await?.dialect();
    change::make(
        home,
        tenant.id,
        &request.tenant_facts(),
        &wish,
        history,
        dialect,
        &Default::default(),
    )
    .await
}
