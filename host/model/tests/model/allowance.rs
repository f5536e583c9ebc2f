//! Allowances: what must be said by name before a plan is applied, no less and no more.

use model::HazardKind;
use model::allowance::{Allowance, demanded, missing, require, undemanded};
use serde_json::{Value, json};

use crate::plans::{plan, step};

fn of(steps: &[Value]) -> Vec<String> {
    let demanded = demanded(&plan(steps, &[]), false);
    demanded.iter().map(Allowance::to_string).collect()
}

fn allow(names: &[&str]) -> Vec<Allowance> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

/// A step with every hazard.
fn every_hazard() -> Value {
    let every = HazardKind::ALL.map(|kind| format!("{kind}:members"));
    step("module", &every.each_ref().map(String::as_str))
}

#[test]
fn what_destroys_data_or_cannot_be_taken_back_is_demanded_by_name_and_nothing_else() {
    let wanted = ["deletes-data:members", "irreversible:members"];
    assert_eq!(of(&[every_hazard()]), wanted);
    let sorted_once = [
        step("module", &["irreversible:0001_init"]),
        step("basic", &["deletes-data:members.legacy_code"]),
        step("basic", &["deletes-data:members.legacy_code"]),
    ];
    let wanted = ["deletes-data:members.legacy_code", "irreversible:0001_init"];
    assert_eq!(of(&sorted_once), wanted);
}

#[test]
fn what_may_lose_data_is_demanded_where_the_way_back_is_somebody_s_word() {
    let mut by_author = every_hazard();
    by_author["reverse_by"] = json!("author");
    let wanted = [
        "deletes-data:members",
        "may-lose-data:members",
        "irreversible:members",
    ];
    assert_eq!(of(&[by_author]), wanted);
    let mut raw = step("module", &["may-lose-data:members", "may-lose-data:notes"]);
    raw["operations"] = json!([{"operation": "run-sql", "description": "trim", "touches": ["members"],
        "texts": [{"database": "sqlite", "statements": ["UPDATE members SET a = b"],
            "reverse": ["UPDATE members SET b = a"]}]}]);
    assert_eq!(of(&[raw]), ["may-lose-data:members"]);
}

#[test]
fn a_first_building_demands_nothing() {
    assert!(demanded(&plan(&[every_hazard()], &[]), true).is_empty());
}

#[test]
fn an_allowance_is_a_hazard_and_its_object() {
    for kind in HazardKind::ALL {
        let text = format!("{kind}:members.legacy_code");
        let allowance: Allowance = text.parse().unwrap();
        assert_eq!(
            (allowance.hazard(), allowance.object()),
            (kind, "members.legacy_code")
        );
        assert_eq!(allowance.to_string(), text);
        assert_eq!(serde_json::to_value(&allowance).unwrap(), text);
    }
    let long = format!("deletes-data:{}", "a".repeat(201));
    for bad in [
        "",
        "deletes-data",
        "deletes-data:",
        "deletes:members",
        ":members",
        "Deletes-Data:a",
        "deletes-data:a b",
        "deletes-data:a\u{1b}",
        "deletes-data:a\n",
        &long,
    ] {
        let error = bad.parse::<Allowance>().unwrap_err();
        assert_eq!(error.code().name, "allowance.invalid", "{bad:?}");
        assert!(
            serde_json::from_value::<Allowance>(bad.into()).is_err(),
            "{bad:?}"
        );
    }
}

#[test]
fn exactly_what_is_demanded_is_allowed() {
    let both = allow(&["deletes-data:members.legacy_code", "irreversible:0002_next"]);
    require(&[], &[]).unwrap();
    require(&both, &both).unwrap();
    let twice = [both.clone(), both.clone()].concat();
    require(&both, &twice).unwrap();

    assert_eq!(missing(&both, &both[..1]), both[1..]);
    let error = require(&both, &both[..1]).unwrap_err();
    assert_eq!(error.code().name, "allowance.missing");
    assert!(
        error.message().contains("irreversible:0002_next"),
        "{error}"
    );
    assert_eq!(error.hints(), ["--allow irreversible:0002_next"]);

    assert_eq!(undemanded(&both[..1], &both), both[1..]);
    let error = require(&both[..1], &both).unwrap_err();
    assert_eq!(error.code().name, "allowance.undemanded");
    assert!(
        error.message().contains("irreversible:0002_next"),
        "{error}"
    );
    // Another object, or another hazard of the same one, is another danger.
    let near = allow(&["deletes-data:members", "may-lose-data:members.legacy_code"]);
    for near in &near {
        let error = require(&both[..1], std::slice::from_ref(near)).unwrap_err();
        assert_eq!(error.code().name, "allowance.missing");
    }
}
