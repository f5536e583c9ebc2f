//! Tests of the template without a host.

#[path = "../../../modules/conventions.rs"]
mod conventions;

use conventions::{assert_can_be_taken_back, assert_conventions, schema_of};
use plugin_basic::Basic;
use strata_sdk::testing::{MemoryTenant, Refused};

use crate::CommunityGroup;

#[test]
fn every_migration_applies_and_keeps_the_conventions() -> Result<(), Refused> {
    let schema = assert_conventions(&CommunityGroup, &[&Basic])?;
    for table in ["community_groups", "community_events", "event_attendances"] {
        assert!(schema.table(table).is_some(), "`{table}` is missing");
    }
    Ok(())
}

#[test]
fn every_migration_can_be_taken_back() -> Result<(), Refused> {
    assert_can_be_taken_back(&CommunityGroup, &[&Basic])
}

#[test]
fn the_largest_ward_is_a_setting() -> Result<(), Refused> {
    let mut schema = schema_of(&[&Basic])?;
    schema.apply_all(
        &CommunityGroup,
        &MemoryTenant::new("kmc").setting("wards", 32),
    )?;
    let groups = schema.table("community_groups").unwrap_or_default();
    let check = groups.check("community_groups_ward_check");
    assert_eq!(
        check.map(|check| check.condition.as_str()),
        Some("ward_number BETWEEN 1 AND 32")
    );
    Ok(())
}

#[test]
fn a_setting_of_another_type_is_refused() -> Result<(), Refused> {
    let mut schema = schema_of(&[&Basic])?;
    let refused = schema.apply_all(
        &CommunityGroup,
        &MemoryTenant::new("kmc").setting("wards", "many"),
    );
    assert!(matches!(refused, Err(Refused::Plugin(_))));
    Ok(())
}
