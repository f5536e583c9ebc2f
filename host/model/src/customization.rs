//! [`Customization`]: where a layer-4 customization stands, from draft to applied, and the only ways from
//! one to the next.
//!
//! It does not say who may do what (that is [`crate::actor`]) nor which plan was approved for the tenant
//! ([`crate::approval`]): here is the word of the people who looked at the component.
//!
//! Invariants: the state is the fold of its events; any pair of state and event that is not listed is an
//! error. A component is pinned when it is submitted, and every later event names it. Nothing is applied
//! without three passed reviews, an approval and a passed staging of that component, and nobody who ever
//! submitted a version of it reviews or approves it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Serialize;

use crate::comment::{Comment, Reason};
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::name::display;

mod state;

pub use state::{
    CustomizationChange, CustomizationEvent, CustomizationState, Opinion, ReviewKind, ReviewPolicy,
};

mod codes {
    crate::codes! {
        CUSTOMIZATION_ILLEGAL = "customization.illegal", Conflict, "Something was asked of a customization that its present state does not allow.";
        CUSTOMIZATION_OTHER_COMPONENT = "customization.other_component", Conflict, "A decision names another component than the one that was submitted.";
        CUSTOMIZATION_OWN = "customization.own", Rule, "Somebody reviews, approves or rejects a customization that they submitted.";
        CUSTOMIZATION_REVIEW_GIVEN = "customization.review_given", Conflict, "A review was given already.";
        CUSTOMIZATION_SAME_REVIEWER = "customization.same_reviewer", Rule, "One reviewer gives a second of the three reviews.";
        CUSTOMIZATION_REVIEW_MISSING = "customization.review_missing", Rule, "A customization is approved before all three reviews passed.";
        CUSTOMIZATION_REJECTED_BEFORE = "customization.rejected_before", Rule, "A component is submitted again that was rejected.";
        CUSTOMIZATION_STATE_UNKNOWN = "customization.state_unknown", Bug, "A stored state of a customization is not one that this host knows.";
        CUSTOMIZATION_REVIEW_UNKNOWN = "customization.review_unknown", Input, "A review is none of those that there are.";
    }
}
pub use codes::*;

/// Who decided something, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decision<T> {
    /// Who.
    pub actor: String,
    /// When.
    pub time: Timestamp,
    /// What was said.
    pub said: T,
}

impl<T> Decision<T> {
    fn of(event: &CustomizationEvent, said: T) -> Decision<T> {
        Decision {
            actor: event.actor.clone(),
            time: event.time,
            said,
        }
    }
}

/// A customization as its events made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Customization {
    state: CustomizationState,
    component: Option<Digest>,
    policy: ReviewPolicy,
    authors: BTreeSet<String>,
    reviews: BTreeMap<ReviewKind, Decision<Opinion>>,
    approval: Option<Decision<Comment>>,
    staging: Option<Decision<Comment>>,
    scheduled_for: Option<Timestamp>,
    rejection: Option<Decision<Reason>>,
    rejected: BTreeSet<Digest>,
}

impl Default for Customization {
    fn default() -> Customization {
        Customization {
            state: CustomizationState::Draft,
            component: None,
            policy: ReviewPolicy::default(),
            authors: BTreeSet::new(),
            reviews: BTreeMap::new(),
            approval: None,
            staging: None,
            scheduled_for: None,
            rejection: None,
            rejected: BTreeSet::new(),
        }
    }
}

impl Customization {
    /// The customization that these events make of a draft.
    ///
    /// # Errors
    /// Those of [`Customization::next`], for the first event that does not follow.
    pub fn fold<'a>(
        events: impl IntoIterator<Item = &'a CustomizationEvent>,
    ) -> Result<Customization> {
        events
            .into_iter()
            .try_fold(Customization::default(), |so_far, event| so_far.next(event))
    }

    /// The customization after an event.
    ///
    /// # Errors
    /// `customization.illegal` for a pair of state and event that is not listed in
    /// [`CustomizationState::next`], `customization.other_component`, and for what is listed but not
    /// allowed to this actor or not yet: `customization.own`, `customization.review_given`,
    /// `customization.same_reviewer`, `customization.review_missing`, `customization.rejected_before`.
    pub fn next(&self, event: &CustomizationEvent) -> Result<Customization> {
        let state = self.state.next(&event.change)?;
        self.check_component(event)?;
        self.check(event)?;
        let mut after = self.clone();
        after.state = state;
        after.record(event);
        Ok(after)
    }

    fn check_component(&self, event: &CustomizationEvent) -> Result<()> {
        match self.component {
            Some(pinned) if pinned != event.component => Err(Error::new(
                &CUSTOMIZATION_OTHER_COMPONENT,
                format!(
                    "{} is about {}, submitted was {}",
                    event.change.name(),
                    event.component.short(),
                    pinned.short()
                ),
            )
            .hint("look at what was submitted and decide again: strata custom show")),
            _ => Ok(()),
        }
    }

    /// What is listed, but not allowed to this actor or not yet.
    fn check(&self, event: &CustomizationEvent) -> Result<()> {
        match &event.change {
            CustomizationChange::Submitted { .. } if self.rejected.contains(&event.component) => {
                Err(Error::new(
                    &CUSTOMIZATION_REJECTED_BEFORE,
                    format!("{} was rejected", event.component.short()),
                )
                .hint("correct what was found, build again and submit the new component"))
            }
            CustomizationChange::Reviewed { review, .. } => {
                self.check_stranger(event)?;
                self.check_reviewer(&event.actor, *review)
            }
            CustomizationChange::Approved { .. } => {
                self.check_stranger(event)?;
                self.check_reviewed()
            }
            CustomizationChange::Rejected { .. } => self.check_stranger(event),
            _ => Ok(()),
        }
    }

    /// Four eyes: who submitted any version of it decides nothing about it.
    fn check_stranger(&self, event: &CustomizationEvent) -> Result<()> {
        if !self.authors.contains(&event.actor) {
            return Ok(());
        }
        let what = format!(
            "`{}` submitted the customization and cannot decide about it",
            display(&event.actor)
        );
        Err(
            Error::new(&CUSTOMIZATION_OWN, what).hint(match event.change {
                CustomizationChange::Rejected { .. } => "an author withdraws it instead",
                _ => "somebody else must look at it",
            }),
        )
    }

    fn check_reviewer(&self, actor: &str, review: ReviewKind) -> Result<()> {
        if let Some(given) = self.reviews.get(&review) {
            let what = format!(
                "the {review} review was given by `{}`",
                display(&given.actor)
            );
            return Err(Error::new(&CUSTOMIZATION_REVIEW_GIVEN, what)
                .hint("who has found something since then can still reject the customization"));
        }
        let other = self.reviews.iter().find(|(_, given)| given.actor == actor);
        match other {
            Some((other, _)) if !self.policy.several_by_one => Err(Error::new(
                &CUSTOMIZATION_SAME_REVIEWER,
                format!("`{}` gave the {other} review already", display(actor)),
            )
            .hint("another reviewer must give this one")),
            _ => Ok(()),
        }
    }

    fn check_reviewed(&self) -> Result<()> {
        let missing: Vec<&str> = ReviewKind::ALL
            .iter()
            .filter(|kind| !self.has_passed(**kind))
            .map(|kind| kind.as_str())
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let what = format!("reviews are missing: {}", missing.join(", "));
        Err(Error::new(&CUSTOMIZATION_REVIEW_MISSING, what)
            .hint("all three reviews must pass before the approval"))
    }

    fn record(&mut self, event: &CustomizationEvent) {
        use CustomizationChange as C;
        match &event.change {
            C::Submitted { policy } => {
                self.component = Some(event.component);
                self.policy = *policy;
                self.authors.insert(event.actor.clone());
                self.rejection = None;
            }
            C::Reviewed { review, opinion } => {
                if let Opinion::Rejected { reason } = opinion {
                    self.reject(event, reason);
                }
                let given = Decision::of(event, opinion.clone());
                self.reviews.insert(*review, given);
            }
            C::Approved { comment } => self.approval = Some(Decision::of(event, comment.clone())),
            C::Rejected { reason } => self.reject(event, reason),
            // The data of the clone may have been at fault: the component is not refused for ever.
            C::StagingFailed { reason } => {
                self.rejection = Some(Decision::of(event, reason.clone()));
            }
            C::Revised => self.unpin(),
            C::Staged => self.staging = None,
            C::StagingPassed { comment } => {
                self.staging = Some(Decision::of(event, comment.clone()));
            }
            C::Scheduled { at } => self.scheduled_for = Some(*at),
            C::Unscheduled | C::ApplyBegun | C::Withdrawn { .. } => self.scheduled_for = None,
            C::ReviewBegun | C::Applied | C::ApplyFailed { .. } | C::RolledBack { .. } => {}
        }
    }

    fn reject(&mut self, event: &CustomizationEvent, reason: &Reason) {
        self.rejection = Some(Decision::of(event, reason.clone()));
        self.rejected.insert(event.component);
        self.scheduled_for = None;
    }

    /// What was decided of a component goes with it; authors and what was rejected are remembered.
    fn unpin(&mut self) {
        self.component = None;
        self.reviews.clear();
        self.approval = None;
        self.staging = None;
    }

    fn has_passed(&self, kind: ReviewKind) -> bool {
        let given = self.reviews.get(&kind).map(|given| &given.said);
        matches!(given, Some(Opinion::Passed { .. }))
    }

    /// Where it stands.
    pub fn state(&self) -> CustomizationState {
        self.state
    }

    /// The component that is pinned; a draft has none.
    pub fn component(&self) -> Option<Digest> {
        self.component
    }

    /// Who submitted it, in any version.
    pub fn authors(&self) -> &BTreeSet<String> {
        &self.authors
    }

    /// What a review of the pinned component says; nothing while it is pending.
    pub fn review(&self, kind: ReviewKind) -> Option<&Decision<Opinion>> {
        self.reviews.get(&kind)
    }

    /// The reviews of the pinned component that nobody has given.
    pub fn pending(&self) -> impl Iterator<Item = ReviewKind> {
        let all = ReviewKind::ALL.iter().copied();
        all.filter(|kind| !self.reviews.contains_key(kind))
    }

    /// Who approved the pinned component.
    pub fn approval(&self) -> Option<&Decision<Comment>> {
        self.approval.as_ref()
    }

    /// Who said that the last staging of the pinned component is good.
    pub fn staging(&self) -> Option<&Decision<Comment>> {
        self.staging.as_ref()
    }

    /// When it is to be applied.
    pub fn scheduled_for(&self) -> Option<Timestamp> {
        self.scheduled_for
    }

    /// Who rejected it last and why, until it is submitted again.
    pub fn rejection(&self) -> Option<&Decision<Reason>> {
        self.rejection.as_ref()
    }
}
