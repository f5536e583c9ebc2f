//! Voters, and the roll of each election.

use strata_sdk::prelude::*;

/// `003_create_voter_roll`.
pub(crate) fn create(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_table("voters", voters);
    schema.create_table("voter_rolls", rolls);
    Ok(())
}

fn voters(t: &mut TableBuilder) {
    t.id();
    t.string("voter_number", 40)
        .unique()
        .comment("Number on the voter's card.");
    t.reference("user_id", "users")
        .nullable()
        .unique()
        .on_delete(Action::SetNull)
        .comment("The voter's account, if there is one.");
    t.reference("organizational_unit_id", "organizational_units")
        .nullable()
        .without_index()
        .comment("The unit they vote in.");
    t.string("name", 190)
        .index()
        .comment("Full name in English.");
    t.string("name_np", 190)
        .nullable()
        .comment("Full name in Nepali.");
    t.string("email", 190)
        .nullable()
        .ignore_case()
        .comment("Where to write to.");
    t.string("phone", 32)
        .nullable()
        .comment("Number with country code.");
    t.enumeration("status", ["pending", "eligible", "suspended", "removed"])
        .default("pending")
        .comment("Whether they may vote at all.");
    t.date("registered_on")
        .comment("Since when they are registered (Gregorian).");
    t.timestamps();
    t.index(["organizational_unit_id", "status"]);
    t.comment("Everybody who may vote in some election.");
}

fn rolls(t: &mut TableBuilder) {
    t.reference("election_id", "elections")
        .without_index()
        .comment("In which election.");
    t.reference("voter_id", "voters").comment("Who.");
    t.date("added_on")
        .comment("Since when they are on the roll (Gregorian).");
    t.primary_key(["election_id", "voter_id"]);
    t.comment("Who may vote in which election.");
}
