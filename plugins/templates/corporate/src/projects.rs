//! Projects, who works on them, what is to be reached, and the hours.

use strata_sdk::prelude::*;

/// `003_create_project_management`.
pub(crate) fn create(schema: &mut Schema, tenant: &Context) -> Result<()> {
    let currency = crate::currency(tenant)?;
    schema.create_table("projects", |t| projects(t, &currency));
    schema.create_table("project_milestones", milestones);
    schema.create_table("project_assignments", assignments);
    schema.create_table("timesheet_entries", timesheets);
    schema
        .create_view(
            "project_hours",
            "SELECT p.id AS project_id, p.code AS code, a.role AS role, SUM(t.hours) AS hours \
             FROM projects AS p \
             JOIN project_assignments AS a ON a.project_id = p.id \
             JOIN timesheet_entries AS t ON t.assignment_id = a.id \
             GROUP BY p.id, p.code, a.role",
        )
        .comment("Hours worked on each project, by role.");
    Ok(())
}

fn projects(t: &mut TableBuilder, currency: &str) {
    t.id();
    t.string("code", 40).unique().comment("Stable short name.");
    t.string("name", 190).comment("Name in English.");
    t.string("name_np", 190)
        .nullable()
        .comment("Name in Nepali.");
    t.text("description")
        .nullable()
        .comment("What is to be done and why.");
    t.reference("department_id", "departments")
        .without_index()
        .comment("Who runs it.");
    t.reference("lead_id", "employees")
        .nullable()
        .on_delete(Action::SetNull)
        .comment("Who answers for it.");
    t.string("client", 190)
        .nullable()
        .comment("For whom, if not for ourselves.");
    t.enumeration(
        "status",
        ["proposed", "active", "on_hold", "completed", "cancelled"],
    )
    .default("proposed")
    .comment("Where it stands.");
    t.enumeration("priority", ["low", "normal", "high"])
        .default("normal")
        .comment("What goes first.");
    t.date("starts_on")
        .nullable()
        .comment("First day (Gregorian).");
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
        "projects_active_check",
        "status IN ('proposed', 'cancelled') OR starts_on IS NOT NULL",
    );
    t.check("projects_period_check", "ends_on >= starts_on");
    t.check("projects_budget_check", "budget >= 0");
    t.check("projects_currency_check", "LENGTH(currency) = 3");
    t.index(["department_id", "status"]);
    t.index(["status", "ends_on"]);
    t.comment("Work with a beginning and an end.");
}

fn milestones(t: &mut TableBuilder) {
    t.id();
    t.reference("project_id", "projects")
        .without_index()
        .on_delete(Action::Cascade)
        .comment("Of which project.");
    t.string("title", 190).comment("What is to be reached.");
    t.date("due_on").index().comment("Until when (Gregorian).");
    t.date("reached_on")
        .nullable()
        .comment("When it was reached (Gregorian).");
    t.timestamps();
    t.unique(["project_id", "title"]);
    t.comment("What a project is to reach, and when.");
}

fn assignments(t: &mut TableBuilder) {
    t.id();
    t.reference("project_id", "projects")
        .without_index()
        .comment("To which project.");
    t.reference("employee_id", "employees").comment("Who.");
    t.string("role", 80).comment("As what.");
    t.smallint("allocation_percent")
        .default(100)
        .comment("How much of their time.");
    t.date("starts_on").comment("First day (Gregorian).");
    t.date("ends_on")
        .nullable()
        .comment("Last day (Gregorian).");
    t.timestamps();
    t.check(
        "project_assignments_allocation_check",
        "allocation_percent BETWEEN 1 AND 100",
    );
    t.check("project_assignments_period_check", "ends_on >= starts_on");
    t.unique(["project_id", "employee_id", "starts_on"]);
    t.comment("Who works on which project.");
}

fn timesheets(t: &mut TableBuilder) {
    t.id();
    t.reference("assignment_id", "project_assignments")
        .without_index()
        .comment("Who, on what.");
    t.date("worked_on")
        .index()
        .comment("On which day (Gregorian).");
    t.decimal("hours", 4, 2).comment("How long.");
    t.string("note", 255).nullable().comment("What was done.");
    t.enumeration("status", ["draft", "submitted", "approved"])
        .default("draft")
        .comment("Where it stands.");
    t.timestamps();
    t.check("timesheet_entries_hours_check", "hours > 0 AND hours <= 24");
    t.unique(["assignment_id", "worked_on"]);
    t.comment("Hours that were worked.");
}
