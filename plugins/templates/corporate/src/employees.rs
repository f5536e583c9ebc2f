//! Employees, their contracts and whom to call in an emergency.

use strata_sdk::prelude::*;

/// `002_create_employee_records`.
pub(crate) fn create(schema: &mut Schema, tenant: &Context) -> Result<()> {
    let currency = crate::currency(tenant)?;
    schema.create_table("employees", employees);
    schema.create_table("employment_contracts", |t| contracts(t, &currency));
    schema.create_table("emergency_contacts", contacts);
    // Departments are there before anybody can lead one.
    schema.add_column("departments", |t| {
        t.reference("head_employee_id", "employees")
            .nullable()
            .on_delete(Action::SetNull)
            .comment("Who leads it.");
    });
    schema
        .create_view(
            "department_headcount",
            "SELECT d.id AS department_id, d.code AS code, d.name AS name, COUNT(e.id) AS employees \
             FROM departments AS d \
             LEFT JOIN employees AS e ON e.department_id = d.id AND e.status <> 'left' \
             GROUP BY d.id, d.code, d.name",
        )
        .comment("How many people work in each department.");
    Ok(())
}

fn employees(t: &mut TableBuilder) {
    t.id();
    t.string("employee_number", 40)
        .unique()
        .comment("Number on the employee's card.");
    t.reference("user_id", "users")
        .nullable()
        .unique()
        .on_delete(Action::SetNull)
        .comment("The employee's account, if there is one.");
    t.reference("department_id", "departments")
        .without_index()
        .comment("Where they work.");
    t.reference("position_id", "job_positions")
        .comment("As what they work.");
    t.reference("manager_id", "employees")
        .nullable()
        .on_delete(Action::SetNull)
        .comment("Whom they report to.");
    person(t);
    t.enumeration(
        "employment_type",
        [
            "permanent",
            "fixed_term",
            "part_time",
            "intern",
            "consultant",
        ],
    )
    .default("permanent")
    .comment("How they are employed.");
    t.enumeration("status", ["probation", "active", "on_leave", "left"])
        .default("probation")
        .comment("Where they stand.");
    t.date("hired_on").comment("First day (Gregorian).");
    t.date("left_on")
        .nullable()
        .comment("Last day (Gregorian).");
    t.timestamps();
    t.check(
        "employees_left_check",
        "status <> 'left' OR left_on IS NOT NULL",
    );
    t.check("employees_period_check", "left_on >= hired_on");
    t.index(["department_id", "status"]);
    t.comment("Those who work here or did.");
}

/// Who they are, and how to reach them.
fn person(t: &mut TableBuilder) {
    t.string("name", 190)
        .index()
        .comment("Full name in English.");
    t.string("name_np", 190)
        .nullable()
        .comment("Full name in Nepali.");
    t.string("work_email", 190)
        .nullable()
        .ignore_case()
        .unique()
        .comment("Address at work.");
    t.string("private_email", 190)
        .nullable()
        .comment("Address at home.");
    t.string("phone", 32)
        .nullable()
        .comment("Number with country code.");
    t.string("address", 255)
        .nullable()
        .comment("Where they live.");
    t.date("birth_date")
        .nullable()
        .comment("Day of birth (Gregorian).");
    t.string("tax_number", 40)
        .nullable()
        .comment("Permanent account number (PAN) for tax.");
}

fn contracts(t: &mut TableBuilder, currency: &str) {
    t.id();
    t.string("contract_number", 60)
        .unique()
        .comment("Number of the contract.");
    t.reference("employee_id", "employees")
        .without_index()
        .comment("With whom.");
    t.date("starts_on").comment("First day (Gregorian).");
    t.date("ends_on")
        .nullable()
        .comment("Last day; open if there is none.");
    t.decimal("salary", 14, 2)
        .comment("What is paid for each period.");
    t.string("currency", 3)
        .default(currency)
        .comment("ISO 4217 code of the salary.");
    t.enumeration("pay_period", ["hour", "day", "month", "year"])
        .default("month")
        .comment("What the salary is for.");
    t.smallint("weekly_hours")
        .default(48)
        .comment("Hours in a week.");
    t.string("document_reference", 255)
        .nullable()
        .comment("Where the signed paper is kept.");
    t.timestamps();
    t.check("employment_contracts_period_check", "ends_on >= starts_on");
    t.check("employment_contracts_salary_check", "salary >= 0");
    t.check(
        "employment_contracts_currency_check",
        "LENGTH(currency) = 3",
    );
    t.check(
        "employment_contracts_hours_check",
        "weekly_hours BETWEEN 1 AND 72",
    );
    t.unique(["employee_id", "starts_on"]);
    t.comment("What was agreed with an employee, one row for each contract or change.");
}

fn contacts(t: &mut TableBuilder) {
    t.id();
    t.reference("employee_id", "employees")
        .without_index()
        .on_delete(Action::Cascade)
        .comment("For whom.");
    t.string("name", 190).comment("Whom to call.");
    t.string("relation", 60)
        .comment("What they are to the employee.");
    t.string("phone", 32).comment("Number with country code.");
    t.smallint("sequence")
        .default(1)
        .comment("Whom to call first.");
    t.timestamps();
    t.check("emergency_contacts_sequence_check", "sequence >= 1");
    t.unique(["employee_id", "sequence"]);
    t.comment("Whom to call when an employee is hurt.");
}
