//! Tests of the template without a host.

#[path = "../../../modules/conventions.rs"]
mod conventions;

use conventions::{assert_can_be_taken_back, assert_conventions};
use plugin_basic::Basic;
use strata_sdk::column::ColumnType;
use strata_sdk::testing::Refused;

use crate::ElectionSystem;

#[test]
fn every_migration_applies_and_keeps_the_conventions() -> Result<(), Refused> {
    let schema = assert_conventions(&ElectionSystem, &[&Basic])?;
    for table in [
        "elections",
        "candidates",
        "voters",
        "vote_participations",
        "votes",
    ] {
        assert!(schema.table(table).is_some(), "`{table}` is missing");
    }
    Ok(())
}

#[test]
fn every_migration_can_be_taken_back() -> Result<(), Refused> {
    assert_can_be_taken_back(&ElectionSystem, &[&Basic])
}

#[test]
fn an_election_has_a_chief_who_is_a_user() -> Result<(), Refused> {
    let elections = assert_conventions(&ElectionSystem, &[&Basic])?.table("elections");
    let elections = elections.unwrap_or_default();
    let key = elections.foreign_key("elections_chief_id_fk");
    assert_eq!(key.map(|key| key.references_table.as_str()), Some("users"));
    Ok(())
}

#[test]
fn votes_hold_ciphertext_and_no_voter() -> Result<(), Refused> {
    let schema = assert_conventions(&ElectionSystem, &[&Basic])?;
    let votes = schema.table("votes").unwrap_or_default();
    let columns: Vec<&str> = votes
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    let known = [
        "ballot",
        "election_id",
        "key_fingerprint",
        "ciphertext",
        "nonce",
        "receipt_hash",
    ];
    assert_eq!(columns, known);
    let targets: Vec<&str> = votes
        .foreign_keys
        .iter()
        .map(|key| key.references_table.as_str())
        .collect();
    assert_eq!(targets, ["election_keys"]);
    Ok(())
}

#[test]
fn no_column_puts_votes_in_order() -> Result<(), Refused> {
    let schema = assert_conventions(&ElectionSystem, &[&Basic])?;
    let votes = schema.table("votes").unwrap_or_default();
    for column in &votes.columns {
        let is_ordered = matches!(
            column.column_type,
            ColumnType::Id
                | ColumnType::Date
                | ColumnType::Time
                | ColumnType::Timestamp
                | ColumnType::TimestampTz
        );
        assert!(
            !is_ordered,
            "`votes.{}` tells when a vote was cast",
            column.name
        );
    }
    Ok(())
}

#[test]
fn who_voted_leads_to_no_ballot_and_to_no_time() -> Result<(), Refused> {
    let schema = assert_conventions(&ElectionSystem, &[&Basic])?;
    let table = schema.table("vote_participations").unwrap_or_default();
    let columns: Vec<&str> = table
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    assert_eq!(columns, ["election_id", "voter_id", "voted_on", "channel"]);
    let voted_on = table
        .column("voted_on")
        .map(|column| column.column_type.clone());
    assert_eq!(voted_on, Some(ColumnType::Date));
    assert_eq!(table.primary_key, ["election_id", "voter_id"]);
    Ok(())
}

#[test]
fn the_ballot_box_is_append_only() -> Result<(), Refused> {
    let schema = assert_conventions(&ElectionSystem, &[&Basic])?;
    for name in ["votes", "vote_participations", "election_log"] {
        assert!(
            schema.table(name).is_some_and(|table| table.append_only),
            "`{name}` can change"
        );
    }
    Ok(())
}
