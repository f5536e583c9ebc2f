//! Rows: added, changed, filled and removed, and raw SQL.

use model::Operation;
use model::column_type::ColumnType as T;
use model::operation::{
    Assignment, Backfill, DatabaseSql, DeleteRows, InsertRows, RunSql, UpdateRows,
};
use model::value::Value;

use crate::case::*;
use crate::views;
use crate::words::*;

fn seeds() -> Vec<Operation> {
    let mut plans = table("things", vec![word("code"), nullable("note", T::Text)]);
    plans.indexes = vec![index("things_code", &["code"], true)];
    let row = |id, code: &str| vec![integer(id), text(code)];
    vec![
        make(plans),
        rows("things", &["id", "code"], vec![row(1, "a"), row(2, "b")]),
    ]
}

pub(crate) fn added() -> Vec<Case> {
    let row = |id, code: &str, note| vec![integer(id), text(code), note];
    let columns = names(&["id", "code", "note"]);
    let by_code = |rows| InsertRows {
        table: things(),
        key: names(&["code"]),
        columns: columns.clone(),
        rows,
    };
    let odd = "it's \\ \"b\" `c` -- d \u{1F600}";
    vec![
        case(
            "rows are added to an empty table",
            vec![seeds().swap_remove(0)],
            rows(
                "things",
                &["id", "code", "note"],
                vec![row(7, "it's \\", text(odd))],
            ),
        ),
        case(
            "a row that is there by its id stays as it is",
            seeds(),
            rows(
                "things",
                &["id", "code", "note"],
                vec![row(1, "c", text("new")), row(3, "d", Value::Null)],
            ),
        ),
        case(
            "a row that is there by a unique column stays as it is",
            seeds(),
            by_code(vec![row(8, "a", text("new")), row(9, "z", text("new"))]),
        ),
        case(
            "a row that breaks another unique index is not added",
            seeds(),
            rows("things", &["id", "code"], vec![vec![integer(3), text("a")]]),
        )
        .fails(),
        case(
            "a table with rows of seeds is dropped",
            seeds(),
            model::operation::DropTable { table: things() },
        )
        .back(seeds()),
    ]
}

fn update(assignments: &[(&str, &str)], filter: Option<&str>) -> UpdateRows {
    let assignments = assignments.iter().map(|(column, value)| Assignment {
        column: name(column),
        value: expression(value),
    });
    UpdateRows {
        table: name("plans"),
        assignments: assignments.collect(),
        filter: filter.map(expression),
    }
}

/// Conditions, each of which finds one plan.
const CONDITIONS: [&str; 16] = [
    "price = 29.500",
    "price * 1.5 = 44.25",
    "price - 1 BETWEEN 28.4 AND 28.6",
    "price IN (1, 29.50, 3.125)",
    "COALESCE(price, 0) < 0.001",
    "-price = -29.5",
    "length(code) = 5",
    "upper(code) || '!' = 'GOLD!'",
    "lower('GOLD') = code",
    "NOT (price <> 0) AND code IS NOT NULL",
    "price < 1e-3",
    "price / 2e0 = 14.75",
    "price / 0e0 IS NULL AND code || '' = 'gold'",
    "code = 'gold' AND 'a' <> 'A' AND code <> 'gold '",
    "code > 'bz' AND code < 'h'",
    "code NOT IN ('basic', 'silver')",
];

pub(crate) fn changed() -> Vec<Case> {
    let found = |condition: &str| {
        case(
            format!("rows where `{condition}` are found"),
            views::given(),
            update(&[("code", "'found'")], Some(condition)),
        )
    };
    let mut cases: Vec<Case> = CONDITIONS.map(found).into();
    cases.extend([
        case(
            "all rows are changed by what they are",
            views::given(),
            update(
                &[("price", "price * 2 + 1"), ("code", "upper(code) || '!'")],
                None,
            ),
        ),
        case(
            "rows are changed to a text with quotes",
            views::given(),
            update(&[("code", "'it''s \\ \"b\" `c`'")], Some("price = 0")),
        ),
        case(
            "a change that breaks a type changes nothing",
            views::given(),
            update(&[("price", "price * 1000000000")], None),
        )
        .fails(),
    ]);
    cases
}

pub(crate) fn filled_and_removed() -> Vec<Case> {
    let note = |filter: Option<&str>| Backfill {
        table: things(),
        column: name("note"),
        value: expression("'note ' || code"),
        filter: filter.map(expression),
    };
    let delete = |filter: Option<&str>| DeleteRows {
        table: things(),
        filter: filter.map(expression),
    };
    vec![
        case("a column is filled where it is null", seeds(), note(None)),
        case(
            "a column is filled where a condition says so",
            seeds(),
            note(Some("code = 'a'")),
        ),
        case(
            "some rows are removed",
            seeds(),
            delete(Some("code = 'a' OR note = 'x'")),
        ),
        case("all rows are removed", seeds(), delete(None)),
    ]
}

/// Raw SQL, the same text for these databases.
fn raw(databases: &[&str], sql: &str, reverse: Option<&str>) -> RunSql {
    let text = |database: &&str| DatabaseSql {
        database: database.to_string(),
        statements: vec![sql.to_owned()],
        reverse: reverse.map(|sql| vec![sql.to_owned()]),
    };
    RunSql {
        description: "by hand".to_owned(),
        texts: databases.iter().map(text).collect(),
        touches: names(&["plans"]),
    }
}

pub(crate) fn raw_sql() -> Vec<Case> {
    let all = &["sqlite", "postgresql", "mysql"];
    let doubled = "UPDATE plans SET price = price * 2 WHERE code = 'gold' -- twice";
    let halved = "UPDATE plans SET price = price / 2 WHERE code = 'gold';";
    vec![
        case(
            "raw SQL with its own way back",
            views::given(),
            raw(all, doubled, Some(halved)),
        ),
        case(
            "raw SQL without a way back",
            views::given(),
            raw(
                all,
                "INSERT INTO plans (code) SELECT concat(p.code, '2') FROM plans p WHERE p.code = 'gold'",
                None,
            ),
        ),
        case(
            "raw SQL that some databases have no text for",
            views::given(),
            raw(&["postgresql"], doubled, Some(halved)),
        ),
        case(
            "raw SQL for MariaDB alone",
            views::given(),
            raw(&["mariadb"], doubled, Some(halved)),
        ),
    ]
}
