//! Tests of the module without a host, on both versions of the party's template.

#[path = "../../conventions.rs"]
mod conventions;

use conventions::{assert_can_be_taken_back, assert_conventions};
use plugin_basic::Basic;
use plugin_political_party_nepal_1_0_0 as party_1;
use plugin_political_party_nepal_2_0_0 as party_2;
use strata_sdk::Described;
use strata_sdk::testing::Refused;

use crate::ElectionCampaign;

#[test]
fn every_migration_applies_to_both_versions_of_the_template() -> Result<(), Refused> {
    assert_conventions(&ElectionCampaign, &[&Basic, &party_1::PoliticalPartyNepal])?;
    let schema = assert_conventions(&ElectionCampaign, &[&Basic, &party_2::PoliticalPartyNepal])?;
    for table in [
        "campaigns",
        "candidates",
        "voting_stations",
        "campaign_events",
    ] {
        assert!(schema.table(table).is_some(), "`{table}` is missing");
    }
    Ok(())
}

#[test]
fn every_migration_can_be_taken_back() -> Result<(), Refused> {
    assert_can_be_taken_back(&ElectionCampaign, &[&Basic, &party_2::PoliticalPartyNepal])
}

#[test]
fn candidates_are_members_of_the_party() -> Result<(), Refused> {
    let schema = assert_conventions(&ElectionCampaign, &[&Basic, &party_2::PoliticalPartyNepal])?;
    let candidates = schema.table("candidates").unwrap_or_default();
    let key = candidates.foreign_key("candidates_member_id_fk");
    assert_eq!(
        key.map(|key| key.references_table.as_str()),
        Some("members")
    );
    Ok(())
}

#[test]
fn it_says_why_it_cannot_stand_beside_election_system() {
    let manifest: serde_json::Value =
        serde_json::from_str(ElectionCampaign.manifest_json()).unwrap_or_default();
    assert_eq!(manifest["conflicts"][0]["id"], "election_system");
    assert!(
        manifest["conflicts"][0]["reason"]
            .as_str()
            .is_some_and(|reason| reason.contains("candidates"))
    );
}
