//! Changes of a column's type: from every type to every other that one database can make of it.

use std::collections::BTreeMap;

use dialect::error::DIALECT_UNSUPPORTED;
use dialect::for_backend;
use model::column_type::ColumnType as T;
use model::operation::{AlterColumn, ColumnChange};
use model::schema::Schema;
use model::value::Value;
use model::{Backend, Operation, Reverse};

use crate::case::*;
use crate::types::choice;
use crate::words::*;

const UUID: &str = "0191f3a0-0000-7000-8000-00000000abcd";

/// Every type, and those with a size in two sizes, each with a value that fits wherever it can go.
fn types() -> Vec<(T, Value)> {
    let d = |precision, scale| T::Decimal { precision, scale };
    let words = [
        T::String { length: 40 },
        T::String { length: 50 },
        T::Text,
        choice(&["1", UUID]),
        choice(&["1", UUID, "z"]),
    ];
    let numbers = [T::Smallint, T::Int, T::Bigint, d(10, 2), d(12, 4), d(9, 0)];
    let bytes = [T::Binary { length: 2 }, T::Binary { length: 8 }, T::Blob];
    let mut all = vec![(T::Bool, Value::Bool(true))];
    all.extend(numbers.map(|t| (t, integer(1))));
    all.extend([T::Real, T::Double].map(|t| (t, Value::float(1.5).unwrap())));
    all.extend(words.map(|t| (t, text("1"))));
    all.extend([
        (T::Json, text("1")),
        (T::Uuid, text(UUID)),
        (T::Date, text("2026-11-20")),
        (T::Time, text("13:05:00.5")),
        (T::Timestamp, text("2026-11-20 13:05:00.5")),
        (T::Timestamptz, text("2026-11-20T13:05:00.5Z")),
    ]);
    all.extend(bytes.map(|t| (t, Value::Bytes(vec![7]))));
    all
}

fn set(to: &T) -> Operation {
    AlterColumn {
        table: things(),
        column: name("c"),
        change: ColumnChange::SetType(to.clone()),
    }
    .into()
}

fn given(from: &T, value: Value) -> Vec<Operation> {
    let values = vec![vec![integer(1), value], vec![integer(2), Value::Null]];
    vec![
        make(table("things", vec![nullable("c", from.clone())])),
        rows("things", &["id", "c"], values),
    ]
}

/// Whether one database at least does it; the others say why not, and what to do instead.
fn compiles(operation: &Operation, schema: &Schema) -> bool {
    let all = [Backend::Sqlite, Backend::Postgresql, Backend::Mariadb];
    let compiled = all.map(|backend| for_backend(backend).compile(operation, schema));
    for error in compiled
        .iter()
        .filter_map(|compiled| compiled.as_ref().err())
    {
        assert!(error.is(&DIALECT_UNSUPPORTED), "{error:?}");
        assert!(!error.hints().is_empty(), "{error:?}");
    }
    compiled.iter().any(Result::is_ok)
}

fn change(from: &T, to: &T, value: Value) -> Case {
    let does = case(
        format!("a {from} becomes a {to}"),
        given(from, value),
        set(to),
    );
    let after = after(does.before(), std::slice::from_ref(&does.does));
    match does.does.reverse(&does.before()) {
        Reverse::Irreversible { .. } if compiles(&set(from), &after) => does.back(vec![set(from)]),
        _ => does,
    }
}

/// The changes from a type that some database makes, by the word of the type.
pub(crate) fn pages() -> Vec<(String, Vec<Case>)> {
    let mut pages: BTreeMap<String, Vec<Case>> = BTreeMap::new();
    for (from, value) in types() {
        let word = crate::type_word(&from);
        let page = pages.entry(format!("type_of_{}", word.to_lowercase()));
        let page = page.or_default();
        for (to, _) in types().into_iter().filter(|(to, _)| *to != from) {
            let change = change(&from, &to, value.clone());
            if compiles(&change.does, &change.before()) {
                page.push(change);
            }
        }
    }
    pages.retain(|_, cases| !cases.is_empty());
    pages.into_iter().collect()
}

/// The changes that no database makes, one line for each type.
pub(crate) fn refused() -> String {
    let mut lines = Vec::new();
    for (from, value) in types() {
        let others = types().into_iter().filter(|(to, _)| *to != from);
        let others = others.filter(|(to, _)| {
            let change = change(&from, to, value.clone());
            !compiles(&change.does, &change.before())
        });
        let others: Vec<String> = others.map(|(to, _)| to.to_string()).collect();
        if !others.is_empty() {
            lines.push(format!("{from} becomes none of: {}", others.join(", ")));
        }
    }
    lines.join("\n")
}

/// Changes that the rows do not let happen, and changes with a default.
pub(crate) fn others() -> Vec<Case> {
    let d = |precision, scale| T::Decimal { precision, scale };
    let unfit = [
        (T::Bigint, integer(70_000), T::Smallint),
        (T::Int, integer(7000), d(5, 2)),
        (d(10, 2), decimal("1000.50"), d(5, 2)),
        (d(10, 2), decimal("7.50"), T::Int),
        (d(12, 4), decimal("7.5001"), d(10, 2)),
        (T::Text, text("abcd"), T::String { length: 3 }),
        (T::Text, text("A"), choice(&["a"])),
        (T::Text, text("{"), T::Json),
        (
            T::Blob,
            Value::Bytes(vec![1, 2, 3]),
            T::Binary { length: 2 },
        ),
        (T::Uuid, text(UUID), T::String { length: 10 }),
    ];
    let unfit = unfit.into_iter().map(|(from, value, to)| {
        case(
            format!("a {from} that does not fit a {to} stays what it is"),
            given(&from, value),
            set(&to),
        )
        .fails()
    });
    let with_default = |from: T, value: Value, to: T| {
        let falls = "INSERT INTO things (id) VALUES (9)";
        let given = vec![
            make(table("things", vec![defaulted("c", from.clone(), value)])),
            rows("things", &["id"], vec![vec![integer(1)]]),
        ];
        case(
            format!("a {from} with a default becomes a {to} and keeps it"),
            given,
            set(&to),
        )
        .takes(&[falls])
    };
    let mut cases: Vec<Case> = unfit.collect();
    cases.extend([
        with_default(T::Smallint, integer(7), T::Bigint),
        with_default(T::String { length: 5 }, text("it's"), T::Text),
        with_default(choice(&["a", "b"]), text("b"), choice(&["a", "b", "c"])),
        with_default(d(10, 2), decimal("1.50"), d(12, 3)),
    ]);
    cases
}
