//! Leave: what kinds there are, who asks for it, how much is left.

use strata_sdk::prelude::*;

/// `004_create_leave`.
pub(crate) fn create(schema: &mut Schema, tenant: &Context) -> Result<()> {
    let home_leave: u32 = tenant.required_setting("home_leave_days")?;
    schema.create_table("leave_types", types);
    schema.create_table("leave_requests", requests);
    schema.create_table("leave_balances", balances);
    seed(schema, home_leave);
    Ok(())
}

fn types(t: &mut TableBuilder) {
    t.id();
    t.string("key", 40).unique().comment("Stable short name.");
    t.string("name", 190).comment("Name in English.");
    t.string("name_np", 190).comment("Name in Nepali.");
    t.decimal("days_per_year", 4, 1)
        .comment("How many days an employee gets in a year.");
    t.boolean("is_paid")
        .default(true)
        .comment("Whether the salary goes on.");
    t.boolean("is_carried_over")
        .default(false)
        .comment("Whether what is left stays for next year.");
    t.timestamps();
    t.check("leave_types_days_check", "days_per_year BETWEEN 0 AND 366");
    t.comment("Kinds of leave.");
}

fn requests(t: &mut TableBuilder) {
    t.id();
    t.reference("employee_id", "employees")
        .without_index()
        .comment("Who asks.");
    t.reference("leave_type_id", "leave_types")
        .comment("For what kind.");
    t.date("starts_on").comment("First day away (Gregorian).");
    t.date("ends_on").comment("Last day away (Gregorian).");
    t.decimal("days", 4, 1)
        .comment("Working days that it takes; half days count.");
    t.text("reason")
        .nullable()
        .comment("Why, if it has to be said.");
    t.enumeration("status", ["requested", "approved", "rejected", "cancelled"])
        .default("requested")
        .comment("Where it stands.");
    t.reference("decided_by_id", "employees")
        .nullable()
        .comment("Who decided.");
    t.timestamptz("decided_at").nullable().comment("When.");
    t.timestamps();
    t.check("leave_requests_period_check", "ends_on >= starts_on");
    t.check("leave_requests_days_check", "days > 0");
    t.check(
        "leave_requests_decision_check",
        "status NOT IN ('approved', 'rejected') \
         OR (decided_by_id IS NOT NULL AND decided_at IS NOT NULL)",
    );
    t.check(
        "leave_requests_four_eyes_check",
        "decided_by_id IS NULL OR decided_by_id <> employee_id",
    );
    t.index(["employee_id", "starts_on"]);
    t.index(["status", "starts_on"]);
    t.comment("Leave that was asked for; nobody grants their own.");
}

fn balances(t: &mut TableBuilder) {
    t.reference("employee_id", "employees")
        .without_index()
        .comment("Whose.");
    t.reference("leave_type_id", "leave_types")
        .comment("Of what kind.");
    t.smallint("year")
        .comment("In which year, in the calendar of the payroll.");
    t.decimal("granted", 5, 1)
        .default(0)
        .comment("Days given, with what was carried over.");
    t.decimal("taken", 5, 1).default(0).comment("Days used.");
    t.timestamps();
    t.primary_key(["employee_id", "leave_type_id", "year"]);
    t.check("leave_balances_year_check", "year BETWEEN 1900 AND 2200");
    t.check("leave_balances_days_check", "granted >= 0 AND taken >= 0");
    t.comment("How much leave was given and used, by year.");
}

/// The kinds of leave that the Labour Act 2074 knows.
fn seed(schema: &mut Schema, home_leave: u32) {
    let days = |days: u32| Value::decimal(days.to_string());
    schema.insert_rows(
        "leave_types",
        ["key"],
        rows![
            { "key": "home", "name": "Home leave", "name_np": "घर बिदा", "days_per_year": days(home_leave), "is_paid": true, "is_carried_over": true },
            { "key": "sick", "name": "Sick leave", "name_np": "बिरामी बिदा", "days_per_year": days(12), "is_paid": true, "is_carried_over": true },
            { "key": "maternity", "name": "Maternity leave", "name_np": "प्रसूति बिदा", "days_per_year": days(98), "is_paid": true, "is_carried_over": false },
            { "key": "paternity", "name": "Paternity leave", "name_np": "प्रसूति स्याहार बिदा", "days_per_year": days(15), "is_paid": true, "is_carried_over": false },
            { "key": "mourning", "name": "Mourning leave", "name_np": "किरिया बिदा", "days_per_year": days(13), "is_paid": true, "is_carried_over": false },
            { "key": "unpaid", "name": "Unpaid leave", "name_np": "बेतलबी बिदा", "days_per_year": days(0), "is_paid": false, "is_carried_over": false },
        ],
    );
}
