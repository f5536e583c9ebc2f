//! Plugins that cannot be chosen, or not together.

use serde_json::json;
use tests::home::{with_first_party, with_fixtures};

use crate::refusal::{add, create, plugin, refused};

#[test]
fn an_unknown_plugin_or_version_is_named() {
    let strata = with_fixtures();
    let unknown = ("plugin.unknown", 3);
    for option in ["--template", "--module", "--custom"] {
        refused(
            &strata,
            &create("acme", &[option, "nothing"]),
            unknown,
            &["`nothing`"],
        );
    }
    let version = refused(
        &strata,
        &create("acme", &["--template", "fx_club@9.0.0"]),
        ("plugin.version_unknown", 3),
        &["`fx_club`", "9.0.0"],
    );
    assert!(version.hints[0].contains("1.0.0, 2.0.0"), "{version:#?}");
    let shown = ["plugin", "show", "nothing"];
    refused(&strata, &shown, unknown, &["`nothing`"]);
    let shown = ["plugin", "show", "fx_club@9.0.0"];
    refused(
        &strata,
        &shown,
        ("plugin.version_unknown", 3),
        &["`fx_club`", "9.0.0"],
    );
    strata.ok(&create("acme", &[]));
    let planned = ["plan", "acme", "--add-module", "nothing"];
    refused(&strata, &planned, unknown, &["`nothing`"]);
}

#[test]
fn a_plugin_chosen_as_what_it_is_not_is_refused() {
    let strata = with_fixtures();
    let wrong = ("plugin.wrong_layer", 3);
    for (option, id) in [
        ("--template", "fx_events"),
        ("--module", "fx_club"),
        ("--custom", "fx_core"),
    ] {
        refused(&strata, &create("acme", &[option, id]), wrong, &[id]);
    }
}

#[test]
fn modules_that_need_each_other_are_all_named() {
    let strata = with_fixtures();
    let needs = |id: &str| json!({ "depends": [{ "id": id, "requirement": "^1" }] });
    add(
        &strata,
        &[
            plugin("red", "module", "calm", &needs("green")),
            plugin("green", "module", "calm", &needs("blue")),
            plugin("blue", "module", "calm", &needs("red")),
        ],
    );
    let cycle = ("plugin.cycle", 3);
    let names = ["red", "green", "blue"];
    for chosen in names {
        refused(
            &strata,
            &create("acme", &["--module", chosen]),
            cycle,
            &names,
        );
    }
    strata.ok(&create("acme", &[]));
    let planned = ["plan", "acme", "--add-module", "red"];
    refused(&strata, &planned, cycle, &names);
}

#[test]
fn modules_that_exclude_each_other_are_refused_from_both_sides() {
    let strata = with_fixtures();
    let conflicts = json!({ "conflicts": [{ "id": "water", "reason": "it goes out" }] });
    add(
        &strata,
        &[
            plugin("fire", "module", "calm", &conflicts),
            plugin("water", "module", "own_down", &json!({})),
        ],
    );
    let names = ["`fire`", "`water`", "it goes out"];
    let conflict = ("plugin.conflict", 5);
    for chosen in [["fire", "water"], ["water", "fire"]] {
        let command = create("acme", &["--module", chosen[0], "--module", chosen[1]]);
        refused(&strata, &command, conflict, &names);
    }
    strata.ok(&create("acme", &["--module", "water"]));
    let planned = ["plan", "acme", "--add-module", "fire"];
    refused(&strata, &planned, conflict, &names);
}

#[test]
fn the_campaign_does_not_go_with_the_system_of_elections() {
    let strata = with_first_party();
    let command = create(
        "acme",
        &[
            "--template",
            "election_system",
            "--module",
            "election_campaign",
        ],
    );
    let names = ["election_campaign", "election_system"];
    refused(&strata, &command, ("plugin.conflict", 5), &names);
}

#[test]
fn a_template_without_the_module_that_it_requires_is_refused() {
    let strata = with_fixtures();
    let requires = json!({ "required_modules": [{ "id": "pedals", "requirement": "^1" }] });
    add(
        &strata,
        &[
            plugin("bicycle", "template", "calm", &requires),
            plugin("pedals", "module", "own_down", &json!({})),
        ],
    );
    let failure = refused(
        &strata,
        &create("acme", &["--template", "bicycle"]),
        ("module.required", 3),
        &["`bicycle`", "`pedals`"],
    );
    assert!(failure.hints[0].contains("--module pedals"), "{failure:#?}");
    strata.ok(&create(
        "acme",
        &["--template", "bicycle", "--module", "pedals"],
    ));
}

#[test]
fn what_a_plugin_needs_and_was_not_chosen_is_named() {
    let strata = with_fixtures();
    let needs = |id: &str, requirement: &str| json!({ "depends": [{ "id": id, "requirement": requirement }] });
    add(
        &strata,
        &[
            plugin("snob", "module", "calm", &needs("ascetic", "^9.0")),
            plugin("futurist", "module", "calm", &needs("fx_core", "^9.0")),
            plugin("ascetic", "module", "calm", &needs("nothing", "^1.0")),
            plugin("conservative", "module", "calm", &needs("fx_club", "^1.0")),
            plugin("modest", "module", "calm", &json!({})),
            plugin("upstart", "template", "calm", &needs("modest", "^1.0")),
        ],
    );
    let club = ["--template", "fx_club@2.0.0", "--module", "conservative"];
    /// Arguments, code with exit code, what the error names.
    type Case<'a> = (&'a [&'a str], (&'a str, i32), &'a [&'a str]);
    let cases: [Case<'_>; 6] = [
        (
            &["--module", "fx_events"],
            ("plugin.dependency_missing", 3),
            &["`fx_events`", "`fx_club`"],
        ),
        (
            &["--module", "futurist"],
            ("plugin.version_conflict", 5),
            &["fx_core", "^9.0"],
        ),
        (
            &["--module", "snob"],
            ("plugin.version_unmeetable", 3),
            &["`snob`", "`ascetic`"],
        ),
        (
            &["--module", "ascetic"],
            ("plugin.unknown", 3),
            &["`nothing`"],
        ),
        (
            &club,
            ("plugin.version_conflict", 5),
            &["fx_club", "conservative"],
        ),
        (
            &["--template", "upstart"],
            ("plugin.layer_inversion", 3),
            &["upstart", "modest"],
        ),
    ];
    for (chosen, code, names) in cases {
        refused(&strata, &create("acme", chosen), code, names);
    }
}

#[test]
fn a_customization_of_another_tenant_is_refused() {
    let strata = with_fixtures();
    let wrong = ("custom.wrong_tenant", 4);
    let names = ["`fx_custom`", "`everest`", "acme"];
    refused(
        &strata,
        &create("everest", &["--custom", "fx_custom"]),
        wrong,
        &names,
    );
    strata.ok(&create("everest", &[]));
    let planned = ["plan", "everest", "--add-custom", "fx_custom"];
    refused(&strata, &planned, wrong, &names);
    strata.ok(&create("acme", &["--custom", "fx_custom"]));
}

#[test]
fn another_template_and_an_older_version_are_refused() {
    let strata = with_fixtures();
    add(
        &strata,
        &[plugin("bicycle", "template", "calm", &json!({}))],
    );
    strata.ok(&create("acme", &["--template", "fx_club@2.0.0"]));
    let exchange = ["plan", "acme", "--template", "bicycle"];
    let names = ["`fx_club`", "`bicycle`"];
    refused(&strata, &exchange, ("template.change_forbidden", 5), &names);
    let older = ["plan", "acme", "--template", "fx_club@1.0.0"];
    refused(
        &strata,
        &older,
        ("plugin.downgrade", 5),
        &["`fx_club`", "1.0.0", "2.0.0"],
    );
}

#[test]
fn a_setting_that_breaks_the_schema_of_its_plugin_is_refused() {
    let strata = with_fixtures();
    let invalid = ("setting.invalid", 3);
    let cases: [(&str, (&str, i32), &[&str]); 6] = [
        (
            "fx_club.currency=rupees",
            invalid,
            &["`fx_club.currency`", "^[A-Z]{3}$"],
        ),
        ("fx_club.currency=7", invalid, &["`fx_club.currency`"]),
        ("fx_club.colour=red", invalid, &["`fx_club`", "colour"]),
        (
            "fx_core.email_characters=9",
            invalid,
            &["`fx_core.email_characters`", "64"],
        ),
        (
            "fx_custom.key=1",
            ("setting.unknown_plugin", 3),
            &["`fx_custom`"],
        ),
        ("nothing.key=1", ("plugin.unknown", 3), &["`nothing`"]),
    ];
    for (setting, code, names) in cases {
        let command = create("acme", &["--template", "fx_club", "--set", setting]);
        refused(&strata, &command, code, names);
    }
    strata.ok(&create("acme", &["--template", "fx_club@1.0.0"]));
    let planned = ["plan", "acme", "--set", "fx_club.currency=rupees"];
    refused(&strata, &planned, invalid, &["`fx_club.currency`"]);
}

#[test]
fn a_schema_of_settings_that_is_none_is_refused_when_it_is_added() {
    let strata = with_fixtures();
    let keys = json!({ "settings": { "type": "rubbish" } });
    let file = strata.file("broken.wasm", &plugin("broken", "module", "calm", &keys));
    refused(
        &strata,
        &["plugin", "add", &file],
        ("setting.schema_invalid", 3),
        &["broken"],
    );
}
