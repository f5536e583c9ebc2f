//! Letter grades, assessments, the marks that students get, and whether they came.

use strata_sdk::prelude::*;

/// `003_create_grading_tables`.
pub(crate) fn create(schema: &mut Schema, tenant: &Context) -> Result<()> {
    schema.create_table("grade_scales", scales);
    schema.create_table("assessments", assessments);
    schema.create_table("grades", grades);
    schema.create_table("class_attendance", attendance);
    match tenant.required_setting::<String>("grading_scale")?.as_str() {
        "neb" => seed(schema),
        "none" => {}
        other => {
            let message = format!("`{other}` is neither `neb` nor `none`");
            return Err(PluginError::invalid_setting("grading_scale", message));
        }
    }
    Ok(())
}

fn scales(t: &mut TableBuilder) {
    t.id();
    t.string("letter", 4)
        .unique()
        .comment("The grade, such as `A+`.");
    t.decimal("percent_from", 5, 2)
        .comment("The least that gets it.");
    t.decimal("grade_point", 3, 2)
        .comment("What it counts for in the mean.");
    t.string("description", 190)
        .comment("What it says, in English.");
    t.string("description_np", 190)
        .nullable()
        .comment("What it says, in Nepali.");
    t.timestamps();
    t.check(
        "grade_scales_percent_check",
        "percent_from BETWEEN 0 AND 100",
    );
    t.check("grade_scales_point_check", "grade_point BETWEEN 0 AND 4");
    t.comment("Letter grades and the percentage at which each begins.");
}

fn assessments(t: &mut TableBuilder) {
    t.id();
    t.reference("section_id", "course_sections")
        .without_index()
        .comment("Of which section.");
    t.string("title", 120).comment("What it is called.");
    t.enumeration(
        "kind",
        ["exam", "assignment", "practical", "project", "oral"],
    )
    .comment("What it is.");
    t.decimal("weight_percent", 5, 2)
        .comment("Its share in the grade of the course.");
    t.decimal("marks_max", 6, 2)
        .comment("The most that can be reached.");
    t.date("held_on").nullable().comment("When (Gregorian).");
    t.timestamps();
    t.check(
        "assessments_weight_check",
        "weight_percent BETWEEN 0 AND 100",
    );
    t.check("assessments_marks_check", "marks_max > 0");
    t.unique(["section_id", "title"]);
    t.comment("What students are examined by.");
}

fn grades(t: &mut TableBuilder) {
    t.id();
    t.reference("assessment_id", "assessments")
        .without_index()
        .comment("In what.");
    t.reference("enrollment_id", "enrollments").comment("Who.");
    t.decimal("marks", 6, 2)
        .nullable()
        .comment("What they reached; none when absent.");
    t.boolean("is_absent")
        .default(false)
        .comment("Whether they did not come.");
    t.string("remark", 255)
        .nullable()
        .comment("What the teacher has to say.");
    t.reference("graded_by_id", "teachers")
        .comment("Who judged it.");
    t.timestamps();
    t.check("grades_marks_check", "marks >= 0");
    t.check(
        "grades_absent_check",
        "(is_absent AND marks IS NULL) OR (NOT is_absent AND marks IS NOT NULL)",
    );
    t.unique(["assessment_id", "enrollment_id"]);
    t.comment("How students have done.");
}

fn attendance(t: &mut TableBuilder) {
    t.reference("enrollment_id", "enrollments")
        .without_index()
        .on_delete(Action::Cascade)
        .comment("Who, and in which section.");
    t.date("held_on").comment("On which day (Gregorian).");
    t.enumeration("presence", ["present", "late", "excused", "absent"])
        .comment("Whether they came.");
    t.timestamps();
    t.primary_key(["enrollment_id", "held_on"]);
    t.index(["held_on", "presence"]);
    t.comment("Whether students came to class.");
}

/// The letter grades of the National Examinations Board.
fn seed(schema: &mut Schema) {
    let grades = [
        ("A+", "90", "4.00", "Outstanding", "उत्कृष्ट"),
        ("A", "80", "3.60", "Excellent", "अति उत्तम"),
        ("B+", "70", "3.20", "Very good", "धेरै राम्रो"),
        ("B", "60", "2.80", "Good", "राम्रो"),
        ("C+", "50", "2.40", "Satisfactory", "सन्तोषजनक"),
        ("C", "40", "2.00", "Acceptable", "स्वीकार्य"),
        ("D", "35", "1.60", "Basic", "आधारभूत"),
        ("NG", "0", "0.00", "Not graded", "ग्रेड नपाएको"),
    ];
    let rows = grades.map(|(letter, percent, point, description, description_np)| {
        strata_sdk::Row::new()
            .with("letter", letter)
            .with("percent_from", Value::decimal(percent))
            .with("grade_point", Value::decimal(point))
            .with("description", description)
            .with("description_np", description_np)
    });
    schema.insert_rows("grade_scales", ["letter"], rows);
}
