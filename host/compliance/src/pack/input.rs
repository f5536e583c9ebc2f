//! [`Input`]: the one value that rule packs judge, as they see it under `input`.
//!
//! It is not a plan: what a pack could not decide by (statements, digests) is left out, and what it needs
//! besides is put in. `docs/compliance.md` documents it field by field.
//!
//! Invariants: no clock: today is a fact that the caller gives. No secrets. Fields are only ever added
//! within one format.

use std::collections::{BTreeMap, BTreeSet};

use model::column_type::ColumnType;
use model::emission::TenantFacts;
use model::error::{Error, Result};
use model::hazard::Hazard;
use model::id::{MigrationId, PluginId};
use model::manifest::{Capability, Classification, Layer, Manifest};
use model::name::{Name, display};
use model::operation::{Operation, Reverse};
use model::plan::Step;
use model::schema::{Schema, Table, View};
use model::value::Value;
use semver::Version;
use serde::{Deserialize, Serialize};

use crate::pack::evaluate::PACK_FAILED;

/// The format of inputs.
pub const INPUT_FORMAT: &str = "strata/compliance-input/1";

/// What is judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// `strata/compliance-input/1`.
    pub format: String,
    /// The day on which it is judged, `2026-11-27`.
    pub today: String,
    /// What kind of place this is: `production`, `test`.
    pub environment: String,
    /// Who asked for the plan.
    pub actor: String,
    /// The facts about the tenant.
    pub tenant: TenantFacts,
    /// What will be done.
    pub plan: PlanInput,
    /// The schema before the first step.
    pub before: SchemaInput,
    /// The schema after the last step.
    pub after: SchemaInput,
    /// The plugins of the tenant after the plan, in order.
    pub plugins: Vec<PluginInput>,
}

/// The plan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanInput {
    /// What somebody allowed by name: codes of hazards (`deletes-data`), tables, columns (`members.note`).
    pub allowed: BTreeSet<String>,
    /// The steps, in order.
    pub steps: Vec<StepInput>,
}

/// One migration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepInput {
    /// The plugin.
    pub plugin: PluginId,
    /// Its version.
    pub version: Version,
    /// Its layer.
    pub layer: Layer,
    /// The migration.
    pub migration: MigrationId,
    /// Its operations, in order.
    pub operations: Vec<Operation>,
    /// What could hurt.
    pub hazards: Vec<Hazard>,
    /// Whether it can be taken back.
    pub reversible: bool,
}

/// A schema.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchemaInput {
    /// Tables by name.
    pub tables: BTreeMap<Name, Table>,
    /// Views by name.
    pub views: BTreeMap<Name, View>,
    /// The plugin that made each table and view, by name.
    pub owners: BTreeMap<Name, PluginId>,
}

/// A plugin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PluginInput {
    /// Its id.
    pub id: PluginId,
    /// Its version.
    pub version: Version,
    /// Its layer.
    pub layer: Layer,
    /// What it may do beyond the ordinary.
    pub capabilities: BTreeSet<Capability>,
    /// What its tables hold, in the eyes of the law.
    pub classification: Vec<Classification>,
}

impl Input {
    /// An input in which nothing is done to nothing: a start for the caller, and for test cases.
    pub fn new(today: impl Into<String>, tenant: TenantFacts) -> Input {
        Input {
            format: INPUT_FORMAT.to_owned(),
            today: today.into(),
            environment: "test".to_owned(),
            actor: "nobody".to_owned(),
            tenant,
            plan: PlanInput::default(),
            before: SchemaInput::default(),
            after: SchemaInput::default(),
            plugins: Vec::new(),
        }
    }

    /// Whether format and day are as they must be.
    pub(crate) fn check(&self) -> Result<()> {
        let is_day = Value::Text(self.today.clone())
            .fits(&ColumnType::Date)
            .is_ok();
        if self.format == INPUT_FORMAT && is_day {
            return Ok(());
        }
        Err(Error::new(
            &PACK_FAILED,
            format!(
                "an input of format `{}` for the day `{}` cannot be judged",
                display(&self.format),
                display(&self.today)
            ),
        )
        .hint(format!(
            "the format is `{INPUT_FORMAT}`, a day is like `2026-11-27`"
        )))
    }
}

impl From<&Step> for StepInput {
    fn from(step: &Step) -> StepInput {
        StepInput {
            plugin: step.plugin.clone(),
            version: step.version.clone(),
            layer: step.layer,
            migration: step.migration.clone(),
            operations: step.operations.clone(),
            hazards: step.hazards.clone(),
            reversible: matches!(step.reverse, Reverse::Operations(_)),
        }
    }
}

impl From<&Schema> for SchemaInput {
    fn from(schema: &Schema) -> SchemaInput {
        let structure = &schema.structure;
        let relations = structure.tables.keys().chain(structure.views.keys());
        let owner = |name: &Name| {
            Some((
                name.clone(),
                schema.provenance.relation_owner(name)?.clone(),
            ))
        };
        SchemaInput {
            tables: structure.tables.clone(),
            views: structure.views.clone(),
            owners: relations.filter_map(owner).collect(),
        }
    }
}

impl From<&Manifest> for PluginInput {
    fn from(manifest: &Manifest) -> PluginInput {
        PluginInput {
            id: manifest.id.clone(),
            version: manifest.version.clone(),
            layer: manifest.layer,
            capabilities: manifest.capabilities.clone(),
            classification: manifest.classification.clone(),
        }
    }
}
