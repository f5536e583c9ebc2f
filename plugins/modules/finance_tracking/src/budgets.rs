//! Budgets: what may be spent on what in a fiscal year.

use strata_sdk::prelude::*;

/// `004_create_budget_tables`.
pub(crate) fn create(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_table("budgets", budgets);
    schema.create_table("budget_lines", lines);
    Ok(())
}

fn budgets(t: &mut TableBuilder) {
    t.id();
    super::fiscal_year(t);
    t.string("key", 60)
        .comment("Stable short name within the year, such as `centre`.");
    t.string("title", 190).comment("Title in English.");
    t.string("title_np", 190)
        .nullable()
        .comment("Title in Nepali.");
    t.reference("committee_id", "political_committees")
        .nullable()
        .comment("Whose budget it is; the centre's if there is none.");
    t.reference("financial_report_id", "financial_reports")
        .nullable()
        .comment("The report to the Election Commission that closed it.");
    t.decimal("amount", 16, 2)
        .comment("Nepalese rupees, all lines together.");
    t.enumeration("status", ["draft", "approved", "closed"])
        .default("draft")
        .comment("Where it stands.");
    t.reference("approved_by_id", "users")
        .nullable()
        .comment("Who signed it.");
    t.timestamptz("approved_at")
        .nullable()
        .comment("When it was signed.");
    t.timestamps();
    t.check("budgets_amount_check", "amount >= 0");
    t.check(
        "budgets_approval_check",
        "status = 'draft' OR (approved_by_id IS NOT NULL AND approved_at IS NOT NULL)",
    );
    t.check(
        "budgets_report_check",
        "financial_report_id IS NULL OR status = 'closed'",
    );
    t.unique(["fiscal_year", "key"]);
    t.comment("What may be spent in a fiscal year.");
}

fn lines(t: &mut TableBuilder) {
    t.id();
    t.reference("budget_id", "budgets")
        .without_index()
        .on_delete(Action::Cascade)
        .comment("In which budget.");
    t.reference("category_id", "expense_categories")
        .comment("On what.");
    t.decimal("amount", 16, 2).comment("Nepalese rupees.");
    t.string("note", 255)
        .nullable()
        .comment("What was thought of.");
    t.timestamps();
    t.check("budget_lines_amount_check", "amount >= 0");
    t.unique(["budget_id", "category_id"]);
    t.comment("What may be spent on one thing.");
}
