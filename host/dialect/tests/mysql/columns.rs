//! Every type keeps its values and refuses what it must not take.

use model::column_type::ColumnType as T;
use model::operation::{CreateTable, InsertRows};
use model::value::Value;

use super::words::*;
use super::world::{World, is_there};

fn all() -> Vec<(T, Value, &'static str)> {
    vec![
        (T::Bool, Value::Bool(true), "1"),
        (T::Smallint, Value::Integer(-7), "-7"),
        (T::Int, Value::Integer(70_000), "70000"),
        (T::Bigint, Value::Integer(i64::MIN), "-9223372036854775808"),
        (
            T::Decimal {
                precision: 38,
                scale: 4,
            },
            decimal("1234567890123456789012345678901234.5"),
            "1234567890123456789012345678901234.5000",
        ),
        (T::Real, Value::float(1.5).unwrap(), "1.5"),
        (T::Double, Value::float(1e300).unwrap(), "1e300"),
        (T::String { length: 3 }, text("a\\'"), "a\\'"),
        (T::Text, text("\u{1F600}\n"), "\u{1F600}\n"),
        (T::Json, text("{\"b\":1}"), "{\"b\":1}"),
        (T::Date, text("0001-02-03"), "0001-02-03"),
        (T::Time, text("23:59:59.999999"), "23:59:59.999999"),
        (
            T::Timestamp,
            text("2026-11-20 13:05:00.5"),
            "2026-11-20 13:05:00.500000",
        ),
        (
            T::Timestamptz,
            text("2026-11-20T13:05:00+05:45"),
            "2026-11-20 07:20:00.000000",
        ),
        (
            T::Uuid,
            text("0191F3A0-0000-7000-8000-00000000ABCD"),
            "0191f3a0-0000-7000-8000-00000000abcd",
        ),
        (T::Binary { length: 2 }, Value::Bytes(vec![0, 255]), "00FF"),
        (T::Blob, Value::Bytes(vec![92, 39]), "5C27"),
        (
            T::Enum {
                values: vec!["a'b".into(), "c".into()],
            },
            text("a'b"),
            "a'b",
        ),
    ]
}

#[tokio::test]
async fn every_type_gives_back_what_it_was_given_as_a_row_and_as_a_default() {
    if !is_there() {
        return;
    }
    let mut world = World::new().await;
    for (n, (column_type, value, shown)) in all().into_iter().enumerate() {
        let table_name = format!("t{n}");
        let columns = vec![
            column("given", column_type.clone()),
            defaulted("fallen", column_type.clone(), value.clone()),
        ];
        world
            .apply(CreateTable {
                table: table(&table_name, columns),
            })
            .await;
        let insert = InsertRows {
            table: name(&table_name),
            key: names(&["id"]),
            columns: names(&["id", "given"]),
            rows: vec![vec![Value::Integer(5), value]],
        };
        world.apply(insert.clone()).await;
        world.apply(insert).await;
        for part in ["given", "fallen"] {
            let shown_as = match column_type {
                T::Binary { .. } | T::Blob => format!("HEX({part})"),
                _ => format!("CAST({part} AS CHAR)"),
            };
            let sql = format!("SELECT {shown_as} FROM {table_name}");
            assert_eq!(world.query(&sql).await, [shown], "{column_type} {part}");
        }
        let next = format!(
            "INSERT INTO {table_name} (given) SELECT given FROM {table_name} RETURNING CAST(id AS CHAR)"
        );
        assert_eq!(
            world.query(&next).await,
            ["6"],
            "the identity goes on after {column_type}"
        );
    }
}

#[tokio::test]
async fn what_does_not_fit_a_type_is_refused() {
    if !is_there() {
        return;
    }
    let mut world = World::new().await;
    let columns = vec![
        nullable("b", T::Binary { length: 2 }),
        nullable(
            "e",
            T::Enum {
                values: vec!["a".into()],
            },
        ),
        nullable("s", T::String { length: 2 }),
        nullable(
            "d",
            T::Decimal {
                precision: 3,
                scale: 1,
            },
        ),
        nullable("i", T::Smallint),
        nullable("o", T::Bool),
        nullable("j", T::Json),
    ];
    world
        .apply(CreateTable {
            table: table("t", columns),
        })
        .await;
    for sql in [
        "INSERT INTO t (b) VALUES (X'000000')",
        "INSERT INTO t (e) VALUES ('A')",
        "INSERT INTO t (s) VALUES ('abc')",
        "INSERT INTO t (d) VALUES (1000)",
        "INSERT INTO t (i) VALUES (40000)",
        "INSERT INTO t (o) VALUES (2)",
        "INSERT INTO t (j) VALUES ('{')",
    ] {
        world.execute(sql).await.expect_err(sql);
    }
}
