//! Runs that fail on rows or for want of room: a layer stands or falls as one, and a tenant whose first
//! building failed leaves nothing behind.
//!
//! `fx_stumble` (beside this file) is sound to every simulation and fails on rows: two stones in one place
//! when the tenant has the fact `twice`, two people of one name.

use std::collections::BTreeSet;

use tests::Strata;
use tests::database::{column, dump, execute, number};

use crate::tenants::{club, create_club, demand_sound, tables};
use crate::world::{
    demand_healthy, demand_whole_history, fingerprint, fixtures, provisioning, tenant_files, text,
};

/// Two people of one name, whom `fx_stumble` cannot tell apart.
const NAMESAKES: &str = "INSERT INTO people (name, email) VALUES ('Sita', 'a@x'), ('SITA', 'b@x')";

/// Rows that a tenant's applications wrote; Strata's own tables left out.
fn rows(strata: &Strata, slug: &str) -> Vec<String> {
    let lines = dump(&strata.tenant_file(slug)).into_iter();
    lines
        .filter(|line| !line.starts_with("strata_") && !line.starts_with("sqlite_"))
        .collect()
}

#[test]
fn a_first_building_that_fails_in_a_middle_layer_leaves_no_database() {
    let strata = fixtures();
    let mut create = create_club("acme").to_vec();
    create.extend(["--module", "fx_stumble", "--fact", "twice=yes"]);
    for _ in 0..2 {
        let failed = strata.error(&create);
        assert_eq!((&*failed.code, failed.exit), ("run.undone", 7));
        assert!(
            failed.text().contains("003_one_stone_a_place"),
            "{failed:?}"
        );
        assert!(failed.text().contains("stones.place"), "{failed:?}");
        assert_eq!(tenant_files(&strata), BTreeSet::new());
        assert_eq!(provisioning(&strata, "acme"), "failed");
    }
    let others = strata.json(&create_club("beta"));
    assert_eq!(others["outcome"], "created");
}

#[test]
fn a_building_that_failed_for_want_of_room_succeeds_when_there_is_room() {
    let strata = club("twin");
    let failed = {
        let mut command = strata.command(&tests::strata::with_json(&create_club("acme")));
        command.env("STRATA_DATABASE_MAX_PAGE_COUNT", "16");
        tests::strata::failure(&tests::strata::outcome(&mut command))
    };
    assert_eq!((&*failed.code, failed.exit), ("run.undone", 7));
    assert!(failed.text().contains("full"), "{failed:?}");
    assert_eq!(tenant_files(&strata), ["tenant_twin.db".to_owned()].into());
    assert_eq!(provisioning(&strata, "acme"), "failed");

    let created = strata.json(&create_club("acme"));
    assert_eq!(created["outcome"], "created");
    assert_eq!(fingerprint(&strata, "acme"), fingerprint(&strata, "twin"));
    demand_whole_history(&strata, "acme");
    demand_healthy(&strata);
}

#[test]
fn a_layer_that_fails_on_rows_is_undone_by_its_reverses_and_the_tenant_is_as_before() {
    let strata = club("acme");
    let file = strata.tenant_file("acme");
    execute(&file, NAMESAKES);
    let plan = text(&strata.json(&["plan", "acme", "--add-module", "fx_stumble"])["digest"]);
    let before = (
        fingerprint(&strata, "acme"),
        rows(&strata, "acme"),
        tables(&file),
    );
    let shown = strata.json(&["tenant", "show", "acme"]);

    let failed = strata.error(&["apply", "acme", "--plan", &plan]);
    assert_eq!((&*failed.code, failed.exit), ("run.undone", 7));
    assert!(
        failed.text().contains("004_one_cairn_a_person"),
        "{failed:?}"
    );
    let after = (
        fingerprint(&strata, "acme"),
        rows(&strata, "acme"),
        tables(&file),
    );
    assert_eq!(after, before);
    demand_sound(&file);
    demand_healthy(&strata);
    demand_whole_history(&strata, "acme");
    assert_eq!(strata.json(&["tenant", "show", "acme"]), shown);

    execute(&file, "UPDATE people SET name = 'Gita' WHERE email = 'b@x'");
    let applied = strata.json(&["apply", "acme", "--plan", &plan]);
    assert_eq!(applied["migrations"], 4);
    assert_eq!(number(&file, "SELECT count(*) FROM stones"), 2);
    demand_healthy(&strata);
    demand_whole_history(&strata, "acme");
}

#[test]
fn a_migration_that_fails_half_way_leaves_nothing_of_itself() {
    let strata = club("acme");
    let file = strata.tenant_file("acme");
    // What the checks of the table forbid, as from a time before them: the rebuild meets it.
    execute(
        &file,
        "PRAGMA ignore_check_constraints = ON; \
         INSERT INTO people (name, email) VALUES ('Sita', 'a@x'); \
         INSERT INTO club_members (person_id, level_id, status) \
             SELECT p.id, l.id, 'active' FROM people AS p, club_levels AS l LIMIT 1;",
    );
    let plan = text(&strata.json(&["plan", "acme", "--template", "fx_club@2.0.0"])["digest"]);
    let before = (fingerprint(&strata, "acme"), rows(&strata, "acme"));
    let failed = strata.error(&["apply", "acme", "--plan", &plan]);
    assert_eq!((&*failed.code, failed.exit), ("run.undone", 7));
    let after = (fingerprint(&strata, "acme"), rows(&strata, "acme"));
    assert_eq!(after, before);

    execute(&file, "UPDATE club_members SET joined_on = '2024-01-01'");
    strata.json(&["apply", "acme", "--plan", &plan]);
    assert_eq!(column(&file, "SELECT code FROM club_members"), ["-"]);
    demand_sound(&file);
    demand_healthy(&strata);
    demand_whole_history(&strata, "acme");
}

#[test]
fn layers_below_the_one_that_failed_stand_and_planning_goes_on_from_there() {
    let strata = club("acme");
    execute(&strata.tenant_file("acme"), NAMESAKES);
    let both = [
        "plan",
        "acme",
        "--template",
        "fx_club@2.0.0",
        "--add-module",
        "fx_stumble",
    ];
    let plan = text(&strata.json(&both)["digest"]);
    let failed = strata.error(&["apply", "acme", "--plan", &plan]);
    assert_eq!((&*failed.code, failed.exit), ("run.undone", 7));

    let shown = strata.json(&["tenant", "show", "acme"]);
    let layers = shown["tenant"]["layers"].to_string();
    assert!(layers.contains("fx_club@2.0.0"), "{layers}");
    assert!(!layers.contains("fx_stumble"), "{layers}");
    let rest = strata.json(&["plan", "acme"]);
    assert_eq!(rest["plan"]["steps"].as_array().unwrap().len(), 0, "{rest}");
    demand_healthy(&strata);
    demand_whole_history(&strata, "acme");
    let listed = strata.json(&["tenant", "list"]);
    assert_eq!(listed["tenants"][0]["template"], "fx_club@2.0.0");

    execute(
        &strata.tenant_file("acme"),
        "UPDATE people SET name = 'Gita' WHERE email = 'b@x'",
    );
    let plan = text(&strata.json(&both)["digest"]);
    strata.json(&["apply", "acme", "--plan", &plan]);
    demand_healthy(&strata);
}
