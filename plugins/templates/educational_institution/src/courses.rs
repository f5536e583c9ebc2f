//! Terms, teachers, courses, their sections, and who is enrolled.

use strata_sdk::prelude::*;

/// `002_create_course_tables`.
pub(crate) fn create(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_table("academic_terms", terms);
    schema.create_table("teachers", teachers);
    schema.create_table("courses", courses);
    schema.create_table("course_prerequisites", prerequisites);
    schema.create_table("course_sections", sections);
    schema.create_table("enrollments", enrollments);
    schema
        .create_view(
            "section_strength",
            "SELECT s.id AS section_id, c.code AS course, s.section AS section, \
             s.capacity AS capacity, COUNT(e.id) AS enrolled \
             FROM course_sections AS s \
             JOIN courses AS c ON c.id = s.course_id \
             LEFT JOIN enrollments AS e ON e.section_id = s.id AND e.status = 'enrolled' \
             GROUP BY s.id, c.code, s.section, s.capacity",
        )
        .comment("How many students are in each section, and how many fit.");
    Ok(())
}

fn terms(t: &mut TableBuilder) {
    t.id();
    t.string("code", 40)
        .unique()
        .comment("Stable short name, such as `2083-spring`.");
    t.string("name", 190).comment("Name in English.");
    t.string("name_np", 190)
        .nullable()
        .comment("Name in Nepali.");
    t.date("starts_on")
        .comment("First day (Gregorian; the code may name a Bikram Sambat year).");
    t.date("ends_on").comment("Last day (Gregorian).");
    t.enumeration("status", ["planned", "open", "grading", "closed"])
        .default("planned")
        .comment("What can be done in it.");
    t.timestamps();
    t.check("academic_terms_period_check", "ends_on > starts_on");
    t.index(["status", "starts_on"]);
    t.comment("Parts of the school year.");
}

fn teachers(t: &mut TableBuilder) {
    t.id();
    t.string("employee_number", 40)
        .unique()
        .comment("Number on the teacher's card.");
    t.reference("user_id", "users")
        .nullable()
        .unique()
        .on_delete(Action::SetNull)
        .comment("The teacher's account, if there is one.");
    t.reference("organizational_unit_id", "organizational_units")
        .nullable()
        .on_delete(Action::SetNull)
        .comment("The department they belong to.");
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
        .nullable()
        .comment("Number with country code.");
    t.boolean("is_active")
        .default(true)
        .comment("Whether they teach now.");
    t.timestamps();
    t.comment("Those who teach.");
}

fn courses(t: &mut TableBuilder) {
    t.id();
    t.string("code", 40)
        .unique()
        .comment("Stable short name, such as `csc-101`.");
    t.string("title", 190).comment("Title in English.");
    t.string("title_np", 190)
        .nullable()
        .comment("Title in Nepali.");
    t.text("description").nullable().comment("What is taught.");
    t.reference("program_id", "academic_programs")
        .nullable()
        .without_index()
        .comment("The programme it belongs to; open to all if there is none.");
    t.smallint("term_number")
        .nullable()
        .comment("In which term of the programme it is taken.");
    t.decimal("credit_hours", 4, 1)
        .comment("What it counts for.");
    t.boolean("is_elective")
        .default(false)
        .comment("Whether a student may leave it out.");
    t.timestamps();
    t.check("courses_credit_hours_check", "credit_hours > 0");
    t.check("courses_term_number_check", "term_number BETWEEN 1 AND 40");
    t.index(["program_id", "term_number"]);
    t.comment("What is taught.");
}

fn prerequisites(t: &mut TableBuilder) {
    t.reference("course_id", "courses")
        .without_index()
        .comment("Which course.");
    t.reference("prerequisite_id", "courses")
        .comment("What must have been passed before it.");
    t.primary_key(["course_id", "prerequisite_id"]);
    t.check(
        "course_prerequisites_self_check",
        "course_id <> prerequisite_id",
    );
    t.comment("What must have been passed before a course.");
}

fn sections(t: &mut TableBuilder) {
    t.id();
    t.reference("course_id", "courses")
        .without_index()
        .comment("Which course.");
    t.reference("term_id", "academic_terms")
        .comment("In which term.");
    t.reference("teacher_id", "teachers")
        .nullable()
        .on_delete(Action::SetNull)
        .comment("Who teaches it.");
    t.string("section", 10)
        .default("A")
        .comment("Which of several groups.");
    t.string("room", 60).nullable().comment("Where.");
    t.smallint("capacity")
        .default(40)
        .comment("How many students fit.");
    t.timestamps();
    t.check("course_sections_capacity_check", "capacity > 0");
    t.unique(["course_id", "term_id", "section"]);
    t.comment("A course as it is taught in one term.");
}

fn enrollments(t: &mut TableBuilder) {
    t.id();
    t.reference("section_id", "course_sections")
        .without_index()
        .comment("In which section.");
    t.reference("student_id", "students")
        .without_index()
        .comment("Who.");
    t.enumeration(
        "status",
        ["enrolled", "waiting", "dropped", "passed", "failed"],
    )
    .default("enrolled")
    .comment("Where they stand.");
    t.date("enrolled_on").comment("Since when (Gregorian).");
    t.date("dropped_on")
        .nullable()
        .comment("When they left it (Gregorian).");
    t.timestamps();
    t.check(
        "enrollments_dropped_check",
        "status <> 'dropped' OR dropped_on IS NOT NULL",
    );
    t.check("enrollments_period_check", "dropped_on >= enrolled_on");
    t.unique(["section_id", "student_id"]);
    t.index(["student_id", "status"]);
    t.comment("Who takes which course.");
}
