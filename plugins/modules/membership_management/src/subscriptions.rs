//! Subscriptions of members, and what they paid.

use strata_sdk::prelude::*;

/// `002_create_subscriptions`.
pub(crate) fn create(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_table("subscriptions", subscriptions);
    schema.create_table("subscription_payments", payments);
    schema
        .create_view(
            "tier_strength",
            "SELECT r.id AS tier_id, r.key AS tier, COUNT(s.id) AS active_subscriptions \
             FROM member_tiers AS r \
             LEFT JOIN subscriptions AS s ON s.tier_id = r.id AND s.status = 'active' \
             GROUP BY r.id, r.key",
        )
        .comment("How many active subscriptions each tier has.");
    Ok(())
}

fn subscriptions(t: &mut TableBuilder) {
    t.id();
    t.string("subscription_number", 40)
        .unique()
        .comment("Number on invoices.");
    t.reference("member_id", "members")
        .without_index()
        .comment("Whose.");
    t.reference("tier_id", "member_tiers")
        .without_index()
        .comment("Of which tier.");
    t.reference("renews_id", "subscriptions")
        .nullable()
        .unique()
        .comment("The subscription that this one follows; each is renewed once.");
    t.date("starts_on").comment("First day (Gregorian).");
    t.date("ends_on")
        .nullable()
        .comment("Last day; for life if there is none.");
    t.decimal("fee", 12, 2)
        .comment("Nepalese rupees for a year, as agreed.");
    t.enumeration(
        "status",
        ["pending", "active", "suspended", "expired", "cancelled"],
    )
    .default("pending")
    .comment("Where it stands.");
    t.timestamps();
    t.check(
        "subscriptions_period_check",
        "ends_on IS NULL OR ends_on >= starts_on",
    );
    t.check("subscriptions_fee_check", "fee >= 0");
    t.check(
        "subscriptions_expired_check",
        "status <> 'expired' OR ends_on IS NOT NULL",
    );
    t.unique(["member_id", "tier_id", "starts_on"]);
    t.index(["tier_id", "status"]);
    t.index(["status", "ends_on"]);
    t.comment("Which member has which tier, and when.");
}

fn payments(t: &mut TableBuilder) {
    t.id();
    t.string("receipt_number", 40)
        .unique()
        .comment("Number of the receipt.");
    t.reference("subscription_id", "subscriptions")
        .without_index()
        .comment("For what.");
    t.decimal("amount", 12, 2).comment("Nepalese rupees.");
    t.date("paid_on").index().comment("When (Gregorian).");
    t.enumeration(
        "payment_method",
        ["cash", "bank_transfer", "cheque", "digital_wallet"],
    )
    .comment("How.");
    t.string("payment_reference", 100)
        .nullable()
        .comment("Cheque or transaction number.");
    t.reference("received_by_id", "users")
        .nullable()
        .on_delete(Action::SetNull)
        .comment("Who took it.");
    t.timestamps();
    t.check("subscription_payments_amount_check", "amount > 0");
    t.index(["subscription_id", "paid_on"]);
    t.comment("Membership fees that were paid.");
}
