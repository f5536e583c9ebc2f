//! Every pair of status and event: the listed ones lead on, all others are refused.

use model::Error;
use model::status::{
    ProvisioningEvent as PE, ProvisioningStatus as PS, RunEvent as RE, RunStatus as RS,
    TenantEvent as TE, TenantStatus as TS,
};

const RUNS: [RS; 6] = [
    RS::Planned,
    RS::Running,
    RS::Undoing,
    RS::Succeeded,
    RS::Undone,
    RS::Incomplete,
];
const RUN_EVENTS: [RE; 8] = [
    RE::Started,
    RE::StepApplied,
    RE::StepFailed,
    RE::StepUndone,
    RE::Succeeded,
    RE::Undone,
    RE::UndoFailed,
    RE::Resumed,
];
const PROVISIONING: [PS; 5] = [
    PS::None,
    PS::InProgress,
    PS::Completed,
    PS::Failed,
    PS::PermanentlyFailed,
];
const TENANTS: [TS; 5] = [
    TS::Registered,
    TS::Active,
    TS::Suspended,
    TS::Archived,
    TS::Deleted,
];

/// Walks all pairs: those in `legal` lead where it says, the others are `status.illegal`.
fn walk<S, E>(statuses: &[S], events: &[E], next: fn(S, E) -> Result<S, Error>, legal: &[(S, E, S)])
where
    S: Copy + PartialEq + std::fmt::Debug,
    E: Copy + PartialEq + std::fmt::Debug,
{
    for status in statuses {
        for event in events {
            let wanted = legal.iter().find(|(s, e, _)| s == status && e == event);
            match (wanted, next(*status, *event)) {
                (Some((_, _, to)), Ok(after)) => assert_eq!(*to, after, "{status:?} {event:?}"),
                (None, Err(error)) => assert_eq!(error.code().name, "status.illegal"),
                (wanted, got) => panic!("{status:?} {event:?}: {got:?}, wanted {wanted:?}"),
            }
        }
    }
}

#[test]
fn a_run_moves_only_along_the_listed_pairs() {
    let legal = [
        (RS::Planned, RE::Started, RS::Running),
        (RS::Running, RE::StepApplied, RS::Running),
        (RS::Running, RE::StepFailed, RS::Undoing),
        (RS::Running, RE::Succeeded, RS::Succeeded),
        (RS::Running, RE::Resumed, RS::Running),
        (RS::Undoing, RE::StepUndone, RS::Undoing),
        (RS::Undoing, RE::Resumed, RS::Undoing),
        (RS::Undoing, RE::Undone, RS::Undone),
        (RS::Undoing, RE::UndoFailed, RS::Incomplete),
        (RS::Incomplete, RE::Resumed, RS::Running),
    ];
    walk(&RUNS, &RUN_EVENTS, RS::next, &legal);
}

#[test]
fn nothing_happens_to_a_run_that_is_over_and_something_can_to_every_other() {
    for status in RUNS {
        let goes_on = RUN_EVENTS.iter().any(|event| status.next(*event).is_ok());
        assert_eq!(goes_on, !status.is_final(), "{status}");
    }
}

#[test]
fn provisioning_moves_only_along_the_listed_pairs() {
    let legal = [
        (PS::None, PE::Started, PS::InProgress),
        (PS::InProgress, PE::Started, PS::InProgress),
        (PS::Failed, PE::Started, PS::InProgress),
        (PS::PermanentlyFailed, PE::Started, PS::InProgress),
        (PS::InProgress, PE::Completed, PS::Completed),
        (PS::InProgress, PE::Failed, PS::Failed),
        (PS::Failed, PE::GivenUp, PS::PermanentlyFailed),
    ];
    walk(
        &PROVISIONING,
        &[PE::Started, PE::Completed, PE::Failed, PE::GivenUp],
        PS::next,
        &legal,
    );
}

#[test]
fn a_tenant_moves_only_along_the_listed_pairs() {
    let legal = [
        (TS::Registered, TE::Activated, TS::Active),
        (TS::Suspended, TE::Activated, TS::Active),
        (TS::Archived, TE::Activated, TS::Active),
        (TS::Active, TE::Suspended, TS::Suspended),
        (TS::Active, TE::Archived, TS::Archived),
        (TS::Suspended, TE::Archived, TS::Archived),
        (TS::Registered, TE::Deleted, TS::Deleted),
        (TS::Suspended, TE::Deleted, TS::Deleted),
        (TS::Archived, TE::Deleted, TS::Deleted),
    ];
    walk(
        &TENANTS,
        &[TE::Activated, TE::Suspended, TE::Archived, TE::Deleted],
        TS::next,
        &legal,
    );
}

#[test]
fn a_status_is_read_back_from_what_it_is_stored_as() {
    for status in RUNS {
        assert_eq!(status.as_str().parse::<RS>().unwrap(), status);
        assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
    }
    for status in PROVISIONING {
        assert_eq!(status.as_str().parse::<PS>().unwrap(), status);
        assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
    }
    for status in TENANTS {
        assert_eq!(status.as_str().parse::<TS>().unwrap(), status);
        assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
    }
    assert_eq!(
        "Active".parse::<TS>().unwrap_err().code().name,
        "status.unknown"
    );
}
