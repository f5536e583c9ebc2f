//! The template for community groups: groups, their members and money, and their events.

mod events;
mod groups;
#[cfg(test)]
mod tests;

use strata_sdk::prelude::*;

/// Community groups.
#[strata_sdk::plugin(manifest = "plugin.toml")]
pub struct CommunityGroup;

impl Plugin for CommunityGroup {
    fn migrations(&self) -> Vec<Migration> {
        vec![
            Migration::new("001_create_community_structure", groups::create),
            Migration::new("002_create_event_management", events::create),
        ]
    }
}

/// The setting `currency`: an ISO 4217 code.
fn currency(tenant: &Context) -> Result<String> {
    tenant.required_setting("currency")
}
