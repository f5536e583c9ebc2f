//! The template for elections that an organisation holds itself.
//!
//! The secret of the ballot rests on the shape of two tables, see `ballot_box.rs`: who has voted is one,
//! what was voted another, and nothing leads from one to the other.

mod ballot_box;
mod candidates;
mod elections;
mod results;
#[cfg(test)]
mod tests;
mod voters;

use strata_sdk::prelude::*;

/// Elections with a secret ballot.
#[strata_sdk::plugin(manifest = "plugin.toml")]
pub struct ElectionSystem;

impl Plugin for ElectionSystem {
    fn migrations(&self) -> Vec<Migration> {
        vec![
            Migration::new("001_create_elections_table", elections::create),
            Migration::new("002_create_candidates_table", candidates::create),
            Migration::new("003_create_voter_roll", voters::create),
            Migration::new("004_create_ballot_box", ballot_box::create),
            Migration::new("005_create_results", results::create),
        ]
    }
}
