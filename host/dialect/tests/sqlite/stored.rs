//! Reading catalogues that Strata did not write: drift is seen, oddities are opaque, nothing panics.

use dialect::CatalogueRow;
use model::Observed;
use model::operation::CreateTable;
use proptest::prelude::*;

use super::tables::{journal, members, plans};
use super::words::*;
use super::world::{World, dialect};

fn row(kind: &str, name: &str, table: &str, sql: &str) -> CatalogueRow {
    [kind, name, table, sql]
        .map(|text| Some(text.to_owned()))
        .to_vec()
}

fn observe(rows: &[CatalogueRow]) -> Observed {
    dialect().observe(&[rows.to_vec()])
}

fn read(sql: &str) -> Observed {
    observe(&[row("table", "t", "t", sql)])
}

#[test]
fn spelling_makes_no_difference() {
    let ours = read(
        "CREATE TABLE \"t\" (\"a\" TEXT NOT NULL DEFAULT 'x' CHECK (length(\"a\") <= 3), PRIMARY KEY (\"a\")) STRICT",
    );
    assert!(ours.opaque.is_empty(), "{ours:?}");
    for sql in [
        "create table t(a text default 'x' not null check(length(a)<=3),primary key(a))strict",
        "CREATE TABLE [t] (\n `a` TEXT -- the name\n NOT NULL /* always */ DEFAULT 'x' CHECK (LENGTH(A) <= 3),\n PRIMARY KEY ([a])\n) STRICT",
    ] {
        assert_eq!(read(sql), ours, "{sql}");
    }
}

#[test]
fn what_differs_is_seen() {
    let base = "CREATE TABLE t (a TEXT NOT NULL, b INT REFERENCES u (id) ON DELETE CASCADE, CHECK (a <> 'X'))";
    let found = read(base);
    assert!(found.opaque.is_empty(), "{found:?}");
    for (from, to) in [
        ("NOT NULL", ""),
        ("NOT NULL", "NOT NULL DEFAULT 'a'"),
        ("NOT NULL", "NOT NULL COLLATE NOCASE"),
        ("NOT NULL", "NOT NULL UNIQUE"),
        ("NOT NULL", "NOT NULL PRIMARY KEY"),
        ("NOT NULL", "NOT NULL ON CONFLICT IGNORE"),
        ("a TEXT", "a BLOB"),
        ("ON DELETE CASCADE", ""),
        (
            "ON DELETE CASCADE",
            "ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED",
        ),
        ("u (id)", "v (id)"),
        ("a <> 'X'", "a <> 'x'"),
        ("a <> 'X'", "a <> \"X\""),
        ("a <> 'X'", "a <> NULL"),
        ("a <> 'X'", "a <> \"null\""),
        ("'X'))", "'X')) STRICT"),
        ("b INT", "b INT AS (length(a)) STORED"),
    ] {
        let changed = base.replace(from, to);
        assert_ne!(read(&changed), found, "{changed}");
        assert!(!found.differences(&read(&changed)).is_empty(), "{changed}");
    }
    assert_ne!(
        read(&base.replace("'X'", "NULL")),
        read(&base.replace("'X'", "\"null\""))
    );
}

#[test]
fn what_cannot_be_kept_is_opaque_with_its_text() {
    for sql in [
        "CREATE VIRTUAL TABLE t USING fts5(a)",
        "CREATE TABLE t (a INT DEFERRABLE)",
        "CREATE TABLE t (a INT, FOREIGN KEY (a) REFERENCES u (a) MATCH FULL)",
        "CREATE TABLE t (a TEXT, PRIMARY KEY (a COLLATE NOCASE))",
        "CREATE TABLE t (a DEFAULT \u{1}",
        "nonsense 'open",
    ] {
        let observed = read(sql);
        assert!(
            observed.opaque.contains_key("table t"),
            "{sql}: {observed:?}"
        );
    }
}

#[test]
fn tables_of_strata_and_of_sqlite_are_left_out_but_triggers_on_tables_are_not() {
    let rows = [
        row(
            "table",
            "strata_ledger",
            "strata_ledger",
            "CREATE TABLE strata_ledger (a)",
        ),
        row(
            "index",
            "strata_ledger_a",
            "strata_ledger",
            "CREATE INDEX strata_ledger_a ON strata_ledger (a)",
        ),
        row(
            "index",
            "odd",
            "strata_ledger",
            "CREATE INDEX odd ON strata_ledger (a)",
        ),
        row(
            "trigger",
            "odd",
            "strata_ledger",
            "CREATE TRIGGER odd BEFORE UPDATE ON strata_ledger BEGIN SELECT 1; END",
        ),
        row(
            "table",
            "sqlite_sequence",
            "sqlite_sequence",
            "CREATE TABLE sqlite_sequence(name,seq)",
        ),
        vec![
            Some("index".to_owned()),
            Some("sqlite_autoindex_t_1".to_owned()),
            Some("t".to_owned()),
            None,
        ],
        row(
            "trigger",
            "strata_x",
            "t",
            "CREATE TRIGGER strata_x BEFORE UPDATE ON t BEGIN SELECT 1; END",
        ),
    ];
    let observed = observe(&rows);
    assert!(
        observed.tables.is_empty() && observed.opaque.is_empty(),
        "{observed:?}"
    );
    assert_eq!(observed.triggers.keys().collect::<Vec<_>>(), ["strata_x"]);
}

#[tokio::test]
async fn changes_behind_our_back_are_found_and_named() {
    let mut world = World::new().await;
    for table in [plans(), members(), journal()] {
        world.apply(CreateTable { table }).await;
    }
    for sql in [
        "DROP TRIGGER strata_append_only_delete_journal",
        "DROP INDEX members_active",
        "ALTER TABLE plans ADD COLUMN sneaky TEXT",
        "CREATE TABLE extra (a)",
    ] {
        world.execute(sql).await.unwrap();
    }
    let lowered = dialect().lower(&world.schema).unwrap();
    let found = world.observe().await;
    let objects: Vec<String> = lowered
        .differences(&found)
        .into_iter()
        .map(|d| d.object)
        .collect();
    assert_eq!(
        objects,
        [
            "column extra.a",
            "column plans.sneaky",
            "index members_active of members",
            "table extra",
            "trigger strata_append_only_delete_journal of journal",
        ]
    );
    let before = found.fingerprint().unwrap();
    assert_ne!(before, lowered.fingerprint().unwrap());
}

#[test]
fn the_lowered_form_is_what_it_was() {
    let mut schema = model::Schema::empty();
    for table in [plans(), members(), journal()] {
        model::Operation::from(CreateTable { table })
            .apply(&mut schema, &super::world::origin())
            .unwrap();
    }
    let lowered = dialect().lower(&schema).unwrap();
    insta::assert_debug_snapshot!("lowered", lowered);
    assert_eq!(
        lowered.tables["members"].foreign_keys["members_plan_fk"].on_delete,
        "CASCADE"
    );
    assert_eq!(
        name("id").as_str(),
        lowered.tables["members"].primary_key[0]
    );
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(sql in ".{0,80}", kind in "table|index|view|trigger|other") {
        let _observed = observe(&[row(&kind, "t", "t", &sql)]);
    }

    #[test]
    fn no_list_of_tokens_makes_the_reader_panic(
        words in proptest::collection::vec(
            prop::sample::select(vec![
                "CREATE", "TABLE", "t", "(", ")", ",", "a", "INT", "CHECK", "DEFAULT", "-", "1", "'x'", "NOT",
                "NULL", "PRIMARY", "KEY", "CONSTRAINT", "FOREIGN", "REFERENCES", "ON", "DELETE", "SET", "UNIQUE",
                "INDEX", "VIEW", "AS", "TRIGGER", "STRICT", ".", "X'00'", "COLLATE", "GENERATED",
            ]),
            0..30,
        ),
    ) {
        let sql = words.join(" ");
        for kind in ["table", "index", "view", "trigger"] {
            let _observed = observe(&[row(kind, "t", "t", &sql)]);
        }
        let sql = format!("CREATE TABLE t ({sql})");
        let _observed = observe(&[row("table", "t", "t", &sql)]);
    }
}
