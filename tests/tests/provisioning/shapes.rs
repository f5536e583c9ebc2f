//! The shapes of answers: what programs read stays as it is until somebody decides otherwise.
//!
//! The fixtures and tenant `acme` are behind all of them. What changes from run to run has a name instead.

use serde_json::Value;

use crate::redact::redact;
use crate::tenants::{acme, create_club};

fn answer(arguments: &[&str]) -> Value {
    redact(acme().json(arguments))
}

#[test]
fn the_answer_of_tenant_create() {
    let strata = tests::home::with_fixtures();
    let mut create = create_club("acme").to_vec();
    create.extend(["--module", "fx_events", "--custom", "fx_custom"]);
    insta::assert_json_snapshot!(redact(strata.json(&create)));
}

#[test]
fn the_answer_of_tenant_show() {
    insta::assert_json_snapshot!(answer(&["tenant", "show", "acme"]));
}

#[test]
fn the_answer_of_tenant_list() {
    insta::assert_json_snapshot!(answer(&["tenant", "list"]));
}

#[test]
fn the_answer_of_history() {
    insta::assert_json_snapshot!(answer(&["history", "acme"]));
}

#[test]
fn the_answer_of_explain_for_a_table_that_two_plugins_made() {
    insta::assert_json_snapshot!(answer(&["explain", "acme", "people"]));
}

#[test]
fn the_answer_of_explain_for_a_column_that_was_changed_since() {
    let strata = acme();
    let plan = strata.json(&["plan", "acme", "--template", "fx_club@2.0.0"]);
    let digest = crate::world::text(&plan["digest"]);
    strata.json(&["apply", "acme", "--plan", &digest]);
    let explained = strata.json(&["explain", "acme", "club_members.code"]);
    insta::assert_json_snapshot!(redact(explained));
}

#[test]
fn the_answer_of_plan_with_its_statements() {
    let plan = ["plan", "acme", "--template", "fx_club@2.0.0", "--sql"];
    insta::assert_json_snapshot!(answer(&plan));
}

#[test]
fn the_answer_of_apply() {
    let strata = acme();
    let plan = strata.json(&["plan", "acme", "--template", "fx_club@2.0.0"]);
    let digest = crate::world::text(&plan["digest"]);
    let applied = strata.json(&["apply", "acme", "--plan", &digest]);
    insta::assert_json_snapshot!(redact(applied));
}
