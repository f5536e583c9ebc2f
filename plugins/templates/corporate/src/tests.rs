//! Tests of the template without a host.

#[path = "../../../modules/conventions.rs"]
mod conventions;

use conventions::{assert_can_be_taken_back, assert_conventions, schema_of};
use plugin_basic::Basic;
use strata_sdk::operation::Operation;
use strata_sdk::prelude::*;
use strata_sdk::testing::{MemoryTenant, Refused};

use crate::Corporate;

#[test]
fn every_migration_applies_and_keeps_the_conventions() -> Result<(), Refused> {
    let schema = assert_conventions(&Corporate, &[&Basic])?;
    for table in [
        "departments",
        "employees",
        "projects",
        "project_assignments",
        "leave_requests",
    ] {
        assert!(schema.table(table).is_some(), "`{table}` is missing");
    }
    Ok(())
}

#[test]
fn every_migration_can_be_taken_back() -> Result<(), Refused> {
    assert_can_be_taken_back(&Corporate, &[&Basic])
}

#[test]
fn a_department_gets_its_head_after_there_are_employees() -> Result<(), Refused> {
    let schema = assert_conventions(&Corporate, &[&Basic])?;
    let departments = schema.table("departments").unwrap_or_default();
    let key = departments.foreign_key("departments_head_employee_id_fk");
    assert_eq!(
        key.map(|key| key.references_table.as_str()),
        Some("employees")
    );
    Ok(())
}

#[test]
fn home_leave_is_a_setting_and_a_seed() -> Result<(), Refused> {
    let mut schema = schema_of(&[&Basic])?;
    let tenant = MemoryTenant::new("acme").setting("home_leave_days", 25);
    let operations = schema.apply_all(&Corporate, &tenant)?;
    let seeds = operations.iter().find_map(|operation| match operation {
        Operation::InsertRows(insert) => insert.rows.first(),
        _ => None,
    });
    assert!(seeds.is_some_and(|row| row.contains(&Value::decimal("25"))));
    Ok(())
}
