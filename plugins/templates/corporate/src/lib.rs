//! The template for companies: departments, employees, projects, leave.

mod departments;
mod employees;
mod leave;
mod projects;
#[cfg(test)]
mod tests;

use strata_sdk::prelude::*;

/// Companies.
#[strata_sdk::plugin(manifest = "plugin.toml")]
pub struct Corporate;

impl Plugin for Corporate {
    fn migrations(&self) -> Vec<Migration> {
        vec![
            Migration::new("001_create_departments", departments::create),
            Migration::new("002_create_employee_records", employees::create),
            Migration::new("003_create_project_management", projects::create),
            Migration::new("004_create_leave", leave::create),
        ]
    }
}

/// The setting `currency`: an ISO 4217 code.
fn currency(tenant: &Context) -> Result<String> {
    tenant.required_setting("currency")
}
