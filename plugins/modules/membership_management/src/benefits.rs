//! New in version 1.1.0: what a tier offers.

use strata_sdk::prelude::*;

/// `004_create_tier_benefits`.
pub(crate) fn create(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_table("member_tier_benefits", |t| {
        t.id();
        t.reference("tier_id", "member_tiers")
            .without_index()
            .on_delete(Action::Cascade)
            .comment("Of which tier.");
        t.string("key", 60)
            .comment("Stable short name within the tier.");
        t.string("name", 190).comment("Name in English.");
        t.string("name_np", 190)
            .nullable()
            .comment("Name in Nepali.");
        t.text("description").nullable().comment("What it is.");
        t.date("valid_from").comment("First day (Gregorian).");
        t.date("valid_until")
            .nullable()
            .comment("Last day; open if there is none.");
        t.timestamps();
        t.check(
            "member_tier_benefits_period_check",
            "valid_until >= valid_from",
        );
        t.unique(["tier_id", "key"]);
        t.comment("What a tier of membership offers.");
    });
    Ok(())
}
