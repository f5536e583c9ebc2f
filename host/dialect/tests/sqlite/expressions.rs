//! What expressions and views mean on scaled integers and fixed-width texts.

use model::Operation;
use model::column_type::ColumnType as T;
use model::operation::*;

use super::tables::{insert_plans, members, plans};
use super::words::*;
use super::world::World;

#[tokio::test]
async fn expressions_mean_on_scaled_integers_what_they_mean_on_decimals() {
    let mut world = World::new().await;
    world.apply(CreateTable { table: plans() }).await;
    world.apply(insert_plans()).await;
    for (condition, expected) in [
        ("price = 29.5", "gold"),
        ("price = 29.500", "gold"),
        ("price > 29", "gold"),
        ("price * 2 = 59", "gold"),
        ("price * 1.5 = 44.25", "gold"),
        ("price + 0.005 = 29.505", "gold"),
        ("price - 1 BETWEEN 28.4 AND 28.6", "gold"),
        ("price IN (1, 29.50, 3.125)", "gold"),
        ("COALESCE(price, 0) < 0.001", "basic"),
        ("-price = -29.5", "gold"),
        ("length(code) = 5", "basic"),
        ("upper(code) || '!' = 'GOLD!'", "gold"),
        ("NOT (price <> 0) AND note IS NULL", "basic"),
        ("price < 1e-3", "basic"),
        ("price / 2e0 = 14.75", "gold"),
    ] {
        let before = world.query("SELECT quote(note) FROM plans").await;
        assert_eq!(before, ["NULL", "NULL"]);
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
async fn assigning_a_number_beyond_64_bits_is_refused() {
    let mut world = World::new().await;
    let wide = table(
        "t",
        vec![
            column("a", T::Bigint),
            column(
                "b",
                T::Decimal {
                    precision: 18,
                    scale: 4,
                },
            ),
        ],
    );
    world.apply(CreateTable { table: wide }).await;
    world
        .execute("INSERT INTO t (a, b) VALUES (4611686018427387904, 10000)")
        .await
        .unwrap();
    let assign = |column: &str, value: &str| {
        Operation::from(UpdateRows {
            table: name("t"),
            assignments: vec![Assignment {
                column: name(column),
                value: expression(value),
            }],
            filter: None,
        })
    };
    let error = world.try_apply(&assign("a", "a * 2")).await.unwrap_err();
    assert!(
        error.contains("cannot store TEXT value in INT column"),
        "{error}"
    );
    let error = world.try_apply(&assign("b", "a + b")).await.unwrap_err();
    assert!(
        error.contains("cannot store TEXT value in INT column"),
        "{error}"
    );
    world.apply(assign("b", "b + 0.0001")).await;
    assert_eq!(world.query("SELECT quote(b) FROM t").await, ["10001"]);
}

#[tokio::test]
async fn views_show_what_is_stored_and_means_of_decimals_with_their_point() {
    let mut world = World::new().await;
    world.apply(CreateTable { table: plans() }).await;
    world.apply(CreateTable { table: members() }).await;
    world.apply(insert_plans()).await;
    world
        .execute("INSERT INTO members (email, plan_id) VALUES ('Ann', 2), ('bob', NULL)")
        .await
        .unwrap();
    for (select, expected) in [
        ("SELECT SUM(p.price) AS x FROM plans p", "2950"),
        ("SELECT AVG(p.price) AS x FROM plans p", "14.75"),
        ("SELECT AVG(p.id) AS x FROM plans p", "1.5"),
        ("SELECT MAX(p.price * 1.5) AS x FROM plans p", "44250"),
        (
            "SELECT MAX(COALESCE(p.price, 0.125)) AS x FROM plans p",
            "29500",
        ),
        ("SELECT COUNT(DISTINCT m.plan_id) AS x FROM members m", "1"),
        (
            "SELECT m.email AS x FROM members m JOIN plans p ON p.id = m.plan_id AND p.price > 29.499",
            "'Ann'",
        ),
        (
            "SELECT m.email AS x FROM members m LEFT JOIN plans p ON p.id = m.plan_id WHERE p.id IS NULL",
            "'bob'",
        ),
        (
            "SELECT m.email AS x FROM members m WHERE m.email = 'ANN'",
            "'Ann'",
        ),
        (
            "SELECT COUNT(*) AS x FROM plans p WHERE p.code = 'GOLD'",
            "0",
        ),
        (
            "SELECT MAX(m.email) AS x FROM members m WHERE m.joined > '2020-01-01T00:00:00+01:00'",
            "'bob'",
        ),
    ] {
        world
            .apply(CreateView {
                view: view("v", select),
            })
            .await;
        assert_eq!(
            world.query("SELECT quote(x) FROM v").await,
            [expected],
            "{select}"
        );
        world.apply(DropView { view: name("v") }).await;
    }
    // A view over a view goes on with the same scale.
    world
        .apply(CreateView {
            view: view("a", "SELECT p.price * 0.5 AS half FROM plans p"),
        })
        .await;
    let over = view("b", "SELECT COUNT(*) AS x FROM a a WHERE a.half = 14.75");
    world.apply(CreateView { view: over }).await;
    assert_eq!(world.query("SELECT quote(x) FROM b").await, ["1"]);
}
