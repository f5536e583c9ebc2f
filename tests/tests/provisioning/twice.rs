//! Every command run twice leaves what one run leaves.

use tests::database::dump;
use tests::{Strata, component, snapshot_of};

use crate::tenants::{UPGRADE, club, congress_with_rows, create_club};
use crate::world::{demand_healthy, fixtures, text};

/// Demands that a command changes nothing in a home that it has been run on before.
#[track_caller]
fn demand_unchanged(strata: &Strata, again: impl FnOnce(&Strata)) {
    let before = snapshot_of(&strata.home());
    again(strata);
    let changes = before.changes_to(&snapshot_of(&strata.home()));
    assert!(changes.is_empty(), "{changes:#?}");
}

#[test]
fn init_twice_leaves_one_home() {
    let strata = Strata::bare();
    assert_eq!(strata.json(&["init"])["outcome"], "created");
    demand_unchanged(&strata, |strata| {
        assert_eq!(strata.json(&["init"])["outcome"], "unchanged");
    });
}

#[test]
fn a_component_added_twice_is_there_once() {
    let strata = fixtures();
    let file = component::fixtures().join("fx_core-1.0.0.wasm");
    let file = file.to_str().unwrap();
    demand_unchanged(&strata, |strata| {
        let added = strata.json(&["plugin", "add", file, file]);
        for plugin in added["plugins"].as_array().unwrap() {
            assert_eq!(plugin["outcome"], "unchanged");
        }
    });
}

#[test]
fn a_tenant_created_twice_is_there_once_and_its_ledger_does_not_grow() {
    let strata = club("acme");
    let first = strata.json(&["tenant", "show", "acme"]);
    let file = strata.tenant_file("acme");
    let rows = |what: &str| -> Vec<String> {
        let lines = dump(&file).into_iter();
        lines.filter(|line| line.starts_with(what)).collect()
    };
    let before = (dump(&file).len(), rows("strata_ledger:"));
    let again = strata.json(&create_club("acme"));
    assert_eq!(again["outcome"], "unchanged");
    assert_eq!((dump(&file).len(), rows("strata_ledger:")), before);
    assert_eq!(strata.json(&["tenant", "show", "acme"]), first);
    demand_healthy(&strata);
}

#[test]
fn a_dry_run_changes_nothing_at_all() {
    let strata = fixtures();
    let mut create = create_club("acme").to_vec();
    create.push("--dry-run");
    demand_unchanged(&strata, |strata| {
        strata.json(&create);
        strata.json(&create);
    });
}

#[test]
fn looking_changes_nothing_at_all() {
    let strata = club("acme");
    for look in [
        &["tenant", "show", "acme"][..],
        &["tenant", "list"],
        &["history", "acme"],
        &["explain", "acme", "people"],
        &["plugin", "list"],
        &["plugin", "show", "fx_club"],
        &["config", "show"],
        &["doctor"],
    ] {
        demand_unchanged(&strata, |strata| {
            strata.json(look);
        });
    }
}

#[test]
fn a_plan_made_twice_is_one_plan_and_applied_twice_it_is_refused_the_second_time() {
    let strata = congress_with_rows();
    let plan = strata.json(&UPGRADE);
    let digest = text(&plan["digest"]);
    let stored = snapshot_of(&strata.home());
    assert_eq!(text(&strata.json(&UPGRADE)["digest"]), digest);
    let changes = stored.changes_to(&snapshot_of(&strata.home()));
    assert!(changes.is_empty(), "{changes:#?}");

    let apply = ["apply", "nepali-congress", "--plan", &digest];
    strata.json(&apply);
    let file = strata.tenant_file("nepali-congress");
    let ledger = |lines: Vec<String>| -> Vec<String> {
        let rows = lines.into_iter();
        rows.filter(|line| !line.starts_with("strata_meta:"))
            .collect()
    };
    let before = ledger(dump(&file));
    let refused = strata.error(&apply);
    assert_eq!((&*refused.code, refused.exit), ("plan.base_moved", 5));
    assert_eq!(ledger(dump(&file)), before);
    let nothing = strata.json(&UPGRADE);
    assert_eq!(nothing["plan"]["steps"].as_array().unwrap().len(), 0);
    let refused = strata.error(&["resume", "nepali-congress"]);
    assert_eq!(refused.code, "run.nothing_to_resume");
    demand_healthy(&strata);
}

#[test]
fn an_empty_plan_is_applied_as_often_as_wanted() {
    let strata = club("acme");
    let plan = text(&strata.json(&["plan", "acme"])["digest"]);
    let fingerprint = crate::world::fingerprint(&strata, "acme");
    for _ in 0..2 {
        let applied = strata.json(&["apply", "acme", "--plan", &plan]);
        assert_eq!(applied["migrations"], 0);
        assert_eq!(text(&applied["fingerprint"]), fingerprint);
    }
    demand_healthy(&strata);
}
