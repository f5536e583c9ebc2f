//! [`Policy`]: how many approvals, given as which role, a plan needs, and why.
//!
//! It is a table of the configuration. What approvals there are, and whether they suffice, is judged in
//! [`super`].
//!
//! Invariant: what a plan needs is decided by the plan and the table alone; needs for several reasons are
//! merged by the largest of each role, never added.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::codes::APPROVAL_QUORUM_INVALID;
use crate::actor::Role;
use crate::error::{Error, Result};
use crate::hazard::{HazardKind, Severity};
use crate::manifest::Layer;
use crate::name::display;
use crate::plan::BoundPlan;

/// The most approvals that one role can be asked for.
pub const APPROVALS_MAX: u32 = 20;

/// How many approvals by which roles: `none`, `1 approver`, `2 approver, 1 reviewer`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Quorum(BTreeMap<Role, u32>);

impl Quorum {
    /// Nobody's.
    pub fn none() -> Quorum {
        Quorum::default()
    }

    /// That of one approver.
    pub fn one_approver() -> Quorum {
        Quorum([(Role::Approver, 1)].into())
    }

    /// Each role with its number, which is not 0.
    pub fn roles(&self) -> impl Iterator<Item = (Role, u32)> {
        self.0.iter().map(|(role, count)| (*role, *count))
    }
}

impl fmt::Display for Quorum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("none");
        }
        let parts = self.roles().map(|(role, count)| format!("{count} {role}"));
        f.write_str(&parts.collect::<Vec<_>>().join(", "))
    }
}

impl FromStr for Quorum {
    type Err = Error;

    fn from_str(text: &str) -> Result<Quorum> {
        let invalid = || {
            Error::new(
                &APPROVAL_QUORUM_INVALID,
                format!(
                    "`{}` does not say how many approvals by which roles, as `none` or `1 approver, 1 reviewer` does",
                    display(text)
                ),
            )
            .hint(format!("each role is asked for 1 to {APPROVALS_MAX} approvals, once"))
        };
        let mut roles = BTreeMap::new();
        if text.trim() == "none" {
            return Ok(Quorum(roles));
        }
        for part in text.split(',') {
            let (count, role) = part.trim().split_once(' ').ok_or_else(invalid)?;
            let count: u32 = count.parse().map_err(|_| invalid())?;
            let role: Role = role
                .trim()
                .parse()
                .map_err(|cause| invalid().because_of(cause))?;
            if !(1..=APPROVALS_MAX).contains(&count) || roles.insert(role, count).is_some() {
                return Err(invalid());
            }
        }
        Ok(Quorum(roles))
    }
}

impl TryFrom<String> for Quorum {
    type Error = Error;
    fn try_from(text: String) -> Result<Quorum> {
        text.parse()
    }
}

impl From<Quorum> for String {
    fn from(quorum: Quorum) -> String {
        quorum.to_string()
    }
}

/// What approvals plans need: by the layers of their steps, their hazards and their findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// A step of the basic layer on a tenant that exists.
    pub layer_basic: Quorum,
    /// A step of a template on a tenant that exists.
    pub layer_template: Quorum,
    /// A step of a module on a tenant that exists.
    pub layer_module: Quorum,
    /// A step of a customization, on a new tenant too.
    pub layer_custom: Quorum,
    /// Rows or values are deleted.
    pub hazard_deletes_data: Quorum,
    /// Values may change, or the step may fail on the data that is there.
    pub hazard_may_lose_data: Quorum,
    /// Writers wait.
    pub hazard_blocks_writes: Quorum,
    /// Readers wait too.
    pub hazard_blocks_reads: Quorum,
    /// The whole table is copied.
    pub hazard_rewrites_table: Quorum,
    /// A lock is held while rows are worked through.
    pub hazard_long_lock: Quorum,
    /// Nothing takes it back.
    pub hazard_irreversible: Quorum,
    /// It cannot be rolled back with the rest of its migration.
    pub hazard_not_transactional: Quorum,
    /// A rule has something worth knowing to say.
    pub finding_note: Quorum,
    /// A rule asks for a second look. What a rule forbids is refused, whoever approves.
    pub finding_warning: Quorum,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            layer_basic: Quorum::one_approver(),
            layer_template: Quorum::one_approver(),
            layer_module: Quorum::none(),
            layer_custom: Quorum::one_approver(),
            hazard_deletes_data: Quorum::one_approver(),
            hazard_may_lose_data: Quorum::one_approver(),
            hazard_blocks_writes: Quorum::none(),
            hazard_blocks_reads: Quorum::none(),
            hazard_rewrites_table: Quorum::none(),
            hazard_long_lock: Quorum::none(),
            hazard_irreversible: Quorum::one_approver(),
            hazard_not_transactional: Quorum::none(),
            finding_note: Quorum::none(),
            finding_warning: Quorum::none(),
        }
    }
}

/// Why an approval is needed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Cause {
    /// A step is of this layer.
    Layer(Layer),
    /// A step has this hazard.
    Hazard {
        /// Which danger.
        kind: HazardKind,
        /// To what.
        object: String,
    },
    /// A rule found something.
    Finding {
        /// The code of the rule.
        code: String,
        /// About what.
        object: String,
    },
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cause::Layer(layer) => write!(f, "a step of the {layer} layer"),
            Cause::Hazard { kind, object } => write!(f, "{kind}:{}", display(object)),
            Cause::Finding { code, object } => {
                write!(f, "{} about {}", display(code), display(object))
            }
        }
    }
}

/// Approvals that a plan needs of one role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Need {
    /// Which role.
    pub role: Role,
    /// How many.
    pub count: u32,
    /// Everything that asks for this role.
    pub because: Vec<Cause>,
}

impl Policy {
    /// What a plan needs, one entry a role at most, in the order of roles.
    ///
    /// Of a first building only the steps of the customization count: nobody has rows there, and the
    /// other layers are what every new tenant gets. Findings count if there is a customization.
    pub fn needs(&self, plan: &BoundPlan, is_first_building: bool) -> Vec<Need> {
        let steps = plan.plan.steps.iter();
        let counted: Vec<_> = steps
            .filter(|step| !is_first_building || step.layer == Layer::Custom)
            .collect();
        let mut merged = Merged::default();
        for step in &counted {
            merged.add(self.of_layer(step.layer), || Cause::Layer(step.layer));
            for hazard in &step.hazards {
                merged.add(self.of_hazard(hazard.kind), || Cause::Hazard {
                    kind: hazard.kind,
                    object: hazard.object.clone(),
                });
            }
        }
        if !is_first_building || !counted.is_empty() {
            for finding in &plan.plan.findings {
                let quorum = self.of_finding(finding.severity);
                let cause = || Cause::Finding {
                    code: finding.code.clone(),
                    object: finding.object.clone(),
                };
                quorum
                    .into_iter()
                    .for_each(|quorum| merged.add(quorum, cause));
            }
        }
        merged.needs()
    }

    fn of_layer(&self, layer: Layer) -> &Quorum {
        match layer {
            Layer::Basic => &self.layer_basic,
            Layer::Template => &self.layer_template,
            Layer::Module => &self.layer_module,
            Layer::Custom => &self.layer_custom,
        }
    }

    fn of_hazard(&self, kind: HazardKind) -> &Quorum {
        match kind {
            HazardKind::DeletesData => &self.hazard_deletes_data,
            HazardKind::MayLoseData => &self.hazard_may_lose_data,
            HazardKind::BlocksWrites => &self.hazard_blocks_writes,
            HazardKind::BlocksReads => &self.hazard_blocks_reads,
            HazardKind::RewritesTable => &self.hazard_rewrites_table,
            HazardKind::LongLock => &self.hazard_long_lock,
            HazardKind::Irreversible => &self.hazard_irreversible,
            HazardKind::NotTransactional => &self.hazard_not_transactional,
        }
    }

    fn of_finding(&self, severity: Severity) -> Option<&Quorum> {
        match severity {
            Severity::Note => Some(&self.finding_note),
            Severity::Warning => Some(&self.finding_warning),
            Severity::Error => None,
        }
    }
}

/// Needs on the way: the largest number of each role, and everything that asks for it.
#[derive(Default)]
struct Merged(BTreeMap<Role, (u32, BTreeSet<Cause>)>);

impl Merged {
    fn add(&mut self, quorum: &Quorum, cause: impl Fn() -> Cause) {
        for (role, count) in quorum.roles() {
            let (most, because) = self.0.entry(role).or_default();
            *most = count.max(*most);
            because.insert(cause());
        }
    }

    fn needs(self) -> Vec<Need> {
        let merged = self.0.into_iter();
        merged
            .map(|(role, (count, because))| Need {
                role,
                count,
                because: because.into_iter().collect(),
            })
            .collect()
    }
}
