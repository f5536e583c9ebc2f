//! Tiers of membership: what members may do and what they pay.
//!
//! Invariant: a member has at most one open tier; the application closes one before it opens the next.

use strata_sdk::{Row, Value, prelude::*};

/// Key, English name, Nepali name, rank, yearly fee in rupees, years of membership before it, may vote, may stand.
type Tier = (
    &'static str,
    &'static str,
    &'static str,
    i64,
    &'static str,
    i64,
    bool,
    bool,
);

#[rustfmt::skip]
const TIERS: [Tier; 4] = [
    ("general", "General member", "साधारण सदस्य", 1, "10.00", 0, false, false),
    ("active", "Active member", "क्रियाशील सदस्य", 2, "100.00", 1, true, true),
    ("lifetime", "Lifetime member", "आजीवन सदस्य", 3, "0.00", 10, true, true),
    ("honorary", "Honorary member", "मानार्थ सदस्य", 4, "0.00", 0, false, false),
];

/// The tiers, and which member is in which.
pub(crate) fn custom_membership_tiers(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    tables(schema);
    schema.insert_rows(
        "custom_membership_tiers",
        ["key"],
        TIERS.map(|tier| {
            Row::new()
                .with("key", tier.0)
                .with("name", tier.1)
                .with("name_np", tier.2)
                .with("tier_rank", tier.3)
                .with("yearly_fee", Value::decimal(tier.4))
                .with("years_required", tier.5)
                .with("may_vote", tier.6)
                .with("may_stand_for_office", tier.7)
        }),
    );
    Ok(())
}

fn tables(schema: &mut Schema) {
    schema.create_table("custom_membership_tiers", |t| {
        t.id();
        t.string("key", 64)
            .unique()
            .comment("Stable name, such as `active`.");
        t.string("name", 120);
        t.string("name_np", 120)
            .comment("Nepali name in Devanagari.");
        t.int("tier_rank")
            .unique()
            .comment("Position for display, lowest first.");
        t.decimal("yearly_fee", 12, 2)
            .comment("In Nepalese rupees.");
        t.int("years_required")
            .default(0)
            .comment("Years of membership before it can be granted.");
        t.boolean("may_vote")
            .default(false)
            .comment("In elections within the party.");
        t.boolean("may_stand_for_office")
            .default(false)
            .comment("In elections within the party.");
        t.boolean("is_open")
            .default(true)
            .comment("Whether it is still granted.");
        t.timestamps();
        t.check(
            "custom_membership_tiers_yearly_fee_check",
            "yearly_fee >= 0",
        );
        t.check(
            "custom_membership_tiers_years_required_check",
            "years_required >= 0",
        );
        t.comment("Tiers of membership under the party constitution.");
    });
    schema.create_table("custom_membership_tier_members", |t| {
        t.id();
        t.reference("member_id", "members").without_index();
        t.reference("tier_id", "custom_membership_tiers");
        t.string("active_membership_number", 64)
            .nullable()
            .unique()
            .comment("Given to active members; the column on `members` repeats it for searching.");
        t.date("held_since");
        t.date("held_until")
            .nullable()
            .comment("None while the member is in the tier.");
        t.reference("granted_by", "users").nullable();
        t.timestamps();
        t.unique(["member_id", "held_since"]);
        t.check(
            "custom_membership_tier_members_dates_check",
            "held_until IS NULL OR held_until >= held_since",
        );
        t.comment("Which member was in which tier, and when.");
    });
}

/// The number of an active member, beside the member.
///
/// That no two members have the same number is kept by `custom_membership_tier_members`: a table of another
/// plugin takes no more from us than a column and an index.
pub(crate) fn active_membership_number(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.add_column("members", |t| {
        t.string("nepali_congress__active_membership_number", 64)
            .nullable()
            .index()
            .comment("The number of an active member (kriyashil sadasya). Personal data.");
    });
    Ok(())
}
