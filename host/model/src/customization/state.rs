//! The states of a customization, what happens to it, and which event leads from which state to which.
//!
//! Who may cause an event, and what must have come before it, is looked at beside it, in
//! [`Customization`](super::Customization).
//!
//! Invariant: any pair of state and event that is not listed is an error.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::codes::{
    CUSTOMIZATION_ILLEGAL, CUSTOMIZATION_REVIEW_UNKNOWN, CUSTOMIZATION_STATE_UNKNOWN,
};
use crate::comment::{Comment, Reason};
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::name::display;
use crate::no_fields::no_fields;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $unknown:ident, $what:literal { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            /// The word as it is stored and shown.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text,)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = Error;
            fn from_str(text: &str) -> Result<$name> {
                match text {
                    $($text => Ok($name::$variant),)*
                    _ => Err(Error::new(&$unknown, format!(concat!("`{}` is not ", $what), display(text)))
                        .hint(concat!("there are:" $(, " ", $text)*))),
                }
            }
        }
    };
}

words! {
    /// Where a customization stands.
    CustomizationState, CUSTOMIZATION_STATE_UNKNOWN, "a state of a customization" {
        /// Being written; no component is pinned.
        Draft = "draft",
        /// A component is pinned and waits for its reviews.
        Submitted = "submitted",
        /// The three reviews are being given.
        InReview = "in-review",
        /// Refused by a person or by staging.
        Rejected = "rejected",
        /// All reviews passed, and somebody approved.
        Approved = "approved",
        /// Being tried on a clone of the tenant's schema.
        Staged = "staged",
        /// Tried, and good.
        StagingPassed = "staging-passed",
        /// Waits for its moment.
        Scheduled = "scheduled",
        /// A run applies it.
        Applying = "applying",
        /// The tenant has it.
        Applied = "applied",
        /// The run failed; the tenant is as before.
        Failed = "failed",
        /// The tenant had it, and has it no more.
        RolledBack = "rolled-back",
        /// Given up.
        Withdrawn = "withdrawn",
    }
}

words! {
    /// The reviews that a customization needs.
    ReviewKind, CUSTOMIZATION_REVIEW_UNKNOWN, "a review" {
        /// Whether it keeps the rules of the Election Commission.
        Compliance = "compliance",
        /// What it does to personal data.
        Privacy = "privacy",
        /// Whether it opens a hole.
        Security = "security",
    }
}

/// How the three reviews are given. It is pinned with the component: a later change of the configuration
/// leaves what was decided as it was.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReviewPolicy {
    /// Whether one reviewer may give several of the three reviews.
    pub several_by_one: bool,
}

/// What a reviewer says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Opinion {
    /// Nothing stands against it.
    Passed {
        /// What else there is to say.
        #[serde(default)]
        comment: Comment,
    },
    /// It must not be applied.
    Rejected {
        /// Why.
        reason: Reason,
    },
}

/// What happens to a customization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case", deny_unknown_fields)]
pub enum CustomizationChange {
    /// The author hands a component in. Who does so is an author of the customization for ever.
    Submitted {
        /// How its reviews are given.
        #[serde(default)]
        policy: ReviewPolicy,
    },
    /// The reviews begin.
    #[serde(deserialize_with = "no_fields")]
    ReviewBegun,
    /// One of the reviews is given.
    Reviewed {
        /// Which.
        review: ReviewKind,
        /// What it says.
        opinion: Opinion,
    },
    /// Somebody approves what passed all reviews.
    Approved {
        /// What else there is to say.
        #[serde(default)]
        comment: Comment,
    },
    /// Somebody rejects it, or takes an approval back.
    Rejected {
        /// Why.
        reason: Reason,
    },
    /// It is taken back to the author's desk.
    #[serde(deserialize_with = "no_fields")]
    Revised,
    /// It is being tried on a clone.
    #[serde(deserialize_with = "no_fields")]
    Staged,
    /// The trial is good.
    StagingPassed {
        /// What else there is to say.
        #[serde(default)]
        comment: Comment,
    },
    /// The trial is not good.
    StagingFailed {
        /// Why.
        reason: Reason,
    },
    /// It has a moment.
    Scheduled {
        /// Which.
        at: Timestamp,
    },
    /// It has none any more.
    #[serde(deserialize_with = "no_fields")]
    Unscheduled,
    /// A run begins to apply it.
    #[serde(deserialize_with = "no_fields")]
    ApplyBegun,
    /// The run succeeded.
    #[serde(deserialize_with = "no_fields")]
    Applied,
    /// The run failed and is undone.
    ApplyFailed {
        /// Why.
        reason: Reason,
    },
    /// What was applied is taken back.
    RolledBack {
        /// Why.
        reason: Reason,
    },
    /// It is given up.
    Withdrawn {
        /// Why.
        reason: Reason,
    },
}

impl CustomizationChange {
    /// The name of the event, as it is stored.
    pub fn name(&self) -> &'static str {
        match self {
            CustomizationChange::Submitted { .. } => "submitted",
            CustomizationChange::ReviewBegun => "review-begun",
            CustomizationChange::Reviewed { .. } => "reviewed",
            CustomizationChange::Approved { .. } => "approved",
            CustomizationChange::Rejected { .. } => "rejected",
            CustomizationChange::Revised => "revised",
            CustomizationChange::Staged => "staged",
            CustomizationChange::StagingPassed { .. } => "staging-passed",
            CustomizationChange::StagingFailed { .. } => "staging-failed",
            CustomizationChange::Scheduled { .. } => "scheduled",
            CustomizationChange::Unscheduled => "unscheduled",
            CustomizationChange::ApplyBegun => "apply-begun",
            CustomizationChange::Applied => "applied",
            CustomizationChange::ApplyFailed { .. } => "apply-failed",
            CustomizationChange::RolledBack { .. } => "rolled-back",
            CustomizationChange::Withdrawn { .. } => "withdrawn",
        }
    }
}

/// What happened, by whom, when, to which component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomizationEvent {
    /// The component: pinned by `submitted`, named by all that follows. A draft has none to name.
    pub component: Digest,
    /// Who.
    pub actor: String,
    /// When.
    pub time: Timestamp,
    /// What.
    pub change: CustomizationChange,
}

impl CustomizationState {
    /// The state after an event.
    ///
    /// # Errors
    /// `customization.illegal` for every pair that is not listed here.
    pub fn next(self, change: &CustomizationChange) -> Result<CustomizationState> {
        use {CustomizationChange as C, CustomizationState as S};
        match (self, change) {
            (S::Draft, C::Submitted { .. }) => Ok(S::Submitted),
            (S::Submitted, C::ReviewBegun) => Ok(S::InReview),
            (S::InReview, C::Reviewed { opinion, .. }) => Ok(match opinion {
                Opinion::Passed { .. } => S::InReview,
                Opinion::Rejected { .. } => S::Rejected,
            }),
            (S::InReview, C::Approved { .. }) => Ok(S::Approved),
            (
                S::Submitted
                | S::InReview
                | S::Approved
                | S::Staged
                | S::StagingPassed
                | S::Scheduled
                | S::Failed,
                C::Rejected { .. },
            ) => Ok(S::Rejected),
            (S::Rejected | S::Failed | S::RolledBack, C::Revised) => Ok(S::Draft),
            (S::Approved | S::StagingPassed | S::Failed, C::Staged) => Ok(S::Staged),
            (S::Staged, C::StagingPassed { .. }) => Ok(S::StagingPassed),
            (S::Staged, C::StagingFailed { .. }) => Ok(S::Rejected),
            (S::StagingPassed | S::Failed, C::Scheduled { .. }) => Ok(S::Scheduled),
            (S::Scheduled, C::Unscheduled) => Ok(S::StagingPassed),
            (S::StagingPassed | S::Scheduled | S::Failed, C::ApplyBegun) => Ok(S::Applying),
            (S::Applying, C::Applied) => Ok(S::Applied),
            (S::Applying, C::ApplyFailed { .. }) => Ok(S::Failed),
            (S::Applied, C::RolledBack { .. }) => Ok(S::RolledBack),
            (
                S::Draft
                | S::Submitted
                | S::InReview
                | S::Rejected
                | S::Approved
                | S::Staged
                | S::StagingPassed
                | S::Scheduled
                | S::Failed
                | S::RolledBack,
                C::Withdrawn { .. },
            ) => Ok(S::Withdrawn),
            _ => Err(self.illegal(change)),
        }
    }

    fn illegal(self, change: &CustomizationChange) -> Error {
        Error::new(
            &CUSTOMIZATION_ILLEGAL,
            format!(
                "a customization that is {self} cannot be followed by {}",
                change.name()
            ),
        )
        .hint(match self {
            CustomizationState::Withdrawn => "hand it in as a new customization",
            _ => "see where it stands and what was decided: strata custom show",
        })
    }
}
