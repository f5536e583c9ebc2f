//! [`Approval`]: somebody's word on a plan, and [`judge`]: whether the words there are suffice.
//!
//! What a plan needs is said by [`Policy`]; what must be allowed by name besides, by
//! [`crate::allowance`]. Who has which role, and that an approval is kept, is not decided here.
//!
//! Invariants: only a word on exactly this digest, for a scope that holds the tenant, counts; no author's
//! approval does; an actor counts once; one rejection refuses the plan for good, another plan has another
//! digest. A plan of a tenant with a customization has this tenant as its only scope.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::actor::Role;
use crate::comment::{Comment, Reason};
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::id::TenantId;
use crate::name::display;
use crate::plan::BoundPlan;

mod policy;

pub use policy::{APPROVALS_MAX, Cause, Need, Policy, Quorum};

mod codes {
    crate::codes! {
        APPROVAL_MISSING = "approval.missing", Rule, "A plan lacks approvals that it needs.";
        APPROVAL_REJECTED = "approval.rejected", Rule, "A plan was rejected; a new one is needed.";
        APPROVAL_OTHER_PLAN = "approval.other_plan", Input, "An approval names another plan, or a scope without the plan's tenant.";
        APPROVAL_OWN = "approval.own", Rule, "Somebody approves what they made themselves.";
        APPROVAL_ROLE_TOO_LOW = "approval.role_too_low", Rule, "An approval is given as a role that the plan does not ask for.";
        APPROVAL_TWICE = "approval.twice", Conflict, "An actor decides about a plan that they decided about already.";
        APPROVAL_SCOPE_EMPTY = "approval.scope_empty", Input, "An approval is for no tenant.";
        APPROVAL_SCOPE_TOO_WIDE = "approval.scope_too_wide", Rule, "An approval of a plan with a customization is for other tenants too.";
        APPROVAL_QUORUM_INVALID = "approval.quorum_invalid", Usage, "A number of approvals is not `none` or such as `1 approver, 1 reviewer`.";
    }
}
pub use codes::*;

/// How many causes a sentence names.
const CAUSES_TOLD: usize = 3;

/// The tenants that an approval is for: one or a list, never none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BTreeSet<TenantId>", into = "BTreeSet<TenantId>")]
pub struct Scope(BTreeSet<TenantId>);

impl Scope {
    /// One tenant.
    pub fn one(tenant: TenantId) -> Scope {
        Scope([tenant].into())
    }

    /// A list of tenants.
    ///
    /// # Errors
    /// `approval.scope_empty`.
    pub fn of(tenants: impl IntoIterator<Item = TenantId>) -> Result<Scope> {
        let tenants: BTreeSet<TenantId> = tenants.into_iter().collect();
        if tenants.is_empty() {
            return Err(
                Error::new(&APPROVAL_SCOPE_EMPTY, "the approval is for no tenant")
                    .hint("name at least one tenant"),
            );
        }
        Ok(Scope(tenants))
    }

    /// The tenants.
    pub fn tenants(&self) -> impl Iterator<Item = TenantId> {
        self.0.iter().copied()
    }

    /// Whether the approval is for this tenant.
    pub fn holds(&self, tenant: TenantId) -> bool {
        self.0.contains(&tenant)
    }

    /// Whether it is for this tenant and no other.
    pub fn is_only(&self, tenant: TenantId) -> bool {
        self.0.len() == 1 && self.holds(tenant)
    }
}

impl TryFrom<BTreeSet<TenantId>> for Scope {
    type Error = Error;
    fn try_from(tenants: BTreeSet<TenantId>) -> Result<Scope> {
        Scope::of(tenants)
    }
}

impl From<Scope> for BTreeSet<TenantId> {
    fn from(scope: Scope) -> BTreeSet<TenantId> {
        scope.0
    }
}

/// What somebody says about a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Word {
    /// It may be applied.
    Approved {
        /// What else there is to say.
        #[serde(default)]
        comment: Comment,
    },
    /// It must not be.
    Rejected {
        /// Why.
        reason: Reason,
    },
}

/// Somebody's word on a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// The digest of the plan.
    pub plan: Digest,
    /// For which tenants.
    pub scope: Scope,
    /// Who.
    pub actor: String,
    /// As which role.
    pub role: Role,
    /// When.
    pub time: Timestamp,
    /// What.
    pub word: Word,
}

/// Whether a plan may be applied as far as approvals go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// All that is needed is there.
    Satisfied,
    /// This is still needed; each count is what lacks.
    Missing(Vec<Need>),
    /// Somebody said no.
    Rejected {
        /// Who.
        by: String,
        /// Why.
        reason: Reason,
    },
}

impl Approval {
    /// Whether it speaks of this plan for this plan's tenant.
    fn is_about(&self, plan: &BoundPlan) -> bool {
        self.plan == plan.digest && self.scope.holds(plan.tenant)
    }

    /// Whether it is wider than the plan's tenant although only this tenant may be its scope.
    fn is_too_wide(&self, plan: &BoundPlan) -> bool {
        plan.plan.has_customization() && !self.scope.is_only(plan.tenant)
    }

    /// Whether a plan with these needs asks for the role that it is given as.
    fn is_asked(&self, needs: &[Need]) -> bool {
        self.role == Role::Admin || needs.iter().any(|need| need.role == self.role)
    }

    /// Demands that this word can be taken beside those that were given before.
    ///
    /// A rejection is taken of everybody, once; it may follow an own approval, which it takes back. A
    /// plan that needs nothing can be approved as any role.
    ///
    /// # Errors
    /// `approval.other_plan`, `approval.scope_too_wide`, `approval.own`, `approval.role_too_low`,
    /// `approval.twice`.
    pub fn check(
        &self,
        plan: &BoundPlan,
        needs: &[Need],
        before: &[Approval],
        authors: &[&str],
    ) -> Result<()> {
        let (actor, digest) = (display(&self.actor), plan.digest.short());
        if !self.is_about(plan) {
            let what = format!("the approval is not about {digest} for `{}`", plan.slug);
            return Err(Error::new(&APPROVAL_OTHER_PLAN, what)
                .hint("an approval names the digest of the plan and the tenants that it is for"));
        }
        let is_approval = matches!(self.word, Word::Approved { .. });
        let mut own = before
            .iter()
            .filter(|other| other.actor == self.actor && other.is_about(plan));
        if own.any(|other| is_approval || matches!(other.word, Word::Rejected { .. })) {
            let what = format!("`{actor}` decided about {digest} already");
            return Err(Error::new(&APPROVAL_TWICE, what).hint(format!(
                "see what was decided: strata approvals {}",
                plan.slug
            )));
        }
        if !is_approval {
            return Ok(());
        }
        if authors.contains(&self.actor.as_str()) {
            let what = format!("`{actor}` made {digest} and cannot approve it");
            return Err(
                Error::new(&APPROVAL_OWN, what).hint("somebody else must look at it and approve")
            );
        }
        if !needs.is_empty() && !self.is_asked(needs) {
            let asked: Vec<&str> = needs.iter().map(|need| need.role.as_str()).collect();
            let what = format!("{digest} does not ask for an approval as {}", self.role);
            return Err(Error::new(&APPROVAL_ROLE_TOO_LOW, what)
                .hint(format!("it asks for: {}", asked.join(", "))));
        }
        if self.is_too_wide(plan) {
            let what = format!("{digest} has a customization of `{}` alone", plan.slug);
            return Err(Error::new(&APPROVAL_SCOPE_TOO_WIDE, what).hint(format!(
                "approve it for `{}` and no other tenant",
                plan.slug
            )));
        }
        Ok(())
    }
}

/// Whether these approvals are what a plan needs; `authors` made the plan or what is in it.
///
/// An approval given as administrator stands in for one of any role.
pub fn judge(
    plan: &BoundPlan,
    needs: &[Need],
    approvals: &[Approval],
    authors: &[&str],
) -> Verdict {
    let mut counted: BTreeMap<&str, Role> = BTreeMap::new();
    for given in approvals.iter().filter(|given| given.is_about(plan)) {
        match &given.word {
            Word::Rejected { reason } => {
                return Verdict::Rejected {
                    by: given.actor.clone(),
                    reason: reason.clone(),
                };
            }
            Word::Approved { .. } => {
                let is_strange = !authors.contains(&given.actor.as_str());
                if is_strange && given.is_asked(needs) && !given.is_too_wide(plan) {
                    counted.entry(&given.actor).or_insert(given.role);
                }
            }
        }
    }
    let missing = lacking(needs, counted.into_values());
    if missing.is_empty() {
        Verdict::Satisfied
    } else {
        Verdict::Missing(missing)
    }
}

/// What lacks after each approval went to its own role, and those of administrators to what is left.
fn lacking(needs: &[Need], given: impl Iterator<Item = Role>) -> Vec<Need> {
    let mut by_role: BTreeMap<Role, u32> = BTreeMap::new();
    for role in given {
        *by_role.entry(role).or_default() += 1;
    }
    let mut missing = needs.to_vec();
    for need in &mut missing {
        let own = by_role.entry(need.role).or_default();
        let used = need.count.min(*own);
        *own -= used;
        need.count -= used;
    }
    let mut admins = by_role.get(&Role::Admin).copied().unwrap_or_default();
    for need in &mut missing {
        let used = need.count.min(admins);
        admins -= used;
        need.count -= used;
    }
    missing.retain(|need| need.count > 0);
    missing
}

impl Verdict {
    /// Demands that the plan may be applied.
    ///
    /// # Errors
    /// `approval.missing`, `approval.rejected`.
    pub fn require(&self, plan: &BoundPlan) -> Result<()> {
        let digest = plan.digest.short();
        match self {
            Verdict::Satisfied => Ok(()),
            Verdict::Missing(needs) => {
                let told: Vec<String> = needs.iter().map(Need::sentence).collect();
                let what = format!("{digest} lacks {}", told.join(" and "));
                let error = Error::new(&APPROVAL_MISSING, what);
                Err(needs.iter().fold(error, |error, need| {
                    error.hint(format!("strata approve {digest} --as {}", need.role))
                }))
            }
            Verdict::Rejected { by, reason } => Err(Error::new(
                &APPROVAL_REJECTED,
                format!(
                    "{digest} was rejected by `{}`: {}",
                    display(by),
                    display(reason.as_str())
                ),
            )
            .hint("correct what was found and make a new plan: strata plan")),
        }
    }
}

impl Need {
    /// The need as a fragment: ``1 approval as approver (a step of the template layer)``.
    pub fn sentence(&self) -> String {
        let mut told: Vec<String> = self
            .because
            .iter()
            .take(CAUSES_TOLD)
            .map(Cause::to_string)
            .collect();
        if self.because.len() > CAUSES_TOLD {
            told.push(format!("{} more", self.because.len() - CAUSES_TOLD));
        }
        let s = if self.count == 1 { "" } else { "s" };
        format!(
            "{} approval{s} as {} ({})",
            self.count,
            self.role,
            told.join(", ")
        )
    }
}
