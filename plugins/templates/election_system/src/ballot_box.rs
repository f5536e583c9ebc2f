//! The ballot box: who has voted, and the sealed ballots.
//!
//! Invariants, kept by tests: `votes` has no column that names or hints at a voter, no number that
//! counts up and no time, so that its rows cannot be put in order and laid beside
//! `vote_participations`, which has a day and no time. Both are append-only.
//!
//! What no schema can keep: a database may store rows in the order in which they came. Whoever
//! writes ballots writes them in shuffled batches, in another transaction than the participation.

use strata_sdk::prelude::*;

/// `004_create_ballot_box`.
pub(crate) fn create(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_table("vote_participations", participations);
    schema.create_table("votes", votes);
    schema
        .create_view(
            "election_turnout",
            "SELECT p.election_id AS election_id, COUNT(*) AS voted \
             FROM vote_participations AS p \
             GROUP BY p.election_id",
        )
        .comment("How many voters have voted in each election.");
    Ok(())
}

fn participations(t: &mut TableBuilder) {
    t.bigint("election_id").comment("In which election.");
    t.bigint("voter_id")
        .comment("Who; on the roll of that election.");
    t.date("voted_on")
        .comment("On which day (Gregorian); the time is not kept.");
    t.enumeration("channel", ["online", "polling_station", "post"])
        .comment("How they voted.");
    t.primary_key(["election_id", "voter_id"]);
    t.foreign_key(
        ["election_id", "voter_id"],
        "voter_rolls",
        ["election_id", "voter_id"],
    );
    t.append_only();
    t.comment(
        "That somebody has voted, once in an election. Never how: nothing leads to a ballot.",
    );
}

fn votes(t: &mut TableBuilder) {
    t.uuid("ballot")
        .comment("A random UUID (version 4), made where the ballot is sealed.");
    t.bigint("election_id").comment("In which election.");
    t.string("key_fingerprint", 64)
        .comment("The key that it is sealed with.");
    t.blob("ciphertext")
        .comment("The sealed choices, padded to one length for an election.");
    t.binary("nonce", 24).comment("The nonce of the seal.");
    t.string("receipt_hash", 64).unique().comment(
        "SHA-256 of the receipt, hexadecimal: the voter finds the ballot, nobody the voter.",
    );
    t.primary_key(["ballot"]);
    t.foreign_key(
        ["election_id", "key_fingerprint"],
        "election_keys",
        ["election_id", "fingerprint"],
    );
    t.index(["election_id", "key_fingerprint"]);
    t.check("votes_receipt_hash_check", "LENGTH(receipt_hash) = 64");
    t.append_only();
    t.comment("Sealed ballots, without the voter, a time or an order.");
}
