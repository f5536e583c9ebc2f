//! What could be wrong with a template, one thing at a time, as changes to its input.
//!
//! A mutant says exactly which errors it must give: those, and no others.

use serde_json::{Value, json};

/// A name, the change, and the errors that it gives, each with its object.
pub(crate) type Mutant = (
    &'static str,
    fn(&mut Value),
    &'static [(&'static str, &'static str)],
);

/// All of them.
pub(crate) fn all() -> Vec<Mutant> {
    let groups = [
        tables(),
        columns(),
        choices(),
        years_and_periods(),
        retention(),
        rows(),
        codes(),
    ];
    groups.into_iter().flatten().collect()
}

fn table<'a>(input: &'a mut Value, table: &str) -> &'a mut Value {
    let found = &mut input["after"]["tables"][table];
    assert!(found.is_object(), "{table}");
    found
}

/// A part of a list by its name.
fn named<'a>(list: &'a mut Value, name: &str) -> &'a mut Value {
    let mut parts = list.as_array_mut().unwrap().iter_mut();
    parts.find(|part| part["name"] == name).unwrap()
}

fn column<'a>(input: &'a mut Value, table: &str, column: &str) -> &'a mut Value {
    named(&mut self::table(input, table)["columns"], column)
}

/// Takes those away for which `is_it` holds, of which there must be one.
fn remove(list: &mut Value, is_it: impl Fn(&Value) -> bool) {
    let list = list.as_array_mut().unwrap();
    let n_before = list.len();
    list.retain(|part| !is_it(part));
    assert_eq!(list.len() + 1, n_before);
}

fn without_table(input: &mut Value, table: &str) {
    let tables = input["after"]["tables"].as_object_mut().unwrap();
    tables.remove(table).unwrap();
}

fn without_column(input: &mut Value, table: &str, column: &str) {
    remove(&mut self::table(input, table)["columns"], |part| {
        part["name"] == column
    });
}

fn without_check(input: &mut Value, table: &str, check: &str) {
    remove(&mut self::table(input, table)["checks"], |part| {
        part["name"] == check
    });
}

/// The unique index that begins with a column.
fn unique<'a>(input: &'a mut Value, table: &str, first: &str) -> &'a mut Value {
    let indexes = self::table(input, table)["indexes"].as_array_mut().unwrap();
    let mut indexes = indexes.iter_mut();
    let is_it =
        |index: &&mut Value| index["unique"] == true && index["columns"][0]["name"] == first;
    indexes.find(is_it).unwrap()
}

fn set_words(input: &mut Value, table: &str, column: &str, words: &[&str]) {
    let column = self::column(input, table, column);
    column["column_type"] = json!({"type": "enum", "values": words});
}

fn classification<'a>(input: &'a mut Value, table: &str) -> &'a mut Value {
    let plugins = input["plugins"].as_array_mut().unwrap();
    let mut entries = plugins
        .iter_mut()
        .flat_map(|plugin| plugin["classification"].as_array_mut().unwrap());
    entries.find(|entry| entry["table"] == table).unwrap()
}

fn operations(input: &mut Value) -> impl Iterator<Item = &mut Value> {
    let steps = input["plan"]["steps"].as_array_mut().unwrap();
    steps
        .iter_mut()
        .flat_map(|step| step["operations"].as_array_mut().unwrap())
}

/// The operation that enters the rows of a table.
fn insert<'a>(input: &'a mut Value, table: &str) -> &'a mut Value {
    let is_it = |operation: &&mut Value| {
        operation["operation"] == "insert-rows" && operation["table"] == table
    };
    operations(input).find(is_it).unwrap()
}

/// The text that the last row of a table gives a column.
fn last_text<'a>(input: &'a mut Value, table: &str, column: &str) -> &'a mut Value {
    let insert = insert(input, table);
    let columns = insert["columns"].as_array().unwrap();
    let place = columns.iter().position(|name| name == column).unwrap();
    let last = insert["rows"].as_array_mut().unwrap().last_mut().unwrap();
    &mut last[place]["text"]
}

fn one_row_less(input: &mut Value, table: &str) {
    let rows = insert(input, table)["rows"].as_array_mut().unwrap();
    rows.pop().unwrap();
}

/// Lets a migration do one thing more, at its end.
fn append(input: &mut Value, operation: Value) {
    let steps = input["plan"]["steps"].as_array_mut().unwrap();
    let last = steps.last_mut().unwrap();
    last["operations"].as_array_mut().unwrap().push(operation);
}

fn tables() -> Vec<Mutant> {
    vec![
        (
            "no financial reports",
            |i| without_table(i, "financial_reports"),
            &[("ec.table_missing", "financial_reports")],
        ),
        (
            "no donation records",
            |i| without_table(i, "donation_records"),
            &[("ec.table_missing", "donation_records")],
        ),
        (
            "no member registrations",
            |i| without_table(i, "member_registrations"),
            &[("ec.table_missing", "member_registrations")],
        ),
        (
            "no election expenditures",
            |i| without_table(i, "election_expenditures"),
            &[("ec.table_missing", "election_expenditures")],
        ),
        (
            "no audit trail",
            |i| without_table(i, "audit_trails"),
            &[("ec.table_missing", "audit_trails")],
        ),
        (
            "no reports to the Commission",
            |i| without_table(i, "election_commission_reports"),
            &[("ec.table_missing", "election_commission_reports")],
        ),
        (
            "an audit trail that can be rewritten",
            |i| table(i, "audit_trails")["append_only"] = json!(false),
            &[("ec.audit_rewritable", "audit_trails")],
        ),
        (
            "donations that go with their report",
            |i| {
                let name = "donation_records_financial_report_id_fk";
                let keys = &mut table(i, "donation_records")["foreign_keys"];
                named(keys, name)["on_delete"] = json!("cascade");
            },
            &[(
                "ec.record_cascades",
                "donation_records.donation_records_financial_report_id_fk",
            )],
        ),
    ]
}

fn columns() -> Vec<Mutant> {
    vec![
        (
            "a report without what was spent",
            |i| without_column(i, "financial_reports", "total_expenditure"),
            &[("ec.column_missing", "financial_reports.total_expenditure")],
        ),
        (
            "a donation without the donor's tax number",
            |i| without_column(i, "donation_records", "donor_pan"),
            &[("ec.column_missing", "donation_records.donor_pan")],
        ),
        (
            "an audit trail without what was there before",
            |i| without_column(i, "audit_trails", "old_values"),
            &[("ec.column_missing", "audit_trails.old_values")],
        ),
        (
            "a donation that may lack its donor",
            |i| column(i, "donation_records", "donor_name")["nullable"] = json!(true),
            &[("ec.column_nullable", "donation_records.donor_name")],
        ),
        (
            "an audit trail that may lack who acted",
            |i| column(i, "audit_trails", "actor")["nullable"] = json!(true),
            &[("ec.column_nullable", "audit_trails.actor")],
        ),
        (
            "money as a floating number",
            |i| column(i, "donation_records", "amount")["column_type"] = json!({"type": "double"}),
            &[("ec.column_type_wrong", "donation_records.amount")],
        ),
        (
            "money without paisa",
            |i| {
                column(i, "election_expenditures", "amount")["column_type"] =
                    json!({"type": "decimal", "precision": 16, "scale": 0});
            },
            &[("ec.column_type_wrong", "election_expenditures.amount")],
        ),
        (
            "a moment without its time zone",
            |i| {
                column(i, "audit_trails", "occurred_at")["column_type"] =
                    json!({"type": "timestamp"})
            },
            &[("ec.column_type_wrong", "audit_trails.occurred_at")],
        ),
        (
            "a certificate before the registration",
            |i| {
                column(i, "political_parties", "ec_registration_certificate")["nullable"] =
                    json!(false)
            },
            &[(
                "ec.column_demanded",
                "political_parties.ec_registration_certificate",
            )],
        ),
        (
            "two parties with one registration number",
            |i| unique(i, "political_parties", "registration_number")["unique"] = json!(false),
            &[(
                "ec.number_not_unique",
                "political_parties.registration_number",
            )],
        ),
    ]
}

fn choices() -> Vec<Mutant> {
    vec![
        (
            "no election reports",
            |i| {
                let words = ["quarterly", "annual"];
                set_words(i, "election_commission_reports", "report_type", &words);
            },
            &[(
                "ec.choice_missing",
                "election_commission_reports.report_type",
            )],
        ),
        (
            "reports that cannot be rejected",
            |i| {
                let words = ["draft", "submitted", "verified"];
                set_words(i, "election_commission_reports", "status", &words);
            },
            &[("ec.choice_missing", "election_commission_reports.status")],
        ),
        (
            "a party that cannot be suspended",
            |i| {
                set_words(
                    i,
                    "political_parties",
                    "ec_status",
                    &["active", "cancelled"],
                )
            },
            &[("ec.choice_missing", "political_parties.ec_status")],
        ),
        (
            "citizens whose proof cannot expire",
            |i| {
                let words = ["pending", "verified", "rejected"];
                set_words(i, "citizen_validations", "validation_status", &words);
            },
            &[("ec.choice_missing", "citizen_validations.validation_status")],
        ),
        (
            "no ward committees",
            |i| {
                let words = ["central", "provincial", "district", "special"];
                set_words(i, "political_committees", "level", &words);
            },
            &[("ec.choice_missing", "political_committees.level")],
        ),
        (
            "a status of the party's own invention",
            |i| {
                let words = ["active", "suspended", "cancelled", "dormant"];
                set_words(i, "political_parties", "ec_status", &words);
            },
            &[("ec.choice_unknown", "political_parties.ec_status")],
        ),
        (
            "a status of any text",
            |i| {
                column(i, "political_parties", "ec_status")["column_type"] =
                    json!({"type": "string", "length": 20});
            },
            &[("ec.choice_open", "political_parties.ec_status")],
        ),
    ]
}

const EVERY_FISCAL_YEAR: &[(&str, &str)] = &[
    ("ec.fiscal_year_unchecked", "donation_records.fiscal_year"),
    (
        "ec.fiscal_year_unchecked",
        "election_commission_reports.fiscal_year",
    ),
    (
        "ec.fiscal_year_unchecked",
        "election_expenditures.fiscal_year",
    ),
    ("ec.fiscal_year_unchecked", "financial_reports.fiscal_year"),
    (
        "ec.fiscal_year_unchecked",
        "member_registrations.fiscal_year",
    ),
];

fn years_and_periods() -> Vec<Mutant> {
    vec![
        (
            "fiscal years that nothing checks",
            |i| without_check(i, "fiscal_years", "fiscal_years_code_check"),
            EVERY_FISCAL_YEAR,
        ),
        (
            "fiscal years of any length",
            |i| {
                let check = named(
                    &mut table(i, "fiscal_years")["checks"],
                    "fiscal_years_code_check",
                );
                check["condition"] = json!("code BETWEEN '2000-2001' AND '2199-2200'");
            },
            EVERY_FISCAL_YEAR,
        ),
        (
            "donations whose fiscal year need not exist",
            |i| {
                remove(&mut table(i, "donation_records")["foreign_keys"], |key| {
                    key["columns"] == json!(["fiscal_year"])
                });
            },
            &[("ec.fiscal_year_unchecked", "donation_records.fiscal_year")],
        ),
        (
            "a fiscal year of two years",
            |i| *last_text(i, "fiscal_years", "code") = json!("2083-2085"),
            &[("ec.fiscal_year_invalid", "fiscal_years")],
        ),
        (
            "a key without the period",
            |i| {
                let columns = &mut unique(i, "financial_reports", "fiscal_year")["columns"];
                remove(columns, |column| column["name"] == "period");
            },
            &[("ec.report_key_wrong", "financial_reports")],
        ),
        (
            "two reports of one period",
            |i| {
                unique(i, "election_commission_reports", "fiscal_year")["unique"] = json!(false);
            },
            &[("ec.report_key_wrong", "election_commission_reports")],
        ),
        (
            "periods that nothing checks",
            |i| {
                let check = "election_commission_reports_period_check";
                without_check(i, "election_commission_reports", check);
            },
            &[("ec.period_unchecked", "election_commission_reports.period")],
        ),
    ]
}

fn retention() -> Vec<Mutant> {
    vec![
        (
            "reports for six years",
            |i| classification(i, "financial_reports")["retention_years"] = json!(6),
            &[("ec.retention_too_short", "financial_reports")],
        ),
        (
            "donations for six years",
            |i| classification(i, "donation_records")["retention_years"] = json!(6),
            &[("ec.retention_too_short", "donation_records")],
        ),
        (
            "election expenditures for seven years",
            |i| classification(i, "election_expenditures")["retention_years"] = json!(7),
            &[("ec.retention_too_short", "election_expenditures")],
        ),
        (
            "registrations for nine years, where nothing is laid down",
            |i| classification(i, "member_registrations")["retention_years"] = json!(9),
            &[("ec.retention_too_short", "member_registrations")],
        ),
        (
            "reports of which nobody says how long",
            |i| {
                let entry = classification(i, "financial_reports");
                entry.as_object_mut().unwrap().remove("retention_years");
            },
            &[("ec.retention_undeclared", "financial_reports")],
        ),
        (
            "an audit trail that another plugin alone classifies",
            |i| {
                let entry = classification(i, "audit_trails");
                let moved = std::mem::replace(entry, json!({"table": "members", "personal": []}));
                let basic = &mut i["plugins"][0]["classification"];
                basic.as_array_mut().unwrap().push(moved);
            },
            &[("ec.retention_undeclared", "audit_trails")],
        ),
    ]
}

fn rows() -> Vec<Mutant> {
    vec![
        (
            "76 districts",
            |i| one_row_less(i, "districts"),
            &[("ec.districts_incomplete", "districts")],
        ),
        (
            "six provinces",
            |i| one_row_less(i, "provinces"),
            &[("ec.provinces_incomplete", "provinces")],
        ),
        (
            "a district twice",
            |i| *last_text(i, "districts", "code") = json!("0101"),
            &[("ec.districts_incomplete", "districts")],
        ),
        (
            "a province with the code 8",
            |i| *last_text(i, "provinces", "code") = json!("8"),
            &[("ec.province_code_invalid", "provinces.code")],
        ),
        (
            "a district with a code of three characters",
            |i| *last_text(i, "districts", "code") = json!("709"),
            &[("ec.district_code_invalid", "districts.code")],
        ),
        (
            "districts that go again",
            |i| append(i, json!({"operation": "delete-rows", "table": "districts"})),
            &[("ec.geography_changed", "districts")],
        ),
    ]
}

fn codes() -> Vec<Mutant> {
    vec![
        (
            "province codes that nothing checks",
            |i| without_check(i, "provinces", "provinces_code_check"),
            &[("ec.province_code_unchecked", "provinces.code")],
        ),
        (
            "a check that lets an eighth province in",
            |i| {
                let check = named(&mut table(i, "provinces")["checks"], "provinces_code_check");
                check["condition"] = json!("code IN ('1', '2', '3', '4', '5', '6', '7', '8')");
            },
            &[("ec.province_code_unchecked", "provinces.code")],
        ),
        (
            "district codes that nothing checks",
            |i| without_check(i, "districts", "districts_code_check"),
            &[("ec.district_code_unchecked", "districts.code")],
        ),
        (
            "wards without a number",
            |i| {
                let check = "political_committees_ward_number_check";
                without_check(i, "political_committees", check);
            },
            &[("ec.ward_unchecked", "political_committees.ward_number")],
        ),
    ]
}
