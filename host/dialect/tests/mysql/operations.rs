//! Every kind of operation: its statements for both servers, what the database then is, and the way back.

use std::collections::BTreeSet;
use std::fmt::Write;

use dialect::for_backend;
use model::column_type::ColumnType as T;
use model::operation::*;
use model::schema::{
    Collation, Column, ColumnDefault, IndexColumn, ReferentialAction as On, Table,
};
use model::value::Value;
use model::{Backend, Operation};

use super::words::*;
use super::world::{self, World};

pub(crate) fn plans() -> Table {
    Table {
        indexes: vec![index("plans_code_key", &["code"], true)],
        checks: vec![check("plans_price_positive", "price >= 0")],
        ..table(
            "plans",
            vec![
                column("code", T::String { length: 20 }),
                defaulted(
                    "price",
                    T::Decimal {
                        precision: 10,
                        scale: 2,
                    },
                    decimal("9.90"),
                ),
                nullable("note", T::Text),
            ],
        )
    }
}

pub(crate) fn members() -> Table {
    Table {
        indexes: vec![model::schema::Index {
            filter: Some(expression("active = TRUE")),
            columns: vec![
                IndexColumn {
                    name: name("plan_id"),
                    descending: true,
                },
                IndexColumn {
                    name: name("email"),
                    descending: false,
                },
            ],
            ..index("members_active", &["email"], false)
        }],
        foreign_keys: vec![foreign_key(
            "members_plan_fk",
            "plan_id",
            ("plans", "id"),
            On::Cascade,
        )],
        checks: vec![check(
            "members_email_check",
            "length(email) > 2 AND email <> 'it''s'",
        )],
        ..table(
            "members",
            vec![
                Column {
                    collation: Collation::IgnoreCase,
                    ..column("email", T::String { length: 200 })
                },
                defaulted("active", T::Bool, Value::Bool(true)),
                nullable("plan_id", T::Bigint),
                Column {
                    default: Some(ColumnDefault::CurrentTimestamp),
                    ..column("joined", T::Timestamptz)
                },
            ],
        )
    }
}

pub(crate) fn journal() -> Table {
    Table {
        append_only: true,
        ..table("journal", vec![column("what", T::Text)])
    }
}

pub(crate) fn insert_plans() -> InsertRows {
    InsertRows {
        table: name("plans"),
        key: names(&["code"]),
        columns: names(&["id", "code", "price"]),
        rows: vec![
            vec![Value::Integer(1), text("basic"), decimal("0")],
            vec![Value::Integer(2), text("gold"), decimal("29.5")],
        ],
    }
}

/// One operation after the other, each on what the ones before have made.
pub(crate) fn all() -> Vec<Operation> {
    [makings(), columns(), parts_and_names(), rows_and_removals()].concat()
}

fn makings() -> Vec<Operation> {
    vec![
        CreateTable { table: plans() }.into(),
        CreateTable { table: members() }.into(),
        CreateTable { table: journal() }.into(),
        insert_plans().into(),
        InsertRows {
            table: name("members"),
            key: names(&["id"]),
            columns: names(&["id", "email", "plan_id", "joined"]),
            rows: vec![vec![
                Value::Integer(7),
                text("a@example.org"),
                Value::Integer(1),
                text("2026-11-20T13:05:00+01:00"),
            ]],
        }
        .into(),
        CreateView {
            view: view(
                "paying",
                "SELECT m.email AS email, p.price AS price FROM members m JOIN plans p ON p.id = m.plan_id WHERE p.price > 1.5",
            ),
        }
        .into(),
        CreateView {
            view: view(
                "paying_count",
                "SELECT q.email AS email, COUNT(*) AS n, AVG(q.price) AS mean FROM paying q GROUP BY q.email",
            ),
        }
        .into(),
    ]
}

fn columns() -> Vec<Operation> {
    let set = |change| AlterColumn {
        table: name("plans"),
        column: name("price"),
        change,
    };
    vec![
        AddColumn {
            table: name("plans"),
            column: nullable("seats", T::Smallint),
        }
        .into(),
        AddColumn {
            table: name("plans"),
            column: defaulted(
                "kind",
                T::Enum {
                    values: vec!["a'b".into(), "c".into()],
                },
                text("c"),
            ),
        }
        .into(),
        AddColumn {
            table: name("plans"),
            column: Column {
                default: Some(ColumnDefault::CurrentTimestamp),
                ..column("made", T::Timestamp)
            },
        }
        .into(),
        set(ColumnChange::SetDefault(None)).into(),
        set(ColumnChange::SetNullable(true)).into(),
        AlterColumn {
            table: name("plans"),
            column: name("seats"),
            change: ColumnChange::SetType(T::Decimal {
                precision: 12,
                scale: 3,
            }),
        }
        .into(),
    ]
}

fn parts_and_names() -> Vec<Operation> {
    vec![
        RenameColumn {
            table: name("plans"),
            from: name("seats"),
            to: name("places"),
        }
        .into(),
        AddCheck {
            table: name("plans"),
            check: check("plans_places_check", "places * price < 1000.5"),
        }
        .into(),
        DropCheck {
            table: name("plans"),
            check: name("plans_places_check"),
        }
        .into(),
        DropColumn {
            table: name("plans"),
            column: name("places"),
        }
        .into(),
        CreateIndex {
            table: name("plans"),
            index: index("plans_price", &["price"], false),
        }
        .into(),
        DropIndex {
            table: name("plans"),
            index: name("plans_price"),
        }
        .into(),
        AddColumn {
            table: name("plans"),
            column: nullable("parent", T::Bigint),
        }
        .into(),
        AddForeignKey {
            table: name("plans"),
            foreign_key: foreign_key("plans_parent_fk", "parent", ("plans", "id"), On::SetNull),
        }
        .into(),
        DropForeignKey {
            table: name("plans"),
            foreign_key: name("plans_parent_fk"),
        }
        .into(),
        RenameTable {
            from: name("journal"),
            to: name("diary"),
        }
        .into(),
    ]
}

/// A raw statement, the same on every database.
fn halves(database: &str) -> DatabaseSql {
    DatabaseSql {
        database: database.into(),
        statements: vec![
            "UPDATE plans SET price = price / 2 -- halves\n WHERE code = 'gold';".into(),
        ],
        reverse: Some(vec![
            "UPDATE plans SET price = price * 2 WHERE code = 'gold'".into(),
        ]),
    }
}

fn rows_and_removals() -> Vec<Operation> {
    vec![
        UpdateRows {
            table: name("plans"),
            assignments: vec![Assignment {
                column: name("price"),
                value: expression("price * 2 + 1"),
            }],
            filter: Some(expression(
                "code IN ('gold', 'silver') OR price BETWEEN 1 AND 2.555",
            )),
        }
        .into(),
        Backfill {
            table: name("plans"),
            column: name("note"),
            value: expression("'plan ' || upper(code)"),
            filter: None,
        }
        .into(),
        RunSql {
            description: "cheaper".into(),
            texts: ["sqlite", "postgresql", "mysql"].map(halves).to_vec(),
            touches: names(&["plans"]),
        }
        .into(),
        DeleteRows {
            table: name("plans"),
            filter: Some(expression("code = 'basic'")),
        }
        .into(),
        DropView {
            view: name("paying_count"),
        }
        .into(),
        DropView {
            view: name("paying"),
        }
        .into(),
        DropTable {
            table: name("members"),
        }
        .into(),
    ]
}

#[test]
fn all_kinds_of_operations_but_extensions_are_tried() {
    let tried: BTreeSet<&str> = all().iter().map(Operation::kind).collect();
    let wanted: BTreeSet<&str> = Operation::KINDS
        .iter()
        .copied()
        .filter(|k| *k != "extension")
        .collect();
    assert_eq!(tried, wanted);
}

#[tokio::test]
async fn every_operation_does_in_the_database_what_it_does_in_the_model() {
    if !world::is_there() {
        return;
    }
    let mut world = World::new().await;
    for operation in all() {
        world.there_and_back(operation.clone()).await;
        // Once more, because the way back has been taken.
        if operation.check(&world.schema).is_ok()
            && !matches!(
                operation.reverse(&world.schema),
                model::Reverse::Irreversible { .. }
            )
        {
            world.apply(operation).await;
        }
    }
    world.is_sound().await;
}

#[test]
fn every_operation_has_its_statements_on_both_servers() {
    for backend in [Backend::Mariadb, Backend::Mysql] {
        let mut schema = model::Schema::empty();
        let mut shown = String::new();
        for operation in all() {
            writeln!(shown, "# {operation}").unwrap();
            let compiled = for_backend(backend).compile(&operation, &schema).unwrap();
            for statement in &compiled.statements {
                let locks: Vec<&str> = statement.locks.iter().map(|lock| lock.as_str()).collect();
                writeln!(
                    shown,
                    "{};\n-- {:?} on {}, {:?} wait{}",
                    statement.sql,
                    statement.work,
                    locks.join(", "),
                    statement.blocks,
                    if statement.repeatable {
                        ", repeatable"
                    } else {
                        ""
                    }
                )
                .unwrap();
            }
            shown.push('\n');
            operation.apply(&mut schema, &world::origin()).unwrap();
        }
        insta::assert_snapshot!(backend.as_str(), shown);
    }
}
