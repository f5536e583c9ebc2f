//! The customization on top of `basic` and both versions of the template.

use plugin_basic::Basic;
use plugin_cpn_uml::CpnUml;
use strata_sdk::prelude::*;
use strata_sdk::testing::{MemorySchema, MemoryTenant, Refused, assert_manifest_matches, rules};

const TABLES: [&str; 5] = [
    "party_cells",
    "party_cell_members",
    "marxist_study_circles",
    "marxist_study_sessions",
    "marxist_study_attendance",
];

fn schemas() -> Result<Vec<MemorySchema>, Refused> {
    let first = plugin_political_party_nepal_1_0_0::PoliticalPartyNepal;
    let second = plugin_political_party_nepal_2_0_0::PoliticalPartyNepal;
    let tenant = MemoryTenant::new("cpn-uml").locale("ne-NP");
    let on = |template: &dyn Plugin| {
        let mut schema = MemorySchema::new();
        schema.apply_all(&Basic, &tenant)?;
        schema.apply_all(template, &tenant)?;
        schema.apply_all(&CpnUml, &tenant)?;
        Ok(schema)
    };
    [&first as &dyn Plugin, &second]
        .into_iter()
        .map(on)
        .collect()
}

#[test]
fn the_manifest_lists_the_migrations_of_the_code_and_names_its_tenant() {
    assert_manifest_matches(&CpnUml);
    assert!(strata_sdk::Described::manifest_json(&CpnUml).contains(r#""tenant":"cpn-uml""#));
}

#[test]
fn every_migration_applies_on_both_versions_of_the_template_and_keeps_the_rules()
-> Result<(), Refused> {
    for schema in schemas()? {
        assert_eq!(rules::violations(&CpnUml, &schema), Vec::<String>::new());
        for table in TABLES {
            assert!(schema.table(table).is_some(), "{table}");
        }
    }
    Ok(())
}

#[test]
fn members_get_one_nullable_column_under_our_name_with_an_index() -> Result<(), Refused> {
    for schema in schemas()? {
        let members = schema.table("members").unwrap_or_default();
        let ours: Vec<_> = members
            .columns
            .iter()
            .filter(|column| column.name.starts_with("cpn_uml__"))
            .collect();
        assert_eq!(ours.len(), 1);
        assert!(ours.iter().all(|column| column.nullable));
        let indexed = members.indexes.iter().filter(|index| {
            index
                .columns
                .iter()
                .all(|column| column.name.starts_with("cpn_uml__"))
        });
        assert_eq!(indexed.count(), 1);
    }
    Ok(())
}

#[test]
fn attendance_is_known_by_session_and_member() -> Result<(), Refused> {
    for schema in schemas()? {
        let table = schema.table("marxist_study_attendance").unwrap_or_default();
        assert_eq!(table.primary_key, ["session_id", "member_id"]);
    }
    Ok(())
}
