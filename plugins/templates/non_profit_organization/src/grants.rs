//! Grants: what was awarded, in which parts it comes, and what is owed in return.

use strata_sdk::prelude::*;

/// `004_create_grant_tables`.
pub(crate) fn create(schema: &mut Schema, tenant: &Context) -> Result<()> {
    let currency = crate::currency(tenant)?;
    schema.create_table("grants", |t| grants(t, &currency));
    schema.create_table("grant_disbursements", disbursements);
    schema.create_table("grant_reports", reports);
    Ok(())
}

fn grants(t: &mut TableBuilder, currency: &str) {
    t.id();
    t.string("grant_number", 60)
        .unique()
        .comment("Number of the agreement.");
    t.reference("donor_id", "donors")
        .without_index()
        .comment("Who gives it.");
    t.reference("project_id", "ngo_projects")
        .nullable()
        .comment("The project that it pays for.");
    t.string("title", 190).comment("Title in English.");
    t.string("title_np", 190)
        .nullable()
        .comment("Title in Nepali.");
    t.decimal("amount", 16, 2).comment("All parts together.");
    t.string("currency", 3)
        .default(currency)
        .comment("ISO 4217 code of the amount.");
    t.enumeration(
        "status",
        ["applied", "awarded", "active", "closed", "rejected"],
    )
    .default("applied")
    .comment("Where it stands.");
    t.date("applied_on")
        .comment("When it was asked for (Gregorian).");
    t.date("starts_on")
        .nullable()
        .comment("First day that costs are covered (Gregorian).");
    t.date("ends_on")
        .nullable()
        .comment("Last day that costs are covered (Gregorian).");
    t.text("conditions")
        .nullable()
        .comment("What the donor demands.");
    t.timestamps();
    t.check("grants_amount_check", "amount > 0");
    t.check("grants_currency_check", "LENGTH(currency) = 3");
    t.check(
        "grants_period_check",
        "status IN ('applied', 'rejected') OR (starts_on IS NOT NULL AND ends_on IS NOT NULL)",
    );
    t.check("grants_order_check", "ends_on >= starts_on");
    t.index(["donor_id", "status"]);
    t.index(["status", "ends_on"]);
    t.comment("Money that a donor gives under an agreement.");
}

fn disbursements(t: &mut TableBuilder) {
    t.id();
    t.reference("grant_id", "grants")
        .without_index()
        .comment("Of which grant.");
    t.smallint("sequence").comment("Which part, from 1.");
    t.decimal("amount", 16, 2)
        .comment("How much, in the grant's currency.");
    t.date("due_on")
        .index()
        .comment("When it should come (Gregorian).");
    t.date("received_on")
        .nullable()
        .comment("When it came (Gregorian).");
    t.string("bank_reference", 120)
        .nullable()
        .comment("How the bank knows it.");
    t.timestamps();
    t.check("grant_disbursements_sequence_check", "sequence >= 1");
    t.check("grant_disbursements_amount_check", "amount > 0");
    t.unique(["grant_id", "sequence"]);
    t.comment("The parts in which a grant is paid.");
}

fn reports(t: &mut TableBuilder) {
    t.id();
    t.reference("grant_id", "grants")
        .without_index()
        .comment("About which grant.");
    t.enumeration("kind", ["narrative", "financial", "final"])
        .comment("What the donor wants.");
    t.date("period_start")
        .comment("First day that it tells of (Gregorian).");
    t.date("period_end")
        .comment("Last day that it tells of (Gregorian).");
    t.date("due_on")
        .comment("When the donor expects it (Gregorian).");
    t.date("submitted_on")
        .nullable()
        .comment("When it was sent (Gregorian).");
    t.enumeration("status", ["due", "submitted", "accepted", "returned"])
        .default("due")
        .comment("Where it stands.");
    t.string("document_reference", 255)
        .nullable()
        .comment("Where the document is kept.");
    t.timestamps();
    t.check("grant_reports_period_check", "period_end >= period_start");
    t.check(
        "grant_reports_submitted_check",
        "status = 'due' OR submitted_on IS NOT NULL",
    );
    t.unique(["grant_id", "kind", "period_start"]);
    t.index(["status", "due_on"]);
    t.comment("Reports that are owed for a grant.");
}
