//! Tenants: who they are and where they stand.
//!
//! What a tenant is made of is the business of [`crate::selections`]; its own tables are in its own
//! database.
//!
//! Invariant: a status changes by [`model::status`]'s transition functions alone; the name of a database
//! is stored once and never computed again.

use std::collections::BTreeMap;

use database::{Row, Session};
use jiff::Timestamp;
use model::digest::canonical_json;
use model::status::{ProvisioningEvent, ProvisioningStatus, TenantEvent, TenantStatus};
use model::{Digest, Error, PluginId, Result, Slug, TenantFacts, TenantId};
use semver::Version;

use crate::change::{Change, tenant};
use crate::landlord::Landlord;
use crate::stored::reading;

mod codes {
    model::codes! {
        TENANT_UNKNOWN = "tenant.unknown", Input, "There is no tenant of this slug or id.";
        TENANT_EXISTS = "tenant.exists", Conflict, "A tenant of this slug is already registered.";
        SLUG_COLLISION = "slug.collision", Conflict, "Another tenant's slug becomes the same database name.";
        TENANT_INVALID = "tenant.invalid", Input, "A tenant's name or locale is empty, too long or has control characters.";
    }
}
pub use codes::*;

/// The longest name of a tenant, in characters.
pub const NAME_CHARS_MAX: usize = 200;
/// The longest locale: the longest tag that BCP 47 asks programs to take.
pub const LOCALE_BYTES_MAX: usize = 35;

/// A tenant that is to be registered.
#[derive(Debug, Clone)]
pub struct NewTenant {
    /// Its id, made by whoever registers it.
    pub id: TenantId,
    /// Its short name.
    pub slug: Slug,
    /// Its name for people.
    pub name: String,
    /// Its locale, a BCP 47 tag.
    pub locale: String,
    /// What the operator recorded.
    pub facts: BTreeMap<String, String>,
    /// What it was asked to be, as JSON whose form is the business of whoever registers it.
    pub request: serde_json::Value,
    /// The server that its database is to be on; none for a file of the home.
    pub server: Option<String>,
}

/// A registered tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// Its short name.
    pub slug: Slug,
    /// Its name for people.
    pub name: String,
    /// Its locale, a BCP 47 tag.
    pub locale: String,
    /// The name of its database, which no other tenant has, wherever it is.
    pub database_name: String,
    /// The server that its database is on; none for a file of the home.
    pub server: Option<String>,
    /// Where its life stands.
    pub status: TenantStatus,
    /// Where the building of its database stands.
    pub provisioning_status: ProvisioningStatus,
    /// Its template, if it has one.
    pub template: Option<(PluginId, Version)>,
    /// What the operator recorded.
    pub facts: BTreeMap<String, String>,
    /// What it was asked to be, as it was registered.
    pub request: serde_json::Value,
    /// The fingerprint of its database when it was last looked at.
    pub fingerprint: Option<Digest>,
    /// Place and hash of the last row of its ledger that was copied.
    pub ledger_head: Option<(i64, Digest)>,
    /// The highest fencing token that was given out for it.
    pub fence: i64,
    /// When the building of its database began, or began again after it had failed.
    pub provisioning_started_at: Option<Timestamp>,
    /// When its database was complete.
    pub provisioned_at: Option<Timestamp>,
    /// When building it failed last.
    pub provisioning_failed_at: Option<Timestamp>,
    /// Why it failed, while it has not been built since.
    pub provisioning_error: Option<String>,
    /// When its database was made.
    pub database_created_at: Option<Timestamp>,
    /// When its database was last compared with the landlord.
    pub last_synced_at: Option<Timestamp>,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When anything here changed last.
    pub updated_at: Timestamp,
}

impl Tenant {
    /// What plugins may know about it.
    pub fn facts_for_plugins(&self) -> TenantFacts {
        TenantFacts {
            slug: self.slug.clone(),
            name: self.name.clone(),
            locale: self.locale.clone(),
            facts: self.facts.clone(),
        }
    }
}

macro_rules! select_tenants {
    ($rest:literal) => {
        concat!(
            "SELECT id, slug, name, locale, database_name, server, status, provisioning_status, template_id, ",
            "template_version, facts, request, fingerprint, ledger_sequence, ledger_hash, fence, ",
            "provisioning_started_at, provisioned_at, provisioning_failed_at, provisioning_error, ",
            "database_created_at, last_synced_at, created_at, updated_at FROM tenants ",
            $rest
        )
    };
}

impl Landlord {
    /// The tenant of this slug.
    ///
    /// # Errors
    /// `tenant.unknown`, `landlord.bad_row` and those of a database.
    pub async fn tenant(&mut self, slug: &Slug) -> Result<Tenant> {
        self.find_tenant(slug)
            .await?
            .ok_or_else(|| unknown(slug.as_str()))
    }

    /// The tenant of this slug, if there is one.
    ///
    /// # Errors
    /// `landlord.bad_row` and those of a database.
    pub async fn find_tenant(&mut self, slug: &Slug) -> Result<Option<Tenant>> {
        let rows = self
            .fetch(select_tenants!("WHERE slug = $1"), &[slug.as_str().into()])
            .await?;
        rows.first().map(parse).transpose()
    }

    /// The tenant that has this database, if there is one.
    ///
    /// # Errors
    /// `landlord.bad_row` and those of a database.
    pub async fn tenant_of_database(&mut self, database_name: &str) -> Result<Option<Tenant>> {
        let rows = self
            .fetch(
                select_tenants!("WHERE database_name = $1"),
                &[database_name.into()],
            )
            .await?;
        rows.first().map(parse).transpose()
    }

    /// The tenant of this id.
    ///
    /// # Errors
    /// `tenant.unknown`, `landlord.bad_row` and those of a database.
    pub async fn tenant_by_id(&mut self, id: TenantId) -> Result<Tenant> {
        by_id(self.session().await?, id).await
    }

    /// A page of tenants in order of their slugs: at most `limit`, after a slug.
    ///
    /// # Errors
    /// `landlord.bad_row` and those of a database.
    pub async fn list_tenants(&mut self, after: Option<&Slug>, limit: u32) -> Result<Vec<Tenant>> {
        let after = after.map_or("", Slug::as_str);
        let sql = select_tenants!("WHERE slug > $1 ORDER BY slug LIMIT $2");
        let rows = self.fetch(sql, &[after.into(), limit.into()]).await?;
        rows.iter().map(parse).collect()
    }
}

impl Change<'_> {
    /// The tenant of this id, as this change sees it.
    ///
    /// # Errors
    /// `tenant.unknown`, `landlord.bad_row` and those of a database.
    pub async fn tenant_by_id(&mut self, id: TenantId) -> Result<Tenant> {
        by_id(self.session(), id).await
    }

    /// Registers a tenant.
    ///
    /// # Errors
    /// `tenant.exists`, `slug.collision`, `tenant.invalid` and those of a database.
    pub async fn register_tenant(&mut self, new: &NewTenant, now: Timestamp) -> Result<Tenant> {
        demand_printable("name", &new.name, NAME_CHARS_MAX)?;
        demand_printable("locale", &new.locale, LOCALE_BYTES_MAX)?;
        let database_name = new.slug.database_name();
        let sql = select_tenants!("WHERE database_name = $1 OR slug = $2");
        let parameters = [database_name.as_str().into(), new.slug.as_str().into()];
        let taken = self.fetch(sql, &parameters).await?;
        if let Some(other) = taken.first().map(parse).transpose()? {
            return Err(collision(&new.slug, &other));
        }
        let sql = "INSERT INTO tenants (id, slug, name, locale, database_name, status, \
                   provisioning_status, facts, request, ledger_sequence, fence, created_at, updated_at, \
                   server) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, $10, $10, $11)";
        let parameters = [
            tenant(new.id),
            new.slug.as_str().into(),
            new.name.as_str().into(),
            new.locale.as_str().into(),
            database_name.into(),
            TenantStatus::Registered.as_str().into(),
            ProvisioningStatus::None.as_str().into(),
            canonical_json(&new.facts)?.into(),
            canonical_json(&new.request)?.into(),
            now.into(),
            new.server.as_deref().into(),
        ];
        self.run(sql, &parameters).await?;
        self.tenant_by_id(new.id).await
    }

    /// Lets something happen to a tenant's life.
    ///
    /// # Errors
    /// `status.illegal`, `tenant.unknown` and those of a database.
    pub async fn tenant_event(
        &mut self,
        id: TenantId,
        event: TenantEvent,
        now: Timestamp,
    ) -> Result<TenantStatus> {
        let before = self.tenant_by_id(id).await?;
        let status = before
            .status
            .next(event)
            .map_err(|e| e.within(of(&before)))?;
        let sql = "UPDATE tenants SET status = $2, updated_at = $3 WHERE id = $1";
        self.run(sql, &[tenant(id), status.as_str().into(), now.into()])
            .await?;
        Ok(status)
    }

    /// Lets something happen to the building of a tenant's database; `error` says why it failed.
    ///
    /// # Errors
    /// `status.illegal`, `tenant.unknown` and those of a database.
    pub async fn provisioning_event(
        &mut self,
        id: TenantId,
        event: ProvisioningEvent,
        error: Option<&str>,
        now: Timestamp,
    ) -> Result<ProvisioningStatus> {
        let before = self.tenant_by_id(id).await?;
        let status = before
            .provisioning_status
            .next(event)
            .map_err(|e| e.within(of(&before)))?;
        let sql = match event {
            ProvisioningEvent::Started => {
                "UPDATE tenants SET provisioning_status = $2, provisioning_error = $4, updated_at = $3, \
                 provisioning_started_at = CASE WHEN provisioning_status = 'in_progress' \
                 THEN provisioning_started_at ELSE $3 END WHERE id = $1"
            }
            ProvisioningEvent::Completed => {
                "UPDATE tenants SET provisioning_status = $2, provisioning_error = $4, updated_at = $3, \
                 provisioned_at = $3 WHERE id = $1"
            }
            ProvisioningEvent::Failed | ProvisioningEvent::GivenUp => {
                "UPDATE tenants SET provisioning_status = $2, provisioning_error = $4, updated_at = $3, \
                 provisioning_failed_at = $3 WHERE id = $1"
            }
        };
        self.run(
            sql,
            &[tenant(id), status.as_str().into(), now.into(), error.into()],
        )
        .await?;
        Ok(status)
    }

    /// Notes that a tenant's database was made, or, with none, that it was dropped again.
    ///
    /// # Errors
    /// `tenant.unknown` and those of a database.
    pub async fn set_database_created(
        &mut self,
        id: TenantId,
        made: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<()> {
        let sql = "UPDATE tenants SET database_created_at = $2, updated_at = $3 WHERE id = $1";
        let changed = self
            .run(sql, &[tenant(id), made.into(), now.into()])
            .await?;
        demand_known(changed, id)
    }

    /// Notes what a tenant's database looked like just now.
    ///
    /// # Errors
    /// `tenant.unknown` and those of a database.
    pub async fn set_fingerprint(
        &mut self,
        id: TenantId,
        fingerprint: &Digest,
        now: Timestamp,
    ) -> Result<()> {
        let sql = "UPDATE tenants SET fingerprint = $2, last_synced_at = $3, updated_at = $3 WHERE id = $1";
        let changed = self
            .run(
                sql,
                &[tenant(id), fingerprint.to_string().into(), now.into()],
            )
            .await?;
        demand_known(changed, id)
    }
}

pub(crate) async fn by_id(session: &mut Session, id: TenantId) -> Result<Tenant> {
    let rows = session
        .fetch(select_tenants!("WHERE id = $1"), &[tenant(id)])
        .await?;
    rows.first()
        .map(parse)
        .transpose()?
        .ok_or_else(|| unknown(&id.to_string()))
}

pub(crate) fn demand_known(changed: u64, id: TenantId) -> Result<()> {
    if changed == 1 {
        Ok(())
    } else {
        Err(unknown(&id.to_string()))
    }
}

fn unknown(who: &str) -> Error {
    Error::new(&TENANT_UNKNOWN, format!("there is no tenant `{who}`"))
        .hint("see who is there with `strata tenant list`")
}

fn of(tenant: &Tenant) -> String {
    format!("tenant `{}`", tenant.slug)
}

/// `tenant.exists` or `slug.collision`: another tenant has the slug or its database name.
pub fn collision(slug: &Slug, other: &Tenant) -> Error {
    if &other.slug == slug {
        let status = other.status;
        return Error::new(
            &TENANT_EXISTS,
            format!("tenant `{slug}` is already registered and {status}"),
        )
        .hint(format!("look at it with `strata tenant show {slug}`"));
    }
    Error::new(
        &SLUG_COLLISION,
        format!(
            "tenant `{slug}` would have the database `{}` of tenant `{}`",
            other.database_name, other.slug
        ),
    )
    .hint("hyphens become underscores in the names of databases; choose another slug")
}

fn demand_printable(what: &str, text: &str, chars_max: usize) -> Result<()> {
    let fits = !text.trim().is_empty()
        && text.chars().count() <= chars_max
        && !text.chars().any(char::is_control);
    if fits {
        return Ok(());
    }
    Err(Error::new(
        &TENANT_INVALID,
        format!("the {what} `{}` is not allowed", model::name::display(text)),
    )
    .hint(format!(
        "a {what} has 1 to {chars_max} characters and no control characters"
    )))
}

fn parse(row: &Row) -> Result<Tenant> {
    let row = reading(row, "tenants");
    let template = match (
        row.parse_if_any("template_id")?,
        row.parse_if_any("template_version")?,
    ) {
        (Some(id), Some(version)) => Some((id, version)),
        (None, None) => None,
        _ => {
            return Err(row.bad(
                "template_version",
                "id and version of the template are not there both",
            ));
        }
    };
    let ledger_head = match (
        row.integer("ledger_sequence")?,
        row.parse_if_any("ledger_hash")?,
    ) {
        (0, None) => None,
        (sequence, Some(hash)) if sequence > 0 => Some((sequence, hash)),
        _ => return Err(row.bad("ledger_hash", "place and hash of the ledger do not fit")),
    };
    Ok(Tenant {
        id: row.parse("id")?,
        slug: row.parse("slug")?,
        name: row.text("name")?.to_owned(),
        locale: row.text("locale")?.to_owned(),
        database_name: row.text("database_name")?.to_owned(),
        server: row.text_if_any("server")?.map(str::to_owned),
        status: row.parse("status")?,
        provisioning_status: row.parse("provisioning_status")?,
        template,
        facts: row.json("facts")?,
        request: row.json("request")?,
        fingerprint: row.parse_if_any("fingerprint")?,
        ledger_head,
        fence: row.integer("fence")?,
        provisioning_started_at: row.parse_if_any("provisioning_started_at")?,
        provisioned_at: row.parse_if_any("provisioned_at")?,
        provisioning_failed_at: row.parse_if_any("provisioning_failed_at")?,
        provisioning_error: row.text_if_any("provisioning_error")?.map(str::to_owned),
        database_created_at: row.parse_if_any("database_created_at")?,
        last_synced_at: row.parse_if_any("last_synced_at")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}
