//! Elections, the posts that are elected, who runs them, and the keys that seal the ballots.

use strata_sdk::prelude::*;

/// `001_create_elections_table`.
pub(crate) fn create(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_table("elections", elections);
    schema.create_table("election_posts", posts);
    schema.create_table("election_officers", officers);
    schema.create_table("election_keys", keys);
    Ok(())
}

fn elections(t: &mut TableBuilder) {
    t.id();
    t.string("slug", 60)
        .unique()
        .comment("Stable short name, such as `ncc-2026`.");
    t.string("title", 190).comment("Title in English.");
    t.string("title_np", 190)
        .nullable()
        .comment("Title in Nepali.");
    t.enumeration(
        "kind",
        ["general", "committee", "by_election", "referendum"],
    )
    .comment("What is elected.");
    t.reference("chief_id", "users")
        .comment("The chief election officer.");
    t.reference("organizational_unit_id", "organizational_units")
        .nullable()
        .comment("The unit that elects; the whole organisation if there is none.");
    t.enumeration(
        "status",
        [
            "draft",
            "nominating",
            "scheduled",
            "voting",
            "counting",
            "certified",
            "cancelled",
        ],
    )
    .default("draft")
    .comment("Where it stands.");
    t.timestamptz("nominations_open_at")
        .nullable()
        .comment("Since when candidates can be named.");
    t.timestamptz("nominations_close_at")
        .nullable()
        .comment("Until when candidates can be named.");
    t.timestamptz("voting_opens_at")
        .nullable()
        .comment("Since when votes can be cast.");
    t.timestamptz("voting_closes_at")
        .nullable()
        .comment("Until when votes can be cast.");
    t.timestamps();
    t.check(
        "elections_nominations_check",
        "nominations_close_at > nominations_open_at",
    );
    t.check(
        "elections_voting_check",
        "voting_closes_at > voting_opens_at",
    );
    t.check(
        "elections_order_check",
        "voting_opens_at >= nominations_close_at",
    );
    t.check(
        "elections_times_check",
        "status IN ('draft', 'nominating', 'cancelled') \
         OR (voting_opens_at IS NOT NULL AND voting_closes_at IS NOT NULL)",
    );
    t.index(["status", "voting_opens_at"]);
    t.comment("Elections and when they happen.");
}

fn posts(t: &mut TableBuilder) {
    t.id();
    t.reference("election_id", "elections")
        .without_index()
        .comment("In which election.");
    t.string("key", 60)
        .comment("Stable short name, such as `president`.");
    t.string("title", 190).comment("Title in English.");
    t.string("title_np", 190)
        .nullable()
        .comment("Title in Nepali.");
    t.smallint("seats")
        .default(1)
        .comment("How many are elected.");
    t.smallint("choices_max")
        .default(1)
        .comment("How many candidates one voter may choose.");
    t.smallint("sequence")
        .default(1)
        .comment("Its place on the ballot.");
    t.timestamps();
    t.check("election_posts_seats_check", "seats >= 1");
    t.check("election_posts_choices_check", "choices_max >= 1");
    t.unique(["election_id", "key"]);
    t.comment("What can be voted on in an election.");
}

fn officers(t: &mut TableBuilder) {
    t.id();
    t.reference("election_id", "elections")
        .without_index()
        .comment("In which election.");
    t.reference("user_id", "users").comment("Who.");
    t.enumeration(
        "duty",
        [
            "commissioner",
            "returning_officer",
            "polling_officer",
            "scrutineer",
            "observer",
        ],
    )
    .comment("What they do.");
    t.date("appointed_on").comment("Since when (Gregorian).");
    t.timestamps();
    t.unique(["election_id", "user_id", "duty"]);
    t.comment("The committee that runs an election.");
}

fn keys(t: &mut TableBuilder) {
    t.id();
    t.reference("election_id", "elections")
        .without_index()
        .comment("For which election.");
    t.string("fingerprint", 64)
        .comment("SHA-256 of the public key, hexadecimal.");
    t.string("algorithm", 60)
        .comment("How ballots are sealed, such as `x25519-xchacha20poly1305`.");
    t.text("public_key")
        .comment("The public half; the private halves are with the trustees.");
    t.smallint("trustees")
        .default(1)
        .comment("How many hold a part of the private key.");
    t.smallint("trustees_needed")
        .default(1)
        .comment("How many of them open the box.");
    t.date("retired_on")
        .nullable()
        .comment("When ballots were last sealed with it (Gregorian).");
    t.timestamps();
    t.check(
        "election_keys_fingerprint_check",
        "LENGTH(fingerprint) = 64",
    );
    t.check(
        "election_keys_trustees_check",
        "trustees_needed BETWEEN 1 AND trustees",
    );
    // Ballots refer to a key together with its election, so that none is sealed for another.
    t.unique(["election_id", "fingerprint"]);
    t.comment("Keys that ballots are sealed with. No private key is ever kept here.");
}
