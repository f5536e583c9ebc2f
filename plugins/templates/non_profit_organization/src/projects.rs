//! Projects, those whom they help, and what help was given.

use strata_sdk::prelude::*;

/// `002_create_projects`.
pub(crate) fn create(schema: &mut Schema, tenant: &Context) -> Result<()> {
    let currency = crate::currency(tenant)?;
    schema.create_table("ngo_projects", |t| projects(t, &currency));
    schema.create_table("beneficiaries", beneficiaries);
    schema.create_table("project_beneficiaries", project_beneficiaries);
    Ok(())
}

fn projects(t: &mut TableBuilder, currency: &str) {
    t.id();
    t.string("code", 40)
        .unique()
        .comment("Stable short name, such as `flood-2026`.");
    t.string("title", 190).comment("Title in English.");
    t.string("title_np", 190)
        .nullable()
        .comment("Title in Nepali.");
    t.text("description")
        .nullable()
        .comment("What is to be done and why.");
    t.reference("chapter_id", "chapters")
        .nullable()
        .comment("The chapter that runs it; the headquarters if there is none.");
    t.reference("manager_id", "users")
        .nullable()
        .on_delete(Action::SetNull)
        .comment("Who answers for it.");
    t.enumeration(
        "status",
        ["planned", "active", "suspended", "completed", "cancelled"],
    )
    .default("planned")
    .comment("Where it stands.");
    t.date("starts_on").comment("First day (Gregorian).");
    t.date("ends_on")
        .nullable()
        .comment("Last day, planned or real (Gregorian).");
    t.decimal("budget", 16, 2)
        .default(0)
        .comment("What it may cost.");
    t.string("currency", 3)
        .default(currency)
        .comment("ISO 4217 code of the budget.");
    t.timestamps();
    t.check(
        "ngo_projects_period_check",
        "ends_on IS NULL OR ends_on >= starts_on",
    );
    t.check("ngo_projects_budget_check", "budget >= 0");
    t.check("ngo_projects_currency_check", "LENGTH(currency) = 3");
    t.index(["status", "starts_on"]);
    t.comment("What the organisation does, with beginning, end and budget.");
}

fn beneficiaries(t: &mut TableBuilder) {
    t.id();
    t.string("beneficiary_number", 40)
        .unique()
        .comment("Number on their card or list.");
    t.enumeration("kind", ["person", "household", "school", "community"])
        .default("person")
        .comment("Who is helped.");
    t.string("name", 190).index().comment("Name in English.");
    t.string("name_np", 190)
        .nullable()
        .comment("Name in Nepali.");
    t.int("people")
        .default(1)
        .comment("How many people that is.");
    t.enumeration("gender", ["female", "male", "other"])
        .nullable()
        .comment("Of a person, as they say.");
    t.smallint("birth_year")
        .nullable()
        .comment("Of a person (Gregorian); the day is not needed.");
    t.string("phone", 32)
        .nullable()
        .comment("Number with country code.");
    t.string("address", 255)
        .nullable()
        .comment("Where they live.");
    t.boolean("has_consented")
        .default(false)
        .comment("Whether they agreed to be recorded.");
    t.date("consented_on")
        .nullable()
        .comment("When they agreed (Gregorian).");
    t.timestamps();
    t.check(
        "beneficiaries_people_check",
        "people >= 1 AND (kind <> 'person' OR people = 1)",
    );
    t.check(
        "beneficiaries_birth_year_check",
        "birth_year BETWEEN 1900 AND 2200",
    );
    t.check(
        "beneficiaries_consent_check",
        "NOT has_consented OR consented_on IS NOT NULL",
    );
    t.comment("Those whom projects help.");
}

fn project_beneficiaries(t: &mut TableBuilder) {
    t.id();
    t.reference("project_id", "ngo_projects")
        .without_index()
        .comment("Which project.");
    t.reference("beneficiary_id", "beneficiaries")
        .comment("Who was helped.");
    t.date("served_on").comment("When (Gregorian).");
    t.string("support", 190)
        .comment("With what: school fees, roofing sheets, training.");
    t.decimal("worth", 14, 2)
        .nullable()
        .comment("What it was worth, in the project's currency.");
    t.timestamps();
    t.check("project_beneficiaries_worth_check", "worth >= 0");
    t.unique(["project_id", "beneficiary_id", "served_on", "support"])
        .name("project_beneficiaries_support_unique");
    t.comment("Help that was given.");
}
