//! The module `finance_tracking`: the bookkeeping of a party from day to day.
//!
//! What is filed with the Election Commission (`donation_records`, `election_expenditures`,
//! `financial_reports`) belongs to the template `political_party_nepal`; the tables here point at it.
//! Other organisations have finances of their own, `non_profit_organization` in its template.
//!
//! Invariants: amounts are Nepalese rupees with two decimals; dates are Gregorian; a fiscal year is a row
//! of the party's `fiscal_years`, where both calendars meet.

mod accounts;
mod budgets;
mod donations;
mod expenses;
#[cfg(test)]
mod tests;
mod views;

use strata_sdk::prelude::*;

/// Accounts, donations, expenses and budgets.
#[strata_sdk::plugin(manifest = "plugin.toml")]
pub struct FinanceTracking;

impl Plugin for FinanceTracking {
    fn migrations(&self) -> Vec<Migration> {
        vec![
            Migration::new("001_create_accounts", accounts::create),
            Migration::new("002_create_donation_tables", donations::create),
            Migration::new("003_create_expense_tables", expenses::create),
            Migration::new("004_create_budget_tables", budgets::create),
            Migration::new("005_create_views", views::create),
        ]
    }
}

/// Adds `fiscal_year`; the table has an index that begins with it.
fn fiscal_year(t: &mut TableBuilder) {
    t.string("fiscal_year", 9)
        .comment("Bikram Sambat, such as `2080-2081`.");
    t.foreign_key(["fiscal_year"], "fiscal_years", ["code"]);
}
