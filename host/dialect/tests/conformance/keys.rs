//! Primary keys and foreign keys: made with a table, added, dropped, and what they do to rows.

use model::Operation;
use model::column_type::ColumnType as T;
use model::operation::{AddForeignKey, DeleteRows, DropForeignKey};
use model::schema::{ForeignKey, ReferentialAction as On, Table};
use model::value::Value;

use crate::case::*;
use crate::words::*;

/// Every action on delete with every action on update that all databases mean the same by.
const ACTIONS: [(On, On); 6] = [
    (On::Restrict, On::Restrict),
    (On::Restrict, On::Cascade),
    (On::Cascade, On::Restrict),
    (On::Cascade, On::Cascade),
    (On::SetNull, On::Restrict),
    (On::SetNull, On::Cascade),
];

fn says(action: On) -> &'static str {
    match action {
        On::Restrict => "refuses",
        On::Cascade => "cascades",
        On::SetNull => "sets null",
    }
}

/// A table whose key is these columns.
fn keyed(columns: &[(&str, T)]) -> Operation {
    let names_of: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let columns = columns.iter().map(|(name, t)| column(name, t.clone()));
    make(Table {
        columns: columns.collect(),
        primary_key: names(&names_of),
        ..table("things", vec![])
    })
}

pub(crate) fn primary() -> Vec<Case> {
    let word = T::String { length: 20 };
    let one = |t: T| {
        case(
            format!("a {t} is the primary key"),
            vec![],
            keyed(&[("k", t)]),
        )
    };
    let exact = T::Decimal {
        precision: 9,
        scale: 2,
    };
    let mut cases: Vec<Case> = [
        T::Bool,
        T::Smallint,
        T::Int,
        T::Bigint,
        exact,
        word.clone(),
        T::Text,
        T::Date,
        T::Time,
        T::Timestamp,
        T::Timestamptz,
        T::Uuid,
        T::Binary { length: 16 },
        T::Blob,
        crate::types::choice(&["a", "b"]),
    ]
    .map(one)
    .into();
    cases.push(
        case(
            "two columns are the primary key, the second first",
            vec![],
            make(Table {
                columns: vec![column("a", T::Int), column("b", word)],
                primary_key: names(&["b", "a"]),
                ..table("things", vec![])
            }),
        )
        .takes(&["INSERT INTO things (a, b) VALUES (1, 'x'), (1, 'y'), (2, 'x')"])
        .refuses(&["INSERT INTO things (a, b) VALUES (1, NULL)"]),
    );
    cases.push(
        case(
            "a number that is the primary key is not made up by the database",
            vec![],
            keyed(&[("k", T::Bigint)]),
        )
        .refuses(&["INSERT INTO things (k) VALUES (NULL)"]),
    );
    cases
}

fn parents() -> Operation {
    let columns = vec![word("code"), nullable("size", T::Int)];
    make(Table {
        indexes: vec![
            index("parents_code", &["code"], true),
            index("parents_code_size", &["code", "size"], true),
        ],
        ..table("parents", columns)
    })
}

fn children(keys: Vec<ForeignKey>) -> Table {
    let columns = vec![
        nullable("parent", T::Bigint),
        nullable("code", T::String { length: 20 }),
        nullable("size", T::Int),
    ];
    Table {
        foreign_keys: keys,
        ..table("children", columns)
    }
}

fn to_parents((on_delete, on_update): (On, On)) -> ForeignKey {
    ForeignKey {
        on_update,
        ..foreign_key("children_parent", "parent", ("parents", "id"), on_delete)
    }
}

pub(crate) fn made() -> Vec<Case> {
    let of = |actions: (On, On)| {
        let (delete, update) = (says(actions.0), says(actions.1));
        case(
            format!(
                "a table is made with a foreign key that {delete} on delete and {update} on update"
            ),
            vec![parents()],
            make(children(vec![to_parents(actions)])),
        )
        .refuses(&["INSERT INTO children (parent) VALUES (1)"])
        .takes(&["INSERT INTO children (parent) VALUES (NULL)"])
    };
    ACTIONS.map(of).into()
}

fn family() -> Vec<Operation> {
    let two = ["a", "b"].map(text);
    let [a, b] = two;
    vec![
        parents(),
        make(children(vec![])),
        rows(
            "parents",
            &["id", "code", "size"],
            vec![
                vec![integer(1), a.clone(), integer(10)],
                vec![integer(2), b, integer(20)],
            ],
        ),
        rows(
            "children",
            &["id", "parent", "code", "size"],
            vec![
                vec![integer(1), integer(1), a, integer(10)],
                vec![integer(2), integer(2), Value::Null, integer(9)],
                vec![integer(3), Value::Null, Value::Null, Value::Null],
            ],
        ),
    ]
}

fn add_key(foreign_key: ForeignKey) -> AddForeignKey {
    AddForeignKey {
        table: name("children"),
        foreign_key,
    }
}

pub(crate) fn added() -> Vec<Case> {
    let of = |actions: (On, On)| {
        let (delete, update) = (says(actions.0), says(actions.1));
        case(
            format!(
                "a foreign key that {delete} on delete and {update} on update is added over rows"
            ),
            family(),
            add_key(to_parents(actions)),
        )
        .refuses(&["UPDATE children SET parent = 9"])
    };
    let by_code = foreign_key("by_code", "code", ("parents", "code"), On::Restrict);
    let by_both = ForeignKey {
        columns: names(&["code", "size"]),
        references_columns: names(&["code", "size"]),
        ..foreign_key("by_both", "code", ("parents", "code"), On::Cascade)
    };
    let turned = ForeignKey {
        columns: names(&["size", "code"]),
        references_columns: names(&["size", "code"]),
        ..by_both.clone()
    };
    let own = foreign_key("own", "parent", ("children", "id"), On::Cascade);
    let lost = vec![vec![integer(4), integer(99)]];
    let mut cases: Vec<Case> = ACTIONS.map(of).into();
    cases.extend([
        case(
            "a foreign key points at a unique index",
            family(),
            add_key(by_code),
        ),
        case(
            "a foreign key of two columns is added",
            family(),
            add_key(by_both),
        ),
        case(
            "a foreign key names the columns of an index in another order",
            family(),
            add_key(turned),
        ),
        case("a table points at itself", family(), add_key(own.clone())),
        case(
            "a table is made that points at itself",
            vec![],
            make(children(vec![own])),
        ),
        case(
            "a foreign key that a row breaks is not added",
            [family(), vec![rows("children", &["id", "parent"], lost)]].concat(),
            add_key(to_parents((On::Restrict, On::Restrict))),
        )
        .fails(),
    ]);
    cases
}

pub(crate) fn dropped() -> Vec<Case> {
    let of = |actions: (On, On)| {
        let (delete, update) = (says(actions.0), says(actions.1));
        let key = add_key(to_parents(actions)).into();
        let drop = DropForeignKey {
            table: name("children"),
            foreign_key: name("children_parent"),
        };
        case(
            format!("a foreign key that {delete} on delete and {update} on update is dropped"),
            [family(), vec![key]].concat(),
            drop,
        )
        .takes(&["UPDATE children SET parent = 99"])
    };
    ACTIONS.map(of).into()
}

pub(crate) fn rows_that_go() -> Vec<Case> {
    let of = |on_delete: On| {
        let key = add_key(to_parents((on_delete, On::Restrict))).into();
        let goes = case(
            format!("a parent goes whose foreign key {}", says(on_delete)),
            [family(), vec![key]].concat(),
            DeleteRows {
                table: name("parents"),
                filter: Some(expression("code = 'a'")),
            },
        );
        match on_delete {
            On::Restrict => goes.fails(),
            On::Cascade | On::SetNull => goes,
        }
    };
    [On::Restrict, On::Cascade, On::SetNull].map(of).into()
}
