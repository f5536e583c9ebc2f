//! What expressions and views mean: the same numbers and texts as on every database.

use model::column_type::ColumnType as T;
use model::operation::*;
use model::schema::{Collation, Column, Table};
use model::value::Value;

use super::operations::{insert_plans, members, plans};
use super::words::*;
use super::world::{World, is_there};

#[tokio::test]
async fn conditions_find_the_rows_that_they_find_everywhere() {
    if !is_there() {
        return;
    }
    let mut world = World::new().await;
    world.apply(CreateTable { table: plans() }).await;
    world.apply(insert_plans()).await;
    for (condition, expected) in [
        ("price = 29.500", "gold"),
        ("price * 1.5 = 44.25", "gold"),
        ("price - 1 BETWEEN 28.4 AND 28.6", "gold"),
        ("price IN (1, 29.50, 3.125)", "gold"),
        ("COALESCE(price, 0) < 0.001", "basic"),
        ("-price = -29.5", "gold"),
        ("length(code) = 5", "basic"),
        ("upper(code) || '!' = 'GOLD!'", "gold"),
        ("NOT (price <> 0) AND note IS NULL", "basic"),
        ("price < 1e-3", "basic"),
        ("price / 2e0 = 14.75", "gold"),
        ("price / 0e0 IS NULL AND code || '' = 'gold'", "gold"),
        ("code = 'gold' AND 'a' <> 'A' AND code <> 'gold '", "gold"),
    ] {
        let found = UpdateRows {
            table: name("plans"),
            assignments: vec![Assignment {
                column: name("note"),
                value: expression("'found'"),
            }],
            filter: Some(expression(condition)),
        };
        world.apply(found).await;
        let rows = world
            .query("SELECT code FROM plans WHERE note = 'found'")
            .await;
        assert_eq!(rows, [expected], "{condition}");
        world.execute("UPDATE plans SET note = NULL").await.unwrap();
    }
}

#[tokio::test]
async fn views_show_what_is_stored_and_means_with_all_their_digits() {
    if !is_there() {
        return;
    }
    let mut world = World::new().await;
    world.apply(CreateTable { table: plans() }).await;
    world.apply(CreateTable { table: members() }).await;
    world.apply(insert_plans()).await;
    world
        .execute("INSERT INTO members (email, plan_id) VALUES ('Ann', 2), ('bob', NULL)")
        .await
        .unwrap();
    for (select, expected) in [
        ("SELECT SUM(p.price) AS x FROM plans p", "29.50"),
        ("SELECT AVG(p.price) AS x FROM plans p", "14.75"),
        ("SELECT AVG(p.id) AS x FROM plans p", "1.5"),
        ("SELECT SUM(p.id) AS x FROM plans p", "3"),
        ("SELECT COUNT(DISTINCT m.plan_id) AS x FROM members m", "1"),
        (
            "SELECT m.email AS x FROM members m LEFT JOIN plans p ON p.id = m.plan_id WHERE p.id IS NULL",
            "bob",
        ),
        (
            "SELECT m.email AS x FROM members m WHERE m.email = 'ANN'",
            "Ann",
        ),
        (
            "SELECT m.email AS x FROM members m JOIN plans p ON m.email <> p.code WHERE m.email = 'ann' AND p.code = 'gold'",
            "Ann",
        ),
        (
            "SELECT COUNT(*) AS x FROM plans p WHERE p.code = 'GOLD'",
            "0",
        ),
        (
            "SELECT MAX(m.email) AS x FROM members m WHERE m.joined > '2020-01-01T00:00:00+01:00'",
            "bob",
        ),
    ] {
        world
            .apply(CreateView {
                view: view("v", select),
            })
            .await;
        assert_eq!(
            world.query("SELECT CAST(x AS CHAR) FROM v").await,
            [expected],
            "{select}"
        );
        world.apply(DropView { view: name("v") }).await;
    }
}

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
