//! [`Catalogue`]: the plugins that can be chosen from, as a value.
//!
//! `landlord` keeps them; `engine` hands them here.

use model::Result;
use model::digest::Digest;
use model::error::Error;
use model::id::{PluginId, PluginReference};
use model::manifest::Manifest;
use semver::{Version, VersionReq};

mod codes {
    model::codes! {
        VERSION_UNKNOWN = "plugin.version_unknown", Input, "The catalogue has the plugin, but not in this version.";
        VERSION_UNMEETABLE = "plugin.version_unmeetable", Input, "No version of a plugin meets all that is required of it.";
    }
}
pub use codes::*;
pub use model::id::PLUGIN_UNKNOWN;

/// A plugin version in the catalogue.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What it says about itself.
    pub manifest: Manifest,
    /// The component.
    pub component: Digest,
    /// Whether it may be chosen for something new.
    pub is_active: bool,
}

/// The plugin versions that can be chosen from.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    entries: Vec<Entry>,
}

impl Catalogue {
    /// Takes the entries, in any order.
    pub fn new(mut entries: Vec<Entry>) -> Catalogue {
        entries.sort_by(|a, b| {
            (&a.manifest.id, &a.manifest.version).cmp(&(&b.manifest.id, &b.manifest.version))
        });
        Catalogue { entries }
    }

    /// All entries in order of id and version.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Exactly this version.
    pub fn get(&self, id: &PluginId, version: &Version) -> Option<&Entry> {
        self.entries
            .iter()
            .find(|e| &e.manifest.id == id && &e.manifest.version == version)
    }

    /// The id that a person means: an id, or an alias of exactly one plugin.
    ///
    /// # Errors
    /// `plugin.unknown`, with ids that look alike as a hint.
    pub fn canonical_id(&self, id: &PluginId) -> Result<PluginId> {
        if self.entries.iter().any(|entry| &entry.manifest.id == id) {
            return Ok(id.clone());
        }
        let alias = self
            .entries
            .iter()
            .find(|entry| entry.manifest.answers_to(id));
        alias
            .map(|entry| entry.manifest.id.clone())
            .ok_or_else(|| self.unknown(id))
    }

    /// The entry that a reference means: its version, or the newest active one that meets `requirements`.
    ///
    /// # Errors
    /// `plugin.unknown`, `plugin.version_unknown`, `plugin.version_unmeetable`.
    pub fn find(
        &self,
        reference: &PluginReference,
        requirements: &[(PluginId, VersionReq)],
    ) -> Result<&Entry> {
        let id = self.canonical_id(&reference.id)?;
        if let Some(version) = &reference.version {
            return self
                .get(&id, version)
                .ok_or_else(|| self.version_unknown(&id, version));
        }
        let mut versions = self
            .entries
            .iter()
            .rev()
            .filter(|e| e.manifest.id == id && e.is_active);
        let newest = versions.find(|e| {
            requirements
                .iter()
                .all(|(_, req)| req.matches(&e.manifest.version))
        });
        newest.ok_or_else(|| {
            let wanted: Vec<String> = requirements
                .iter()
                .map(|(by, req)| format!("`{by}` needs {req}"))
                .collect();
            Error::new(
                &VERSION_UNMEETABLE,
                format!("no version of plugin `{id}` can be chosen"),
            )
            .hint(format!(
                "{}; the catalogue has {}",
                wanted.join(", "),
                self.versions(&id)
            ))
        })
    }

    fn versions(&self, id: &PluginId) -> String {
        let versions = self.entries.iter().filter(|e| &e.manifest.id == id);
        versions
            .map(|e| e.manifest.version.to_string())
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn version_unknown(&self, id: &PluginId, version: &Version) -> Error {
        Error::new(
            &VERSION_UNKNOWN,
            format!("plugin `{id}` has no version {version} in the catalogue"),
        )
        .hint(format!("the catalogue has {}", self.versions(id)))
    }

    fn unknown(&self, id: &PluginId) -> Error {
        let error = Error::new(
            &PLUGIN_UNKNOWN,
            format!("the catalogue has no plugin `{id}`"),
        );
        let mut alike: Vec<&str> = self
            .entries
            .iter()
            .map(|entry| entry.manifest.id.as_str())
            .filter(|known| {
                known.contains(id.as_str())
                    || id.as_str().contains(known)
                    || shared(known, id.as_str()) >= 4
            })
            .collect();
        alike.dedup();
        let error = if alike.is_empty() {
            error
        } else {
            error.hint(format!("did you mean {}?", alike.join(", ")))
        };
        error.hint("`strata plugin list` shows the catalogue; `strata plugin add FILE` adds to it")
    }
}

fn shared(a: &str, b: &str) -> usize {
    a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count()
}
