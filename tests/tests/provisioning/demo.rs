//! The three tenants of the demo: what each holds, what it does not, and that its database keeps it so.

use std::collections::{BTreeMap, BTreeSet};

use tests::Strata;
use tests::database::number;

use crate::tenants::{CONGRESS, NRNA, UML, demand_sound, refusal, tables};
use crate::world::{catalogue, demand_healthy, text};

/// The five tables of CMP-01.
const COMMISSION: [&str; 5] = [
    "audit_trails",
    "donation_records",
    "election_expenditures",
    "financial_reports",
    "member_registrations",
];

fn demo() -> Strata {
    let strata = catalogue();
    for create in [&CONGRESS[..], &UML, &NRNA] {
        let created = strata.json(create);
        assert_eq!(created["outcome"], "created");
    }
    strata
}

/// The tables that each plugin of a tenant makes, by the plan that its creation would run.
fn made_by_plugins(create: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    let strata = catalogue();
    let mut dry = create.to_vec();
    dry.push("--dry-run");
    let plan = strata.json(&dry);
    let mut made: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for step in plan["plan"]["steps"].as_array().unwrap() {
        let operations = step["operations"].as_array().unwrap().iter();
        let tables = operations
            .filter(|operation| operation["operation"] == "create-table")
            .map(|operation| text(&operation["table"]["name"]));
        made.entry(text(&step["plugin"]))
            .or_default()
            .extend(tables);
    }
    made
}

#[test]
fn the_three_tenants_of_the_demo_are_whole_and_healthy() {
    let strata = demo();
    for slug in ["nepali-congress", "cpn-uml", "nrna"] {
        demand_sound(&strata.tenant_file(slug));
        let shown = strata.json(&["tenant", "show", slug]);
        assert_eq!(shown["tenant"]["status"], "active");
        assert_eq!(shown["tenant"]["provisioning_status"], "completed");
    }
    demand_healthy(&strata);
    for slug in ["nepali-congress", "cpn-uml"] {
        let file = strata.tenant_file(slug);
        let all = "SELECT count(*) FROM districts";
        let named = "SELECT count(DISTINCT name || name_np) FROM districts WHERE name_np <> ''";
        assert_eq!((number(&file, all), number(&file, named)), (77, 77));
        assert_eq!(number(&file, "SELECT count(*) FROM provinces"), 7);
        let spread = "SELECT count(DISTINCT province_id) FROM districts";
        assert_eq!(number(&file, spread), 7);
    }
}

#[test]
fn the_tables_of_the_commission_are_in_both_parties_and_in_no_other_tenant() {
    let strata = demo();
    let commission: BTreeSet<String> = COMMISSION.map(str::to_owned).into();
    for slug in ["nepali-congress", "cpn-uml"] {
        let tables = tables(&strata.tenant_file(slug));
        assert!(commission.is_subset(&tables), "{slug}: {tables:?}");
    }
    let tables = tables(&strata.tenant_file("nrna"));
    assert!(commission.is_disjoint(&tables), "{tables:?}");
    assert!(!tables.contains("districts"), "{tables:?}");
}

#[test]
fn a_tenant_has_the_tables_of_the_plugins_that_were_chosen_and_no_others() {
    let strata = demo();
    let chosen = [
        (
            &CONGRESS[..],
            "basic election_campaign finance_tracking membership_management nepali_congress \
             political_party_nepal",
        ),
        (
            &UML,
            "basic cpn_uml membership_management political_party_nepal social_media",
        ),
        (&NRNA, "basic non_profit_organization social_media"),
    ];
    for (create, plugins) in chosen {
        let made = made_by_plugins(create);
        let names: Vec<&str> = made.keys().map(String::as_str).collect();
        assert_eq!(names.join(" "), plugins);
        let expected: BTreeSet<String> = made.into_values().flatten().collect();
        assert_eq!(
            tables(&strata.tenant_file(create[2])),
            expected,
            "{}",
            create[2]
        );
    }
}

#[test]
fn foreign_keys_are_kept_on_a_connection_of_strata() {
    let strata = demo();
    let dangling = "INSERT INTO members (membership_number, full_name, province_id) \
                    VALUES ('M-0', 'Nobody', 4711)";
    let refused = refusal(&strata, "nepali-congress", dangling);
    assert!(
        refused.contains("FOREIGN KEY constraint failed"),
        "{refused}"
    );
    let parent = "DELETE FROM provinces WHERE id = (SELECT min(province_id) FROM districts)";
    let refused = refusal(&strata, "cpn-uml", parent);
    assert!(
        refused.contains("FOREIGN KEY constraint failed"),
        "{refused}"
    );
}

#[test]
fn append_only_tables_take_rows_and_refuse_to_change_them() {
    let strata = demo();
    let file = strata.tenant_file("nepali-congress");
    tests::database::execute(
        &file,
        "INSERT INTO audit_trails (actor, action, subject_table, subject_id) \
             VALUES ('sita', 'create', 'members', '1'); \
         INSERT INTO audit_logs (actor, action) VALUES ('sita', 'signed_in');",
    );
    for sql in [
        "UPDATE audit_trails SET actor = 'gita'",
        "DELETE FROM audit_trails",
        "INSERT OR REPLACE INTO audit_trails (id, actor, action, subject_table, subject_id) \
         SELECT id, 'gita', action, subject_table, subject_id FROM audit_trails",
        "UPDATE audit_logs SET actor = 'gita'",
        "DELETE FROM audit_logs",
        "UPDATE strata_ledger SET time = 'then'",
        "DELETE FROM strata_ledger",
    ] {
        let refused = refusal(&strata, "nepali-congress", sql);
        assert!(refused.contains("append-only"), "{sql}: {refused}");
    }
    demand_healthy(&strata);
}
