//! The rebuild of a table keeps everything that is on it, around it and in it.

use model::column_type::ColumnType as T;
use model::operation::*;
use model::schema::{ReferentialAction as On, Table};
use model::value::Value;
use model::{ForeignKeys, Operation};

use super::tables::{insert_plans, journal, members, plans};
use super::words::*;
use super::world::{World, dialect};

async fn world_with_rows() -> World {
    let mut world = World::new().await;
    world.apply(CreateTable { table: plans() }).await;
    world.apply(CreateTable { table: members() }).await;
    world.apply(CreateTable { table: journal() }).await;
    world.apply(insert_plans()).await;
    world
        .execute("INSERT INTO members (email, plan_id) VALUES ('ann', 1), ('bob', 2)")
        .await
        .unwrap();
    world
        .execute("INSERT INTO journal (what) VALUES ('one'), ('two')")
        .await
        .unwrap();
    let query = "SELECT p.code AS code, COUNT(m.id) AS n FROM plans p LEFT JOIN members m ON m.plan_id = p.id GROUP BY p.code";
    world
        .apply(CreateView {
            view: view("counts", query),
        })
        .await;
    world
        .apply(CreateView {
            view: view("big", "SELECT c.code AS code FROM counts c WHERE c.n > 0"),
        })
        .await;
    world
        .apply(CreateView {
            view: view(
                "a_codes",
                "SELECT b.code AS code FROM big b JOIN plans p ON p.code = b.code",
            ),
        })
        .await;
    world
}

fn make_note_required() -> Operation {
    let change = ColumnChange::SetDefault(Some(model::schema::ColumnDefault::Value(text("none"))));
    AlterColumn {
        table: name("plans"),
        column: name("note"),
        change,
    }
    .into()
}

#[tokio::test]
async fn rows_children_indexes_and_views_outlive_the_rebuild_of_their_table() {
    let mut world = world_with_rows().await;
    let compiled = dialect()
        .compile(&make_note_required(), &world.schema)
        .unwrap();
    assert_eq!(compiled.foreign_keys, ForeignKeys::Verified);
    world.there_and_back(make_note_required()).await;
    assert_eq!(
        world.query("SELECT code FROM plans ORDER BY id").await,
        ["basic", "gold"]
    );
    assert_eq!(
        world.query("SELECT email FROM members ORDER BY id").await,
        ["ann", "bob"]
    );
    assert_eq!(
        world.query("SELECT code FROM a_codes ORDER BY code").await,
        ["basic", "gold"]
    );
    let twice = world
        .execute("INSERT INTO plans (code) VALUES ('gold')")
        .await;
    assert!(
        twice.unwrap_err().contains("UNIQUE"),
        "the unique index is there"
    );
    let negative = world.execute("UPDATE plans SET price = -1").await;
    assert!(
        negative.unwrap_err().contains("plans_price_positive"),
        "the check is there"
    );
    world
        .execute("DELETE FROM plans WHERE code = 'gold'")
        .await
        .unwrap();
    assert_eq!(
        world.query("SELECT email FROM members").await,
        ["ann"],
        "the key still cascades"
    );
    world.is_sound().await;
}

#[tokio::test]
async fn an_id_is_never_used_twice_although_its_table_was_rebuilt() {
    let mut world = world_with_rows().await;
    world.execute("DELETE FROM members").await.unwrap();
    let drop = DropCheck {
        table: name("members"),
        check: name("members_email_check"),
    };
    world.there_and_back(drop).await;
    world
        .execute("INSERT INTO members (email) VALUES ('eve')")
        .await
        .unwrap();
    assert_eq!(world.query("SELECT quote(id) FROM members").await, ["3"]);
    assert_eq!(
        world
            .query("SELECT quote(count(*)) FROM sqlite_sequence WHERE name = 'members'")
            .await,
        ["1"]
    );
    for view in ["a_codes", "big", "counts"] {
        world.apply(DropView { view: name(view) }).await;
    }
    world
        .apply(RenameTable {
            from: name("members"),
            to: name("people"),
        })
        .await;
    world.execute("DELETE FROM people").await.unwrap();
    world
        .execute("INSERT INTO people (email) VALUES ('fay')")
        .await
        .unwrap();
    assert_eq!(world.query("SELECT quote(id) FROM people").await, ["4"]);
}

#[tokio::test]
async fn append_only_tables_stay_so_when_rebuilt_and_renamed() {
    let mut world = world_with_rows().await;
    let check = check("journal_what", "what <> ''");
    world
        .there_and_back(AddCheck {
            table: name("journal"),
            check: check.clone(),
        })
        .await;
    world
        .apply(AddCheck {
            table: name("journal"),
            check,
        })
        .await;
    world
        .apply(RenameTable {
            from: name("journal"),
            to: name("diary"),
        })
        .await;
    for sql in [
        "UPDATE diary SET what = 'x'",
        "DELETE FROM diary",
        "INSERT OR REPLACE INTO diary (id, what) VALUES (1, 'x')",
    ] {
        let error = world.execute(sql).await.unwrap_err();
        assert!(
            error.contains("table diary is append-only"),
            "{sql}: {error}"
        );
    }
    assert_eq!(world.query("SELECT what FROM diary").await, ["one", "two"]);
    world
        .apply(DropTable {
            table: name("diary"),
        })
        .await;
}

#[tokio::test]
async fn a_table_that_points_at_itself_is_rebuilt_and_dropped() {
    let mut world = World::new().await;
    world
        .apply(CreateTable {
            table: table("units", vec![nullable("parent", T::Bigint)]),
        })
        .await;
    world
        .execute("INSERT INTO units (id, parent) VALUES (1, NULL), (2, 1), (3, 2)")
        .await
        .unwrap();
    for action in [On::Cascade, On::SetNull, On::Restrict] {
        let key = foreign_key("units_parent", "parent", ("units", "id"), action);
        world
            .there_and_back(AddForeignKey {
                table: name("units"),
                foreign_key: key.clone(),
            })
            .await;
        world
            .apply(AddForeignKey {
                table: name("units"),
                foreign_key: key.clone(),
            })
            .await;
        assert_eq!(
            world
                .query("SELECT quote(parent) FROM units ORDER BY id")
                .await,
            ["NULL", "1", "2"]
        );
        world
            .apply(DropForeignKey {
                table: name("units"),
                foreign_key: key.name,
            })
            .await;
    }
    let key = foreign_key("units_parent", "parent", ("units", "id"), On::Restrict);
    world
        .apply(AddForeignKey {
            table: name("units"),
            foreign_key: key,
        })
        .await;
    assert!(
        world
            .execute("DELETE FROM units WHERE id = 1")
            .await
            .is_err()
    );
    world.is_sound().await;
    world
        .apply(DropTable {
            table: name("units"),
        })
        .await;
}

#[tokio::test]
async fn a_key_that_rows_do_not_meet_is_refused_and_nothing_changes() {
    let mut world = world_with_rows().await;
    world
        .apply(AddColumn {
            table: name("plans"),
            column: nullable("boss", T::Bigint),
        })
        .await;
    world.execute("UPDATE plans SET boss = 99").await.unwrap();
    let key = foreign_key("plans_boss", "boss", ("members", "id"), On::SetNull);
    let add = AddForeignKey {
        table: name("plans"),
        foreign_key: key,
    }
    .into();
    assert!(world.try_apply(&add).await.is_err());
    world.execute("UPDATE plans SET boss = 1").await.unwrap();
    world.apply(add).await;
    world.is_sound().await;
}

#[tokio::test]
async fn a_table_that_nothing_points_at_is_rebuilt_with_keys_enforced() {
    let mut world = world_with_rows().await;
    let change = ColumnChange::SetNullable(false);
    let alter: Operation = AlterColumn {
        table: name("members"),
        column: name("plan_id"),
        change,
    }
    .into();
    let compiled = dialect().compile(&alter, &world.schema).unwrap();
    assert_eq!(compiled.foreign_keys, ForeignKeys::Enforced);
    world.there_and_back(alter).await;
    world.is_sound().await;
}

#[tokio::test]
async fn many_rows_travel_in_statements_of_bounded_size() {
    let mut world = World::new().await;
    world
        .apply(CreateTable {
            table: table("t", vec![column("c", T::Text)]),
        })
        .await;
    let rows = (1..=1200)
        .map(|n| vec![Value::Integer(n), text(&"x".repeat(200))])
        .collect();
    let insert: Operation = InsertRows {
        table: name("t"),
        key: names(&["id"]),
        columns: names(&["id", "c"]),
        rows,
    }
    .into();
    let compiled = dialect().compile(&insert, &world.schema).unwrap();
    assert!(
        compiled
            .statements
            .iter()
            .all(|statement| statement.sql.len() <= 100_100)
    );
    assert_eq!(compiled.statements.len(), 3);
    world.there_and_back(insert).await;
    assert_eq!(world.query("SELECT quote(count(*)) FROM t").await, ["1200"]);
}

#[test]
fn a_rebuilt_table_keeps_the_name_it_points_at_itself_by() {
    let mut schema = model::Schema::empty();
    let table: Table = table("units", vec![nullable("parent", T::Bigint)]);
    Operation::from(CreateTable { table })
        .apply(&mut schema, &super::world::origin())
        .unwrap();
    let key = foreign_key("units_parent", "parent", ("units", "id"), On::Cascade);
    let add = AddForeignKey {
        table: name("units"),
        foreign_key: key,
    }
    .into();
    let compiled = dialect().compile(&add, &schema).unwrap();
    let create = &compiled.statements[0].sql;
    assert!(
        create.starts_with("CREATE TABLE \"strata_rebuild_units\""),
        "{create}"
    );
    assert!(create.contains("REFERENCES \"units\""), "{create}");
}

#[tokio::test]
async fn a_renamed_parent_is_followed_by_its_children_even_while_keys_are_off() {
    let mut world = world_with_rows().await;
    for view in ["a_codes", "big", "counts"] {
        world.apply(DropView { view: name(view) }).await;
    }
    world
        .execute(dialect().server().foreign_keys.unwrap().off)
        .await
        .unwrap();
    world
        .apply(RenameTable {
            from: name("plans"),
            to: name("tariffs"),
        })
        .await;
    world
        .apply(RenameColumn {
            table: name("tariffs"),
            from: name("id"),
            to: name("number"),
        })
        .await;
    world
        .execute(dialect().server().foreign_keys.unwrap().on)
        .await
        .unwrap();
    world.is_sound().await;
    world
        .execute("DELETE FROM tariffs WHERE number = 1")
        .await
        .unwrap();
    assert_eq!(world.query("SELECT email FROM members").await, ["bob"]);
}
