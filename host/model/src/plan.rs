//! [`Plan`]: what will be done to a tenant's database, as data.
//!
//! It is made by the room `plan`, shown by `cli`, run by `engine`: what was shown is what runs.
//!
//! Invariant: the digest covers everything that decides what happens, and nothing that does not; the
//! tenant and the moment are the binding beside it.

use std::collections::BTreeMap;

use semver::Version;
use serde::{Deserialize, Serialize};

use crate::capabilities::Capabilities;
use crate::digest::Digest;
use crate::emission::{Read, Settings};
use crate::error::Result;
use crate::hazard::{Finding, Hazard};
use crate::id::{MigrationId, PluginId, Slug, TenantId};
use crate::manifest::Layer;
use crate::operation::{Operation, Reverse};
use crate::statement::{ForeignKeys, Statement};

/// The format of plans and of their digest.
pub const PLAN_FORMAT: u32 = 1;

/// A plan: the part that is digested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The format of this value.
    pub format: u32,
    /// The digest of what the plan starts from: the simulated schema, the migrations that stand and the
    /// plugins that the tenant has.
    pub base: Digest,
    /// The digest of the simulated schema that it leads to.
    pub target: Digest,
    /// What the database can do.
    pub capabilities: Capabilities,
    /// Every plugin of the tenant after the plan, with its component's digest, in order.
    pub lock: Vec<LockedPlugin>,
    /// The settings of these plugins, defaults filled in. They are stored with the tenant when the plan is
    /// applied, so they are part of what is approved, read by a plugin or not.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<PluginId, Settings>,
    /// The rule packs that judged it.
    pub packs: Vec<Digest>,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// What the rules say.
    pub findings: Vec<Finding>,
}

/// A plugin of a tenant, pinned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockedPlugin {
    /// Which plugin.
    pub id: PluginId,
    /// Which version.
    pub version: Version,
    /// Its layer.
    pub layer: Layer,
    /// The component.
    pub component: Digest,
}

/// One migration on one tenant: applied as one, recorded as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The plugin.
    pub plugin: PluginId,
    /// Its version.
    pub version: Version,
    /// The component that emitted the operations.
    pub component: Digest,
    /// Its layer.
    pub layer: Layer,
    /// The migration.
    pub migration: MigrationId,
    /// What the plugin read to decide.
    pub reads: Vec<Read>,
    /// What it wants done.
    pub operations: Vec<Operation>,
    /// What that is in SQL.
    pub statements: Vec<PlannedStatement>,
    /// How foreign keys are kept while the statements run.
    pub foreign_keys: ForeignKeys,
    /// Whether all statements and the ledger row are one transaction.
    pub transactional: bool,
    /// How long a statement waits for a lock, in milliseconds.
    pub lock_timeout_ms: u32,
    /// What takes it back.
    pub reverse: Reverse,
    /// Who says so.
    pub reverse_by: ReverseBy,
    /// What could hurt.
    pub hazards: Vec<Hazard>,
    /// The digest of the simulated schema before it.
    pub before: Digest,
    /// The digest of the simulated schema after it.
    pub after: Digest,
}

/// Where a reverse comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReverseBy {
    /// Derived from the operations.
    Derived,
    /// The plugin's own `down`, simulated back to the schema before.
    Author,
}

/// A statement with the schema around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedStatement {
    /// Which operation of the step it belongs to, from 0.
    pub operation: u32,
    /// The statement.
    pub statement: Statement,
    /// The digest of the simulated schema before its operation.
    pub before: Digest,
    /// The digest of the simulated schema after its operation; reached by the operation's last statement.
    pub after: Digest,
}

/// A plan with what it is bound to: one tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoundPlan {
    /// The tenant.
    pub tenant: TenantId,
    /// Its slug, for people.
    pub slug: Slug,
    /// The plan.
    pub plan: Plan,
    /// Its digest.
    pub digest: Digest,
}

/// What a tenant is made of: exact versions, in order of application.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Selection {
    /// The plugins that were asked for by name or by rule, dependencies included.
    pub plugins: Vec<LockedPlugin>,
    /// Settings by plugin: key to JSON.
    #[serde(default)]
    pub settings: BTreeMap<PluginId, Settings>,
}

impl BoundPlan {
    /// The selection that the plan makes true.
    pub fn selection(&self) -> Selection {
        Selection {
            plugins: self.plan.lock.clone(),
            settings: self.plan.settings.clone(),
        }
    }
}

impl Plan {
    /// The plan's digest.
    ///
    /// # Errors
    /// `digest.unencodable`, which is a bug.
    pub fn digest(&self) -> Result<Digest> {
        Digest::of("plan", PLAN_FORMAT, &Digested::of(self))
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Whether the tenant has a customization after the plan: then the plan is this one tenant's.
    pub fn has_customization(&self) -> bool {
        let steps = self.steps.iter().map(|step| step.layer);
        let lock = self.lock.iter().map(|plugin| plugin.layer);
        steps.chain(lock).any(|layer| layer == Layer::Custom)
    }

    /// The hazards of all steps.
    pub fn hazards(&self) -> impl Iterator<Item = &Hazard> {
        self.steps.iter().flat_map(|step| &step.hazards)
    }
}

/// What a plan's digest covers: sentences for people are left out of hazards and findings.
#[derive(Serialize)]
struct Digested<'a> {
    format: u32,
    base: &'a Digest,
    target: &'a Digest,
    capabilities: &'a Capabilities,
    lock: &'a [LockedPlugin],
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    settings: &'a BTreeMap<PluginId, Settings>,
    packs: &'a [Digest],
    steps: Vec<DigestedStep<'a>>,
    findings: Vec<(&'a str, &'a str)>,
}

#[derive(Serialize)]
struct DigestedStep<'a> {
    plugin: &'a PluginId,
    version: &'a Version,
    component: &'a Digest,
    layer: Layer,
    migration: &'a MigrationId,
    reads: &'a [Read],
    operations: &'a [Operation],
    statements: &'a [PlannedStatement],
    foreign_keys: ForeignKeys,
    transactional: bool,
    lock_timeout_ms: u32,
    reverse: &'a Reverse,
    reverse_by: ReverseBy,
    hazards: Vec<(&'static str, &'a str)>,
    before: &'a Digest,
    after: &'a Digest,
}

impl<'a> Digested<'a> {
    fn of(plan: &'a Plan) -> Digested<'a> {
        Digested {
            format: plan.format,
            base: &plan.base,
            target: &plan.target,
            capabilities: &plan.capabilities,
            lock: &plan.lock,
            settings: &plan.settings,
            packs: &plan.packs,
            steps: plan.steps.iter().map(DigestedStep::of).collect(),
            findings: plan
                .findings
                .iter()
                .map(|f| (f.code.as_str(), f.object.as_str()))
                .collect(),
        }
    }
}

impl<'a> DigestedStep<'a> {
    fn of(step: &'a Step) -> DigestedStep<'a> {
        DigestedStep {
            plugin: &step.plugin,
            version: &step.version,
            component: &step.component,
            layer: step.layer,
            migration: &step.migration,
            reads: &step.reads,
            operations: &step.operations,
            statements: &step.statements,
            foreign_keys: step.foreign_keys,
            transactional: step.transactional,
            lock_timeout_ms: step.lock_timeout_ms,
            reverse: &step.reverse,
            reverse_by: step.reverse_by,
            hazards: step
                .hazards
                .iter()
                .map(|h| (h.kind.code(), h.object.as_str()))
                .collect(),
            before: &step.before,
            after: &step.after,
        }
    }
}
