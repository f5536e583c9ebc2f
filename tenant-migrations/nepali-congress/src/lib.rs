//! The customization of the tenant `nepali-congress`.
//!
//! It adds to the template `political_party_nepal` what only this party has. Party cells are not here: they
//! belong to `cpn_uml` (CON-09).
//!
//! Invariant: on tables of others it adds one nullable column and an index over it, nothing else.

mod constitution;
mod tiers;

use strata_sdk::prelude::*;

/// Tiers of membership and the party constitution.
#[strata_sdk::plugin(manifest = "plugin.toml")]
pub struct NepaliCongress;

impl Plugin for NepaliCongress {
    fn migrations(&self) -> Vec<Migration> {
        vec![
            Migration::new(
                "001_custom_membership_tiers",
                tiers::custom_membership_tiers,
            ),
            Migration::new("002_party_constitution", constitution::party_constitution),
            Migration::new(
                "003_active_membership_number",
                tiers::active_membership_number,
            ),
        ]
    }
}
