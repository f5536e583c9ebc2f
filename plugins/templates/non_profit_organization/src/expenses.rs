//! What the organisation spends, by category, project and grant.

use strata_sdk::prelude::*;

/// `005_create_expense_tables`.
pub(crate) fn create(schema: &mut Schema, tenant: &Context) -> Result<()> {
    let currency = crate::currency(tenant)?;
    schema.create_table("ngo_expense_categories", categories);
    schema.create_table("ngo_expenses", |t| expenses(t, &currency));
    seed(schema);
    Ok(())
}

fn categories(t: &mut TableBuilder) {
    t.id();
    t.string("key", 60).unique().comment("Stable short name.");
    t.string("name", 190).comment("Name in English.");
    t.string("name_np", 190).comment("Name in Nepali.");
    t.boolean("is_overhead")
        .default(false)
        .comment("Whether it runs the organisation rather than a project.");
    t.timestamps();
    t.comment("What money is spent on.");
}

fn expenses(t: &mut TableBuilder, currency: &str) {
    t.id();
    t.string("voucher_number", 40)
        .unique()
        .comment("Number of the voucher.");
    t.reference("category_id", "ngo_expense_categories")
        .without_index()
        .comment("For what.");
    t.reference("project_id", "ngo_projects")
        .nullable()
        .comment("For which project.");
    t.reference("chapter_id", "chapters")
        .nullable()
        .comment("By which chapter.");
    t.reference("grant_id", "grants")
        .nullable()
        .comment("The grant that covers it.");
    t.string("payee", 190).comment("Who was paid.");
    t.string("description", 255).comment("What for.");
    t.decimal("amount", 14, 2).comment("How much.");
    t.string("currency", 3)
        .default(currency)
        .comment("ISO 4217 code of the amount.");
    t.date("spent_on").comment("When (Gregorian).");
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
    t.check("ngo_expenses_amount_check", "amount > 0");
    t.check("ngo_expenses_currency_check", "LENGTH(currency) = 3");
    t.check(
        "ngo_expenses_approval_check",
        "status NOT IN ('approved', 'paid') \
         OR (approved_by_id IS NOT NULL AND approved_at IS NOT NULL)",
    );
    t.check(
        "ngo_expenses_four_eyes_check",
        "approved_by_id IS NULL OR approved_by_id <> requested_by_id",
    );
    t.index(["category_id", "spent_on"]);
    t.index(["status", "spent_on"]);
    t.comment("What was spent; nobody approves what they asked for.");
}

fn seed(schema: &mut Schema) {
    schema.insert_rows(
        "ngo_expense_categories",
        ["key"],
        rows![
            { "key": "programme", "name": "Programme activities", "name_np": "कार्यक्रम", "is_overhead": false },
            { "key": "relief", "name": "Relief goods", "name_np": "राहत सामग्री", "is_overhead": false },
            { "key": "training", "name": "Training", "name_np": "तालिम", "is_overhead": false },
            { "key": "travel", "name": "Travel", "name_np": "भ्रमण", "is_overhead": false },
            { "key": "salaries", "name": "Salaries", "name_np": "तलब", "is_overhead": true },
            { "key": "office", "name": "Office and rent", "name_np": "कार्यालय तथा भाडा", "is_overhead": true },
            { "key": "audit", "name": "Audit and legal", "name_np": "लेखापरीक्षण तथा कानुनी", "is_overhead": true },
            { "key": "bank", "name": "Bank charges", "name_np": "बैंक शुल्क", "is_overhead": true },
            { "key": "other", "name": "Other", "name_np": "अन्य", "is_overhead": true },
        ],
    );
}
