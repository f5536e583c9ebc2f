//! Money: financial reports, donations and what an election costs (CMP-01).
//!
//! These are the records that the Election Commission asks for. Day-to-day bookkeeping is for a module.
//!
//! Invariant: amounts are Nepalese rupees with two decimals; no table here loses rows within its
//! retention (manifest).

use strata_sdk::prelude::*;

use crate::{calendar, reports};

const PAYMENT_METHODS: [&str; 5] = [
    "cash",
    "bank_transfer",
    "cheque",
    "digital_wallet",
    "in_kind",
];

/// Financial reports, donation records and election expenditures.
pub(crate) fn financial_records(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    financial_reports(schema);
    donation_records(schema);
    election_expenditures(schema);
    Ok(())
}

fn financial_reports(schema: &mut Schema) {
    schema.create_table("financial_reports", |t| {
        t.id();
        reports::period(t, "financial_reports");
        t.decimal("opening_balance", 16, 2);
        t.decimal("total_income", 16, 2)
            .comment("Everything that came in, donations included.");
        t.decimal("total_donations", 16, 2)
            .comment("The donations within the income.");
        t.decimal("total_expenditure", 16, 2);
        t.decimal("closing_balance", 16, 2);
        t.enumeration("status", ["draft", "approved", "audited", "submitted"])
            .default("draft");
        t.string("auditor_name", 255).nullable();
        t.string("auditor_license_number", 64).nullable();
        t.date("audited_on").nullable();
        t.reference("prepared_by", "users").nullable();
        t.reference("approved_by", "users").nullable();
        t.timestamptz("approved_at").nullable();
        t.reference(
            "election_commission_report_id",
            "election_commission_reports",
        )
        .nullable()
        .comment("The report with which it went to the Election Commission.");
        t.text("remarks").nullable();
        t.timestamps();
        t.check(
            "financial_reports_balance_check",
            "closing_balance = opening_balance + total_income - total_expenditure",
        );
        t.check(
            "financial_reports_amounts_check",
            "total_donations >= 0 AND total_income >= total_donations AND total_expenditure >= 0",
        );
        t.check(
            "financial_reports_audited_on_check",
            "status <> 'audited' OR (auditor_name IS NOT NULL AND audited_on IS NOT NULL)",
        );
        t.comment("Income and expenditure of a period in Nepalese rupees. Kept 7 years.");
    });
}

fn donation_records(schema: &mut Schema) {
    schema.create_table("donation_records", |t| {
        t.id();
        t.string("receipt_number", 64).unique();
        calendar::column(t);
        t.date("donated_on");
        t.enumeration("donor_type", ["member", "individual", "organization"])
            .comment("Parties in Nepal may not take anonymous or foreign donations.");
        t.reference("member_id", "members")
            .nullable()
            .comment("The donor, if a member.");
        t.string("donor_name", 255);
        t.string("donor_address", 255).nullable();
        t.string("donor_citizenship_number", 64).nullable();
        t.string("donor_pan", 32)
            .nullable()
            .comment("The donor's permanent account number (tax).");
        t.decimal("amount", 16, 2)
            .comment("Nepalese rupees; the value of a gift in kind.");
        t.enumeration("payment_method", PAYMENT_METHODS);
        t.string("payment_reference", 100)
            .nullable()
            .comment("Cheque or transaction number.");
        t.string("purpose", 255).nullable();
        t.reference("received_by", "users").nullable();
        t.reference("financial_report_id", "financial_reports")
            .nullable()
            .comment("The report that counts it.");
        t.timestamps();
        t.index(["fiscal_year", "donated_on"]);
        t.check("donation_records_amount_check", "amount > 0");
        t.check(
            "donation_records_donor_name_check",
            "LENGTH(donor_name) > 0",
        );
        t.check(
            "donation_records_member_check",
            "donor_type <> 'member' OR member_id IS NOT NULL",
        );
        t.comment("Every donation with its donor. Kept 7 years.");
    });
}

fn election_expenditures(schema: &mut Schema) {
    schema.create_table("election_expenditures", |t| {
        t.id();
        t.string("voucher_number", 64).unique();
        calendar::column(t);
        t.string("election_code", 32)
            .comment("The election, such as `house-2084`.");
        t.reference("candidate_member_id", "members")
            .nullable()
            .comment("The candidate; none for the party's own campaign.");
        t.string("constituency", 100).nullable();
        t.enumeration(
            "category",
            [
                "material",
                "advertising",
                "digital",
                "transport",
                "event",
                "staff",
                "office",
                "other",
            ],
        );
        t.string("description", 500);
        t.decimal("amount", 16, 2).comment("Nepalese rupees.");
        t.date("spent_on");
        t.enumeration("payment_method", PAYMENT_METHODS);
        t.string("paid_to", 255);
        t.string("paid_to_pan", 32)
            .nullable()
            .comment("The payee's permanent account number (tax).");
        t.reference("approved_by", "users").nullable();
        t.timestamptz("approved_at").nullable();
        t.reference(
            "election_commission_report_id",
            "election_commission_reports",
        )
        .nullable()
        .comment("The report with which it went to the Election Commission.");
        t.timestamps();
        t.index(["election_code", "category"]);
        t.index(["fiscal_year", "spent_on"]);
        t.check("election_expenditures_amount_check", "amount > 0");
        t.check(
            "election_expenditures_election_code_check",
            "LENGTH(election_code) > 0",
        );
        t.comment("What was spent on an election, voucher by voucher. Kept 10 years.");
    });
}
