//! Every column type: what is stored and what is refused.

use model::column_type::ColumnType as T;
use model::operation::*;
use model::schema::{Column, ColumnDefault, Table};
use model::value::Value;

use super::words::*;
use super::world::{World, dialect};

/// A type, a value, what SQLite's `quote` shows of it, and SQL literals that the column refuses.
type Case = (T, Value, &'static str, Vec<&'static str>);

fn cases() -> Vec<Case> {
    [numbers(), texts(), times()].concat()
}

fn numbers() -> Vec<Case> {
    let float = |number| Value::float(number).unwrap();
    vec![
        (T::Bool, Value::Bool(true), "1", vec!["2", "-1", "'true'"]),
        (
            T::Smallint,
            Value::Integer(-32768),
            "-32768",
            vec!["32768", "1.5", "'x'"],
        ),
        (
            T::Int,
            Value::Integer(2_147_483_647),
            "2147483647",
            vec!["2147483648"],
        ),
        (
            T::Bigint,
            Value::Integer(i64::MIN),
            "-9223372036854775808",
            vec!["1e300", "'x'"],
        ),
        (
            T::Decimal {
                precision: 5,
                scale: 2,
            },
            decimal("-999.99"),
            "-99999",
            vec!["100000", "0.5"],
        ),
        (
            T::Decimal {
                precision: 18,
                scale: 0,
            },
            Value::Integer(7),
            "7",
            vec!["1000000000000000000"],
        ),
        (T::Real, float(1.5), "1.5", vec!["'x'"]),
        (T::Double, float(1e300), "1.0e+300", vec!["X'00'"]),
    ]
}

fn texts() -> Vec<Case> {
    vec![
        (
            T::String { length: 3 },
            text("añ'"),
            "'añ'''",
            vec!["'abcd'", "X'00'"],
        ),
        (T::Text, text(""), "''", vec!["X'00'"]),
        (
            T::Json,
            text("{\"a\":[1]}"),
            "'{\"a\":[1]}'",
            vec!["'{'", "''", "'{a:1}'"],
        ),
        (
            T::Uuid,
            text("0191F3A0-0000-7000-8000-00000000ABCD"),
            "'0191f3a0-0000-7000-8000-00000000abcd'",
            vec!["'0191F3A0-0000-7000-8000-00000000ABCD'", "'x'"],
        ),
        (
            T::Binary { length: 2 },
            Value::Bytes(vec![0, 255]),
            "X'00FF'",
            vec!["X'000000'", "'x'"],
        ),
        (T::Blob, Value::Bytes(vec![]), "X''", vec!["1"]),
        (
            T::Enum {
                values: vec!["a".into(), "it's".into()],
            },
            text("it's"),
            "'it''s'",
            vec!["'A'", "''", "'b'"],
        ),
    ]
}

fn times() -> Vec<Case> {
    vec![
        (
            T::Date,
            text("2024-02-29"),
            "'2024-02-29'",
            vec!["'2026-02-29'", "'now'", "'2026-1-1'", "''"],
        ),
        (
            T::Time,
            text("23:59:59.999999"),
            "'23:59:59.999999'",
            vec!["'24:00:00.000000'", "'13:05:00'", "'13:05:60.000000'"],
        ),
        (
            T::Timestamp,
            text("2026-11-20 13:05:00"),
            "'2026-11-20 13:05:00.000000'",
            vec![
                "'2026-11-20T13:05:00.000000'",
                "'2026-11-31 13:05:00.000000'",
                "'2026-11-20 24:00:00.000000'",
            ],
        ),
        (
            T::Timestamptz,
            text("2026-11-20T00:05:59.9999+02:00"),
            "'2026-11-19T22:05:59.999900Z'",
            vec![
                "'2026-11-20 13:05:00.000000Z'",
                "'2026-11-20T13:05:00.000000+02:00'",
                "'2026-11-20T24:00:00.000000Z'",
            ],
        ),
    ]
}

#[tokio::test]
async fn values_are_stored_as_documented_and_others_are_refused() {
    let mut world = World::new().await;
    for (n, (column_type, value, expected, refused)) in cases().into_iter().enumerate() {
        let name_of = format!("t{n}");
        let column = column("c", column_type.clone());
        world
            .there_and_back(CreateTable {
                table: table(&name_of, vec![column.clone()]),
            })
            .await;
        world
            .apply(CreateTable {
                table: table(&name_of, vec![column]),
            })
            .await;
        let insert = InsertRows {
            table: name(&name_of),
            key: names(&["id"]),
            columns: names(&["id", "c"]),
            rows: vec![vec![Value::Integer(1), value]],
        };
        // Twice leaves what once leaves.
        world.apply(insert.clone()).await;
        world.apply(insert).await;
        let stored = world
            .query(&format!("SELECT quote(c) FROM {name_of}"))
            .await;
        assert_eq!(stored, [expected], "{column_type}");
        for value in refused.into_iter().chain(["NULL"]) {
            let done = world
                .execute(&format!("UPDATE {name_of} SET c = {value}"))
                .await;
            assert!(done.is_err(), "{column_type} took {value}");
        }
    }
    world.is_sound().await;
}

#[tokio::test]
async fn a_middle_column_is_dropped_natively_with_its_check() {
    let mut world = World::new().await;
    let columns = vec![
        column("a", T::Bool),
        column("b", T::String { length: 3 }),
        column("c", T::Bool),
    ];
    let both = table("t", columns);
    world
        .apply(CreateTable {
            table: Table {
                checks: vec![check("t_c", "c = TRUE")],
                ..both
            },
        })
        .await;
    world
        .execute("INSERT INTO t (a, b, c) VALUES (1, 'x', 1)")
        .await
        .unwrap();
    let drop = DropColumn {
        table: name("t"),
        column: name("b"),
    }
    .into();
    assert_eq!(
        dialect()
            .compile(&drop, &world.schema)
            .unwrap()
            .statements
            .len(),
        1
    );
    world.apply(drop).await;
    world
        .apply(DropColumn {
            table: name("t"),
            column: name("a"),
        })
        .await;
    assert_eq!(world.query("SELECT quote(c) FROM t").await, ["1"]);
}

#[tokio::test]
async fn the_current_timestamp_has_the_width_of_every_other() {
    let mut world = World::new().await;
    let now = |name, column_type| Column {
        default: Some(ColumnDefault::CurrentTimestamp),
        ..column(name, column_type)
    };
    world
        .apply(CreateTable {
            table: table("t", vec![now("a", T::Timestamptz)]),
        })
        .await;
    world.execute("INSERT INTO t DEFAULT VALUES").await.unwrap();
    world
        .apply(AddColumn {
            table: name("t"),
            column: now("b", T::Timestamp),
        })
        .await;
    assert_eq!(world.query("SELECT quote(length(a)) FROM t").await, ["27"]);
    assert_eq!(world.query("SELECT quote(length(b)) FROM t").await, ["26"]);
}

#[tokio::test]
async fn a_lone_integer_key_is_not_invented_by_the_database() {
    let mut world = World::new().await;
    let keyed = Table {
        columns: vec![column("k", T::Bigint)],
        primary_key: names(&["k"]),
        ..table("t", vec![])
    };
    world.apply(CreateTable { table: keyed }).await;
    assert!(
        world
            .execute("INSERT INTO t (k) VALUES (NULL)")
            .await
            .is_err()
    );
    assert!(world.execute("INSERT INTO t DEFAULT VALUES").await.is_err());
    world.execute("INSERT INTO t (k) VALUES (5)").await.unwrap();
}
