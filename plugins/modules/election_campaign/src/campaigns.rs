//! Campaigns, their events and who helps.

use strata_sdk::prelude::*;

/// `001_create_campaign_tables`.
pub(crate) fn create(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_table("campaigns", campaigns);
    schema.create_table("campaign_events", events);
    schema.create_table("campaign_volunteers", volunteers);
    Ok(())
}

fn campaigns(t: &mut TableBuilder) {
    t.id();
    t.string("code", 40).unique().comment("Stable short name.");
    t.string("election_code", 32)
        .comment("The election, as in `election_expenditures`, such as `house-2084`.");
    t.string("name", 190).comment("Name in English.");
    t.string("name_np", 190)
        .nullable()
        .comment("Name in Nepali.");
    t.enumeration(
        "kind",
        [
            "house",
            "national_assembly",
            "provincial",
            "local",
            "by_election",
            "referendum",
        ],
    )
    .comment("What is elected.");
    t.date("election_date").comment("Polling day (Gregorian).");
    t.date("starts_on")
        .comment("First day of the campaign (Gregorian).");
    t.date("ends_on")
        .comment("Last day, before the silence (Gregorian).");
    t.reference("committee_id", "political_committees")
        .nullable()
        .comment("The committee that runs it; the centre if there is none.");
    t.reference("manager_id", "users")
        .nullable()
        .on_delete(Action::SetNull)
        .comment("Who answers for it.");
    t.decimal("spending_limit", 16, 2)
        .nullable()
        .comment("Nepalese rupees that the Election Commission allows.");
    t.enumeration("status", ["planned", "active", "suspended", "finished"])
        .default("planned")
        .comment("Where it stands.");
    t.timestamps();
    t.check("campaigns_election_code_check", "LENGTH(election_code) > 0");
    t.check(
        "campaigns_period_check",
        "ends_on >= starts_on AND election_date >= ends_on",
    );
    t.check("campaigns_spending_limit_check", "spending_limit > 0");
    t.index(["election_code", "kind"]);
    t.index(["status", "election_date"]);
    t.comment("Campaigns in public elections.");
}

fn events(t: &mut TableBuilder) {
    t.id();
    t.reference("campaign_id", "campaigns")
        .without_index()
        .comment("Of which campaign.");
    t.string("title", 190).comment("Title in English.");
    t.string("title_np", 190)
        .nullable()
        .comment("Title in Nepali.");
    t.enumeration(
        "kind",
        [
            "rally",
            "door_to_door",
            "press",
            "debate",
            "meeting",
            "training",
        ],
    )
    .comment("What it is.");
    t.reference("district_id", "districts")
        .comment("In which district.");
    t.string("local_level", 120)
        .nullable()
        .comment("In which municipality.");
    t.int("ward_number").nullable().comment("In which ward.");
    t.string("venue", 255).nullable().comment("Where.");
    t.timestamptz("starts_at").comment("When it begins.");
    t.timestamptz("ends_at").nullable().comment("When it ends.");
    t.string("permit_number", 60)
        .nullable()
        .comment("Number of the authority's permit.");
    t.int("people_expected")
        .nullable()
        .comment("How many are expected.");
    t.int("people_present").nullable().comment("How many came.");
    t.enumeration("status", ["planned", "held", "cancelled"])
        .default("planned")
        .comment("Where it stands.");
    t.timestamps();
    t.check("campaign_events_ward_check", "ward_number BETWEEN 1 AND 33");
    t.check("campaign_events_period_check", "ends_at > starts_at");
    t.check(
        "campaign_events_people_check",
        "people_expected >= 0 AND people_present >= 0",
    );
    t.index(["campaign_id", "starts_at"]);
    t.comment("What a campaign does in public.");
}

fn volunteers(t: &mut TableBuilder) {
    t.id();
    t.reference("campaign_id", "campaigns")
        .without_index()
        .comment("In which campaign.");
    t.reference("member_id", "members").comment("Who.");
    t.string("task", 120).comment("What they do.");
    t.date("starts_on").comment("First day (Gregorian).");
    t.date("ends_on")
        .nullable()
        .comment("Last day (Gregorian).");
    t.timestamps();
    t.check("campaign_volunteers_period_check", "ends_on >= starts_on");
    t.unique(["campaign_id", "member_id", "task"]);
    t.comment("Members who help in a campaign.");
}
