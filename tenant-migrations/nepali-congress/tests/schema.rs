//! The customization on top of `basic` and both versions of the template.

use plugin_basic::Basic;
use plugin_nepali_congress::NepaliCongress;
use strata_sdk::prelude::*;
use strata_sdk::testing::{MemorySchema, MemoryTenant, Refused, assert_manifest_matches, rules};

const TABLES: [&str; 5] = [
    "custom_membership_tiers",
    "custom_membership_tier_members",
    "party_constitution",
    "party_constitution_articles",
    "party_constitution_amendments",
];

fn schemas() -> Result<Vec<MemorySchema>, Refused> {
    let first = plugin_political_party_nepal_1_0_0::PoliticalPartyNepal;
    let second = plugin_political_party_nepal_2_0_0::PoliticalPartyNepal;
    let tenant = MemoryTenant::new("nepali-congress").locale("ne-NP");
    let on = |template: &dyn Plugin| {
        let mut schema = MemorySchema::new();
        schema.apply_all(&Basic, &tenant)?;
        schema.apply_all(template, &tenant)?;
        schema.apply_all(&NepaliCongress, &tenant)?;
        Ok(schema)
    };
    [&first as &dyn Plugin, &second]
        .into_iter()
        .map(on)
        .collect()
}

#[test]
fn the_manifest_lists_the_migrations_of_the_code_and_names_its_tenant() {
    assert_manifest_matches(&NepaliCongress);
    assert!(
        strata_sdk::Described::manifest_json(&NepaliCongress)
            .contains(r#""tenant":"nepali-congress""#)
    );
}

#[test]
fn every_migration_applies_on_both_versions_of_the_template_and_keeps_the_rules()
-> Result<(), Refused> {
    for schema in schemas()? {
        assert_eq!(
            rules::violations(&NepaliCongress, &schema),
            Vec::<String>::new()
        );
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
            .filter(|column| column.name.starts_with("nepali_congress__"))
            .collect();
        assert_eq!(ours.len(), 1);
        assert!(ours.iter().all(|column| column.nullable));
        let indexed = members.indexes.iter().filter(|index| {
            index
                .columns
                .iter()
                .all(|column| column.name.starts_with("nepali_congress__"))
        });
        assert_eq!(indexed.count(), 1);
    }
    Ok(())
}

#[test]
fn party_cells_are_not_of_this_party() -> Result<(), Refused> {
    for schema in schemas()? {
        assert!(schema.table("party_cells").is_none());
    }
    Ok(())
}

#[test]
fn the_active_membership_number_of_a_member_is_unique_in_our_own_table() -> Result<(), Refused> {
    for schema in schemas()? {
        let table = schema
            .table("custom_membership_tier_members")
            .unwrap_or_default();
        let name = "custom_membership_tier_members_active_membership_number_unique";
        assert!(table.index(name).is_some_and(|index| index.unique));
    }
    Ok(())
}
