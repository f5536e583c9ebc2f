//! Tests of both versions without a host, on both versions of the party's template.

#[path = "../../conventions.rs"]
mod conventions;

use conventions::{assert_can_be_taken_back, assert_conventions, schema_of, tenant};
use plugin_basic::Basic;
use plugin_political_party_nepal_1_0_0 as party_1;
use plugin_political_party_nepal_2_0_0 as party_2;
use strata_sdk::operation::Operation;
use strata_sdk::prelude::*;
use strata_sdk::testing::Refused;

#[strata_sdk::plugin(manifest = "v1_0_0/plugin.toml")]
struct Older;

impl Plugin for Older {
    fn migrations(&self) -> Vec<Migration> {
        crate::v1_0_0()
    }
}

#[strata_sdk::plugin(manifest = "v1_1_0/plugin.toml")]
struct Newer;

impl Plugin for Newer {
    fn migrations(&self) -> Vec<Migration> {
        crate::v1_1_0()
    }
}

#[test]
fn both_versions_apply_to_both_versions_of_the_template() -> Result<(), Refused> {
    for plugin in [&Older as &dyn Plugin, &Newer] {
        assert_conventions(plugin, &[&Basic, &party_1::PoliticalPartyNepal])?;
        assert_conventions(plugin, &[&Basic, &party_2::PoliticalPartyNepal])?;
    }
    Ok(())
}

#[test]
fn every_migration_can_be_taken_back() -> Result<(), Refused> {
    assert_can_be_taken_back(&Newer, &[&Basic, &party_2::PoliticalPartyNepal])
}

#[test]
fn the_newer_version_begins_with_the_migrations_of_the_older_one() -> Result<(), Refused> {
    let ids = |migrations: Vec<Migration>| migrations.iter().map(Migration::id).collect::<Vec<_>>();
    assert!(ids(crate::v1_1_0()).starts_with(&ids(crate::v1_0_0())));
    let others: [&dyn Plugin; 2] = [&Basic, &party_1::PoliticalPartyNepal];
    let older = schema_of(&others)?.apply_all(&Older, &tenant())?;
    let newer = schema_of(&others)?.apply_all(&Newer, &tenant())?;
    assert!(newer.starts_with(&older));
    Ok(())
}

#[test]
fn an_upgrade_leads_to_the_same_schema_as_a_fresh_1_1_0() -> Result<(), Refused> {
    let others: [&dyn Plugin; 2] = [&Basic, &party_1::PoliticalPartyNepal];
    let mut upgraded = schema_of(&others)?;
    upgraded.apply_all(&Older, &tenant())?;
    upgraded.apply_all(&Newer, &tenant())?;
    let mut fresh = schema_of(&others)?;
    fresh.apply_all(&Newer, &tenant())?;
    assert_eq!(upgraded.table_names(), fresh.table_names());
    for name in fresh.table_names() {
        assert_eq!(upgraded.table(&name), fresh.table(&name), "{name}");
    }
    Ok(())
}

#[test]
fn the_billing_cycle_is_filled_before_it_may_not_be_null() -> Result<(), Refused> {
    let mut schema = schema_of(&[&Basic, &party_1::PoliticalPartyNepal])?;
    schema.apply_all(&Older, &tenant())?;
    let operations = schema.apply(&Newer, "003_add_billing_cycle", &tenant())?;
    let position = |is_it: fn(&Operation) -> bool| operations.iter().rposition(is_it);
    let filled = position(|operation| matches!(operation, Operation::Backfill(_)));
    let altered = position(|operation| matches!(operation, Operation::AlterColumn { .. }));
    assert!(filled.is_some() && filled < altered);
    let subscriptions = schema.table("subscriptions").unwrap_or_default();
    assert!(
        subscriptions
            .column("billing_cycle")
            .is_some_and(|column| !column.nullable)
    );
    Ok(())
}

#[test]
fn the_age_of_members_is_a_setting_and_a_seed() -> Result<(), Refused> {
    let mut schema = schema_of(&[&Basic, &party_2::PoliticalPartyNepal])?;
    let operations = schema.apply_all(&Older, &tenant().setting("minimum_age", 16))?;
    let tiers = operations.iter().find_map(|operation| match operation {
        Operation::InsertRows(insert) if insert.table == "member_tiers" => Some(&insert.rows),
        _ => None,
    });
    let of_age = |row: &&Vec<Value>| row.contains(&Value::Integer(16));
    assert_eq!(
        tiers.map(|rows| rows.iter().filter(of_age).count()),
        Some(4)
    );
    Ok(())
}
