//! From what is asked for to exact plugins: templates, modules, customizations and all that they need.
//!
//! It does not put them in order ([`crate::order`]) and does not call them.
//!
//! Invariant: nothing floats. A plugin that the tenant has keeps its version unless another is asked for
//! by name.

use std::collections::{BTreeMap, BTreeSet};

use model::Result;
use model::emission::Settings;
use model::error::Error;
use model::id::{PluginId, PluginReference, Slug};
use model::manifest::{Layer, Manifest};
use model::plan::LockedPlugin;
use semver::VersionReq;

use crate::catalogue::{Catalogue, Entry, PLUGIN_UNKNOWN};
use crate::{order, settings};

mod codes {
    model::codes! {
        WRONG_LAYER = "plugin.wrong_layer", Input, "A plugin was chosen as something that it is not, such as a module as a template.";
        DEPENDENCY_MISSING = "plugin.dependency_missing", Input, "A plugin needs a template or customization that was not chosen.";
        LAYER_INVERSION = "plugin.layer_inversion", Input, "A plugin of a lower layer needs one of a higher layer.";
        CONFLICT = "plugin.conflict", Conflict, "Two plugins that exclude each other were chosen.";
        MODULE_REQUIRED = "module.required", Input, "The template requires a module that was not chosen.";
        CUSTOM_TENANT = "custom.wrong_tenant", Rule, "A customization was made for another tenant.";
        TEMPLATE_CHANGE = "template.change_forbidden", Conflict, "A tenant's template cannot be exchanged for another in place.";
        DOWNGRADE = "plugin.downgrade", Conflict, "An older version was asked for than the tenant has.";
        NO_BASIC = "plugin.no_basic", Input, "The catalogue has no plugin of the basic layer.";
        SETTINGS_STRAY = "setting.unknown_plugin", Input, "A setting is for a plugin that the tenant does not get.";
        VERSION_CONFLICT = "plugin.version_conflict", Conflict, "A chosen version does not meet what another plugin requires.";
    }
}
pub use codes::*;

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// A template.
    pub template: Option<PluginReference>,
    /// Modules; when there are none and the tenant has none, the template's default modules.
    pub modules: Vec<PluginReference>,
    /// Customizations.
    pub customs: Vec<PluginReference>,
    /// Settings by plugin.
    pub settings: BTreeMap<PluginId, Settings>,
    /// What the tenant has already.
    pub present: Vec<LockedPlugin>,
}

/// Exact plugins in order of application, with their settings.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// The plugins.
    pub plugins: Vec<Entry>,
    /// The settings of each, defaults filled in.
    pub settings: BTreeMap<PluginId, Settings>,
}

impl Resolved {
    /// The plugins, pinned.
    pub fn lock(&self) -> Vec<LockedPlugin> {
        let lock = |entry: &Entry| LockedPlugin {
            id: entry.manifest.id.clone(),
            version: entry.manifest.version.clone(),
            layer: entry.manifest.layer,
            component: entry.component,
        };
        self.plugins.iter().map(lock).collect()
    }
}

/// Resolves a wish of the tenant `slug` against the catalogue.
///
/// # Errors
/// Every way in which the wish cannot come true has a code of its own, names the plugins and says what
/// to do.
pub fn resolve(wish: &Wish, catalogue: &Catalogue, slug: &Slug) -> Result<Resolved> {
    let mut chosen = Chosen {
        catalogue,
        wish,
        entries: BTreeMap::new(),
        required_by: Vec::new(),
    };
    chosen.basics()?;
    chosen.template()?;
    chosen.modules()?;
    chosen.customs(slug)?;
    // What excludes each other is told first: pulling in what it needs would only hide it.
    check_conflicts(chosen.entries.values())?;
    chosen.dependencies()?;
    let entries: Vec<Entry> = chosen.entries.into_values().collect();
    check_requirements(&entries)?;
    check_required_modules(&entries)?;
    check_conflicts(entries.iter())?;
    let plugins = order::order(entries)?;
    let settings = settle_all(wish, catalogue, &plugins)?;
    Ok(Resolved { plugins, settings })
}

struct Chosen<'a> {
    catalogue: &'a Catalogue,
    wish: &'a Wish,
    entries: BTreeMap<PluginId, Entry>,
    required_by: Vec<(PluginId, PluginId, VersionReq)>,
}

impl Chosen<'_> {
    /// Chooses a plugin: the version asked for, else the one that the tenant has, else the newest.
    fn choose(&mut self, reference: &PluginReference, layer: Option<Layer>) -> Result<PluginId> {
        let id = self.catalogue.canonical_id(&reference.id)?;
        if let Some(chosen) = self.entries.get(&id) {
            let version = &chosen.manifest.version;
            in_layer(&chosen.manifest, layer)?;
            return match &reference.version {
                Some(other) if other != version => Err(Error::new(
                    &VERSION_CONFLICT,
                    format!("plugin `{id}` was asked for in version {version} and in {other}"),
                )
                .hint("name one of the two")),
                _ => Ok(id),
            };
        }
        let present = self.wish.present.iter().find(|locked| locked.id == id);
        let mut wanted = PluginReference {
            id: id.clone(),
            version: reference.version.clone(),
        };
        match (present, &reference.version) {
            (Some(locked), None) => wanted.version = Some(locked.version.clone()),
            (Some(locked), Some(version)) if *version < locked.version => {
                return Err(Error::new(
                    &DOWNGRADE,
                    format!(
                        "plugin `{id}` is there in version {}, older {version} was asked for",
                        locked.version
                    ),
                )
                .hint("a tenant goes forward only"));
            }
            _ => {}
        }
        let requirements: Vec<(PluginId, VersionReq)> = self
            .required_by
            .iter()
            .filter(|(_, needed, _)| *needed == id)
            .map(|(by, _, requirement)| (by.clone(), requirement.clone()))
            .collect();
        let entry = self.catalogue.find(&wanted, &requirements)?.clone();
        in_layer(&entry.manifest, layer)?;
        self.require(&entry.manifest);
        self.entries.insert(id.clone(), entry);
        Ok(id)
    }

    fn require(&mut self, manifest: &Manifest) {
        let needs = manifest.depends.iter().chain(&manifest.required_modules);
        let needs = needs.map(|n| (manifest.id.clone(), n.id.clone(), n.requirement.clone()));
        self.required_by.extend(needs);
    }

    fn basics(&mut self) -> Result<()> {
        let entries = self.catalogue.entries().iter();
        let mut ids: BTreeSet<PluginId> = entries
            .filter(|e| e.manifest.layer == Layer::Basic && e.is_active)
            .map(|e| e.manifest.id.clone())
            .collect();
        // What is no longer offered stays with a tenant that has it: its tables are the core still.
        ids.extend(
            self.present(Layer::Basic)
                .into_iter()
                .map(|present| present.id),
        );
        if ids.is_empty() {
            return Err(Error::new(
                &NO_BASIC,
                "the catalogue has no plugin of the basic layer, which every tenant gets",
            )
            .hint("`strata plugin add FILE` adds one"));
        }
        for id in ids {
            self.choose(&PluginReference { id, version: None }, Some(Layer::Basic))?;
        }
        Ok(())
    }

    fn present(&self, layer: Layer) -> Vec<PluginReference> {
        let present = self
            .wish
            .present
            .iter()
            .filter(|locked| locked.layer == layer);
        present
            .map(|locked| PluginReference {
                id: locked.id.clone(),
                version: None,
            })
            .collect()
    }

    fn template(&mut self) -> Result<()> {
        let present = self.present(Layer::Template).into_iter().next();
        let Some(wanted) = self.wish.template.clone().or_else(|| present.clone()) else {
            return Ok(());
        };
        let id = self.choose(&wanted, Some(Layer::Template))?;
        match present {
            Some(present) if present.id != id => Err(Error::new(
                &TEMPLATE_CHANGE,
                format!(
                    "the tenant was built from template `{}` and cannot become `{id}` in place",
                    present.id
                ),
            )
            .hint("create another tenant from the other template and move the data")),
            _ => Ok(()),
        }
    }

    fn modules(&mut self) -> Result<()> {
        let present = self.present(Layer::Module);
        let mut wanted = self.wish.modules.clone();
        if wanted.is_empty() && self.wish.present.is_empty() {
            wanted = self.default_modules();
        }
        // Versions asked for by name first: the same module may be named again without one.
        wanted.sort_by_key(|reference| reference.version.is_none());
        for reference in &wanted {
            self.choose(reference, Some(Layer::Module))?;
        }
        for reference in present
            .iter()
            .filter(|present| !self.entries.contains_key(&present.id))
            .cloned()
            .collect::<Vec<_>>()
        {
            self.choose(&reference, Some(Layer::Module))?;
        }
        Ok(())
    }

    fn default_modules(&self) -> Vec<PluginReference> {
        let template = self
            .entries
            .values()
            .find(|entry| entry.manifest.layer == Layer::Template);
        let ids = template
            .into_iter()
            .flat_map(|entry| &entry.manifest.default_modules);
        ids.map(|id| PluginReference {
            id: id.clone(),
            version: None,
        })
        .collect()
    }

    fn customs(&mut self, slug: &Slug) -> Result<()> {
        let present = self.present(Layer::Custom);
        for reference in self.wish.customs.clone().iter().chain(&present) {
            let id = self.choose(reference, Some(Layer::Custom))?;
            let tenant = self
                .entries
                .get(&id)
                .and_then(|entry| entry.manifest.tenant.clone());
            if tenant.as_ref() != Some(slug) {
                let whose = tenant.map_or_else(|| "nobody".to_owned(), |slug| format!("`{slug}`"));
                return Err(Error::new(
                    &CUSTOM_TENANT,
                    format!("customization `{id}` was made for {whose}, not for `{slug}`"),
                )
                .hint("a customization of one tenant is never applied to another"));
            }
        }
        Ok(())
    }

    /// Pulls in what the chosen ones need, until nothing is missing.
    fn dependencies(&mut self) -> Result<()> {
        loop {
            let missing = self.required_by.iter().find(|(by, needed, _)| {
                let is_dependency = self.entries.get(by).is_some_and(|entry| {
                    entry
                        .manifest
                        .depends
                        .iter()
                        .any(|dependency| &dependency.id == needed)
                });
                is_dependency && !self.entries.contains_key(needed)
            });
            let Some((by, needed, _)) = missing.cloned() else {
                return Ok(());
            };
            let reference = PluginReference {
                id: needed.clone(),
                version: None,
            };
            let found = self
                .catalogue
                .canonical_id(&needed)
                .map_err(|e| e.within(format!("plugin `{by}` needs `{needed}`")))?;
            if found != needed {
                return Err(Error::new(
                    &PLUGIN_UNKNOWN,
                    format!("plugin `{by}` needs `{needed}`, which is only another name"),
                )
                .hint(format!(
                    "plugins name each other by their ids: correct `depends` of `{by}` to `{found}`"
                )));
            }
            let layer = self
                .catalogue
                .find(
                    &PluginReference {
                        id: found,
                        version: None,
                    },
                    &[],
                )
                .map(|e| e.manifest.layer)?;
            if !matches!(layer, Layer::Basic | Layer::Module) {
                return Err(Error::new(
                    &DEPENDENCY_MISSING,
                    format!("plugin `{by}` needs the {layer} `{needed}`, which was not chosen"),
                )
                .hint(format!(
                    "add `{} {needed}`, or leave `{by}` out",
                    flag(layer)
                )));
            }
            self.choose(&reference, None)
                .map_err(|e| e.within(format!("plugin `{by}` needs `{needed}`")))?;
        }
    }
}

fn in_layer(manifest: &Manifest, layer: Option<Layer>) -> Result<()> {
    let Some(layer) = layer.filter(|layer| *layer != manifest.layer) else {
        return Ok(());
    };
    Err(Error::new(
        &WRONG_LAYER,
        format!(
            "plugin `{}` is a {}, not a {layer}",
            manifest.id, manifest.layer
        ),
    )
    .hint(format!("choose it with `{}`", flag(manifest.layer))))
}

fn flag(layer: Layer) -> &'static str {
    match layer {
        Layer::Basic => "nothing: it is always there",
        Layer::Template => "--template",
        Layer::Module => "--module",
        Layer::Custom => "--custom",
    }
}

fn check_requirements(entries: &[Entry]) -> Result<()> {
    for by in entries {
        for needed in by
            .manifest
            .depends
            .iter()
            .chain(&by.manifest.required_modules)
        {
            let Some(entry) = entries.iter().find(|entry| entry.manifest.id == needed.id) else {
                continue;
            };
            if !needed.requirement.matches(&entry.manifest.version) {
                return Err(Error::new(
                    &VERSION_CONFLICT,
                    format!(
                        "plugin `{}@{}` needs `{}` {}, but {} was chosen",
                        by.manifest.id,
                        by.manifest.version,
                        needed.id,
                        needed.requirement,
                        entry.manifest.version
                    ),
                )
                .hint(format!(
                    "ask for a version by name: `{}@VERSION`",
                    needed.id
                )));
            }
            // The modules that a template requires come after it and are no need of its migrations.
            let is_dependency = by.manifest.depends.contains(needed);
            if is_dependency && entry.manifest.layer > by.manifest.layer {
                return Err(Error::new(
                    &LAYER_INVERSION,
                    format!(
                        "plugin `{}` of the {} layer needs `{}` of the {} layer, which comes later",
                        by.manifest.id, by.manifest.layer, needed.id, entry.manifest.layer
                    ),
                )
                .hint("a lower layer may never need a higher one; correct the plugin"));
            }
        }
    }
    Ok(())
}

fn check_required_modules(entries: &[Entry]) -> Result<()> {
    for template in entries
        .iter()
        .filter(|entry| entry.manifest.layer == Layer::Template)
    {
        let absent = template
            .manifest
            .required_modules
            .iter()
            .find(|needed| !entries.iter().any(|entry| entry.manifest.id == needed.id));
        if let Some(needed) = absent {
            return Err(Error::new(
                &MODULE_REQUIRED,
                format!(
                    "template `{}` requires module `{}`, which was not chosen",
                    template.manifest.id, needed.id
                ),
            )
            .hint(format!("add `--module {}`", needed.id)));
        }
    }
    Ok(())
}

fn check_conflicts<'e>(entries: impl Iterator<Item = &'e Entry> + Clone) -> Result<()> {
    for by in entries.clone() {
        for conflict in &by.manifest.conflicts {
            if entries
                .clone()
                .any(|entry| entry.manifest.id == conflict.id)
            {
                return Err(Error::new(
                    &CONFLICT,
                    format!(
                        "plugins `{}` and `{}` exclude each other: {}",
                        by.manifest.id, conflict.id, conflict.reason
                    ),
                )
                .hint("leave one of the two out"));
            }
        }
    }
    Ok(())
}

fn settle_all(
    wish: &Wish,
    catalogue: &Catalogue,
    plugins: &[Entry],
) -> Result<BTreeMap<PluginId, Settings>> {
    let mut given: BTreeMap<PluginId, Settings> = BTreeMap::new();
    for (id, settings) in &wish.settings {
        let id = catalogue.canonical_id(id)?;
        if !plugins.iter().any(|entry| entry.manifest.id == id) {
            return Err(Error::new(
                &SETTINGS_STRAY,
                format!("there is a setting for plugin `{id}`, which the tenant does not get"),
            )
            .hint("choose the plugin as well, or leave the setting out"));
        }
        given.entry(id).or_default().extend(settings.clone());
    }
    let none = Settings::new();
    let settle = |entry: &Entry| {
        let id = &entry.manifest.id;
        Ok((
            id.clone(),
            settings::settle(&entry.manifest, given.get(id).unwrap_or(&none))?,
        ))
    };
    plugins.iter().map(settle).collect()
}
