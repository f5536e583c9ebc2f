//! What was counted, and what happened to an election.

use strata_sdk::prelude::*;

/// `005_create_results`.
pub(crate) fn create(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_table("election_results", results);
    schema.create_table("election_log", log);
    Ok(())
}

fn results(t: &mut TableBuilder) {
    t.id();
    t.reference("post_id", "election_posts")
        .without_index()
        .comment("For which post.");
    t.reference("candidate_id", "candidates")
        .nullable()
        .unique()
        .comment("For whom; none for the row of spoilt and empty ballots.");
    t.enumeration("kind", ["candidate", "spoilt", "empty"])
        .default("candidate")
        .comment("What is counted.");
    t.int("ballots").comment("How many ballots.");
    t.smallint("position")
        .nullable()
        .comment("The place reached, from 1.");
    t.boolean("is_elected")
        .default(false)
        .comment("Whether that was enough.");
    t.timestamps();
    t.check("election_results_ballots_check", "ballots >= 0");
    t.check("election_results_position_check", "position >= 1");
    t.check(
        "election_results_kind_check",
        "(kind = 'candidate' AND candidate_id IS NOT NULL) \
         OR (kind <> 'candidate' AND candidate_id IS NULL AND NOT is_elected)",
    );
    t.index(["post_id", "kind"]);
    t.comment("What was counted for each post.");
}

fn log(t: &mut TableBuilder) {
    t.id();
    t.reference("election_id", "elections")
        .without_index()
        .comment("With which election.");
    t.reference("user_id", "users").comment("Who did it.");
    t.enumeration(
        "event",
        [
            "created",
            "nominations",
            "scheduled",
            "opened",
            "closed",
            "unsealed",
            "counted",
            "certified",
            "cancelled",
        ],
    )
    .comment("What was done.");
    t.text("note").nullable().comment("Why, and who was there.");
    t.timestamptz("happened_at").default_now().comment("When.");
    t.append_only();
    t.index(["election_id", "happened_at"]);
    t.comment("What was done with an election, by whom and when; nothing about ballots.");
}
