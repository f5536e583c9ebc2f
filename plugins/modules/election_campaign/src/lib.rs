//! The module `election_campaign`: a party's campaigns in public elections.
//!
//! What a campaign costs is not here: `election_expenditures` of the party's template has it, under the
//! same election code. Elections that an organisation holds itself are the template `election_system`.

mod campaigns;
mod candidates;
mod stations;
#[cfg(test)]
mod tests;

use strata_sdk::prelude::*;

/// Campaigns in public elections.
#[strata_sdk::plugin(manifest = "plugin.toml")]
pub struct ElectionCampaign;

impl Plugin for ElectionCampaign {
    fn migrations(&self) -> Vec<Migration> {
        vec![
            Migration::new("001_create_campaign_tables", campaigns::create),
            Migration::new("002_create_candidate_tables", candidates::create),
            Migration::new("003_create_voting_stations", stations::create),
        ]
    }
}
