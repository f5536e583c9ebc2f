//! From a wish to exact plugins: what is pulled in, and every way in which a wish cannot come true.

use plan::{Catalogue, Wish};
use serde_json::{Value, json};

use crate::world::{code, names, plugin, plugin_at, resolve, wish, with};

fn need(id: &str, requirement: &str) -> Value {
    json!([{"id": id, "requirement": requirement}])
}

#[test]
fn a_template_brings_the_core_its_default_modules_and_all_that_they_need() {
    let resolved = resolve(&wish("club", &[]), &with(vec![])).unwrap();
    assert_eq!(
        names(&resolved),
        [
            "core@1.0.0",
            "club@1.0.0",
            "people@1.0.0",
            "members@1.0.0",
            "dues@1.0.0"
        ]
    );
}

#[test]
fn default_modules_come_only_when_none_is_named() {
    let resolved = resolve(&wish("shop", &["mail"]), &with(vec![])).unwrap();
    assert_eq!(names(&resolved), ["core@1.0.0", "shop@1.0.0", "mail@1.0.0"]);
    let neither = resolve(&wish("", &[]), &with(vec![])).unwrap();
    assert_eq!(names(&neither), ["core@1.0.0"]);
}

#[test]
fn an_alias_means_the_plugin_that_it_is_of() {
    let resolved = resolve(&wish("verein", &["mail"]), &with(vec![])).unwrap();
    assert_eq!(names(&resolved), ["core@1.0.0", "club@1.0.0", "mail@1.0.0"]);
}

#[test]
fn the_newest_active_version_is_taken_unless_another_is_asked_for() {
    let mut retired = plugin_at("mail", "3.0.0", "module", json!({}));
    retired.is_active = false;
    let catalogue = with(vec![
        plugin_at("mail", "1.10.0", "module", json!({})),
        plugin_at("mail", "1.9.0", "module", json!({})),
        retired,
    ]);
    let newest = resolve(&wish("shop", &["mail"]), &catalogue).unwrap();
    assert!(names(&newest).contains(&"mail@1.10.0".to_owned()));
    let asked = resolve(&wish("shop", &["mail@1.9.0"]), &catalogue).unwrap();
    assert!(names(&asked).contains(&"mail@1.9.0".to_owned()));
}

#[test]
fn a_dependency_is_pulled_in_at_the_newest_version_that_all_accept() {
    let catalogue = with(vec![
        plugin_at("people", "1.5.0", "module", json!({})),
        plugin_at("people", "2.0.0", "module", json!({})),
    ]);
    let resolved = resolve(&wish("club", &["members"]), &catalogue).unwrap();
    assert!(names(&resolved).contains(&"people@1.5.0".to_owned()));
}

#[test]
fn a_required_module_that_was_chosen_is_enough() {
    let club = plugin(
        "club",
        "template",
        json!({"required_modules": need("people", "^1")}),
    );
    let catalogue = with(vec![club]);
    let resolved = resolve(&wish("club", &["people"]), &catalogue).unwrap();
    assert_eq!(
        names(&resolved),
        ["core@1.0.0", "club@1.0.0", "people@1.0.0"]
    );
    assert_eq!(
        code(resolve(&wish("club", &["mail"]), &catalogue)),
        Some("module.required")
    );
}

#[test]
fn every_wish_that_cannot_come_true_has_its_code() {
    let clash = |id: &str| json!({"conflicts": [{"id": id, "reason": "both keep a register"}]});
    let custom = |id: &str| Wish {
        customs: vec![id.parse().unwrap()],
        ..wish("club", &["mail"])
    };
    let catalogue = with(vec![
        plugin("cash", "module", clash("mail")),
        plugin("pickup", "module", json!({"depends": need("people", "^7")})),
        plugin("lost", "module", json!({"depends": need("nowhere", "^1")})),
        plugin("low", "template", json!({"depends": need("mail", "^1")})),
        plugin("other_extra", "custom", json!({"tenant": "other"})),
    ]);
    let cases = [
        (wish("clubb", &[]), "plugin.unknown"),
        (wish("club", &["nothing"]), "plugin.unknown"),
        (wish("club@9.0.0", &[]), "plugin.version_unknown"),
        (wish("club", &["mail@0.1.0"]), "plugin.version_unknown"),
        (wish("mail", &[]), "plugin.wrong_layer"),
        (wish("club", &["shop"]), "plugin.wrong_layer"),
        (wish("club", &["core"]), "plugin.wrong_layer"),
        (custom("stock"), "plugin.wrong_layer"),
        (custom("mail"), "plugin.wrong_layer"),
        (custom("other_extra"), "custom.wrong_tenant"),
        (wish("club", &["pickup"]), "plugin.version_unmeetable"),
        (
            wish("club", &["pickup", "people"]),
            "plugin.version_unmeetable",
        ),
        (
            wish("club", &["people", "pickup"]),
            "plugin.version_conflict",
        ),
        (wish("club", &["lost"]), "plugin.unknown"),
        (wish("club", &["prices"]), "plugin.dependency_missing"),
        (wish("low", &["stock"]), "plugin.layer_inversion"),
        (wish("club", &["cash", "mail"]), "plugin.conflict"),
        (wish("club", &["mail", "cash"]), "plugin.conflict"),
    ];
    for (wish, wanted) in cases {
        let got = resolve(&wish, &catalogue);
        assert_eq!(got.err().map(|e| e.code().name), Some(wanted), "{wish:?}");
    }
    assert_eq!(
        code(resolve(&wish("", &[]), &Catalogue::default())),
        Some("plugin.no_basic")
    );
}

#[test]
fn a_conflict_counts_whichever_of_the_two_names_it() {
    let clash = json!({"conflicts": [{"id": "stock", "reason": "both count"}]});
    for (one, other) in [("alpha", "zulu"), ("zulu", "alpha")] {
        let clash = json!({"conflicts": [{"id": other, "reason": "both count"}]});
        let catalogue = with(vec![
            plugin(one, "module", clash),
            plugin(other, "module", json!({})),
        ]);
        for modules in [["alpha", "zulu"], ["zulu", "alpha"]] {
            assert_eq!(
                code(resolve(&wish("club", &modules), &catalogue)),
                Some("plugin.conflict")
            );
        }
    }
    // A default module that conflicts is told as well.
    let catalogue = with(vec![plugin("mail", "module", clash)]);
    assert_eq!(
        code(resolve(&wish("shop", &[]), &catalogue)),
        Some("plugin.conflict")
    );
}

#[test]
fn a_customization_comes_with_what_it_needs_for_its_own_tenant_only() {
    let wanted = Wish {
        customs: vec!["acme_extra".parse().unwrap()],
        ..wish("club", &["mail"])
    };
    let resolved = resolve(&wanted, &with(vec![])).unwrap();
    assert_eq!(
        names(&resolved),
        [
            "core@1.0.0",
            "club@1.0.0",
            "mail@1.0.0",
            "people@1.0.0",
            "members@1.0.0",
            "acme_extra@1.0.0"
        ]
    );
    let other = plan::resolve(&wanted, &with(vec![]), &"other".parse().unwrap());
    assert_eq!(code(other), Some("custom.wrong_tenant"));
}

#[test]
fn a_dependency_on_an_alias_is_refused_and_does_not_go_round_for_ever() {
    let catalogue = with(vec![
        plugin("people", "module", json!({"aliases": ["persons"]})),
        plugin("lists", "module", json!({"depends": need("persons", "^1")})),
    ]);
    let error = resolve(&wish("club", &["lists"]), &catalogue).unwrap_err();
    assert_eq!(error.code().name, "plugin.unknown");
    assert!(
        error.hints().iter().any(|hint| hint.contains("`people`")),
        "{error:?}"
    );
}

#[test]
fn naming_a_module_twice_with_different_versions_is_refused() {
    let catalogue = with(vec![plugin_at("mail", "2.0.0", "module", json!({}))]);
    for modules in [["mail@1.0.0", "mail@2.0.0"], ["mail@2.0.0", "mail@1.0.0"]] {
        assert_eq!(
            code(resolve(&wish("club", &modules), &catalogue)),
            Some("plugin.version_conflict")
        );
    }
    for modules in [["mail@1.0.0", "mail"], ["mail", "mail@1.0.0"]] {
        let resolved = resolve(&wish("club", &modules), &catalogue).unwrap();
        assert!(
            names(&resolved).contains(&"mail@1.0.0".to_owned()),
            "{modules:?}"
        );
    }
}

#[test]
fn what_cannot_be_resolved_reads_as_a_sentence_with_a_way_out() {
    let refuse = |template: &str, modules: &[&str]| {
        resolve(&wish(template, modules), &with(vec![])).unwrap_err()
    };
    insta::assert_debug_snapshot!(refuse("clubb", &[]), @r#"
    plugin.unknown: the catalogue has no plugin `clubb`
      hint: did you mean club?
      hint: `strata plugin list` shows the catalogue; `strata plugin add FILE` adds to it
    "#);
    insta::assert_debug_snapshot!(refuse("mail", &[]), @r#"
    plugin.wrong_layer: plugin `mail` is a module, not a template
      hint: choose it with `--module`
    "#);
    insta::assert_debug_snapshot!(refuse("club", &["prices"]), @r#"
    plugin.dependency_missing: plugin `prices` needs the template `shop`, which was not chosen
      hint: add `--template shop`, or leave `prices` out
    "#);
    insta::assert_debug_snapshot!(refuse("club@2.0.0", &[]), @r#"
    plugin.version_unknown: plugin `club` has no version 2.0.0 in the catalogue
      hint: the catalogue has 1.0.0
    "#);
}
