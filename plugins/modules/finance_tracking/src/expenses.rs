//! Expenses and who agreed to them.

use strata_sdk::prelude::*;

/// `003_create_expense_tables`.
pub(crate) fn create(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_table("expenses", expenses);
    Ok(())
}

fn expenses(t: &mut TableBuilder) {
    t.id();
    t.string("voucher_number", 40)
        .unique()
        .comment("Number of the voucher.");
    t.reference("account_id", "accounts")
        .comment("What it was paid from.");
    t.reference("category_id", "expense_categories")
        .without_index()
        .comment("For what.");
    t.reference("committee_id", "political_committees")
        .nullable()
        .comment("By which committee; the centre if there is none.");
    t.reference("election_expenditure_id", "election_expenditures")
        .nullable()
        .unique()
        .comment("The record for the Election Commission, if it was spent on an election.");
    super::fiscal_year(t);
    t.string("payee", 190).comment("Who was paid.");
    t.string("description", 255).comment("What for.");
    t.decimal("amount", 16, 2).comment("Nepalese rupees.");
    t.date("spent_on").comment("When (Gregorian).");
    t.enumeration(
        "payment_method",
        ["cash", "bank_transfer", "cheque", "digital_wallet"],
    )
    .comment("How it was paid.");
    t.enumeration(
        "status",
        ["draft", "submitted", "approved", "rejected", "paid"],
    )
    .default("draft")
    .comment("Where it stands.");
    t.reference("requested_by_id", "users")
        .comment("Who asked for it.");
    t.reference("approved_by_id", "users")
        .nullable()
        .comment("Who agreed to it.");
    t.timestamptz("approved_at")
        .nullable()
        .comment("When it was agreed to.");
    t.string("receipt_reference", 255)
        .nullable()
        .comment("Where the receipt is kept.");
    t.timestamps();
    t.check("expenses_amount_check", "amount > 0");
    t.check(
        "expenses_approval_check",
        "status NOT IN ('approved', 'paid') \
         OR (approved_by_id IS NOT NULL AND approved_at IS NOT NULL)",
    );
    t.check(
        "expenses_four_eyes_check",
        "approved_by_id IS NULL OR approved_by_id <> requested_by_id",
    );
    t.index(["fiscal_year", "status"]);
    t.index(["category_id", "spent_on"]);
    t.comment("What was spent; nobody approves what they asked for. Kept 10 years.");
}
