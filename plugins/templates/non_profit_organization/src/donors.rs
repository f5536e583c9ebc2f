//! Donors and what they gave.

use strata_sdk::prelude::*;

/// `003_create_donor_tables`.
pub(crate) fn create(schema: &mut Schema, tenant: &Context) -> Result<()> {
    let currency = crate::currency(tenant)?;
    schema.create_table("donors", donors);
    schema.create_table("ngo_donations", |t| donations(t, &currency));
    Ok(())
}

fn donors(t: &mut TableBuilder) {
    t.id();
    t.string("donor_number", 40)
        .unique()
        .comment("Number on receipts.");
    t.enumeration(
        "kind",
        [
            "individual",
            "company",
            "foundation",
            "government",
            "intergovernmental",
        ],
    )
    .comment("Who gives.");
    t.string("name", 190).comment("Name in English.");
    t.string("name_np", 190)
        .nullable()
        .comment("Name in Nepali.");
    t.string("email", 190)
        .nullable()
        .ignore_case()
        .index()
        .comment("Where receipts go.");
    t.string("phone", 32)
        .nullable()
        .comment("Number with country code.");
    t.string("address", 255)
        .nullable()
        .comment("Postal address.");
    t.string("country_code", 2)
        .comment("ISO 3166-1 code of the country the money comes from.");
    t.string("tax_number", 40)
        .nullable()
        .comment("Their tax number, for receipts.");
    t.reference("ngo_member_id", "ngo_members")
        .nullable()
        .on_delete(Action::SetNull)
        .comment("The member who the donor is, if one.");
    t.boolean("is_named_in_public")
        .default(false)
        .comment("Whether they agreed to be named in reports.");
    t.timestamps();
    t.check("donors_country_code_check", "LENGTH(country_code) = 2");
    t.index(["kind", "name"]);
    t.comment("People and bodies that give money or goods.");
}

fn donations(t: &mut TableBuilder, currency: &str) {
    t.id();
    t.string("receipt_number", 40)
        .unique()
        .comment("Number of the receipt.");
    t.reference("donor_id", "donors")
        .without_index()
        .comment("Who gave.");
    t.reference("project_id", "ngo_projects")
        .nullable()
        .comment("What it is for; free to use if there is none.");
    t.reference("chapter_id", "chapters")
        .nullable()
        .comment("The chapter that took it.");
    t.decimal("amount", 14, 2)
        .comment("How much, or what the goods are worth.");
    t.string("currency", 3)
        .default(currency)
        .comment("ISO 4217 code of the amount.");
    t.enumeration(
        "method",
        [
            "bank_transfer",
            "card",
            "cash",
            "cheque",
            "digital_wallet",
            "in_kind",
        ],
    )
    .comment("How it came.");
    t.enumeration("status", ["pledged", "received", "returned"])
        .default("pledged")
        .comment("Whether it is here.");
    t.date("pledged_on")
        .comment("When it was promised or given (Gregorian).");
    t.date("received_on")
        .nullable()
        .comment("When it arrived (Gregorian).");
    t.string("dedication", 255)
        .nullable()
        .comment("In whose name or honour.");
    t.reference("recorded_by_id", "users")
        .comment("Who wrote it down.");
    t.timestamps();
    t.check("ngo_donations_amount_check", "amount > 0");
    t.check("ngo_donations_currency_check", "LENGTH(currency) = 3");
    t.check(
        "ngo_donations_received_check",
        "status = 'pledged' OR received_on IS NOT NULL",
    );
    t.check(
        "ngo_donations_period_check",
        "received_on IS NULL OR received_on >= pledged_on",
    );
    t.index(["donor_id", "received_on"]);
    t.index(["received_on", "status"]);
    t.comment("Donations, promised and received.");
}
