//! Tests of the module without a host, on both versions of the party's template.

#[path = "../../conventions.rs"]
mod conventions;

use conventions::{assert_can_be_taken_back, assert_conventions, schema_of, tenant};
use plugin_basic::Basic;
use plugin_political_party_nepal_1_0_0 as party_1;
use plugin_political_party_nepal_2_0_0 as party_2;
use strata_sdk::testing::Refused;

use crate::FinanceTracking;

#[test]
fn every_migration_applies_to_both_versions_of_the_template() -> Result<(), Refused> {
    assert_conventions(&FinanceTracking, &[&Basic, &party_1::PoliticalPartyNepal])?;
    assert_conventions(&FinanceTracking, &[&Basic, &party_2::PoliticalPartyNepal])?;
    Ok(())
}

#[test]
fn every_migration_can_be_taken_back() -> Result<(), Refused> {
    assert_can_be_taken_back(&FinanceTracking, &[&Basic, &party_2::PoliticalPartyNepal])
}

#[test]
fn it_points_at_what_is_filed_and_does_not_own_it() -> Result<(), Refused> {
    let schema = assert_conventions(&FinanceTracking, &[&Basic, &party_2::PoliticalPartyNepal])?;
    for (table, column, filed) in [
        ("donations", "donation_record_id", "donation_records"),
        (
            "expenses",
            "election_expenditure_id",
            "election_expenditures",
        ),
        ("budgets", "financial_report_id", "financial_reports"),
    ] {
        let table = schema.table(table).unwrap_or_default();
        let key = table
            .foreign_keys
            .iter()
            .find(|key| key.columns == [column]);
        assert_eq!(key.map(|key| key.references_table.as_str()), Some(filed));
    }
    Ok(())
}

#[test]
fn without_the_party_it_is_refused() -> Result<(), Refused> {
    let mut schema = schema_of(&[&Basic])?;
    let refused = schema.apply_all(&FinanceTracking, &tenant());
    assert!(matches!(refused, Err(Refused::Operation { .. })));
    Ok(())
}

#[test]
fn the_limit_for_cash_is_a_setting() -> Result<(), Refused> {
    let mut schema = schema_of(&[&Basic, &party_2::PoliticalPartyNepal])?;
    schema.apply_all(
        &FinanceTracking,
        &tenant().setting("cash_donation_limit", 5000),
    )?;
    let donations = schema.table("donations").unwrap_or_default();
    let check = donations.check("donations_cash_check");
    assert!(check.is_some_and(|check| check.condition.ends_with("amount <= 5000")));
    Ok(())
}
