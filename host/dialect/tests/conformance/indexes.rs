//! Indexes and checks: made with a table, added over rows, dropped, and what they keep out.

use model::Operation;
use model::column_type::ColumnType as T;
use model::operation::{AddCheck, CreateIndex, DropCheck, DropIndex};
use model::schema::{Collation, Column, Index, IndexColumn, Table};
use model::value::Value;

use crate::case::*;
use crate::types;
use crate::words::*;

fn create(index: Index) -> CreateIndex {
    CreateIndex {
        table: things(),
        index,
    }
}

/// Two rows of letters and numbers.
fn given() -> Vec<Operation> {
    let columns = vec![
        nullable("code", T::String { length: 20 }),
        nullable("size", T::Int),
        defaulted("active", T::Bool, Value::Bool(true)),
    ];
    let values = vec![
        vec![integer(1), text("a"), integer(1), Value::Bool(true)],
        vec![integer(2), text("b"), integer(1), Value::Bool(true)],
        vec![integer(3), text("a"), Value::Null, Value::Bool(false)],
    ];
    vec![
        make(table("things", columns)),
        rows("things", &["id", "code", "size", "active"], values),
    ]
}

fn down(mut index: Index) -> Index {
    for column in &mut index.columns {
        column.descending = true;
    }
    index
}

fn filtered(index: Index, filter: &str) -> Index {
    Index {
        filter: Some(expression(filter)),
        ..index
    }
}

/// Indexes of every shape, in a sentence.
fn shapes() -> Vec<(&'static str, Index)> {
    let plain = |unique| index("things_index", &["code"], unique);
    let both = |unique| index("things_index", &["size", "code"], unique);
    let mixed = Index {
        columns: vec![
            IndexColumn {
                name: name("size"),
                descending: true,
            },
            IndexColumn {
                name: name("code"),
                descending: false,
            },
        ],
        ..plain(false)
    };
    let active = "active = TRUE";
    vec![
        ("an index over one column", plain(false)),
        ("an index that goes down", down(plain(false))),
        ("an index over two columns", both(false)),
        ("an index over two columns, one of which goes down", mixed),
        (
            "a unique index over two columns that may be null",
            both(true),
        ),
        ("an index over some rows", filtered(plain(false), active)),
        (
            "a unique index over some rows",
            filtered(plain(true), active),
        ),
        (
            "a unique index over rows that a longer condition names",
            filtered(
                plain(true),
                "active = TRUE AND length(code) < 9 AND code <> 'it''s'",
            ),
        ),
    ]
}

pub(crate) fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    for (says, index) in shapes() {
        let drop = DropIndex {
            table: things(),
            index: index.name.clone(),
        };
        let made: Operation = create(index.clone()).into();
        cases.push(case(
            format!("{says} is added over rows"),
            given(),
            made.clone(),
        ));
        cases.push(case(
            format!("{says} is dropped"),
            [given(), vec![made]].concat(),
            drop,
        ));
    }
    cases.extend(kept_out());
    cases.extend(after_times());
    cases
}

/// A unique index over the rows after a day, a time or a moment.
fn after_times() -> Vec<Case> {
    let of = |(t, [old, new], _): types::Sample| {
        let filter = format!("c > {old}");
        let index = filtered(index("things_index", &["c"], true), &filter);
        let values = vec![vec![integer(1), new]];
        let given = vec![
            make(table("things", vec![nullable("c", t.clone())])),
            rows("things", &["id", "c"], values),
        ];
        case(
            format!("a unique index over the rows after a {t} is added"),
            given,
            create(index),
        )
        .refuses(&["INSERT INTO things (c) SELECT c FROM things"])
    };
    let early = [
        "0001-01-01",
        "00:00:00",
        "1970-01-01 00:00:00.5",
        "1970-01-01T00:00:00Z",
    ];
    let samples = types::times().into_iter().zip(early);
    let samples = samples.map(|((t, [new, _], unfit), old)| (t, [text(old), new], unfit));
    samples.map(of).collect()
}

fn kept_out() -> Vec<Case> {
    let unique = index("things_index", &["code"], true);
    let active = filtered(unique.clone(), "active = TRUE");
    vec![
        case(
            "a unique index that rows break is not added",
            given(),
            create(unique.clone()),
        )
        .fails(),
        case(
            "a unique index keeps equal rows out",
            vec![given().swap_remove(0)],
            create(unique.clone()),
        )
        .takes(&["INSERT INTO things (code) VALUES ('a'), ('A'), (NULL), (NULL)"]),
        case(
            "a unique index over some rows lets the others be equal",
            given(),
            create(active),
        )
        .refuses(&["INSERT INTO things (code) VALUES ('a')"])
        .takes(&["INSERT INTO things (code, active) VALUES ('b', FALSE), ('b', FALSE)"]),
        case(
            "a unique index over texts without regard to case keeps those of another case out",
            vec![
                make(table(
                    "things",
                    vec![Column {
                        collation: Collation::IgnoreCase,
                        ..word("code")
                    }],
                )),
                rows(
                    "things",
                    &["id", "code"],
                    vec![vec![integer(1), text("Ann")]],
                ),
            ],
            create(unique),
        )
        .refuses(&["INSERT INTO things (code) VALUES ('aNN')"]),
    ]
}

/// An index over a column of each type, made with its table.
pub(crate) fn of_types() -> Vec<Case> {
    let of = |(t, ..): types::Sample| {
        let indexed = Table {
            indexes: vec![index("things_index", &["c"], false)],
            ..table("things", vec![nullable("c", t.clone())])
        };
        case(
            format!("a table is made with an index over a {t}"),
            vec![],
            make(indexed),
        )
    };
    let samples = types::samples().into_iter();
    // No database indexes a document.
    let mut cases: Vec<Case> = samples.filter(|(t, ..)| *t != T::Json).map(of).collect();
    for t in [T::String { length: 769 }, T::Binary { length: 3073 }] {
        cases.push(of((t, [Value::Null, Value::Null], &[])));
    }
    cases
}

fn add_check(condition: &str) -> AddCheck {
    AddCheck {
        table: things(),
        check: check("things_check", condition),
    }
}

pub(crate) fn checks() -> Vec<Case> {
    let of = |(condition, broken): (&str, &str)| {
        case(
            format!("a check `{condition}` is added over rows"),
            given(),
            add_check(condition),
        )
        .refuses(&[broken])
    };
    let mut cases: Vec<Case> = [
        ("size > 0", "UPDATE things SET size = 0"),
        (
            "size BETWEEN 1 AND 9 OR size IS NULL",
            "UPDATE things SET size = 10",
        ),
        ("size * 2 + 1 < 7.5", "UPDATE things SET size = 4"),
        ("size <> 3", "UPDATE things SET size = 3"),
        ("size / 2e0 < 2.5", "UPDATE things SET size = 5"),
        ("code IN ('a', 'b')", "UPDATE things SET code = 'A'"),
        ("length(code) = 1", "UPDATE things SET code = 'ab'"),
        (
            "upper(code) || lower(code) <> 'Xx'",
            "UPDATE things SET code = 'x'",
        ),
        (
            "code <> 'it''s \\ \"x\"'",
            "UPDATE things SET code = 'it''s \\ \"x\"'",
        ),
        (
            "NOT (active = TRUE AND code = 'z')",
            "UPDATE things SET code = 'z'",
        ),
        (
            "COALESCE(code, 'n') <> 'n'",
            "UPDATE things SET code = NULL",
        ),
    ]
    .map(of)
    .into();
    // A backslash in a literal means another text on MariaDB when a test writes it by hand.
    for case in &mut cases {
        case.refuses.retain(|sql| !sql.contains('\\'));
    }
    cases.extend(other_checks());
    cases
}

fn other_checks() -> Vec<Case> {
    let dropped = DropCheck {
        table: things(),
        check: name("things_check"),
    };
    let checked = Table {
        checks: vec![
            check("things_first", "a < b"),
            check("things_second", "b < 100"),
        ],
        ..table("things", vec![column("a", T::Int), column("b", T::Int)])
    };
    vec![
        case(
            "a check that a row breaks is not added",
            given(),
            add_check("code = 'a'"),
        )
        .fails(),
        case(
            "a check is dropped",
            [given(), vec![add_check("size = 1").into()]].concat(),
            dropped,
        )
        .takes(&["UPDATE things SET size = 2"]),
        case("a table is made with two checks", vec![], make(checked))
            .refuses(&[
                "INSERT INTO things (a, b) VALUES (1, 1)",
                "INSERT INTO things (a, b) VALUES (1, 100)",
            ])
            .takes(&["INSERT INTO things (a, b) VALUES (1, 2)"]),
    ]
}
