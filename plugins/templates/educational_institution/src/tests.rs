//! Tests of the template without a host.

#[path = "../../../modules/conventions.rs"]
mod conventions;

use conventions::{assert_can_be_taken_back, assert_conventions, schema_of};
use plugin_basic::Basic;
use strata_sdk::operation::Operation;
use strata_sdk::testing::{MemoryTenant, Refused};

use crate::EducationalInstitution;

#[test]
fn every_migration_applies_and_keeps_the_conventions() -> Result<(), Refused> {
    let schema = assert_conventions(&EducationalInstitution, &[&Basic])?;
    for table in [
        "students",
        "guardians",
        "courses",
        "enrollments",
        "academic_terms",
        "grades",
    ] {
        assert!(schema.table(table).is_some(), "`{table}` is missing");
    }
    Ok(())
}

#[test]
fn every_migration_can_be_taken_back() -> Result<(), Refused> {
    assert_can_be_taken_back(&EducationalInstitution, &[&Basic])
}

/// How many letter grades a tenant with this setting begins with.
fn letters(setting: &str) -> Result<usize, Refused> {
    let mut schema = schema_of(&[&Basic])?;
    let tenant = MemoryTenant::new("school").setting("grading_scale", setting);
    let operations = schema.apply_all(&EducationalInstitution, &tenant)?;
    let rows = operations.iter().filter_map(|operation| match operation {
        Operation::InsertRows(insert) => Some(insert.rows.len()),
        _ => None,
    });
    Ok(rows.sum())
}

#[test]
fn the_grading_scale_is_seeded_unless_the_tenant_wants_none() -> Result<(), Refused> {
    assert_eq!(letters("neb")?, 8);
    assert_eq!(letters("none")?, 0);
    Ok(())
}

#[test]
fn an_unknown_grading_scale_is_refused() {
    assert!(matches!(letters("other"), Err(Refused::Plugin(_))));
}
