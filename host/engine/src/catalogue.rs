//! Adding components to the catalogue, and looking at them.
//!
//! Invariant: what the catalogue names is in the component store, inspected and compiled.

use std::io::Read as _;
use std::path::Path;

use landlord::{Adding, CataloguePlugin};
use model::error::Error;
use model::id::{PluginId, PluginReference};
use model::manifest::{Layer, Manifest};
use model::{Digest, Result};
use plan::{Entry, release, settings};
use semver::Version;
use serde::Serialize;

use crate::audit;
use crate::emitter::PluginEmitter;
use crate::home::Home;

mod codes {
    model::codes! {
        COMPONENT_UNREADABLE = "component.unreadable", Input, "A component's file cannot be read.";
    }
}
pub use codes::*;

/// What came of adding a component.
#[derive(Debug, Clone, Serialize)]
pub struct Added {
    /// The plugin.
    pub id: PluginId,
    /// Its version.
    pub version: Version,
    /// Its layer.
    pub layer: Layer,
    /// The component.
    pub component: Digest,
    /// Whether it was added, there already, or took the place of another.
    pub outcome: AddOutcome,
}

/// Whether a component was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AddOutcome {
    /// It was added.
    Added,
    /// It was there already.
    Unchanged,
    /// It took the place of other bytes.
    Replaced,
}

impl AddOutcome {
    /// For people.
    pub fn as_str(self) -> &'static str {
        match self {
            AddOutcome::Added => "added",
            AddOutcome::Unchanged => "unchanged",
            AddOutcome::Replaced => "replaced",
        }
    }
}

/// A line of the catalogue.
#[derive(Debug, Clone, Serialize)]
pub struct CatalogueEntry {
    /// The plugin.
    pub id: PluginId,
    /// Its version.
    pub version: Version,
    /// Its layer.
    pub layer: Layer,
    /// Its name for people.
    pub title: String,
    /// Who publishes it.
    pub publisher: String,
    /// How many migrations it has.
    pub migrations: usize,
    /// The component.
    pub component: Digest,
    /// Whether it may be chosen for something new.
    pub is_active: bool,
}

/// A plugin in full.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Its manifest.
    pub manifest: Manifest,
    /// The component.
    pub component: Digest,
    /// The size of the component, in bytes.
    pub size_bytes: u64,
}

/// Adds a component: inspects, compiles, compares with its other versions, stores.
///
/// # Errors
/// `component.*` for what is not a component that this host takes, `setting.schema_invalid`,
/// `migration.changed`, `migration.missing`, `plugin.exists_differently`, `plugin.in_use`.
pub async fn add(home: &mut Home, file: &Path, replace: bool) -> Result<Added> {
    let bytes = read(file)?;
    let shown = file.display().to_string();
    let inspected =
        plugin::inspect(&bytes).map_err(|e| e.within(format!("`{shown}` cannot be added")))?;
    audit::about(home, inspected.digest);
    let manifest = inspected.manifest;
    let (id, version) = (manifest.id.clone(), manifest.version.clone());
    let present = present(home, &manifest).await?;
    refuse_other(
        home,
        &manifest,
        &inspected.digest,
        present.as_ref(),
        replace,
    )
    .await?;
    settings::check_schema(&manifest)?;
    // Also when it is there already: the store may have lost what the catalogue names.
    home.host
        .add(&bytes)
        .map_err(|e| e.within(format!("`{shown}` cannot be added")))?;
    let is_present = present.is_some_and(|present| present.component == inspected.digest);
    let entered = enter(home, &manifest, inspected.digest, is_present, replace).await;
    if entered.is_err() && !is_present {
        home.host.remove(&inspected.digest)?;
    }
    let adding = entered?;
    let outcome = match adding {
        Adding::Added => AddOutcome::Added,
        Adding::Unchanged => AddOutcome::Unchanged,
        Adding::Replaced { previous } => {
            home.host.remove(&previous)?;
            AddOutcome::Replaced
        }
    };
    Ok(Added {
        id,
        version,
        layer: manifest.layer,
        component: inspected.digest,
        outcome,
    })
}

fn read(file: &Path) -> Result<Vec<u8>> {
    let unreadable = |cause| {
        Error::new(
            &COMPONENT_UNREADABLE,
            format!("`{}` cannot be read", file.display()),
        )
        .because(cause)
        .hint("name the file of a component: `strata plugin build DIR --out DIR` makes one")
    };
    let file = std::fs::File::open(file).map_err(unreadable)?;
    let mut bytes = Vec::new();
    // One byte too many is enough for the gate to say that it is too large.
    file.take(plugin::limits::COMPONENT_BYTES_MAX as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    Ok(bytes)
}

async fn present(home: &mut Home, manifest: &Manifest) -> Result<Option<CataloguePlugin>> {
    let plugins = home.landlord.list_plugins(Some(manifest.layer)).await?;
    let same = |p: &CataloguePlugin| {
        p.manifest.id == manifest.id && p.manifest.version == manifest.version
    };
    Ok(plugins.into_iter().find(same))
}

/// Refuses other bytes for a version that is there, before anything is compiled.
async fn refuse_other(
    home: &mut Home,
    manifest: &Manifest,
    component: &Digest,
    present: Option<&CataloguePlugin>,
    replace: bool,
) -> Result<()> {
    match present.filter(|present| present.component != *component) {
        None => Ok(()),
        Some(other) if !replace => Err(landlord::catalogue::exists_differently(
            manifest,
            &other.component,
        )),
        Some(other)
            if home
                .landlord
                .component_is_referenced(&other.component)
                .await? =>
        {
            Err(landlord::catalogue::referenced(manifest, &other.component))
        }
        Some(_) => Ok(()),
    }
}

/// Enters a component that is in the store into the catalogue, if it agrees with its other versions. One
/// that is present agreed when it was added, and the others may be missing from a store that is mended.
async fn enter(
    home: &mut Home,
    manifest: &Manifest,
    component: Digest,
    is_present: bool,
    replace: bool,
) -> Result<Adding> {
    if !is_present {
        agree(home, manifest, component).await?;
    }
    let now = home.clock.now();
    let mut change = home.landlord.begin().await?;
    let adding = change
        .add_plugin(manifest, &component, replace, now)
        .await?;
    change.commit().await?;
    Ok(adding)
}

/// Demands that the shared migrations of all versions of the plugin are the same.
async fn agree(home: &mut Home, manifest: &Manifest, component: Digest) -> Result<()> {
    let others = home.catalogue().await?;
    let new = Entry {
        manifest: manifest.clone(),
        component,
        is_active: true,
    };
    let emitter = PluginEmitter::new(&home.host);
    let same_plugin = others
        .entries()
        .iter()
        .filter(|other| other.manifest.id == manifest.id);
    for other in same_plugin.filter(|other| other.manifest.version != manifest.version) {
        release::compare(&new, other, &emitter)?;
    }
    Ok(())
}

/// The catalogue in order of id and version.
///
/// # Errors
/// Those of the landlord.
pub async fn list(home: &mut Home) -> Result<Vec<CatalogueEntry>> {
    let catalogue = home.catalogue().await?;
    let line = |entry: &Entry| CatalogueEntry {
        id: entry.manifest.id.clone(),
        version: entry.manifest.version.clone(),
        layer: entry.manifest.layer,
        title: entry.manifest.title.clone(),
        publisher: entry.manifest.publisher.clone(),
        migrations: entry.manifest.migrations.len(),
        component: entry.component,
        is_active: entry.is_active,
    };
    Ok(catalogue.entries().iter().map(line).collect())
}

/// A plugin in full.
///
/// # Errors
/// `plugin.unknown`, `plugin.version_unknown` and those of the component store.
pub async fn show(home: &mut Home, reference: &PluginReference) -> Result<Shown> {
    let catalogue = home.catalogue().await?;
    let entry = catalogue.find(reference, &[])?;
    let size_bytes = home.host.store().bytes(&entry.component)?.len() as u64;
    Ok(Shown {
        manifest: entry.manifest.clone(),
        component: entry.component,
        size_bytes,
    })
}
