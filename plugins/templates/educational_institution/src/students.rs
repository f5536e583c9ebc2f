//! Programmes, students and their guardians.

use strata_sdk::prelude::*;

/// `001_create_student_tables`.
pub(crate) fn create(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_table("academic_programs", programs);
    schema.create_table("students", students);
    schema.create_table("guardians", guardians);
    schema.create_table("student_guardians", student_guardians);
    Ok(())
}

fn programs(t: &mut TableBuilder) {
    t.id();
    t.string("code", 40)
        .unique()
        .comment("Stable short name, such as `bsc-csit`.");
    t.string("name", 190).comment("Name in English.");
    t.string("name_np", 190)
        .nullable()
        .comment("Name in Nepali.");
    t.enumeration(
        "level",
        [
            "basic",
            "secondary",
            "higher_secondary",
            "diploma",
            "bachelor",
            "master",
            "training",
        ],
    )
    .index()
    .comment("How far it leads.");
    t.reference("organizational_unit_id", "organizational_units")
        .nullable()
        .on_delete(Action::SetNull)
        .comment("The faculty or department that runs it.");
    t.smallint("terms").comment("How many terms it takes.");
    t.boolean("is_open")
        .default(true)
        .comment("Whether it takes new students.");
    t.timestamps();
    t.check("academic_programs_terms_check", "terms BETWEEN 1 AND 40");
    t.comment("What can be studied.");
}

fn students(t: &mut TableBuilder) {
    t.id();
    t.string("student_number", 40)
        .unique()
        .comment("Number on the student's card.");
    t.reference("user_id", "users")
        .nullable()
        .unique()
        .on_delete(Action::SetNull)
        .comment("The student's account, if there is one.");
    t.reference("program_id", "academic_programs")
        .without_index()
        .comment("What they study.");
    t.string("name", 190)
        .index()
        .comment("Full name in English, as on the certificate.");
    t.string("name_np", 190)
        .nullable()
        .comment("Full name in Nepali.");
    t.date("birth_date")
        .nullable()
        .comment("Day of birth (Gregorian).");
    t.enumeration("gender", ["female", "male", "other"])
        .nullable()
        .comment("As they say.");
    t.string("email", 190)
        .nullable()
        .ignore_case()
        .comment("Where to write to.");
    t.string("phone", 32)
        .nullable()
        .comment("Number with country code.");
    t.string("address", 255)
        .nullable()
        .comment("Where they live.");
    t.enumeration(
        "status",
        ["applied", "enrolled", "suspended", "graduated", "withdrawn"],
    )
    .default("applied")
    .comment("Where they stand.");
    t.date("admitted_on")
        .nullable()
        .comment("First day (Gregorian).");
    t.date("left_on")
        .nullable()
        .comment("Last day (Gregorian).");
    t.timestamps();
    t.check(
        "students_admitted_check",
        "status = 'applied' OR admitted_on IS NOT NULL",
    );
    t.check(
        "students_left_check",
        "status NOT IN ('graduated', 'withdrawn') OR left_on IS NOT NULL",
    );
    t.check("students_period_check", "left_on >= admitted_on");
    t.index(["program_id", "status"]);
    t.comment("Those who study.");
}

fn guardians(t: &mut TableBuilder) {
    t.id();
    t.string("name", 190)
        .index()
        .comment("Full name in English.");
    t.string("name_np", 190)
        .nullable()
        .comment("Full name in Nepali.");
    t.string("email", 190)
        .nullable()
        .ignore_case()
        .comment("Where to write to.");
    t.string("phone", 32)
        .index()
        .comment("Number with country code.");
    t.string("address", 255)
        .nullable()
        .comment("Where they live.");
    t.string("occupation", 120)
        .nullable()
        .comment("What they do.");
    t.timestamps();
    t.comment("Those who answer for a student.");
}

fn student_guardians(t: &mut TableBuilder) {
    t.reference("student_id", "students")
        .without_index()
        .on_delete(Action::Cascade)
        .comment("For whom.");
    t.reference("guardian_id", "guardians").comment("Who.");
    t.enumeration(
        "relation",
        ["mother", "father", "grandparent", "sibling", "other"],
    )
    .comment("What they are to each other.");
    t.boolean("is_primary")
        .default(false)
        .comment("Whether they are called first.");
    t.timestamps();
    t.primary_key(["student_id", "guardian_id"]);
    t.comment("Who answers for which student.");
}
