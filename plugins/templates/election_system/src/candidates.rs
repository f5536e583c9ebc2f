//! Candidates, and what is said against a nomination.

use strata_sdk::prelude::*;

/// `002_create_candidates_table`.
pub(crate) fn create(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_table("candidates", candidates);
    schema.create_table("candidate_objections", objections);
    schema
        .create_view(
            "ballot_papers",
            "SELECT p.election_id AS election_id, p.id AS post_id, p.title AS post, \
             p.sequence AS sequence, c.ballot_number AS ballot_number, c.name AS name, \
             c.name_np AS name_np, c.symbol AS symbol \
             FROM election_posts AS p \
             JOIN candidates AS c ON c.post_id = p.id \
             WHERE c.status = 'accepted'",
        )
        .comment("What is on the ballot: accepted candidates by post.");
    Ok(())
}

fn candidates(t: &mut TableBuilder) {
    t.id();
    t.reference("post_id", "election_posts")
        .without_index()
        .comment("For which post.");
    t.reference("user_id", "users")
        .nullable()
        .on_delete(Action::SetNull)
        .comment("The candidate's account, if there is one.");
    t.string("name", 190)
        .comment("Name on the ballot in English.");
    t.string("name_np", 190)
        .nullable()
        .comment("Name on the ballot in Nepali.");
    t.smallint("ballot_number")
        .nullable()
        .comment("Their place on the ballot, once accepted.");
    t.string("symbol", 120)
        .nullable()
        .comment("The election symbol.");
    t.string("panel", 120)
        .nullable()
        .comment("The list they stand on.");
    t.text("manifesto").nullable().comment("What they promise.");
    t.string("photo_reference", 255)
        .nullable()
        .comment("Where the photo is kept.");
    t.enumeration("status", ["nominated", "accepted", "rejected", "withdrawn"])
        .default("nominated")
        .comment("Where the candidacy stands.");
    t.date("nominated_on")
        .comment("When they were named (Gregorian).");
    t.timestamps();
    t.check("candidates_ballot_number_check", "ballot_number >= 1");
    t.check(
        "candidates_accepted_check",
        "status <> 'accepted' OR ballot_number IS NOT NULL",
    );
    t.unique(["post_id", "ballot_number"]);
    t.index(["post_id", "status"]);
    t.comment("Who can be elected.");
}

fn objections(t: &mut TableBuilder) {
    t.id();
    t.reference("candidate_id", "candidates")
        .without_index()
        .comment("Against whom.");
    t.reference("raised_by_id", "users").comment("By whom.");
    t.text("reason")
        .comment("What is said against the nomination.");
    t.enumeration("outcome", ["open", "upheld", "dismissed"])
        .default("open")
        .comment("What the commission decided.");
    t.timestamptz("decided_at")
        .nullable()
        .comment("When it decided.");
    t.timestamps();
    t.check(
        "candidate_objections_outcome_check",
        "outcome = 'open' OR decided_at IS NOT NULL",
    );
    t.index(["candidate_id", "outcome"]);
    t.comment("Objections to nominations.");
}
