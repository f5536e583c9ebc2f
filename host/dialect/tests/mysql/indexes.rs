//! Indexes over some rows, and keys of append-only tables.

use dialect::error::DIALECT_UNSUPPORTED;
use model::Operation;
use model::column_type::ColumnType as T;
use model::operation::{CreateIndex, CreateTable, DropIndex, RenameColumn};
use model::schema::{Index, ReferentialAction as On, Schema, Table};
use model::value::Value;

use super::operations::{journal, plans};
use super::words::*;
use super::world::{World, dialect, is_there};

fn only_active() -> Index {
    Index {
        filter: Some(expression("active = TRUE AND length(code) > 1")),
        ..index("seats_active", &["code"], true)
    }
}

fn seats() -> Table {
    let columns = vec![
        nullable("code", T::String { length: 9 }),
        defaulted("active", T::Bool, Value::Bool(true)),
    ];
    table("seats", columns)
}

#[tokio::test]
async fn a_unique_index_over_some_rows_lets_the_others_be_equal() {
    if !is_there() {
        return;
    }
    let mut world = World::new().await;
    world.apply(CreateTable { table: seats() }).await;
    let create = CreateIndex {
        table: name("seats"),
        index: only_active(),
    };
    world.there_and_back(create.clone()).await;
    world.apply(create).await;
    for (column, to) in [("code", "word"), ("active", "used")] {
        let rename = RenameColumn {
            table: name("seats"),
            from: name(column),
            to: name(to),
        };
        world.there_and_back(rename).await;
    }
    for sql in [
        "INSERT INTO seats (code, active) VALUES ('aa', FALSE), ('aa', FALSE), ('aa', TRUE)",
        "INSERT INTO seats (code) VALUES ('x'), ('x')",
    ] {
        world.execute(sql).await.unwrap();
    }
    let error = world
        .execute("INSERT INTO seats (code) VALUES ('aa')")
        .await
        .unwrap_err();
    assert!(error.contains("Duplicate entry"), "{error}");
    let columns = world
        .query("SELECT CAST(COUNT(*) AS CHAR) FROM (SELECT * FROM seats) AS s WHERE s.code = 'x'")
        .await;
    assert_eq!(columns, ["2"]);
    world
        .apply(DropIndex {
            table: name("seats"),
            index: name("seats_active"),
        })
        .await;
}

#[tokio::test]
async fn rows_of_an_append_only_table_do_not_go_with_those_they_point_at() {
    if !is_there() {
        return;
    }
    let mut world = World::new().await;
    world.apply(CreateTable { table: plans() }).await;
    let mut notes = journal();
    notes.columns.push(nullable("plan", T::Bigint));
    notes.foreign_keys = vec![foreign_key("f", "plan", ("plans", "id"), On::Cascade)];
    world.apply(CreateTable { table: notes }).await;
    for sql in [
        "INSERT INTO plans (id, code) VALUES (1, 'a')",
        "INSERT INTO journal (what, plan) VALUES ('x', 1)",
    ] {
        world.execute(sql).await.unwrap();
    }
    for sql in [
        "DELETE FROM plans",
        "DELETE FROM journal",
        "UPDATE journal SET what = 'y'",
    ] {
        world.execute(sql).await.expect_err(sql);
    }
}

#[test]
fn what_the_server_would_index_in_part_is_refused() {
    let too_long = [
        column("a", T::Text),
        column("a", T::Json),
        column("a", T::Blob),
        column("a", T::String { length: 769 }),
        column("a", T::Binary { length: 3073 }),
    ];
    for column in too_long {
        let create: Operation = CreateTable {
            table: Table {
                indexes: vec![index("i", &["a"], false)],
                ..table("t", vec![column])
            },
        }
        .into();
        let error = dialect().compile(&create, &Schema::empty()).unwrap_err();
        assert!(error.is(&DIALECT_UNSUPPORTED), "{error:?}");
    }
}
