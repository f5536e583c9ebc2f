//! Random walks through the workflow of a customization: nothing is applied that was not looked at.

use std::collections::{BTreeMap, BTreeSet};

use model::customization::{
    Customization, CustomizationChange as C, CustomizationEvent, CustomizationState, Opinion,
    ReviewKind,
};
use proptest::prelude::*;

use crate::customization::{event, every_change, fails, passes};

/// More than ever submit, so that reviewers are left.
const ACTORS: &[&str] = &[
    "asha", "bela", "rita", "rama", "ravi", "anil", "nina", "olga", "puja", "sita",
];
const COMPONENTS: &[&str] = &["v1", "v2", "v3", "v4", "v5"];

/// Every event, with all reviews.
fn all_changes() -> Vec<C> {
    let mut all = every_change();
    for kind in ReviewKind::ALL {
        all.extend([passes(*kind), fails(*kind)]);
    }
    all
}

/// An event without any thought.
fn any_event() -> impl Strategy<Value = CustomizationEvent> {
    (
        prop::sample::select(ACTORS),
        prop::sample::select(COMPONENTS),
        prop::sample::select(all_changes()),
    )
        .prop_map(|(actor, of, change)| event(actor, of, change))
}

/// Who steps, to which component (mostly the pinned one), and which of the ways.
type Proposal = (&'static str, &'static str, u8, prop::sample::Index);

fn any_walk() -> impl Strategy<Value = Vec<Proposal>> {
    let proposal = (
        prop::sample::select(ACTORS),
        prop::sample::select(COMPONENTS),
        0..8_u8,
        any::<prop::sample::Index>(),
    );
    prop::collection::vec(proposal, 0..300)
}

/// The events that a state lists; those that end a walk once, the others often.
fn ways(state: CustomizationState) -> Vec<C> {
    let listed = all_changes().into_iter().filter(|c| state.next(c).is_ok());
    let often = |change: C| {
        let ends = match &change {
            C::Withdrawn { .. } | C::Rejected { .. } | C::StagingFailed { .. } => true,
            C::Reviewed { opinion, .. } => matches!(opinion, Opinion::Rejected { .. }),
            _ => false,
        };
        std::iter::repeat_n(change, if ends { 1 } else { 30 })
    };
    listed.flat_map(often).collect()
}

/// The events of a walk that are taken: each proposal is listed, but may not be allowed.
fn taken(walk: &[Proposal]) -> Vec<CustomizationEvent> {
    let mut so_far = Customization::default();
    let mut kept = Vec::new();
    for (actor, of, swerve, way) in walk {
        let ways = ways(so_far.state());
        if ways.is_empty() {
            break;
        }
        let mut proposed = event(actor, of, ways[way.index(ways.len())].clone());
        if let (Some(pinned), true) = (so_far.component(), *swerve > 0) {
            proposed.component = pinned;
        }
        if let Ok(after) = so_far.next(&proposed) {
            so_far = after;
            kept.push(proposed);
        }
    }
    assert_eq!(Customization::fold(&kept).unwrap(), so_far);
    kept
}

/// Demands of every `applied` in a history, by the history alone, that it was looked at before.
fn looked_at(history: &[CustomizationEvent]) -> usize {
    let mut n_applied = 0;
    for (place, applied) in history.iter().enumerate() {
        if applied.change != C::Applied {
            continue;
        }
        n_applied += 1;
        let before = &history[..place];
        let is_submission =
            |event: &CustomizationEvent| matches!(event.change, C::Submitted { .. });
        let authors: BTreeSet<&str> = before
            .iter()
            .filter(|event| is_submission(event))
            .map(|event| event.actor.as_str())
            .collect();
        let last = before.iter().rposition(is_submission).unwrap();
        let since = &before[last..];
        assert!(
            since
                .iter()
                .all(|event| event.component == applied.component)
        );
        let mut reviewers = BTreeMap::new();
        let (mut approved, mut staged) = (false, false);
        for event in since {
            match &event.change {
                C::Reviewed { review, opinion } => {
                    assert!(matches!(opinion, Opinion::Passed { .. }));
                    assert!(!authors.contains(event.actor.as_str()));
                    reviewers.insert(event.actor.as_str(), *review);
                }
                C::Approved { .. } => {
                    assert!(!authors.contains(event.actor.as_str()));
                    assert_eq!(reviewers.len(), 3, "three reviewers");
                    approved = true;
                }
                C::StagingPassed { .. } => staged = approved,
                C::Staged => staged = false,
                C::Rejected { .. } | C::StagingFailed { .. } => panic!("applied though rejected"),
                _ => {}
            }
        }
        let kinds: BTreeSet<ReviewKind> = reviewers.into_values().collect();
        assert_eq!(kinds.len(), 3, "three reviews");
        assert!(approved && staged);
    }
    n_applied
}

proptest! {
    #![proptest_config(crate::properties::config())]

    #[test]
    fn folding_any_list_of_events_never_panics(
        events in prop::collection::vec(any_event(), 0..50),
        walk in any_walk(),
    ) {
        let _ = Customization::fold(&events);
        let history = taken(&walk);
        let _ = Customization::fold(history.iter().chain(&events));
    }

    #[test]
    fn nothing_is_applied_that_was_not_reviewed_approved_and_staged(walk in any_walk()) {
        looked_at(&taken(&walk));
    }
}

#[test]
fn random_walks_do_reach_applied() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let n_applied: usize = (0..64)
        .map(|_| looked_at(&taken(&any_walk().new_tree(&mut runner).unwrap().current())))
        .sum();
    assert!(n_applied >= 20, "{n_applied}");
}
