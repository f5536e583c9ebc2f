//! Plugins that misbehave when they run: at planning time, before anything was written.

use serde_json::json;
use tests::Strata;
use tests::home::with_fixtures;

use crate::refusal::{add, create, plugin, refused};

/// A home with a hostile module for each deed, its id `evil_` and the deed.
fn with_deeds(deeds: &[&str]) -> Strata {
    let strata = with_fixtures();
    let components = deeds
        .iter()
        .map(|deed| plugin(&id(deed), "module", deed, &json!({ "version": "6.6.6" })));
    add(&strata, &components.collect::<Vec<_>>());
    strata
}

fn id(deed: &str) -> String {
    format!("evil_{deed}")
}

/// Each deed is punished as documented, whether a tenant is made or a change to one is planned.
#[track_caller]
fn assert_punished(cases: &[(&str, &str, &[&str])]) {
    let deeds: Vec<&str> = cases.iter().map(|(deed, _, _)| *deed).collect();
    let strata = with_deeds(&deeds);
    strata.ok(&create("standing", &[]));
    for (deed, code, said) in cases {
        let id = id(deed);
        let named = format!("{id}@6.6.6");
        let mut names = vec![named.as_str(), *deed];
        names.extend(*said);
        let command = create("acme", &["--module", &id]);
        refused(&strata, &command, (code, 3), &names);
        let planned = ["plan", "standing", "--add-module", &id];
        refused(&strata, &planned, (code, 3), &names);
    }
    strata.ok(&["doctor"]);
}

#[test]
fn a_plugin_that_crashes_is_told_with_its_own_words() {
    assert_punished(&[
        ("panic", "plugin.trapped", &["unreachable"]),
        ("panic_loud", "plugin.trapped", &["the moon is"]),
        ("recursion", "plugin.trapped", &["stack"]),
        ("invalid_handle", "plugin.trapped", &["handle"]),
        ("drop_snapshot_twice", "plugin.trapped", &["handle"]),
    ]);
}

#[test]
fn a_plugin_that_wants_too_much_is_stopped() {
    assert_punished(&[
        ("loop", "plugin.out_of_fuel", &[]),
        ("sleepless", "plugin.timeout", &[]),
        ("allocate", "plugin.out_of_memory", &[]),
        ("call_flood", "plugin.too_many_calls", &[]),
        // A million operations do not fit into the plugin's own memory; fewer do, but not through the door.
        ("million", "plugin.out_of_memory", &[]),
        ("many_more", "plugin.result_too_large", &[]),
        ("many", "plugin.too_many_operations", &["10001"]),
    ]);
}

#[test]
fn a_plugin_that_returns_an_error_is_quoted() {
    assert_punished(&[
        (
            "error_setting",
            "setting.invalid",
            &["colour", "black is no colour"],
        ),
        ("error_schema", "plugin.failed", &["no members"]),
        ("error_failed", "plugin.failed", &["for no reason"]),
        ("error_unknown", "plugin.failed", &[]),
        ("error_escapes", "plugin.failed", &["owned"]),
    ]);
}

#[test]
fn a_name_that_no_database_should_meet_is_refused() {
    let too_long = "x".repeat(64);
    let long = [too_long.as_str()];
    assert_punished(&[
        (
            "name_quote",
            "plugin.bad_output",
            &["x\"; drop table members; --"],
        ),
        ("name_nul", "plugin.bad_output", &["x\\u{0}y"]),
        ("name_control", "plugin.bad_output", &["x\\u{1b}[2J"]),
        ("name_bidi", "plugin.bad_output", &["x\\u{202e}y"]),
        ("name_long", "plugin.bad_output", &long),
        ("name_reserved", "plugin.bad_output", &["strata_ledger"]),
        ("name_empty", "plugin.bad_output", &["``"]),
    ]);
}

#[test]
fn a_text_or_value_that_no_database_should_meet_is_refused() {
    assert_punished(&[
        (
            "expression_bad",
            "plugin.bad_output",
            &["checks[0].condition", "subquery"],
        ),
        (
            "query_bad",
            "plugin.bad_output",
            &["create-view", "`query`"],
        ),
        ("text_nul", "plugin.bad_output", &[]),
        ("text_huge", "plugin.bad_output", &[]),
        ("float_nan", "plugin.bad_output", &[]),
        ("decimal_bad", "plugin.bad_output", &["1,5"]),
        ("bad_utf8", "plugin.trapped", &["utf-8"]),
    ]);
}

#[test]
fn an_operation_that_nobody_knows_is_refused() {
    assert_punished(&[("extension", "operation.unknown", &["unheard-of"])]);
}

/// A basic or template plugin that owns the table `members`, and a module that wants to drop it.
fn with_owner_in(layer: &str) -> Strata {
    let strata = if layer == "basic" {
        Strata::new()
    } else {
        with_fixtures()
    };
    let keys = json!({
        "depends": [{ "id": "owner", "requirement": "^1" }],
        "capabilities": ["destructive"]
    });
    add(
        &strata,
        &[
            plugin("owner", layer, "create_foreign", &json!({})),
            plugin("robber", "module", "drop_foreign", &keys),
            plugin("second", "module", "create_foreign", &keys),
        ],
    );
    strata
}

#[test]
fn an_operation_on_a_table_of_another_plugin_is_refused() {
    let strata = with_owner_in("template");
    let command = create("acme", &["--template", "owner", "--module", "robber"]);
    let names = ["`members`", "robber", "owner"];
    refused(&strata, &command, ("ownership.foreign_table", 4), &names);
    strata.ok(&create("standing", &["--template", "owner"]));
    let planned = ["plan", "standing", "--add-module", "robber"];
    refused(&strata, &planned, ("ownership.foreign_table", 4), &names);
}

#[test]
fn an_operation_on_a_table_of_the_core_is_refused() {
    let strata = with_owner_in("basic");
    let command = create("acme", &["--module", "robber"]);
    refused(
        &strata,
        &command,
        ("core.immutable", 4),
        &["`members`", "robber"],
    );
}

#[test]
fn a_table_that_is_there_is_not_made_by_a_second_plugin() {
    let strata = with_owner_in("template");
    let command = create("acme", &["--template", "owner", "--module", "second"]);
    refused(
        &strata,
        &command,
        ("operation.exists", 3),
        &["`members`", "second"],
    );
}

#[test]
fn deleting_data_without_the_capability_is_refused() {
    let strata = with_fixtures();
    add(
        &strata,
        &[plugin("robber", "module", "drop_foreign", &json!({}))],
    );
    let command = create("acme", &["--module", "robber"]);
    refused(
        &strata,
        &command,
        ("capability.destructive", 4),
        &["robber", "`members`"],
    );
}
