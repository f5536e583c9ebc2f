//! Texts with what the servers read into backslashes and letters beyond 16 bits.

use model::column_type::ColumnType as T;
use model::operation::*;
use model::schema::{Collation, Column, Table};
use model::value::Value;

use super::words::*;
use super::world::{World, is_there};

#[tokio::test]
async fn odd_texts_stand_unchanged_in_comments_defaults_values_and_checks() {
    if !is_there() {
        return;
    }
    let mut world = World::new().await;
    let odd = "it's a \\ \"b\" `c` \u{1F600} -- d";
    let values = vec![
        "a\\b".into(),
        "it's".into(),
        "\u{e9}\u{1F600}".into(),
        "x,y".into(),
    ];
    let columns = vec![
        Column {
            comment: Some(odd.to_owned()),
            ..defaulted("note", T::Text, text(odd))
        },
        Column {
            collation: Collation::IgnoreCase,
            ..defaulted("kind", T::Enum { values }, text("a\\b"))
        },
        nullable("u", T::Uuid),
    ];
    let created = Table {
        comment: Some(odd.to_owned()),
        checks: vec![check("k", "note <> 'it''s \\ `x`.'")],
        ..table("t", columns)
    };
    world.apply(CreateTable { table: created }).await;
    let insert = InsertRows {
        table: name("t"),
        key: names(&["id"]),
        columns: names(&["id", "u"]),
        rows: vec![vec![
            Value::Integer(1),
            text("0191F3A0-0000-7000-8000-00000000ABCD"),
        ]],
    };
    world.apply(insert).await;
    assert_eq!(world.query("SELECT note FROM t").await, [odd]);
    assert_eq!(world.query("SELECT kind FROM t").await, ["a\\b"]);
    let found = UpdateRows {
        table: name("t"),
        assignments: vec![Assignment {
            column: name("kind"),
            value: expression("'x,y'"),
        }],
        filter: Some(expression("u = '0191f3a0-0000-7000-8000-00000000abcd'")),
    };
    world.apply(found).await;
    assert_eq!(world.query("SELECT kind FROM t").await, ["x,y"]);
    for change in [
        ColumnChange::SetNullable(true),
        ColumnChange::SetDefault(None),
        ColumnChange::SetType(T::String { length: 300 }),
    ] {
        let set = AlterColumn {
            table: name("t"),
            column: name("note"),
            change,
        };
        world.apply(set).await;
    }
    let query = "SELECT t.note AS x FROM t t WHERE t.note <> 'a `strata_test`.b \\'";
    world
        .apply(CreateView {
            view: view("v", query),
        })
        .await;
}
