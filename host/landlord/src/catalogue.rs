//! The catalogue: every version of every plugin that this landlord knows.
//!
//! The bytes of components are kept by `plugin`; here are their manifests and digests.
//!
//! Invariant: a version means one component. It is replaced only while nothing refers to it.

use std::collections::BTreeMap;

use database::Row;
use jiff::Timestamp;
use model::digest::canonical_json;
use model::{Digest, Error, Layer, Manifest, PluginId, PluginReference, Result};
use semver::Version;

use crate::change::Change;
use crate::landlord::Landlord;
use crate::stored::reading;

mod codes {
    model::codes! {
        PLUGIN_VERSION_EXISTS = "plugin.exists_differently", Conflict, "The catalogue has another component under the same id and version.";
        PLUGIN_REFERENCED = "plugin.referenced", Conflict, "A component cannot be replaced: a tenant, a plan or a ledger refers to it.";
        PLUGIN_ALIAS_TAKEN = "plugin.alias_taken", Conflict, "Another plugin is known by the same id or alias.";
    }
}
pub use codes::*;
pub use model::id::PLUGIN_UNKNOWN;

/// A version of a plugin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CataloguePlugin {
    /// What it says about itself.
    pub manifest: Manifest,
    /// Its component.
    pub component: Digest,
    /// Whether it is taken when no version is named.
    pub is_active: bool,
    /// When it came in.
    pub added_at: Timestamp,
}

/// What came of adding a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adding {
    /// It is new.
    Added,
    /// The same was there.
    Unchanged,
    /// It took the place of another component, to which nothing refers.
    Replaced {
        /// The other component.
        previous: Digest,
    },
}

/// How a tier is written in the catalogue.
fn tier(tier: model::manifest::Tier) -> &'static str {
    match tier {
        model::manifest::Tier::Basic => "basic",
        model::manifest::Tier::Premium => "premium",
        model::manifest::Tier::Custom => "custom",
    }
}

impl Landlord {
    /// The plugin that is meant: the version named, or the newest active one; aliases count.
    ///
    /// A pre-release is taken only when it is named or when there is nothing else.
    ///
    /// # Errors
    /// `plugin.unknown`, `landlord.bad_row` and those of a database.
    pub async fn plugin(&mut self, reference: &PluginReference) -> Result<CataloguePlugin> {
        self.find_plugin(reference).await?.ok_or_else(|| {
            Error::new(
                &PLUGIN_UNKNOWN,
                format!("the catalogue has no plugin `{reference}`"),
            )
            .hint("see what is there with `strata plugin list`")
        })
    }

    /// Like [`Landlord::plugin`], if there is one.
    ///
    /// # Errors
    /// `landlord.bad_row` and those of a database.
    pub async fn find_plugin(
        &mut self,
        reference: &PluginReference,
    ) -> Result<Option<CataloguePlugin>> {
        let plugins = self.list_plugins(None).await?;
        let meant = plugins
            .into_iter()
            .filter(|plugin| plugin.manifest.answers_to(&reference.id));
        Ok(match &reference.version {
            Some(version) => meant
                .into_iter()
                .find(|plugin| &plugin.manifest.version == version),
            None => meant
                .filter(|plugin| plugin.is_active)
                .max_by_key(|plugin| {
                    (
                        plugin.manifest.version.pre.is_empty(),
                        plugin.manifest.version.clone(),
                    )
                }),
        })
    }

    /// Every version of every plugin, of one layer or of all, by layer, id and version.
    ///
    /// # Errors
    /// `landlord.bad_row` and those of a database.
    pub async fn list_plugins(&mut self, layer: Option<Layer>) -> Result<Vec<CataloguePlugin>> {
        let rows = self.fetch(SELECT_PLUGINS, &[]).await?;
        let mut plugins: Vec<CataloguePlugin> = rows.iter().map(parse).collect::<Result<_>>()?;
        plugins.retain(|plugin| layer.is_none_or(|layer| plugin.manifest.layer == layer));
        plugins.sort_by(|a, b| {
            let key = |p: &CataloguePlugin| {
                (
                    p.manifest.layer,
                    p.manifest.id.clone(),
                    p.manifest.version.clone(),
                )
            };
            key(a).cmp(&key(b))
        });
        Ok(plugins)
    }

    /// Whether a tenant, a plan, a ledger or the history refers to a component.
    ///
    /// # Errors
    /// Those of a database.
    pub async fn component_is_referenced(&mut self, component: &Digest) -> Result<bool> {
        is_referenced(self.session().await?, component).await
    }
}

impl Change<'_> {
    /// Adds a version of a plugin. Another component under the same id and version is refused, or, with
    /// `replace`, taken out if nothing refers to it.
    ///
    /// # Errors
    /// `plugin.exists_differently`, `plugin.referenced`, `plugin.alias_taken` and those of a database.
    pub async fn add_plugin(
        &mut self,
        manifest: &Manifest,
        component: &Digest,
        replace: bool,
        now: Timestamp,
    ) -> Result<Adding> {
        let rows = self.fetch(SELECT_PLUGINS, &[]).await?;
        let plugins: Vec<CataloguePlugin> = rows.iter().map(parse).collect::<Result<_>>()?;
        demand_aliases_free(manifest, &plugins)?;
        let same = |plugin: &&CataloguePlugin| {
            plugin.manifest.id == manifest.id && plugin.manifest.version == manifest.version
        };
        let adding = match plugins.iter().find(same) {
            None => Adding::Added,
            Some(present) if &present.component == component => return Ok(Adding::Unchanged),
            Some(present) if !replace => {
                return Err(exists_differently(manifest, &present.component));
            }
            Some(present) => {
                let previous = present.component;
                if is_referenced(self.session(), &previous).await? {
                    return Err(referenced(manifest, &previous));
                }
                let sql = "DELETE FROM plugins WHERE id = $1 AND version = $2";
                self.run(
                    sql,
                    &[
                        manifest.id.as_str().into(),
                        manifest.version.to_string().into(),
                    ],
                )
                .await?;
                Adding::Replaced { previous }
            }
        };
        self.insert_plugin(manifest, component, now).await?;
        Ok(adding)
    }

    async fn insert_plugin(
        &mut self,
        manifest: &Manifest,
        component: &Digest,
        now: Timestamp,
    ) -> Result<()> {
        let sql = "INSERT INTO plugins (id, version, layer, title, publisher, tier, category, component, \
                   manifest, is_active, added_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        let parameters = [
            manifest.id.as_str().into(),
            manifest.version.to_string().into(),
            manifest.layer.as_str().into(),
            manifest.title.as_str().into(),
            manifest.publisher.as_str().into(),
            tier(manifest.tier).into(),
            manifest.category.as_str().into(),
            component.to_string().into(),
            canonical_json(manifest)?.into(),
            true.into(),
            now.into(),
        ];
        self.run(sql, &parameters).await.map(|_| ())
    }

    /// Says whether a version is taken when none is named.
    ///
    /// # Errors
    /// `plugin.unknown` and those of a database.
    pub async fn set_plugin_active(
        &mut self,
        id: &PluginId,
        version: &Version,
        is_active: bool,
    ) -> Result<()> {
        let sql = "UPDATE plugins SET is_active = $3 WHERE id = $1 AND version = $2";
        let parameters = [
            id.as_str().into(),
            version.to_string().into(),
            is_active.into(),
        ];
        if self.run(sql, &parameters).await? == 1 {
            return Ok(());
        }
        Err(Error::new(
            &PLUGIN_UNKNOWN,
            format!("the catalogue has no plugin `{id}@{version}`"),
        )
        .hint("see what is there with `strata plugin list`"))
    }
}

const SELECT_PLUGINS: &str =
    "SELECT id, version, layer, component, manifest, is_active, added_at FROM plugins";

async fn is_referenced(session: &mut database::Session, component: &Digest) -> Result<bool> {
    // Plans and ledgers hold digests within their texts; a digest has no character that `LIKE` minds.
    let sql = "SELECT 1 AS one WHERE \
               EXISTS (SELECT 1 FROM tenant_plugins WHERE component = $1) \
               OR EXISTS (SELECT 1 FROM tenant_migration_history WHERE component = $1) \
               OR EXISTS (SELECT 1 FROM plans WHERE CAST(body AS text) LIKE '%' || $1 || '%') \
               OR EXISTS (SELECT 1 FROM tenant_ledger WHERE event LIKE '%' || $1 || '%')";
    Ok(!session
        .fetch(sql, &[component.to_string().into()])
        .await?
        .is_empty())
}

fn demand_aliases_free(manifest: &Manifest, plugins: &[CataloguePlugin]) -> Result<()> {
    let mut known: BTreeMap<&PluginId, &PluginId> = BTreeMap::new();
    for other in plugins
        .iter()
        .map(|plugin| &plugin.manifest)
        .filter(|other| other.id != manifest.id)
    {
        for name in std::iter::once(&other.id).chain(&other.aliases) {
            known.insert(name, &other.id);
        }
    }
    for name in std::iter::once(&manifest.id).chain(&manifest.aliases) {
        if let Some(other) = known.get(name) {
            return Err(Error::new(
                &PLUGIN_ALIAS_TAKEN,
                format!(
                    "plugin `{}` would be known as `{name}`, which means plugin `{other}`",
                    manifest.id
                ),
            )
            .hint("one name has one owner; choose another id or alias"));
        }
    }
    Ok(())
}

/// `plugin.exists_differently`: a version is there with other bytes.
pub fn exists_differently(manifest: &Manifest, present: &Digest) -> Error {
    let (id, version) = (&manifest.id, &manifest.version);
    Error::new(
        &PLUGIN_VERSION_EXISTS,
        format!(
            "the catalogue has another component of `{id}@{version}`: {}",
            present.short()
        ),
    )
    .hint("give the changed plugin a higher version, or add it with `--replace` while no tenant, plan or ledger names the old one")
}

/// `plugin.referenced`: something names the component that would be replaced.
pub fn referenced(manifest: &Manifest, previous: &Digest) -> Error {
    let (id, version) = (&manifest.id, &manifest.version);
    Error::new(
        &PLUGIN_REFERENCED,
        format!(
            "`{id}@{version}` cannot be replaced: {} is in use",
            previous.short()
        ),
    )
    .hint("give the changed plugin a higher version")
}

fn parse(row: &Row) -> Result<CataloguePlugin> {
    let row = reading(row, "plugins");
    let manifest = Manifest::parse(row.text("manifest")?.as_bytes())
        .map_err(|cause| row.bad("manifest", "it is not a manifest").because(cause))?;
    let (id, version): (PluginId, Version) = (row.parse("id")?, row.parse("version")?);
    let layer: Layer = row.parse("layer")?;
    if (&id, &version, layer) != (&manifest.id, &manifest.version, manifest.layer) {
        return Err(row.bad("manifest", "it is of another plugin, version or layer"));
    }
    Ok(CataloguePlugin {
        manifest,
        component: row.parse("component")?,
        is_active: row.truth("is_active")?,
        added_at: row.time("added_at")?,
    })
}
