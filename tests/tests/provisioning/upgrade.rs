//! A tenant with rows at the older versions is brought to the newer ones, and has what a tenant made at
//! the newer versions has. Only the order of columns may differ, and fingerprints with it.

use std::collections::BTreeSet;
use std::path::Path;

use tests::database::{column, number};

use crate::tenants::{CONGRESS, UPGRADE, congress_with_rows, demand_sound, tables};
use crate::world::{catalogue, demand_healthy, demand_whole_history, fingerprint, text};

/// Columns, indexes and keys of a database as a set: everything but the order of columns.
fn parts(file: &Path) -> BTreeSet<String> {
    let sql = "SELECT m.name || ' ' || c.name || ' ' || c.type || ' ' || c.\"notnull\" || ' ' \
                 || COALESCE(c.dflt_value, '') || ' ' || c.pk \
                 FROM sqlite_schema AS m, pragma_table_xinfo(m.name) AS c WHERE m.type = 'table' \
               UNION ALL SELECT m.name || ' key ' || f.\"from\" || ' ' || f.\"table\" || ' ' || f.on_delete \
                 FROM sqlite_schema AS m, pragma_foreign_key_list(m.name) AS f WHERE m.type = 'table' \
               UNION ALL SELECT type || ' ' || COALESCE(sql, name) FROM sqlite_schema \
                 WHERE type IN ('index', 'view', 'trigger')";
    column(file, sql).into_iter().collect()
}

/// The tables whose columns stand in another order.
fn in_other_order(one: &Path, other: &Path) -> Vec<String> {
    let columns = |file: &Path, table: &str| {
        column(
            file,
            &format!("SELECT name FROM pragma_table_xinfo('{table}')"),
        )
    };
    let mut names: Vec<String> = tables(one).into_iter().collect();
    names.retain(|table| columns(one, table) != columns(other, table));
    names
}

/// What makes the same tenant at the newer versions.
fn newest<'a>(create: &[&'a str]) -> Vec<&'a str> {
    let newer = |argument: &&'a str| match *argument {
        "political_party_nepal@1.0.0" => "political_party_nepal@2.0.0",
        "membership_management@1.0.0" => "membership_management@1.1.0",
        other => other,
    };
    create.iter().map(newer).collect()
}

#[test]
fn a_tenant_with_rows_is_upgraded_keeps_them_and_has_what_one_made_at_the_new_version_has() {
    let strata = congress_with_rows();
    let before = fingerprint(&strata, "nepali-congress");
    let plan = text(&strata.json(&UPGRADE)["digest"]);
    let applied = strata.json(&["apply", "nepali-congress", "--plan", &plan]);
    assert_eq!(applied["migrations"], 6);

    let file = strata.tenant_file("nepali-congress");
    demand_sound(&file);
    demand_healthy(&strata);
    demand_whole_history(&strata, "nepali-congress");
    let count = |sql| number(&file, sql);
    assert_eq!(count("SELECT count(*) FROM members"), 2);
    assert_eq!(count("SELECT count(*) FROM audit_trails"), 1);
    assert_eq!(count("SELECT count(*) FROM districts"), 77);
    let filled = "SELECT status FROM political_committees";
    assert_eq!(column(&file, filled), ["active"]);
    let cycle = "SELECT count(*) FROM subscriptions WHERE billing_cycle IS NOT NULL";
    assert_eq!(count(cycle), 1);

    let fresh = catalogue();
    fresh.json(&newest(&CONGRESS));
    let fresh_file = fresh.tenant_file("nepali-congress");
    assert_eq!(tables(&file), tables(&fresh_file));
    assert_eq!(parts(&file), parts(&fresh_file));
    // A column of the customization was there before the template's new one came.
    assert_eq!(in_other_order(&file, &fresh_file), ["members"]);
    assert_ne!(fingerprint(&strata, "nepali-congress"), before);
}

#[test]
fn an_upgraded_tenant_without_a_customization_has_the_fingerprint_of_a_fresh_one() {
    let strata = catalogue();
    let plain = &CONGRESS[..CONGRESS.len() - 2];
    strata.json(plain);
    let plan = text(&strata.json(&UPGRADE)["digest"]);
    strata.json(&["apply", "nepali-congress", "--plan", &plan]);
    let fresh = catalogue();
    fresh.json(&newest(plain));
    assert_eq!(
        fingerprint(&strata, "nepali-congress"),
        fingerprint(&fresh, "nepali-congress")
    );
}

#[test]
fn what_the_plan_said_is_what_the_tenant_became() {
    let strata = congress_with_rows();
    let plan = strata.json(&UPGRADE);
    strata.json(&["apply", "nepali-congress", "--plan", &text(&plan["digest"])]);
    let again = strata.json(&["plan", "nepali-congress"]);
    assert_eq!(again["plan"]["target"], plan["plan"]["target"]);
    assert_eq!(again["plan"]["steps"].as_array().unwrap().len(), 0);
    let shown = strata.json(&["tenant", "show", "nepali-congress"]);
    let layers = shown["tenant"]["layers"].to_string();
    for version in ["political_party_nepal@2.0.0", "membership_management@1.1.0"] {
        assert!(layers.contains(version), "{layers}");
    }
    assert_eq!(shown["tenant"]["template"], "political_party_nepal@2.0.0");
}
