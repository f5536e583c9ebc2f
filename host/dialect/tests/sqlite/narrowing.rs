//! A text column that may keep less from now on: no text is cut, blanks at its end are a part of it.

use model::column_type::ColumnType as T;
use model::operation::{AlterColumn, ColumnChange, CreateTable, InsertRows};
use model::value::Value;

use super::words::{column, name, names, table};
use super::world::{self, World};

#[tokio::test]
async fn a_narrower_type_cuts_no_blanks_off_the_end_of_a_text() {
    if !world::is_there() {
        return;
    }
    for from in [T::Text, T::String { length: 9 }] {
        let mut world = World::new().await;
        let columns = vec![column("a", from)];
        let table = table("t", columns);
        world.apply(CreateTable { table }).await;
        world
            .apply(InsertRows {
                table: name("t"),
                key: names(&["id"]),
                columns: names(&["id", "a"]),
                rows: vec![vec![Value::Integer(1), Value::Text("ab   ".into())]],
            })
            .await;
        let to = |length| {
            AlterColumn {
                table: name("t"),
                column: name("a"),
                change: ColumnChange::SetType(T::String { length }),
            }
            .into()
        };
        world.try_apply(&to(4)).await.unwrap_err();
        world.try_apply(&to(5)).await.unwrap();
        let kept = "SELECT concat('<', a, '>') FROM t";
        assert_eq!(world.query(kept).await, ["<ab   >"]);
    }
}

#[tokio::test]
async fn a_text_with_blanks_is_no_value_of_an_enum_and_no_digit_is_rounded_away() {
    if !world::is_there() {
        return;
    }
    let ten = T::Decimal {
        precision: 10,
        scale: 3,
    };
    let six = T::Decimal {
        precision: 6,
        scale: 1,
    };
    let words = T::Enum {
        values: vec!["ab".into(), "cd".into()],
    };
    for (from, kept, fits, to) in [
        (
            T::String { length: 9 },
            Value::Text("ab  ".into()),
            Value::Text("cd".into()),
            words,
        ),
        (
            ten,
            Value::decimal("1.125").unwrap(),
            Value::decimal("1.5").unwrap(),
            six,
        ),
    ] {
        let mut world = World::new().await;
        let table = table("t", vec![column("a", from)]);
        world.apply(CreateTable { table }).await;
        for (id, value) in [(1, fits), (2, kept)] {
            world
                .apply(InsertRows {
                    table: name("t"),
                    key: names(&["id"]),
                    columns: names(&["id", "a"]),
                    rows: vec![vec![Value::Integer(id), value]],
                })
                .await;
        }
        let narrowed = AlterColumn {
            table: name("t"),
            column: name("a"),
            change: ColumnChange::SetType(to),
        }
        .into();
        world.try_apply(&narrowed).await.unwrap_err();
        world.execute("DELETE FROM t WHERE id = 2").await.unwrap();
        world.try_apply(&narrowed).await.unwrap();
    }
}
