//! Whom the party puts up.

use strata_sdk::prelude::*;

/// `002_create_candidate_tables`.
pub(crate) fn create(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_table("candidates", candidates);
    schema
        .create_view(
            "campaign_candidates",
            "SELECT g.id AS campaign_id, g.code AS campaign, c.seat AS seat, c.status AS status, \
             COUNT(c.id) AS candidates \
             FROM campaigns AS g \
             JOIN candidates AS c ON c.campaign_id = g.id \
             GROUP BY g.id, g.code, c.seat, c.status",
        )
        .comment("How many candidates each campaign has, by seat and status.");
    Ok(())
}

fn candidates(t: &mut TableBuilder) {
    t.id();
    t.reference("campaign_id", "campaigns")
        .without_index()
        .comment("In which campaign.");
    t.reference("member_id", "members").comment("Who.");
    t.string("name", 190)
        .comment("Name on the ballot in English.");
    t.string("name_np", 190)
        .nullable()
        .comment("Name on the ballot in Nepali.");
    seat(t);
    t.string("symbol", 120)
        .nullable()
        .comment("The symbol on the ballot, if not the party's.");
    t.string("photo_reference", 255)
        .nullable()
        .comment("Where the photo is kept.");
    t.string("nomination_number", 60)
        .nullable()
        .unique()
        .comment("Number that the Election Commission gave.");
    t.date("nominated_on")
        .nullable()
        .comment("When the nomination was filed (Gregorian).");
    t.enumeration(
        "status",
        [
            "proposed",
            "nominated",
            "accepted",
            "rejected",
            "withdrawn",
            "elected",
            "defeated",
        ],
    )
    .default("proposed")
    .comment("Where the candidacy stands.");
    t.timestamps();
    t.check("candidates_ward_check", "ward_number BETWEEN 1 AND 33");
    t.check(
        "candidates_seat_check",
        "(seat = 'proportional' AND list_position IS NOT NULL) \
         OR (seat <> 'proportional' AND district_id IS NOT NULL)",
    );
    t.check("candidates_list_position_check", "list_position >= 1");
    t.check(
        "candidates_nominated_check",
        "status = 'proposed' OR nominated_on IS NOT NULL",
    );
    t.unique(["campaign_id", "member_id", "seat"]);
    t.index(["campaign_id", "status"]);
    t.comment("Members whom the party puts up in a public election.");
}

/// What they stand for, and where.
fn seat(t: &mut TableBuilder) {
    t.enumeration(
        "seat",
        [
            "direct",
            "proportional",
            "mayor",
            "deputy_mayor",
            "ward_chair",
            "ward_member",
        ],
    )
    .comment("What they stand for.");
    t.reference("district_id", "districts")
        .nullable()
        .comment("The district of the seat; none on a proportional list.");
    t.string("constituency", 120)
        .nullable()
        .comment("The constituency or municipality.");
    t.int("ward_number")
        .nullable()
        .comment("The ward of the seat.");
    t.int("list_position")
        .nullable()
        .comment("The place on a proportional list.");
}
