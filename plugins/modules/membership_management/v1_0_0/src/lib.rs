//! The module `membership_management`, version 1.0.0, as a component.
//!
//! Nothing is defined here: the migrations of all versions are in the shared library one folder up,
//! what the host reads without running anything is in `plugin.toml`.

use strata_sdk::prelude::*;

/// Tiers and subscriptions.
#[strata_sdk::plugin(manifest = "plugin.toml")]
pub struct MembershipManagement;

impl Plugin for MembershipManagement {
    fn migrations(&self) -> Vec<Migration> {
        membership_management::v1_0_0()
    }
}

#[cfg(test)]
mod tests {
    use super::MembershipManagement;

    #[test]
    fn the_manifest_lists_the_migrations_of_the_code() {
        strata_sdk::testing::assert_manifest_matches(&MembershipManagement);
    }
}
