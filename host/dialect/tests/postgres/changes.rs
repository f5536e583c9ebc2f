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
            "ALTER TABLE plans ALTER COLUMN note SET NOT NULL",
            "column plans.note",
        ),
        (
            "ALTER TABLE plans ALTER COLUMN price SET DEFAULT 3",
            "column plans.price",
        ),
        ("DROP INDEX plans_code_key", "index plans_code_key of plans"),
        (
            "DROP INDEX members_active; CREATE INDEX members_active ON members (plan_id DESC, email) WHERE active = FALSE",
            "index members_active of members",
        ),
        (
            "ALTER TABLE plans DROP CONSTRAINT plans_price_positive; ALTER TABLE plans ADD CONSTRAINT plans_price_positive CHECK (price >= -1)",
            "check plans_price_positive of plans",
        ),
        ("COMMENT ON TABLE plans IS 'mine'", "table plans"),
        (
            "ALTER TABLE journal DISABLE TRIGGER ALL",
            "trigger strata_append_only_journal of journal",
        ),
        (
            "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
            "function f()",
        ),
        ("CREATE TYPE colour AS ENUM ('red')", "type colour"),
        ("CREATE SEQUENCE numbers", "sequence numbers"),
        (
            "CREATE MATERIALIZED VIEW m AS SELECT 1 AS a",
            "materialized view m",
        ),
        ("CREATE SCHEMA elsewhere", "schema elsewhere"),
        ("CREATE DOMAIN small AS integer", "type small"),
        (
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'plans_code_key'::regclass",
            "index plans_code_key of plans",
        ),
        (
            "CREATE POLICY mine ON plans USING (true)",
            "policy plans.mine",
        ),
        ("CREATE EXTENSION pg_trgm", "extension pg_trgm"),
        (
            "CREATE OR REPLACE FUNCTION strata_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            "function strata_refuse_change()",
        ),
        (
            "ALTER FUNCTION strata_refuse_change() SECURITY DEFINER",
            "function strata_refuse_change()",
        ),
        ("ALTER TABLE plans ENABLE ROW LEVEL SECURITY", "table plans"),
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
