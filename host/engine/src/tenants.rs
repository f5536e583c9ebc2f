//! Looking at tenants: list, show, history, explain. Nothing here changes anything.

use std::collections::BTreeMap;

use jiff::Timestamp;
use landlord::Tenant;
use model::error::Error;
use model::id::{RunId, Slug, TenantId};
use model::ledger::{LedgerEvent, LedgerRow, StatementMark};
use model::manifest::Layer;
use model::status::{ProvisioningStatus, TenantStatus};
use model::{Digest, Result};
use plan::{Explanation, History};
use serde::Serialize;

use crate::gather::{self, Standing};
use crate::home::Home;
use crate::request::TenantRequest;

mod codes {
    model::codes! {
        REQUEST_UNREADABLE = "tenant.request_unreadable", Bug, "What a tenant was asked to be is stored in a form that cannot be read.";
    }
}
pub use codes::*;

/// The layers of a tenant that have something applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LayerSummary {
    /// The layer.
    pub layer: Layer,
    /// Its plugins as `id@version`.
    pub plugins: Vec<String>,
    /// How many migrations stand.
    pub migrations: usize,
}

/// A tenant as the landlord knows it.
#[derive(Debug, Clone, Serialize)]
pub struct TenantSummary {
    /// Its id.
    pub id: TenantId,
    /// Its slug.
    pub slug: Slug,
    /// Its name.
    pub name: String,
    /// Where its life stands.
    pub status: TenantStatus,
    /// Where its building stands.
    pub provisioning_status: ProvisioningStatus,
    /// Its template as `id@version`.
    pub template: Option<String>,
    /// The fingerprint of its schema after the last run.
    pub fingerprint: Option<Digest>,
}

/// A tenant as its own database knows it.
#[derive(Debug, Clone, Serialize)]
pub struct TenantDetails {
    /// What the landlord knows.
    #[serde(flatten)]
    pub summary: TenantSummary,
    /// The name of its database.
    pub database: String,
    /// The server that it is on; none for a file.
    pub server: Option<String>,
    /// What plugins may know about it.
    pub facts: BTreeMap<String, String>,
    /// Its layers.
    pub layers: Vec<LayerSummary>,
    /// How many migrations stand; none when its database cannot be read.
    pub migrations: Option<usize>,
    /// How many tables there are.
    pub tables: Option<usize>,
    /// When it was ready.
    pub provisioned_at: Option<Timestamp>,
    /// Why its last building failed.
    pub provisioning_error: Option<String>,
    /// Why its database cannot be read.
    pub unavailable: Option<String>,
}

/// An event of a tenant's ledger, for people.
#[derive(Debug, Clone, Serialize)]
pub struct Event {
    /// Its place.
    pub sequence: i64,
    /// When.
    pub time: Timestamp,
    /// What kind.
    pub event: &'static str,
    /// In which run.
    pub run: RunId,
    /// A few words.
    pub what: String,
    /// The hash of the row.
    pub hash: Digest,
}

/// What a tenant was asked to be.
pub(crate) fn request(tenant: &Tenant) -> Result<TenantRequest> {
    serde_json::from_value(tenant.request.clone()).map_err(|cause| {
        Error::new(
            &REQUEST_UNREADABLE,
            format!("the request for tenant `{}` cannot be read", tenant.slug),
        )
        .because(cause)
    })
}

/// All tenants in order of their slugs.
///
/// # Errors
/// Those of the landlord.
pub async fn list(home: &mut Home) -> Result<Vec<TenantSummary>> {
    let mut summaries = Vec::new();
    let mut after: Option<Slug> = None;
    loop {
        let page = home.landlord.list_tenants(after.as_ref(), PAGE).await?;
        after = page.last().map(|tenant| tenant.slug.clone());
        summaries.extend(page.iter().map(summary));
        if page.len() < PAGE as usize {
            return Ok(summaries);
        }
    }
}

/// How many tenants are fetched at once.
const PAGE: u32 = 1_000;

/// A tenant with what its own database says. A database that cannot be read is told, not an error.
///
/// # Errors
/// `tenant.unknown` and those of the landlord.
pub async fn show(home: &mut Home, slug: &Slug) -> Result<TenantDetails> {
    let tenant = home.landlord.tenant(slug).await?;
    let standing = standing(home, &tenant).await;
    let (layers, migrations, tables, unavailable) = match &standing {
        Ok(standing) => {
            let history = &standing.history;
            (
                layers(history),
                Some(history.applied.len()),
                Some(history.schema.tables().count()),
                None,
            )
        }
        Err(error) => (Vec::new(), None, None, Some(error.sentences())),
    };
    Ok(TenantDetails {
        summary: summary(&tenant),
        database: tenant.database_name.clone(),
        server: tenant.server.clone(),
        facts: tenant.facts.clone(),
        layers,
        migrations,
        tables,
        provisioned_at: tenant.provisioned_at,
        provisioning_error: tenant.provisioning_error.clone(),
        unavailable,
    })
}

/// The events of a tenant's ledger, oldest first.
///
/// # Errors
/// `tenant.unknown` and those of reading the database.
pub async fn history(home: &mut Home, slug: &Slug) -> Result<Vec<Event>> {
    let tenant = home.landlord.tenant(slug).await?;
    let standing = standing(home, &tenant).await?;
    Ok(standing.rows.iter().map(event).collect())
}

/// Who made an object of a tenant's schema, and what changed it since.
///
/// # Errors
/// `tenant.unknown`, `object.unknown`, `object.invalid` and those of reading the database.
pub async fn explain(home: &mut Home, slug: &Slug, object: &str) -> Result<Explanation> {
    let tenant = home.landlord.tenant(slug).await?;
    let standing = standing(home, &tenant).await?;
    plan::explain(&standing.history.schema, object)
}

/// What a tenant's own ledger says. Reading needs no lock: nothing is written.
pub(crate) async fn standing(home: &mut Home, tenant: &Tenant) -> Result<Standing> {
    let place = home.place(tenant).await?;
    let opened = place.open_to_look().await;
    let mut connection = opened.map_err(|e| {
        e.within(format!(
            "the database of tenant `{}` cannot be opened",
            tenant.slug
        ))
    })?;
    let standing = gather::gather(&mut connection, tenant.id, home.landlord_id()).await;
    connection.close().await?;
    standing.map_err(|e| {
        e.within(format!(
            "the database of tenant `{}` cannot be read",
            tenant.slug
        ))
    })
}

/// The layers of what stands.
pub(crate) fn layers(history: &History) -> Vec<LayerSummary> {
    let mut layers = Vec::new();
    for layer in Layer::ALL {
        let locked = history.lock.iter().filter(|locked| locked.layer == layer);
        let plugins: Vec<String> = locked
            .map(|locked| format!("{}@{}", locked.id, locked.version))
            .collect();
        let migrations = history
            .applied
            .iter()
            .filter(|applied| applied.migration.layer == layer)
            .count();
        if !plugins.is_empty() || migrations > 0 {
            layers.push(LayerSummary {
                layer,
                plugins,
                migrations,
            });
        }
    }
    layers
}

fn summary(tenant: &Tenant) -> TenantSummary {
    let template = tenant
        .template
        .as_ref()
        .map(|(id, version)| format!("{id}@{version}"));
    TenantSummary {
        id: tenant.id,
        slug: tenant.slug.clone(),
        name: tenant.name.clone(),
        status: tenant.status,
        provisioning_status: tenant.provisioning_status,
        template,
        fingerprint: tenant.fingerprint,
    }
}

fn event(row: &LedgerRow) -> Event {
    let (event, what) = match &row.event {
        LedgerEvent::RunStarted { plan, lock } => (
            "run started",
            format!("plan {}, {} plugins", plan.short(), lock.len()),
        ),
        LedgerEvent::MigrationApplied(applied) => (
            "migration applied",
            format!(
                "{} {}@{} {}",
                applied.layer, applied.plugin, applied.version, applied.migration
            ),
        ),
        LedgerEvent::MigrationUndone {
            plugin, migration, ..
        } => ("migration undone", format!("{plugin} {migration}")),
        LedgerEvent::StatementIntended(mark) => ("statement begun", place(mark)),
        LedgerEvent::StatementDone(mark) => ("statement done", place(mark)),
        LedgerEvent::PartUndone { plugin, migration } => {
            ("part undone", format!("{plugin} {migration}"))
        }
        LedgerEvent::StepFailed {
            plugin,
            migration,
            code,
            message,
        } => (
            "step failed",
            format!("{plugin} {migration}: {code}: {message}"),
        ),
        LedgerEvent::RunSucceeded { fingerprint, .. } => (
            "run succeeded",
            format!("fingerprint {}", fingerprint.short()),
        ),
        LedgerEvent::RunUndone { fingerprint, .. } => {
            ("run undone", format!("fingerprint {}", fingerprint.short()))
        }
        LedgerEvent::RunResumed => ("run resumed", String::new()),
        LedgerEvent::UndoFailed {
            plugin,
            migration,
            message,
        } => ("undo failed", format!("{plugin} {migration}: {message}")),
    };
    Event {
        sequence: row.sequence,
        time: row.time,
        event,
        run: row.run,
        what,
        hash: row.hash,
    }
}

fn place(mark: &StatementMark) -> String {
    let of_reverse = if mark.undoes { " of the way back" } else { "" };
    let n = mark.statement + 1;
    format!(
        "{} {}, statement {n}{of_reverse}",
        mark.plugin, mark.migration
    )
}
