//! Changes behind our back are found and named.

use model::operation::CreateTable;

use super::tables::{journal, members, plans};
use super::world::{World, dialect, is_there};

#[tokio::test]
async fn changes_behind_our_back_are_found_and_named() {
    if !is_there() {
        return;
    }
    for (sql, place) in [
        (
            "ALTER TABLE plans ADD COLUMN extra integer",
            "column plans.extra",
        ),
        (
            "ALTER TABLE plans MODIFY note longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL",
            "column plans.note",
        ),
        (
            "ALTER TABLE plans ALTER COLUMN price SET DEFAULT 3",
            "column plans.price",
        ),
        (
            "ALTER TABLE plans MODIFY code varchar(20) NOT NULL",
            "column plans.code",
        ),
        (
            "DROP INDEX plans_code_key ON plans",
            "index plans_code_key of plans",
        ),
        (
            "ALTER TABLE plans DROP INDEX plans_code_key, ADD UNIQUE INDEX plans_code_key (code(3))",
            "index plans_code_key of plans",
        ),
        (
            "ALTER TABLE plans DROP CONSTRAINT plans_price_positive, ADD CONSTRAINT plans_price_positive CHECK (price >= -1)",
            "check plans_price_positive of plans",
        ),
        (
            "ALTER TABLE members DROP CONSTRAINT strata_type_active",
            "check strata_type_active of members",
        ),
        (
            "ALTER TABLE members DROP FOREIGN KEY members_plan_fk",
            "foreign key members_plan_fk of members",
        ),
        ("ALTER TABLE plans COMMENT 'mine'", "table plans"),
        (
            "DROP TRIGGER strata_append_only_delete_journal",
            "trigger strata_append_only_delete_journal of journal",
        ),
        ("CREATE FUNCTION f() RETURNS int RETURN 1", "function f"),
        ("CREATE PROCEDURE p() SELECT 1", "procedure p"),
        ("CREATE SEQUENCE numbers", "sequence numbers"),
        ("CREATE VIEW v AS SELECT 1 AS a", "view v"),
        (
            "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1",
            "event e",
        ),
        (
            "ALTER TABLE journal PARTITION BY HASH (id) PARTITIONS 2",
            "partition journal.p0",
        ),
        (
            "ALTER TABLE plans ADD COLUMN strata_filter_x int AS (1) VIRTUAL INVISIBLE",
            "hidden column plans.strata_filter_x",
        ),
    ] {
        let mut world = World::new().await;
        for table in [plans(), members(), journal()] {
            world.apply(CreateTable { table }).await;
        }
        let mark = world.query(dialect().server().catalogue_mark).await;
        world
            .execute(sql)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
        let lowered = dialect().lower(&world.schema).unwrap();
        let found = world.observe().await;
        let differences = world.recorded.applied_to(&lowered).differences(&found);
        let places: Vec<&str> = differences.iter().map(|d| d.object.as_str()).collect();
        assert!(places.contains(&place), "{sql}: {places:?}");
        assert_ne!(
            mark,
            world.query(dialect().server().catalogue_mark).await,
            "{sql}"
        );
    }
}

#[tokio::test]
async fn the_mark_stays_while_nothing_changes() {
    if !is_there() {
        return;
    }
    let mut world = World::new().await;
    world.apply(CreateTable { table: journal() }).await;
    let mark = world.query(dialect().server().catalogue_mark).await;
    world
        .execute("INSERT INTO journal (what) VALUES ('x')")
        .await
        .unwrap();
    assert_eq!(mark, world.query(dialect().server().catalogue_mark).await);
    let limits = dialect().limits(
        std::time::Duration::from_millis(300),
        std::time::Duration::from_millis(1500),
    );
    for sql in limits {
        world.execute(&sql).await.unwrap();
    }
    let shown = world
        .query("SELECT CONCAT(@@lock_wait_timeout, ' ', @@innodb_lock_wait_timeout)")
        .await;
    assert_eq!(shown, ["1 1"]);
    assert_eq!(world.query(dialect().server().relations).await, ["journal"]);
}
