//! Views for reports; without personal data, and over the module's own tables alone, so that they stand in
//! the way of no upgrade of the template.

use strata_sdk::prelude::*;

/// `005_create_views`.
pub(crate) fn create(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema
        .create_view(
            "donation_income",
            "SELECT d.fiscal_year AS fiscal_year, d.donor_kind AS donor_kind, \
             d.payment_method AS payment_method, COUNT(*) AS donations, SUM(d.amount) AS amount \
             FROM donations AS d \
             WHERE d.status = 'received' \
             GROUP BY d.fiscal_year, d.donor_kind, d.payment_method",
        )
        .comment("Donations that came in, by fiscal year, donor and way.");
    schema
        .create_view(
            "expense_totals",
            "SELECT e.fiscal_year AS fiscal_year, e.category_id AS category_id, c.key AS category, \
             c.is_for_elections AS is_for_elections, SUM(e.amount) AS amount \
             FROM expenses AS e \
             JOIN expense_categories AS c ON c.id = e.category_id \
             WHERE e.status IN ('approved', 'paid') \
             GROUP BY e.fiscal_year, e.category_id, c.key, c.is_for_elections",
        )
        .comment("What was spent, by fiscal year and category.");
    schema
        .create_view(
            "budget_plans",
            "SELECT b.fiscal_year AS fiscal_year, l.category_id AS category_id, c.key AS category, \
             SUM(l.amount) AS amount \
             FROM budgets AS b \
             JOIN budget_lines AS l ON l.budget_id = b.id \
             JOIN expense_categories AS c ON c.id = l.category_id \
             WHERE b.status <> 'draft' \
             GROUP BY b.fiscal_year, l.category_id, c.key",
        )
        .comment("What may be spent, by fiscal year and category; to lay beside expense_totals.");
    Ok(())
}
