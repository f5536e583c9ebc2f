//! The template for non-profit organisations (`ngo`): chapters, members, projects, donors, grants, meetings.
//!
//! Finances of an NGO are here, not in the module `finance_tracking`, which accounts to the Election
//! Commission and needs a political party's tables.

mod chapters;
mod donors;
mod expenses;
mod grants;
mod meetings;
mod projects;
#[cfg(test)]
mod tests;
mod views;

use strata_sdk::prelude::*;

/// Non-profit organisations.
#[strata_sdk::plugin(manifest = "plugin.toml")]
pub struct NonProfitOrganization;

impl Plugin for NonProfitOrganization {
    fn migrations(&self) -> Vec<Migration> {
        vec![
            Migration::new("001_create_ngo_structure", chapters::create),
            Migration::new("002_create_projects", projects::create),
            Migration::new("003_create_donor_tables", donors::create),
            Migration::new("004_create_grant_tables", grants::create),
            Migration::new("005_create_expense_tables", expenses::create),
            Migration::new("006_create_chapter_meetings", meetings::create),
            Migration::new("007_create_views", views::create),
        ]
    }
}

/// The setting `currency`: an ISO 4217 code.
fn currency(tenant: &Context) -> Result<String> {
    tenant.required_setting("currency")
}
