//! Tests of the template without a host.

#[path = "../../../modules/conventions.rs"]
mod conventions;

use conventions::{assert_can_be_taken_back, assert_conventions};
use plugin_basic::Basic;
use strata_sdk::column::ColumnDefault;
use strata_sdk::operation::Operation;
use strata_sdk::prelude::*;
use strata_sdk::testing::{MemoryTenant, Refused};

use crate::NonProfitOrganization;

#[test]
fn every_migration_applies_and_keeps_the_conventions() -> Result<(), Refused> {
    let schema = assert_conventions(&NonProfitOrganization, &[&Basic])?;
    for table in [
        "chapters",
        "ngo_members",
        "donors",
        "grants",
        "chapter_meetings",
    ] {
        assert!(schema.table(table).is_some(), "`{table}` is missing");
    }
    assert!(schema.view("grant_balances").is_some());
    Ok(())
}

#[test]
fn every_migration_can_be_taken_back() -> Result<(), Refused> {
    assert_can_be_taken_back(&NonProfitOrganization, &[&Basic])
}

#[test]
fn nobody_approves_an_expense_that_they_asked_for() -> Result<(), Refused> {
    let schema = assert_conventions(&NonProfitOrganization, &[&Basic])?;
    let expenses = schema.table("ngo_expenses").unwrap_or_default();
    let check = expenses.check("ngo_expenses_four_eyes_check");
    assert!(check.is_some_and(|check| check.condition.contains("<> requested_by_id")));
    Ok(())
}

#[test]
fn the_currency_is_a_setting() -> Result<(), Refused> {
    let mut schema = conventions::schema_of(&[&Basic])?;
    let tenant = MemoryTenant::new("nrna_au").setting("currency", "AUD");
    schema.apply_all(&NonProfitOrganization, &tenant)?;
    let donations = schema.table("ngo_donations").unwrap_or_default();
    let default = donations
        .column("currency")
        .and_then(|column| column.default.clone());
    assert_eq!(default, Some(ColumnDefault::Literal(Value::from("AUD"))));
    Ok(())
}

#[test]
fn expense_categories_are_known_by_a_stable_key() -> Result<(), Refused> {
    let mut schema = conventions::schema_of(&[&Basic])?;
    let operations = schema.apply_all(&NonProfitOrganization, &MemoryTenant::new("nrna"))?;
    let seeds = operations.iter().filter_map(|operation| match operation {
        Operation::InsertRows(insert) => Some((insert.table.as_str(), insert.key.join(","))),
        _ => None,
    });
    assert_eq!(
        seeds.collect::<Vec<_>>(),
        [("ngo_expense_categories", "key".to_owned())]
    );
    Ok(())
}
