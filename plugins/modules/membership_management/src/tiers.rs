//! Tiers of membership.

use strata_sdk::prelude::*;

/// `001_create_member_tiers`.
pub(crate) fn create(schema: &mut Schema, tenant: &Context) -> Result<()> {
    let age: u32 = tenant.required_setting("minimum_age")?;
    schema.create_table("member_tiers", tiers);
    seed(schema, age);
    Ok(())
}

fn tiers(t: &mut TableBuilder) {
    t.id();
    t.string("key", 40).unique().comment("Stable short name.");
    t.string("name", 190).comment("Name in English.");
    t.string("name_np", 190).comment("Name in Nepali.");
    t.smallint("rank")
        .comment("Its place among the tiers, from 1, the lowest.");
    t.decimal("annual_fee", 12, 2)
        .comment("Nepalese rupees for a year.");
    t.boolean("may_vote")
        .default(true)
        .comment("Whether its members elect the committees.");
    t.boolean("may_stand")
        .default(false)
        .comment("Whether its members can be elected.");
    t.smallint("minimum_age")
        .default(18)
        .comment("How old its members must be, in years.");
    t.boolean("is_open")
        .default(true)
        .comment("Whether members can join it.");
    t.timestamps();
    t.check("member_tiers_rank_check", "rank >= 1");
    t.check("member_tiers_annual_fee_check", "annual_fee >= 0");
    t.check(
        "member_tiers_minimum_age_check",
        "minimum_age BETWEEN 0 AND 99",
    );
    t.check("member_tiers_stand_check", "may_vote OR NOT may_stand");
    t.index(["is_open", "rank"]);
    t.comment("Kinds of membership with their fees and rights.");
}

fn seed(schema: &mut Schema, age: u32) {
    let fee = Value::decimal;
    schema.insert_rows(
        "member_tiers",
        ["key"],
        rows![
            { "key": "supporter", "name": "Supporter", "name_np": "समर्थक", "rank": 1, "annual_fee": fee("0.00"), "may_vote": false, "may_stand": false, "minimum_age": 0 },
            { "key": "general", "name": "General member", "name_np": "साधारण सदस्य", "rank": 2, "annual_fee": fee("100.00"), "may_vote": true, "may_stand": false, "minimum_age": age },
            { "key": "active", "name": "Active member", "name_np": "क्रियाशील सदस्य", "rank": 3, "annual_fee": fee("500.00"), "may_vote": true, "may_stand": true, "minimum_age": age },
            { "key": "life", "name": "Life member", "name_np": "आजीवन सदस्य", "rank": 4, "annual_fee": fee("0.00"), "may_vote": true, "may_stand": true, "minimum_age": age },
            { "key": "honorary", "name": "Honorary member", "name_np": "मानार्थ सदस्य", "rank": 5, "annual_fee": fee("0.00"), "may_vote": false, "may_stand": false, "minimum_age": age },
        ],
    );
}
