//! The workflow of a customization: every pair of state and event, four eyes, the pinned component.

use model::customization::{
    Customization, CustomizationChange as C, CustomizationEvent, CustomizationState as S, Decision,
    Opinion, ReviewKind, ReviewPolicy,
};
use model::{Comment, Digest, Error, Reason};
use serde_json::json;

fn component(name: &str) -> Digest {
    Digest::of_bytes(name.as_bytes())
}

pub(crate) fn event(actor: &str, of: &str, change: C) -> CustomizationEvent {
    CustomizationEvent {
        component: component(of),
        actor: actor.to_owned(),
        time: jiff::Timestamp::UNIX_EPOCH,
        change,
    }
}

fn comment() -> Comment {
    Comment::default()
}

fn reason() -> Reason {
    Reason::new("it has no purpose").unwrap()
}

pub(crate) fn submitted() -> C {
    C::Submitted {
        policy: ReviewPolicy::default(),
    }
}

pub(crate) fn passes(review: ReviewKind) -> C {
    let opinion = Opinion::Passed { comment: comment() };
    C::Reviewed { review, opinion }
}

pub(crate) fn fails(review: ReviewKind) -> C {
    let opinion = Opinion::Rejected { reason: reason() };
    C::Reviewed { review, opinion }
}

/// One event of each name and outcome.
pub(crate) fn every_change() -> Vec<C> {
    vec![
        submitted(),
        C::ReviewBegun,
        passes(ReviewKind::Compliance),
        fails(ReviewKind::Compliance),
        C::Approved { comment: comment() },
        C::Rejected { reason: reason() },
        C::Revised,
        C::Staged,
        C::StagingPassed { comment: comment() },
        C::StagingFailed { reason: reason() },
        C::Scheduled {
            at: jiff::Timestamp::UNIX_EPOCH,
        },
        C::Unscheduled,
        C::ApplyBegun,
        C::Applied,
        C::ApplyFailed { reason: reason() },
        C::RolledBack { reason: reason() },
        C::Withdrawn { reason: reason() },
    ]
}

/// Every state: the events that may follow, and where they lead. `reviewed` stands for a passed review,
/// `reviewed!` for one that rejects.
const LEGAL: [(S, &[(&str, S)]); 13] = [
    (
        S::Draft,
        &[("submitted", S::Submitted), ("withdrawn", S::Withdrawn)],
    ),
    (
        S::Submitted,
        &[
            ("review-begun", S::InReview),
            ("rejected", S::Rejected),
            ("withdrawn", S::Withdrawn),
        ],
    ),
    (
        S::InReview,
        &[
            ("reviewed", S::InReview),
            ("reviewed!", S::Rejected),
            ("approved", S::Approved),
            ("rejected", S::Rejected),
            ("withdrawn", S::Withdrawn),
        ],
    ),
    (
        S::Rejected,
        &[("revised", S::Draft), ("withdrawn", S::Withdrawn)],
    ),
    (
        S::Approved,
        &[
            ("staged", S::Staged),
            ("rejected", S::Rejected),
            ("withdrawn", S::Withdrawn),
        ],
    ),
    (
        S::Staged,
        &[
            ("staging-passed", S::StagingPassed),
            ("staging-failed", S::Rejected),
            ("rejected", S::Rejected),
            ("withdrawn", S::Withdrawn),
        ],
    ),
    (
        S::StagingPassed,
        &[
            ("staged", S::Staged),
            ("scheduled", S::Scheduled),
            ("apply-begun", S::Applying),
            ("rejected", S::Rejected),
            ("withdrawn", S::Withdrawn),
        ],
    ),
    (
        S::Scheduled,
        &[
            ("unscheduled", S::StagingPassed),
            ("apply-begun", S::Applying),
            ("rejected", S::Rejected),
            ("withdrawn", S::Withdrawn),
        ],
    ),
    (
        S::Applying,
        &[("applied", S::Applied), ("apply-failed", S::Failed)],
    ),
    (S::Applied, &[("rolled-back", S::RolledBack)]),
    (
        S::Failed,
        &[
            ("staged", S::Staged),
            ("scheduled", S::Scheduled),
            ("apply-begun", S::Applying),
            ("revised", S::Draft),
            ("rejected", S::Rejected),
            ("withdrawn", S::Withdrawn),
        ],
    ),
    (
        S::RolledBack,
        &[("revised", S::Draft), ("withdrawn", S::Withdrawn)],
    ),
    (S::Withdrawn, &[]),
];

/// The name of an event in the table.
fn name_in_table(change: &C) -> String {
    match change {
        C::Reviewed {
            opinion: Opinion::Rejected { .. },
            ..
        } => "reviewed!".to_owned(),
        other => other.name().to_owned(),
    }
}

/// All three reviews pass, each by a reviewer of its own.
fn reviews(of: &str) -> Vec<CustomizationEvent> {
    let reviewers = ["rita", "rama", "ravi"];
    let given = ReviewKind::ALL.iter().zip(reviewers);
    given
        .map(|(kind, actor)| event(actor, of, passes(*kind)))
        .collect()
}

/// The shortest way from a draft to a state, by actors who may.
fn way_to(state: S) -> Vec<CustomizationEvent> {
    let before = |state: S, actor: &str, change: C| {
        let mut way = way_to(state);
        way.push(event(actor, "v1", change));
        way
    };
    match state {
        S::Draft => Vec::new(),
        S::Submitted => before(S::Draft, "asha", submitted()),
        S::InReview => before(S::Submitted, "rita", C::ReviewBegun),
        S::Rejected => before(S::Submitted, "anil", C::Rejected { reason: reason() }),
        S::Approved => {
            let mut way = way_to(S::InReview);
            way.extend(reviews("v1"));
            way.push(event("anil", "v1", C::Approved { comment: comment() }));
            way
        }
        S::Staged => before(S::Approved, "olga", C::Staged),
        S::StagingPassed => before(S::Staged, "olga", C::StagingPassed { comment: comment() }),
        S::Scheduled => before(
            S::StagingPassed,
            "olga",
            C::Scheduled {
                at: jiff::Timestamp::UNIX_EPOCH,
            },
        ),
        S::Applying => before(S::StagingPassed, "olga", C::ApplyBegun),
        S::Applied => before(S::Applying, "olga", C::Applied),
        S::Failed => before(S::Applying, "olga", C::ApplyFailed { reason: reason() }),
        S::RolledBack => before(S::Applied, "olga", C::RolledBack { reason: reason() }),
        S::Withdrawn => before(S::Draft, "asha", C::Withdrawn { reason: reason() }),
    }
}

fn at(state: S) -> Customization {
    let there = Customization::fold(&way_to(state)).unwrap();
    assert_eq!(there.state(), state);
    there
}

fn code(result: Result<Customization, Error>) -> &'static str {
    result.unwrap_err().code().name
}

#[test]
fn the_table_has_every_state_once() {
    let states: Vec<S> = LEGAL.iter().map(|(state, _)| *state).collect();
    assert_eq!(states, S::ALL);
}

#[test]
fn every_listed_pair_leads_where_it_says_and_every_other_is_refused_with_both_names() {
    let mut n_legal = 0;
    for (state, follow) in LEGAL {
        for change in every_change() {
            let name = name_in_table(&change);
            let wanted = follow.iter().find(|(listed, _)| *listed == name);
            match (wanted, state.next(&change)) {
                (Some((_, to)), Ok(after)) => {
                    assert_eq!(*to, after, "{state} {name}");
                    n_legal += 1;
                }
                (None, Err(error)) => {
                    assert_eq!(error.code().name, "customization.illegal");
                    let told = error.message();
                    assert!(told.contains(state.as_str()), "{told}");
                    assert!(told.ends_with(change.name()), "{told}");
                }
                (wanted, got) => panic!("{state} {name}: {got:?}, wanted {wanted:?}"),
            }
        }
    }
    let listed: usize = LEGAL.iter().map(|(_, follow)| follow.len()).sum();
    assert_eq!(
        n_legal, listed,
        "the table lists an event that there is not"
    );
}

#[test]
fn a_customization_moves_as_its_state_does_when_the_right_people_act() {
    for (state, follow) in LEGAL {
        for change in every_change() {
            let name = name_in_table(&change);
            let wanted = follow.iter().find(|(listed, _)| *listed == name);
            let from = match (&change, state) {
                // An approval needs what a review must not find: the three reviews.
                (C::Approved { .. }, S::InReview) => {
                    let mut way = way_to(S::InReview);
                    way.extend(reviews("v1"));
                    Customization::fold(&way).unwrap()
                }
                _ => at(state),
            };
            let got = from.next(&event("nina", "v1", change));
            match wanted {
                Some((_, to)) => assert_eq!(got.unwrap().state(), *to, "{state} {name}"),
                None => assert_eq!(code(got), "customization.illegal", "{state} {name}"),
            }
        }
    }
}

#[test]
fn every_state_is_reached_and_only_applied_and_withdrawn_cannot_be_given_up() {
    for state in S::ALL {
        assert_eq!(at(*state).state(), *state);
        let given_up = state.next(&C::Withdrawn { reason: reason() });
        let stays = matches!(state, S::Applying | S::Applied | S::Withdrawn);
        assert_eq!(given_up.is_err(), stays, "{state}");
    }
}

#[test]
fn every_event_after_the_submission_names_the_pinned_component() {
    for (state, follow) in LEGAL {
        for change in every_change() {
            let is_listed = follow
                .iter()
                .any(|(name, _)| *name == name_in_table(&change));
            if !is_listed || state == S::Draft {
                continue;
            }
            let name = change.name();
            let got = at(state).next(&event("nina", "v2", change));
            assert_eq!(code(got), "customization.other_component", "{state} {name}");
        }
    }
}

#[test]
fn an_author_neither_reviews_nor_approves_nor_rejects() {
    let in_review = at(S::InReview);
    let mut own = vec![C::Rejected { reason: reason() }];
    own.extend(ReviewKind::ALL.iter().map(|kind| passes(*kind)));
    own.push(fails(ReviewKind::Security));
    for change in own {
        let got = in_review.next(&event("asha", "v1", change));
        assert_eq!(code(got), "customization.own");
    }
    let mut way = way_to(S::InReview);
    way.extend(reviews("v1"));
    let reviewed = Customization::fold(&way).unwrap();
    let approve = |actor| event(actor, "v1", C::Approved { comment: comment() });
    assert_eq!(code(reviewed.next(&approve("asha"))), "customization.own");
    assert_eq!(
        reviewed.next(&approve("anil")).unwrap().state(),
        S::Approved
    );
}

#[test]
fn who_submitted_an_earlier_version_is_an_author_of_the_later_ones() {
    let mut way = way_to(S::Rejected);
    way.push(event("asha", "v1", C::Revised));
    way.push(event("bela", "v2", submitted()));
    way.push(event("rita", "v2", C::ReviewBegun));
    let again = Customization::fold(&way).unwrap();
    for author in ["asha", "bela"] {
        let got = again.next(&event(author, "v2", passes(ReviewKind::Privacy)));
        assert_eq!(code(got), "customization.own", "{author}");
    }
}

#[test]
fn one_reviewer_gives_one_review_unless_the_policy_at_submission_says_otherwise() {
    let fold = |policy: ReviewPolicy| {
        let mut way = vec![event("asha", "v1", C::Submitted { policy })];
        way.push(event("rita", "v1", C::ReviewBegun));
        way.push(event("rita", "v1", passes(ReviewKind::Privacy)));
        Customization::fold(&way).unwrap()
    };
    let second = event("rita", "v1", passes(ReviewKind::Security));
    let strict = fold(ReviewPolicy::default());
    assert_eq!(code(strict.next(&second)), "customization.same_reviewer");
    let lenient = fold(ReviewPolicy {
        several_by_one: true,
    });
    lenient.next(&second).unwrap();
}

#[test]
fn a_review_is_given_once_and_all_three_must_pass_before_the_approval() {
    let approve = event("anil", "v1", C::Approved { comment: comment() });
    let mut so_far = at(S::InReview);
    let mut pending = ReviewKind::ALL.len();
    for given in reviews("v1") {
        assert_eq!(so_far.pending().count(), pending);
        let error = so_far.next(&approve).unwrap_err();
        assert!(error.is(&model::customization::CUSTOMIZATION_REVIEW_MISSING));
        for kind in so_far.pending() {
            assert!(error.message().contains(kind.as_str()), "{error}");
        }
        so_far = so_far.next(&given).unwrap();
        let again = CustomizationEvent {
            actor: "nina".to_owned(),
            ..given
        };
        assert_eq!(code(so_far.next(&again)), "customization.review_given");
        pending -= 1;
    }
    let approved = so_far.next(&approve).unwrap();
    assert_eq!(approved.state(), S::Approved);
    assert_eq!(approved.approval().unwrap().actor, "anil");
}

#[test]
fn one_rejected_review_rejects_whatever_the_others_say() {
    let mut way = way_to(S::InReview);
    way.extend(reviews("v1").into_iter().take(2));
    way.push(event("nina", "v1", fails(ReviewKind::Security)));
    let rejected = Customization::fold(&way).unwrap();
    assert_eq!(rejected.state(), S::Rejected);
    let Decision { actor, said, .. } = rejected.rejection().unwrap();
    assert_eq!((actor.as_str(), said), ("nina", &reason()));
    let approve = event("anil", "v1", C::Approved { comment: comment() });
    assert_eq!(code(rejected.next(&approve)), "customization.illegal");
}

#[test]
fn what_was_rejected_by_people_is_never_submitted_again_and_what_staging_refused_can_be() {
    let mut way = way_to(S::Rejected);
    way.push(event("asha", "v1", C::Revised));
    let revised = Customization::fold(&way).unwrap();
    assert_eq!((revised.state(), revised.component()), (S::Draft, None));
    let again = |of| event("asha", of, submitted());
    assert_eq!(
        code(revised.next(&again("v1"))),
        "customization.rejected_before"
    );
    way.push(again("v2"));
    way.push(event("anil", "v2", C::Rejected { reason: reason() }));
    way.push(event("asha", "v2", C::Revised));
    let revised = Customization::fold(&way).unwrap();
    assert_eq!(
        code(revised.next(&again("v1"))),
        "customization.rejected_before",
        "not even after another"
    );

    let mut way = way_to(S::Staged);
    way.push(event("olga", "v1", C::StagingFailed { reason: reason() }));
    way.push(event("asha", "v1", C::Revised));
    way.push(again("v1"));
    Customization::fold(&way).unwrap();
}

#[test]
fn a_revision_leaves_nothing_of_what_was_decided() {
    let mut way = way_to(S::Failed);
    way.push(event("asha", "v1", C::Revised));
    way.push(event("asha", "v2", submitted()));
    let again = Customization::fold(&way).unwrap();
    assert_eq!(again.component(), Some(component("v2")));
    assert_eq!(again.pending().count(), 3);
    assert!(again.approval().is_none() && again.staging().is_none());
    assert!(again.rejection().is_none());
}

#[test]
fn a_new_staging_takes_the_old_result_away() {
    let passed = at(S::StagingPassed);
    assert!(passed.staging().is_some());
    let staged = passed.next(&event("olga", "v1", C::Staged)).unwrap();
    assert!(staged.staging().is_none());
    let apply = event("olga", "v1", C::ApplyBegun);
    assert_eq!(code(staged.next(&apply)), "customization.illegal");
}

#[test]
fn events_states_and_reviews_are_read_back_from_what_they_are_stored_as() {
    for change in every_change() {
        let stored = event("asha", "v1", change.clone());
        let json = serde_json::to_value(&stored).unwrap();
        assert_eq!(json["change"]["event"], change.name());
        assert_eq!(
            serde_json::from_value::<CustomizationEvent>(json.clone()).unwrap(),
            stored
        );
        let mut odd = json;
        odd["change"]["odd"] = json!(1);
        assert!(serde_json::from_value::<CustomizationEvent>(odd).is_err());
    }
    for state in S::ALL {
        assert_eq!(state.as_str().parse::<S>().unwrap(), *state);
        assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
    }
    for kind in ReviewKind::ALL {
        assert_eq!(kind.as_str().parse::<ReviewKind>().unwrap(), *kind);
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
    }
    let unknown = "Draft".parse::<S>().unwrap_err();
    assert_eq!(unknown.code().name, "customization.state_unknown");
    let unknown = "legal".parse::<ReviewKind>().unwrap_err();
    assert_eq!(unknown.code().name, "customization.review_unknown");
    assert!(unknown.hints()[0].contains("compliance"), "{unknown:?}");
}
