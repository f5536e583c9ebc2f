//! Departments and the positions in them.

use strata_sdk::prelude::*;

/// `001_create_departments`.
pub(crate) fn create(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_table("departments", departments);
    schema.create_table("job_positions", positions);
    Ok(())
}

fn departments(t: &mut TableBuilder) {
    t.id();
    t.string("code", 40)
        .unique()
        .comment("Stable short name, such as `hr`.");
    t.string("name", 190).comment("Name in English.");
    t.string("name_np", 190)
        .nullable()
        .comment("Name in Nepali.");
    t.reference("parent_department_id", "departments")
        .nullable()
        .comment("The department that it belongs to.");
    t.reference("organizational_unit_id", "organizational_units")
        .nullable()
        .on_delete(Action::SetNull)
        .comment("The unit of the hierarchy that it is.");
    t.string("cost_center", 40)
        .nullable()
        .unique()
        .comment("Its number in the accounts.");
    t.boolean("is_active")
        .default(true)
        .comment("Whether it still exists.");
    t.timestamps();
    t.comment("Parts of the company.");
}

fn positions(t: &mut TableBuilder) {
    t.id();
    t.string("code", 40)
        .unique()
        .comment("Stable short name, such as `accountant-1`.");
    t.reference("department_id", "departments")
        .without_index()
        .comment("Where it is.");
    t.string("title", 190).comment("Title in English.");
    t.string("title_np", 190)
        .nullable()
        .comment("Title in Nepali.");
    t.smallint("grade")
        .default(1)
        .comment("Its place on the pay scale, from 1.");
    t.boolean("is_managerial")
        .default(false)
        .comment("Whether it leads others.");
    t.timestamps();
    t.check("job_positions_grade_check", "grade BETWEEN 1 AND 50");
    t.index(["department_id", "grade"]);
    t.comment("What people are employed as.");
}
