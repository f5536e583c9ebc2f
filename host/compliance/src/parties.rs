//! [`Parties`]: the plugins of a tenant as the rules see them: who acts, who owns, who needs whom.
//!
//! It does not decide who is there (`plan` resolves that); it only answers questions about it.

use std::collections::{BTreeMap, BTreeSet};

use model::id::PluginId;
use model::manifest::{Layer, Manifest};

/// The plugins of a tenant.
#[derive(Debug, Clone, Default)]
pub struct Parties {
    manifests: BTreeMap<PluginId, Manifest>,
}

impl Parties {
    /// Takes the manifests of all plugins of the tenant.
    pub fn new(manifests: impl IntoIterator<Item = Manifest>) -> Parties {
        Parties {
            manifests: manifests.into_iter().map(|m| (m.id.clone(), m)).collect(),
        }
    }

    /// The manifest of a plugin.
    pub fn manifest(&self, id: &PluginId) -> Option<&Manifest> {
        self.manifests.get(id)
    }

    /// Whether a plugin belongs to the basic layer: whether its tables are the core.
    pub fn is_core(&self, id: &PluginId) -> bool {
        self.manifest(id)
            .is_some_and(|manifest| manifest.layer == Layer::Basic)
    }

    /// Whether `plugin` depends on `other`, directly or through others, or is it.
    pub fn depends_on(&self, plugin: &PluginId, other: &PluginId) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![plugin];
        while let Some(next) = open.pop() {
            if next == other {
                return true;
            }
            if seen.insert(next) {
                let manifest = self.manifests.get(next);
                open.extend(
                    manifest
                        .iter()
                        .flat_map(|m| &m.depends)
                        .map(|needed| &needed.id),
                );
            }
        }
        false
    }
}
