//! Accounts that money lies on, and what it is spent on.

use strata_sdk::prelude::*;

/// `001_create_accounts`.
pub(crate) fn create(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_table("accounts", accounts);
    schema.create_table("expense_categories", categories);
    seed(schema);
    Ok(())
}

fn accounts(t: &mut TableBuilder) {
    t.id();
    t.string("code", 40).unique().comment("Stable short name.");
    t.string("name", 190).comment("Name in English.");
    t.string("name_np", 190)
        .nullable()
        .comment("Name in Nepali.");
    t.enumeration("kind", ["cash", "bank", "digital_wallet"])
        .comment("Where the money lies.");
    t.string("institution", 190)
        .nullable()
        .comment("The bank or the operator of the wallet.");
    t.string("account_number", 60)
        .nullable()
        .comment("How the bank knows it.");
    t.reference("committee_id", "political_committees")
        .nullable()
        .comment("The committee that keeps it; the centre if there is none.");
    t.decimal("opening_balance", 16, 2)
        .default(0)
        .comment("What lay on it in the beginning.");
    t.boolean("is_active")
        .default(true)
        .comment("Whether it can be booked on.");
    t.timestamps();
    t.check(
        "accounts_institution_check",
        "kind = 'cash' OR institution IS NOT NULL",
    );
    t.comment("Where money lies: cash boxes, bank accounts, wallets.");
}

fn categories(t: &mut TableBuilder) {
    t.id();
    t.string("key", 60).unique().comment("Stable short name.");
    t.string("name", 190).comment("Name in English.");
    t.string("name_np", 190).comment("Name in Nepali.");
    t.boolean("is_for_elections")
        .default(false)
        .comment("Whether such an expense is filed as an election expenditure.");
    t.boolean("is_active")
        .default(true)
        .comment("Whether it can be booked on.");
    t.timestamps();
    t.comment("What money is spent on.");
}

/// Those for elections have the words of the party's `election_expenditures.category`.
fn seed(schema: &mut Schema) {
    let categories = [
        ("rent", "Rent and utilities", "भाडा तथा महसुल", false),
        ("salaries", "Salaries and allowances", "तलब तथा भत्ता", false),
        ("travel", "Travel", "भ्रमण", false),
        ("meetings", "Meetings and assemblies", "बैठक तथा सभा", false),
        ("training", "Training", "तालिम", false),
        ("audit", "Audit and legal", "लेखापरीक्षण तथा कानुनी", false),
        ("bank", "Bank charges", "बैंक शुल्क", false),
        (
            "election_material",
            "Election: printed matter",
            "निर्वाचन: प्रचार सामग्री",
            true,
        ),
        (
            "election_advertising",
            "Election: advertising",
            "निर्वाचन: विज्ञापन",
            true,
        ),
        (
            "election_digital",
            "Election: digital media",
            "निर्वाचन: डिजिटल माध्यम",
            true,
        ),
        (
            "election_transport",
            "Election: transport",
            "निर्वाचन: यातायात",
            true,
        ),
        (
            "election_event",
            "Election: rallies",
            "निर्वाचन: आमसभा",
            true,
        ),
        (
            "election_staff",
            "Election: staff",
            "निर्वाचन: कार्यकर्ता",
            true,
        ),
        (
            "election_office",
            "Election: offices",
            "निर्वाचन: कार्यालय",
            true,
        ),
        ("other", "Other", "अन्य", false),
    ];
    let rows = categories.map(|(key, name, name_np, is_for_elections)| {
        strata_sdk::Row::new()
            .with("key", key)
            .with("name", name)
            .with("name_np", name_np)
            .with("is_for_elections", is_for_elections)
    });
    schema.insert_rows("expense_categories", ["key"], rows);
}
