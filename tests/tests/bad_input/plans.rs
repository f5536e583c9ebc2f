//! Plans that cannot be applied: moved, unknown, another tenant's, changed in the landlord.

use tests::Strata;
use tests::database;
use tests::home::with_fixtures;

use crate::refusal::{create, refused};

/// A home with the tenant `acme`, which has `fx_club@1.0.0` alone.
fn with_acme() -> Strata {
    let strata = with_fixtures();
    strata.ok(&create("acme", &[]));
    strata
}

fn planned(strata: &Strata, slug: &str, more: &[&str]) -> String {
    let mut arguments = vec!["plan", slug];
    arguments.extend(more);
    let plan = strata.json(&arguments);
    plan["digest"].as_str().unwrap().to_owned()
}

#[test]
fn a_plan_whose_base_has_moved_is_refused() {
    let strata = with_acme();
    let first = planned(&strata, "acme", &["--template", "fx_club@1.0.0"]);
    let second = planned(&strata, "acme", &["--template", "fx_club@2.0.0"]);
    strata.ok(&["apply", "acme", "--plan", &second]);
    let apply = ["apply", "acme", "--plan", &first];
    let failure = refused(
        &strata,
        &apply,
        ("plan.base_moved", 5),
        &["acme", &first[..19]],
    );
    assert!(failure.text().contains("strata plan acme"), "{failure:#?}");
}

#[test]
fn a_plan_that_was_applied_is_not_applied_again() {
    let strata = with_acme();
    let digest = planned(&strata, "acme", &["--template", "fx_club@1.0.0"]);
    let apply = ["apply", "acme", "--plan", digest.as_str()];
    strata.ok(&apply);
    refused(&strata, &apply, ("plan.base_moved", 5), &["acme"]);
}

#[test]
fn a_digest_that_no_plan_has_is_refused() {
    let strata = with_acme();
    let digest = planned(&strata, "acme", &["--template", "fx_club@1.0.0"]);
    let too_short = &digest["sha256:".len()..][..11];
    let (unknown, invalid) = (("plan.unknown", 3), ("digest.invalid", 3));
    let cases = [
        ("sha256:0123456789ab", unknown),
        ("0123456789ab", unknown),
        (too_short, invalid),
        ("sha256:", invalid),
        ("", invalid),
        ("latest", invalid),
        ("sha256:0123456789a%", invalid),
        ("sha512:0123456789ab", invalid),
    ];
    for (text, code) in cases {
        refused(&strata, &["apply", "acme", "--plan", text], code, &[text]);
    }
    strata.ok(&["apply", "acme", "--plan", &digest[..19]]);
}

#[test]
fn a_plan_of_another_tenant_is_not_found() {
    let strata = with_acme();
    strata.ok(&create("everest", &[]));
    let digest = planned(&strata, "acme", &["--template", "fx_club@1.0.0"]);
    let apply = ["apply", "everest", "--plan", &digest];
    refused(&strata, &apply, ("plan.unknown", 3), &[&digest]);
}

#[test]
fn the_same_plan_of_two_tenants_is_applied_to_the_one_that_is_named() {
    let strata = with_acme();
    strata.ok(&create("everest", &[]));
    let more = ["--template", "fx_club@1.0.0"];
    let digest = planned(&strata, "acme", &more);
    assert_eq!(planned(&strata, "everest", &more), digest);
    strata.ok(&["apply", "everest", "--plan", &digest]);
    let shown = strata.json(&["tenant", "show", "acme"]);
    assert_eq!(shown["tenant"]["tables"], 2, "{shown:#}");
}

#[test]
fn a_plan_that_was_changed_in_the_landlord_is_refused() {
    let strata = with_acme();
    let digest = planned(&strata, "acme", &["--template", "fx_club@1.0.0"]);
    let apply = ["apply", "acme", "--plan", digest.as_str()];
    let changes = [
        "UPDATE plans SET body = replace(body, 'club_members', 'club_numbers') WHERE digest = ",
        "UPDATE plans SET body = '{}' WHERE digest = ",
        "UPDATE plans SET body = '[]' WHERE digest = ",
    ];
    for change in changes {
        database::execute(&strata.landlord_file(), &format!("{change}'{digest}'"));
        refused(&strata, &apply, ("landlord.bad_row", 6), &["plans"]);
    }
}
