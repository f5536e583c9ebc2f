//! Donations as they come in.
//!
//! `donation_records` of the party is what is filed; a row here is booked first and points at its record
//! once there is one.

use strata_sdk::prelude::*;

/// `002_create_donation_tables`.
pub(crate) fn create(schema: &mut Schema, tenant: &Context) -> Result<()> {
    let limit: u32 = tenant.required_setting("cash_donation_limit")?;
    schema.create_table("donations", |t| donations(t, limit));
    Ok(())
}

fn donations(t: &mut TableBuilder, cash_limit: u32) {
    t.id();
    t.string("receipt_number", 40)
        .unique()
        .comment("Number of the receipt.");
    t.reference("account_id", "accounts")
        .comment("Where it went.");
    t.reference("donation_record_id", "donation_records")
        .nullable()
        .unique()
        .comment("The record for the Election Commission; none until it is filed.");
    super::fiscal_year(t);
    donor(t);
    t.decimal("amount", 16, 2)
        .comment("Nepalese rupees; the value of a gift in kind.");
    t.enumeration(
        "payment_method",
        [
            "cash",
            "bank_transfer",
            "cheque",
            "digital_wallet",
            "in_kind",
        ],
    )
    .comment("How it came.");
    t.string("payment_reference", 100)
        .nullable()
        .comment("Cheque or transaction number.");
    t.enumeration("status", ["pledged", "received", "bounced", "returned"])
        .default("pledged")
        .comment("Whether it is here.");
    t.date("pledged_on")
        .comment("When it was promised or given (Gregorian).");
    t.date("received_on")
        .nullable()
        .comment("When it arrived (Gregorian).");
    t.reference("recorded_by_id", "users")
        .comment("Who wrote it down.");
    t.timestamps();
    t.check("donations_amount_check", "amount > 0");
    t.check("donations_donor_name_check", "LENGTH(donor_name) > 0");
    t.check(
        "donations_member_check",
        "donor_kind <> 'member' OR member_id IS NOT NULL",
    );
    t.check(
        "donations_cash_check",
        format!("payment_method <> 'cash' OR amount <= {cash_limit}"),
    );
    t.check(
        "donations_received_check",
        "status = 'pledged' OR received_on IS NOT NULL",
    );
    t.check("donations_period_check", "received_on >= pledged_on");
    t.check(
        "donations_record_check",
        "donation_record_id IS NULL OR status IN ('received', 'returned')",
    );
    t.index(["fiscal_year", "status"]);
    t.index(["received_on", "status"]);
    t.comment("Donations, promised and received. Kept 7 years.");
}

/// Who gave.
fn donor(t: &mut TableBuilder) {
    t.enumeration("donor_kind", ["member", "individual", "organization"])
        .comment("Who gave; nobody gives unnamed.");
    t.reference("member_id", "members")
        .nullable()
        .comment("The donor, if a member.");
    t.string("donor_name", 190).comment("Name in English.");
    t.string("donor_name_np", 190)
        .nullable()
        .comment("Name in Nepali.");
    t.string("donor_phone", 32)
        .nullable()
        .comment("Number with country code.");
    t.string("donor_address", 255)
        .nullable()
        .comment("Postal address.");
}
