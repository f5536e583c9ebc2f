//! Approvals: what a plan needs, and whose word counts.

use model::approval::{Approval, Cause, Need, Policy, Quorum, Scope, Verdict, Word, judge};
use model::{BoundPlan, Comment, Digest, HazardKind, Layer, Reason, Role};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::plans::{bound, step, tenant};

/// Needs as `role count`.
fn shown(needs: &[Need]) -> Vec<String> {
    needs
        .iter()
        .map(|need| format!("{} {}", need.count, need.role))
        .collect()
}

fn needs(steps: &[Value], severities: &[&str]) -> Vec<String> {
    shown(&Policy::default().needs(&bound(steps, severities), false))
}

fn policy(table: Value) -> Policy {
    serde_json::from_value(table).unwrap()
}

fn by(actor: &str, plan: &BoundPlan) -> Approval {
    Approval {
        plan: plan.digest,
        scope: Scope::one(plan.tenant),
        actor: actor.to_owned(),
        role: Role::Approver,
        time: jiff::Timestamp::UNIX_EPOCH,
        word: Word::Approved {
            comment: Comment::default(),
        },
    }
}

fn no(actor: &str, plan: &BoundPlan) -> Approval {
    let reason = Reason::new("wrong table").unwrap();
    Approval {
        word: Word::Rejected { reason },
        ..by(actor, plan)
    }
}

fn template() -> BoundPlan {
    bound(&[step("template", &[])], &[])
}

/// The verdict on a plan by `asha`, whose needs are those of a table.
fn verdict(plan: &BoundPlan, table: Value, approvals: &[Approval]) -> Verdict {
    let needs = policy(table).needs(plan, false);
    judge(plan, &needs, approvals, &["asha"])
}

fn lacks(verdict: Verdict) -> Vec<String> {
    match verdict {
        Verdict::Missing(needs) => shown(&needs),
        Verdict::Satisfied => Vec::new(),
        rejected @ Verdict::Rejected { .. } => panic!("{rejected:?}"),
    }
}

#[test]
fn a_change_of_basic_template_or_custom_layer_needs_an_approver_and_a_module_does_not() {
    for layer in ["basic", "template", "custom"] {
        assert_eq!(needs(&[step(layer, &[])], &[]), ["1 approver"], "{layer}");
    }
    assert!(needs(&[step("module", &[])], &[]).is_empty());
    assert!(needs(&[], &[]).is_empty());
}

#[test]
fn what_may_cost_data_or_cannot_be_taken_back_needs_an_approver_whatever_the_layer() {
    for kind in HazardKind::ALL {
        let hazard = format!("{kind}:members");
        let got = needs(&[step("module", &[&hazard])], &[]);
        let asks = matches!(
            kind,
            HazardKind::DeletesData | HazardKind::MayLoseData | HazardKind::Irreversible
        );
        assert_eq!(got == ["1 approver"], asks, "{kind}: {got:?}");
        assert_eq!(got.is_empty(), !asks, "{kind}: {got:?}");
    }
}

#[test]
fn findings_need_nothing_until_the_table_says_so() {
    let plan = bound(&[step("module", &[])], &["warning", "note"]);
    assert!(Policy::default().needs(&plan, false).is_empty());
    let strict = policy(json!({"finding_warning": "1 reviewer"}));
    let needs = strict.needs(&plan, false);
    assert_eq!(shown(&needs), ["1 reviewer"]);
    let (code, object) = ("naming.odd".to_owned(), "a".to_owned());
    assert_eq!(needs[0].because, [Cause::Finding { code, object }]);
    let strict = policy(json!({"finding_note": "2 reviewer"}));
    assert_eq!(shown(&strict.needs(&plan, false)), ["2 reviewer"]);
}

#[test]
fn needs_are_merged_by_the_largest_of_each_role_and_name_all_their_causes() {
    let plan = bound(
        &[
            step("template", &["deletes-data:members.legacy_code"]),
            step("template", &["deletes-data:members.legacy_code"]),
            step("basic", &["blocks-writes:members"]),
        ],
        &[],
    );
    let table = json!({"hazard_deletes_data": "2 approver, 1 reviewer", "layer_basic": "1 admin"});
    let needs = policy(table).needs(&plan, false);
    assert_eq!(shown(&needs), ["1 reviewer", "2 approver", "1 admin"]);
    let deletes = Cause::Hazard {
        kind: HazardKind::DeletesData,
        object: "members.legacy_code".to_owned(),
    };
    assert_eq!(needs[1].because, [Cause::Layer(Layer::Template), deletes]);
    assert_eq!(needs[2].because, [Cause::Layer(Layer::Basic)]);
}

#[test]
fn a_first_building_without_a_customization_needs_nothing() {
    let every = HazardKind::ALL.map(|kind| format!("{kind}:members"));
    let every: Vec<&str> = every.iter().map(String::as_str).collect();
    let others = [
        step("basic", &every),
        step("template", &every),
        step("module", &every),
    ];
    let strict = policy(
        json!({"finding_warning": "1 reviewer", "layer_module": "3 approver",
        "hazard_deletes_data": "4 approver"}),
    );
    let plain = bound(&others, &["warning"]);
    assert!(strict.needs(&plain, true).is_empty());
    assert_eq!(
        shown(&strict.needs(&plain, false)),
        ["1 reviewer", "4 approver"]
    );

    let mut with_custom = others.to_vec();
    with_custom.push(step("custom", &[]));
    let plan = bound(&with_custom, &["warning"]);
    let needs = strict.needs(&plan, true);
    assert_eq!(shown(&needs), ["1 reviewer", "1 approver"]);
    assert_eq!(needs[1].because, [Cause::Layer(Layer::Custom)]);
}

#[test]
fn a_table_keeps_its_safe_defaults_where_it_says_nothing_and_refuses_what_it_does_not_know() {
    let table = policy(json!({"layer_module": "1 approver"}));
    let wanted = Policy {
        layer_module: Quorum::one_approver(),
        ..Policy::default()
    };
    assert_eq!(table, wanted);
    for bad in [
        json!({"layer_modul": "1 approver"}),
        json!({"layer_module": 1}),
        json!({"layer_module": "some approver"}),
        json!({"hazard_none": "none"}),
    ] {
        assert!(
            serde_json::from_value::<Policy>(bad.clone()).is_err(),
            "{bad}"
        );
    }
    let stored = serde_json::to_value(Policy::default()).unwrap();
    assert_eq!(stored["layer_template"], "1 approver");
    assert_eq!(stored["layer_module"], "none");
    assert_eq!(policy(stored), Policy::default());
}

#[test]
fn a_number_of_approvals_is_read_strictly() {
    for good in ["none", "1 approver", "1 reviewer, 2 approver"] {
        let quorum: Quorum = good.parse().unwrap();
        assert_eq!(quorum.to_string(), good);
    }
    for bad in [
        "",
        "0 approver",
        "21 approver",
        "-1 approver",
        "1",
        "approver",
        "1 root",
        "1 approver,",
        "1 approver, 2 approver",
        "none, 1 approver",
    ] {
        let error = bad.parse::<Quorum>().unwrap_err();
        assert_eq!(error.code().name, "approval.quorum_invalid", "{bad}");
    }
}

#[test]
fn nothing_lacks_where_nothing_is_needed() {
    let plan = bound(&[step("module", &[])], &[]);
    assert_eq!(verdict(&plan, json!({}), &[]), Verdict::Satisfied);
}

#[test]
fn an_approval_of_exactly_this_plan_satisfies() {
    let plan = template();
    assert_eq!(lacks(verdict(&plan, json!({}), &[])), ["1 approver"]);
    let given = [by("anil", &plan)];
    assert_eq!(verdict(&plan, json!({}), &given), Verdict::Satisfied);
}

#[test]
fn an_approval_of_another_digest_does_not_count() {
    let plan = template();
    let mut other = by("anil", &plan);
    other.plan = Digest::of_bytes(b"another");
    assert_eq!(lacks(verdict(&plan, json!({}), &[other])), ["1 approver"]);
}

#[test]
fn an_approval_counts_for_the_tenants_of_its_scope_alone() {
    let plan = template();
    let scoped = |tenants: &[u128]| {
        let mut given = by("anil", &plan);
        given.scope = Scope::of(tenants.iter().map(|n| tenant(*n))).unwrap();
        verdict(&plan, json!({}), &[given])
    };
    assert_eq!(scoped(&[1, 2]), Verdict::Satisfied);
    assert_eq!(lacks(scoped(&[2, 3])), ["1 approver"]);
    assert!(Scope::of([]).is_err());
    assert!(serde_json::from_value::<Scope>(json!([])).is_err());
}

#[test]
fn the_author_s_approval_does_not_count() {
    let plan = template();
    let own = [by("asha", &plan)];
    assert_eq!(lacks(verdict(&plan, json!({}), &own)), ["1 approver"]);
}

#[test]
fn an_actor_counts_once() {
    let plan = template();
    let two = json!({"layer_template": "2 approver"});
    let mut given = vec![by("anil", &plan), by("anil", &plan)];
    let mut as_admin = by("anil", &plan);
    as_admin.role = Role::Admin;
    given.push(as_admin);
    let got = lacks(verdict(&plan, two.clone(), &given));
    assert_eq!(got, ["1 approver"]);
    given.push(by("nina", &plan));
    assert_eq!(verdict(&plan, two, &given), Verdict::Satisfied);
}

#[test]
fn an_approval_counts_for_its_own_role_and_an_administrator_s_for_any() {
    let plan = template();
    let table = json!({"layer_template": "1 reviewer, 1 approver"});
    let given_as = |actor: &str, role: Role| Approval {
        role,
        ..by(actor, &plan)
    };
    let got = |given: &[Approval]| lacks(verdict(&plan, table.clone(), given));
    assert_eq!(got(&[by("anil", &plan)]), ["1 reviewer"]);
    assert_eq!(got(&[by("anil", &plan), by("nina", &plan)]), ["1 reviewer"]);
    let (admin, operator) = (
        given_as("ravi", Role::Admin),
        given_as("olga", Role::Operator),
    );
    assert_eq!(got(&[by("anil", &plan), operator]), ["1 reviewer"]);
    assert!(got(&[admin.clone(), by("anil", &plan)]).is_empty());
    assert_eq!(got(std::slice::from_ref(&admin)).len(), 1);
    let table = json!({"layer_template": "1 approver, 1 admin"});
    let got = lacks(verdict(&plan, table, &[admin]));
    assert_eq!(
        got,
        ["1 approver"],
        "one word of an administrator is not two"
    );
}

#[test]
fn one_rejection_refuses_whatever_else_was_said_and_whoever_said_it() {
    let plan = template();
    for rejecter in ["nina", "anil", "asha"] {
        let given = [by("anil", &plan), no(rejecter, &plan), by("ravi", &plan)];
        let Verdict::Rejected { by, reason } = verdict(&plan, json!({}), &given) else {
            panic!("taken though {rejecter} rejected it");
        };
        assert_eq!((by.as_str(), reason.as_str()), (rejecter, "wrong table"));
    }
    let none_needed = bound(&[step("module", &[])], &[]);
    let got = verdict(&none_needed, json!({}), &[no("nina", &none_needed)]);
    assert!(matches!(got, Verdict::Rejected { .. }));
}

#[test]
fn a_rejection_of_another_plan_or_for_another_tenant_refuses_nothing() {
    let plan = template();
    let mut other = no("nina", &plan);
    other.plan = Digest::of_bytes(b"another");
    let mut elsewhere = no("nina", &plan);
    elsewhere.scope = Scope::one(tenant(2));
    let given = [other, elsewhere, by("anil", &plan)];
    assert_eq!(verdict(&plan, json!({}), &given), Verdict::Satisfied);
}

/// A plan whose step or only whose lock has a customization.
fn with_customization() -> [BoundPlan; 2] {
    let stepped = bound(&[step("custom", &[])], &[]);
    let mut locked = template();
    let plugin = json!({"id": "acme_own", "version": "1.0.0", "layer": "custom",
        "component": Digest::of_bytes(b"own")});
    locked.plan.lock = vec![serde_json::from_value(plugin).unwrap()];
    locked.digest = locked.plan.digest().unwrap();
    [stepped, locked]
}

#[test]
fn a_plan_with_a_customization_has_its_one_tenant_as_its_only_scope() {
    for plan in with_customization() {
        let mut wide = by("anil", &plan);
        wide.scope = Scope::of([tenant(1), tenant(2)]).unwrap();
        let got = verdict(&plan, json!({}), std::slice::from_ref(&wide));
        assert_eq!(lacks(got), ["1 approver"]);
        let needs = Policy::default().needs(&plan, false);
        let error = wide.check(&plan, &needs, &[], &[]).unwrap_err();
        assert_eq!(error.code().name, "approval.scope_too_wide");
        let given = [by("anil", &plan)];
        assert_eq!(verdict(&plan, json!({}), &given), Verdict::Satisfied);
        // A wide rejection is on the safe side.
        let mut wide = no("nina", &plan);
        wide.scope = Scope::of([tenant(1), tenant(2)]).unwrap();
        let got = verdict(&plan, json!({}), &[wide]);
        assert!(matches!(got, Verdict::Rejected { .. }));
    }
}

#[test]
fn a_word_that_cannot_count_is_refused_when_it_is_given() {
    let plan = template();
    let needs = Policy::default().needs(&plan, false);
    let code = |given: &Approval, before: &[Approval]| {
        let checked = given.check(&plan, &needs, before, &["asha"]);
        checked.map_or_else(|error| error.code().name, |()| "taken")
    };
    let (good, rejection) = (by("anil", &plan), no("anil", &plan));
    assert_eq!(code(&good, &[]), "taken");
    assert_eq!(code(&good, &[by("nina", &plan)]), "taken");
    let mut other = good.clone();
    other.plan = Digest::of_bytes(b"another");
    assert_eq!(code(&other, &[]), "approval.other_plan");
    let mut elsewhere = good.clone();
    elsewhere.scope = Scope::one(tenant(2));
    assert_eq!(code(&elsewhere, &[]), "approval.other_plan");
    assert_eq!(code(&by("asha", &plan), &[]), "approval.own");
    let mut low = good.clone();
    low.role = Role::Operator;
    assert_eq!(code(&low, &[]), "approval.role_too_low");
    let before = std::slice::from_ref(&good);
    assert_eq!(code(&good, before), "approval.twice");
    assert_eq!(code(&rejection, before), "taken", "takes the own word back");
    let before = std::slice::from_ref(&rejection);
    assert_eq!(code(&rejection, before), "approval.twice");
    assert_eq!(code(&good, before), "approval.twice");
    assert_eq!(code(&no("asha", &plan), &[]), "taken");
    // For another tenant the same plan is another matter.
    let before = [elsewhere];
    assert_eq!(code(&good, &before), "taken");
}

#[test]
fn what_lacks_and_who_rejected_is_told_with_the_command_that_helps() {
    let hazards = ["deletes-data:a", "deletes-data:b", "irreversible:0001_init"];
    let plan = bound(&[step("template", &hazards)], &[]);
    let error = verdict(&plan, json!({}), &[]).require(&plan).unwrap_err();
    assert_eq!(error.code().name, "approval.missing");
    let digest = plan.digest.short();
    assert_eq!(
        error.message(),
        format!(
            "{digest} lacks 1 approval as approver (a step of the template layer, deletes-data:a, deletes-data:b, 1 more)"
        )
    );
    assert_eq!(
        error.hints(),
        [format!("strata approve {digest} --as approver")]
    );
    let rejected = verdict(&plan, json!({}), &[no("nina", &plan)]);
    let error = rejected.require(&plan).unwrap_err();
    assert_eq!(error.code().name, "approval.rejected");
    assert!(
        error.message().ends_with("by `nina`: wrong table"),
        "{error}"
    );
    Verdict::Satisfied.require(&plan).unwrap();
}

#[test]
fn an_approval_is_read_back_from_what_it_is_stored_as() {
    let plan = template();
    for given in [by("anil", &plan), no("anil", &plan)] {
        let stored = serde_json::to_value(&given).unwrap();
        assert_eq!(
            serde_json::from_value::<Approval>(stored.clone()).unwrap(),
            given
        );
        let mut odd = stored;
        odd["odd"] = json!(1);
        assert!(serde_json::from_value::<Approval>(odd).is_err());
    }
}

fn any_approval() -> impl Strategy<Value = Approval> {
    let plan = template();
    let actors = prop::sample::select(vec!["asha", "anil", "nina", "ravi", "olga"]);
    let roles = prop::sample::select(Role::ALL.to_vec());
    (actors, roles, 0..6_u8, 1..3_u128).prop_map(move |(actor, role, other, n)| {
        let mut given = by(actor, &plan);
        given.role = role;
        given.scope = Scope::one(tenant(n));
        if other == 0 {
            given.plan = Digest::of_bytes(b"another");
        }
        given
    })
}

proptest! {
    #![proptest_config(crate::properties::config())]

    #[test]
    fn a_satisfied_plan_was_approved_by_as_many_strangers_as_it_needs(
        given in prop::collection::vec(any_approval(), 0..12),
    ) {
        let plan = template();
        let table = json!({"layer_template": "1 reviewer, 2 approver"});
        if verdict(&plan, table, &given) == Verdict::Satisfied {
            let mut counted: Vec<&str> = given
                .iter()
                .filter(|given| given.plan == plan.digest && given.scope.holds(plan.tenant))
                .filter(|given| [Role::Reviewer, Role::Approver, Role::Admin].contains(&given.role))
                .map(|given| given.actor.as_str())
                .filter(|actor| *actor != "asha")
                .collect();
            counted.sort_unstable();
            counted.dedup();
            prop_assert!(counted.len() >= 3, "{counted:?}");
        }
    }
}
