//! [`Manifest`]: what a component says about itself, read without running it.
//!
//! It does not read WebAssembly; `plugin` finds the section and hands the JSON here.
//!
//! Invariant: a `Manifest` was checked: ids are well formed, lists have no doubles, a customization
//! names its tenant and nothing else does.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use semver::{Version, VersionReq};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::id::{MigrationId, PluginId, Slug};
use crate::name::{Name, display, steers};

mod codes {
    crate::codes! {
        MANIFEST_INVALID = "manifest.invalid", Input, "A component's manifest is not the JSON that the contract asks for.";
        LAYER_INVALID = "layer.invalid", Input, "A layer is not one of basic, template, module and custom.";
    }
}
pub use codes::*;

/// The largest manifest, in bytes.
pub const MANIFEST_BYTES_MAX: usize = 64 * 1024;
/// The most migrations of one plugin.
pub const MIGRATIONS_MAX: usize = 1_000;
/// The format of manifests that this host reads.
pub const MANIFEST_FORMAT: &str = "strata/manifest/1";

/// The four layers, in the order in which they are applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// Every tenant.
    Basic,
    /// What kind of organisation.
    Template,
    /// Optional features.
    Module,
    /// This one tenant.
    Custom,
}

/// What a template costs, as its publisher says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    /// For everybody.
    #[default]
    Basic,
    /// Paid.
    Premium,
    /// Made for somebody.
    Custom,
}

/// What a plugin may do beyond the ordinary, if the host allows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Capability {
    /// Run SQL that no operation can say.
    RawSql,
    /// Drop tables and columns, delete rows.
    Destructive,
}

/// A need for another plugin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dependency {
    /// Which plugin.
    pub id: PluginId,
    /// Which of its versions.
    pub requirement: VersionReq,
}

/// A plugin that cannot be there at the same time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conflict {
    /// Which plugin.
    pub id: PluginId,
    /// Why.
    pub reason: String,
}

/// A table that others may add to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtensionPoint {
    /// Which table of this plugin.
    pub table: Name,
    /// Whether nullable or defaulted columns named `<plugin>__<name>` may be added.
    #[serde(default)]
    pub columns: bool,
    /// Whether indexes may be added.
    #[serde(default)]
    pub indexes: bool,
}

/// What a table holds, in the eyes of the law.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Classification {
    /// Which table of this plugin.
    pub table: Name,
    /// The columns with personal data.
    #[serde(default)]
    pub personal: Vec<Name>,
    /// What the personal data is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// For how many years rows must be kept; such a table is not dropped or emptied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_years: Option<u16>,
    /// How the personal data is protected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protection: Option<Protection>,
}

/// How personal data is protected, as a plugin's author says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Protection {
    /// Only those who need it may read it; it is stored as it is.
    Access,
    /// The application encrypts the values before it stores them.
    Encrypted,
    /// Only a hash is stored.
    Hashed,
    /// It is kept elsewhere, and only a reference to it is stored.
    Reference,
}

/// A plugin's manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// `strata/manifest/1`.
    pub format: String,
    /// The stable id.
    pub id: PluginId,
    /// The version.
    pub version: Version,
    /// The layer.
    pub layer: Layer,
    /// The name for people.
    pub title: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// Who publishes it.
    pub publisher: String,
    /// The version of the contract that it was built for.
    pub contract: Version,
    /// Plugins that it needs.
    #[serde(default)]
    pub depends: Vec<Dependency>,
    /// Plugins that cannot be there at the same time.
    #[serde(default)]
    pub conflicts: Vec<Conflict>,
    /// Modules that a template cannot do without: each must be selected.
    #[serde(default)]
    pub required_modules: Vec<Dependency>,
    /// Modules that a template brings when none are named.
    #[serde(default)]
    pub default_modules: Vec<PluginId>,
    /// Other ids under which people know it.
    #[serde(default)]
    pub aliases: Vec<PluginId>,
    /// What it costs.
    #[serde(default)]
    pub tier: Tier,
    /// What kind of organisation it is for.
    #[serde(default)]
    pub category: String,
    /// Tables that others may add to.
    #[serde(default)]
    pub extension_points: Vec<ExtensionPoint>,
    /// A JSON Schema of its settings: an object with properties.
    #[serde(default = "no_settings")]
    pub settings: serde_json::Value,
    /// The ids of its migrations, in order.
    pub migrations: Vec<MigrationId>,
    /// What it asks for beyond the ordinary.
    #[serde(default)]
    pub capabilities: BTreeSet<Capability>,
    /// What its tables hold, in the eyes of the law.
    #[serde(default)]
    pub classification: Vec<Classification>,
    /// The one tenant of a customization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Slug>,
}

fn no_settings() -> serde_json::Value {
    serde_json::json!({ "type": "object", "additionalProperties": false })
}

impl Manifest {
    /// Parses and checks the JSON of a manifest.
    ///
    /// # Errors
    /// `manifest.invalid`.
    pub fn parse(json: &[u8]) -> Result<Manifest> {
        if json.len() > MANIFEST_BYTES_MAX {
            return Err(invalid(format!(
                "it has {} bytes, at most {MANIFEST_BYTES_MAX} are read",
                json.len()
            )));
        }
        let manifest: Manifest = serde_json::from_slice(json).map_err(|cause| {
            invalid("its JSON is not what the contract asks for").because(cause)
        })?;
        manifest.check()?;
        Ok(manifest)
    }

    fn check(&self) -> Result<()> {
        if self.format != MANIFEST_FORMAT {
            return Err(invalid(format!(
                "its format is `{}`, not `{MANIFEST_FORMAT}`",
                display(&self.format)
            )));
        }
        if self.migrations.len() > MIGRATIONS_MAX {
            return Err(invalid(format!(
                "it lists more than {MIGRATIONS_MAX} migrations"
            )));
        }
        self.check_doubles()?;
        let reasons = self.conflicts.iter().map(|conflict| &conflict.reason);
        let purposes = self
            .classification
            .iter()
            .filter_map(|c| c.purpose.as_ref());
        let texts = [
            ("title", &self.title),
            ("publisher", &self.publisher),
            ("description", &self.description),
            ("category", &self.category),
        ];
        let texts = texts
            .into_iter()
            .chain(reasons.map(|text| ("reason of a conflict", text)))
            .chain(purposes.map(|text| ("purpose of personal data", text)));
        for (what, text) in texts {
            let breaks = what == "description";
            let refused = |c: char| steers(c) && !(breaks && c == '\n');
            if text.chars().any(refused) || text.len() > 2_000 {
                return Err(invalid(format!(
                    "its {what} is too long or has control or hidden characters"
                )));
            }
        }
        if self.title.trim().is_empty() || self.publisher.trim().is_empty() {
            return Err(invalid("its title or publisher is empty"));
        }
        if self.depends.iter().any(|needed| needed.id == self.id) {
            return Err(invalid("it depends on itself"));
        }
        if self.conflicts.iter().any(|other| other.id == self.id) {
            return Err(invalid("it conflicts with itself"));
        }
        match (self.layer, &self.tenant) {
            (Layer::Custom, None) => Err(invalid(
                "a customization names its tenant, this one does not",
            )),
            (Layer::Custom, Some(_)) | (_, None) => Ok(()),
            (_, Some(_)) => Err(invalid("only a customization names a tenant")),
        }
    }

    fn check_doubles(&self) -> Result<()> {
        no_double("migration", self.migrations.iter())?;
        no_double("dependency", self.depends.iter().map(|d| &d.id))?;
        no_double("conflict", self.conflicts.iter().map(|c| &c.id))?;
        no_double(
            "required module",
            self.required_modules.iter().map(|d| &d.id),
        )?;
        no_double("default module", self.default_modules.iter())?;
        no_double(
            "id or alias",
            std::iter::once(&self.id).chain(&self.aliases),
        )?;
        no_double(
            "extension point on",
            self.extension_points.iter().map(|p| &p.table),
        )?;
        no_double(
            "classification of",
            self.classification.iter().map(|c| &c.table),
        )
    }

    /// Whether somebody who says `id` means this plugin.
    pub fn answers_to(&self, id: &PluginId) -> bool {
        &self.id == id || self.aliases.contains(id)
    }

    /// The extension point on a table, if this plugin opened one.
    pub fn extension_point(&self, table: &Name) -> Option<&ExtensionPoint> {
        self.extension_points
            .iter()
            .find(|point| &point.table == table)
    }

    /// For how many years the rows of a table must be kept.
    pub fn retention_years(&self, table: &Name) -> Option<u16> {
        self.classification
            .iter()
            .filter(|c| &c.table == table)
            .find_map(|c| c.retention_years)
    }
}

fn no_double<T: Ord + fmt::Display>(what: &str, list: impl Iterator<Item = T>) -> Result<()> {
    let mut seen = BTreeSet::new();
    for item in list {
        if seen.contains(&item) {
            return Err(invalid(format!("it lists the {what} `{item}` twice")));
        }
        seen.insert(item);
    }
    Ok(())
}

fn invalid(why: impl fmt::Display) -> Error {
    Error::new(
        &MANIFEST_INVALID,
        format!("the manifest is not valid: {why}"),
    )
    .hint("the manifest is made from the plugin's `plugin.toml`; correct it and build again")
}

impl Capability {
    /// The capability as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Capability::RawSql => "raw-sql",
            Capability::Destructive => "destructive",
        }
    }
}

impl Layer {
    /// All layers, in order.
    pub const ALL: [Layer; 4] = [Layer::Basic, Layer::Template, Layer::Module, Layer::Custom];

    /// The layer as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Layer::Basic => "basic",
            Layer::Template => "template",
            Layer::Module => "module",
            Layer::Custom => "custom",
        }
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Layer {
    type Err = Error;

    fn from_str(text: &str) -> Result<Layer> {
        Layer::ALL
            .into_iter()
            .find(|layer| layer.as_str() == text)
            .ok_or_else(|| {
                Error::new(
                    &LAYER_INVALID,
                    format!("`{}` is not a layer", display(text)),
                )
                .hint("the layers are basic, template, module and custom")
            })
    }
}
