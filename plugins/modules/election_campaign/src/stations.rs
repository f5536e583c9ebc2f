//! Voting stations, who watches there, and what was counted.

use strata_sdk::prelude::*;

/// `003_create_voting_stations`.
pub(crate) fn create(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_table("voting_stations", stations);
    schema.create_table("polling_agents", agents);
    schema.create_table("station_results", results);
    Ok(())
}

fn stations(t: &mut TableBuilder) {
    t.id();
    t.string("code", 40)
        .unique()
        .comment("Number that the Election Commission gave.");
    t.string("name", 190).comment("Name in English.");
    t.string("name_np", 190)
        .nullable()
        .comment("Name in Nepali.");
    t.reference("district_id", "districts")
        .without_index()
        .comment("In which district.");
    t.string("local_level", 120)
        .comment("In which municipality.");
    t.int("ward_number").comment("In which ward.");
    t.string("address", 255).nullable().comment("Where it is.");
    t.decimal("latitude", 9, 6)
        .nullable()
        .comment("Degrees north.");
    t.decimal("longitude", 9, 6)
        .nullable()
        .comment("Degrees east.");
    t.int("registered_voters")
        .default(0)
        .comment("How many may vote there.");
    t.timestamps();
    t.check("voting_stations_ward_check", "ward_number BETWEEN 1 AND 33");
    t.check("voting_stations_voters_check", "registered_voters >= 0");
    t.check(
        "voting_stations_place_check",
        "latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180",
    );
    t.index(["district_id", "local_level", "ward_number"]);
    t.comment("Where people vote.");
}

fn agents(t: &mut TableBuilder) {
    t.id();
    t.reference("campaign_id", "campaigns")
        .without_index()
        .comment("In which campaign.");
    t.reference("station_id", "voting_stations")
        .comment("Where.");
    t.reference("member_id", "members").comment("Who.");
    t.enumeration("duty", ["polling", "counting"])
        .comment("What they watch.");
    t.string("pass_number", 60)
        .nullable()
        .comment("Number of the authority's pass.");
    t.timestamps();
    t.unique(["campaign_id", "station_id", "member_id", "duty"]);
    t.comment("Members who watch for the party at a station.");
}

fn results(t: &mut TableBuilder) {
    t.id();
    t.reference("station_id", "voting_stations")
        .without_index()
        .comment("Where.");
    t.reference("candidate_id", "candidates")
        .comment("For whom.");
    t.enumeration("source", ["agent", "official"])
        .comment("Who says so.");
    t.int("votes").comment("How many votes.");
    t.timestamptz("reported_at")
        .default_now()
        .comment("When it was reported.");
    t.timestamps();
    t.check("station_results_votes_check", "votes >= 0");
    t.unique(["station_id", "candidate_id", "source"]);
    t.comment("Votes of our candidates at a station, as counted.");
}
