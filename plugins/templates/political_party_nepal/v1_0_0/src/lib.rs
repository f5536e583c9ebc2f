//! The template `political_party_nepal`, version 1.0.0, as a component.
//!
//! Nothing is defined here: the migrations of all versions are in the shared library one folder up,
//! what the host reads without running anything is in `plugin.toml`.

use strata_sdk::prelude::*;

/// A political party in Nepal under the Election Commission.
#[strata_sdk::plugin(manifest = "plugin.toml")]
pub struct PoliticalPartyNepal;

impl Plugin for PoliticalPartyNepal {
    fn migrations(&self) -> Vec<Migration> {
        political_party_nepal::v1_0_0()
    }
}
