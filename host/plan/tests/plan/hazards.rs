//! Hazards: what deletes, may fail on rows, or copies a table is named; nothing is said of tables that
//! nobody knows yet.

use model::HazardKind;
use model::operation::Operation;
use plan::Entry;
use serde_json::{Value, json};

use crate::world::{Stage, applied, column, op, plan_for, plan_fresh, plugin, plugin_at, table};

fn first() -> Entry {
    plugin("core", "basic", json!({}))
}

fn second() -> Entry {
    plugin_at(
        "core",
        "1.1.0",
        "basic",
        json!({"migrations": ["0001_init", "0002_next"],
        "capabilities": ["destructive", "raw-sql"]}),
    )
}

/// Tables that stand, with rows for all we know.
fn standing() -> Vec<Operation> {
    let sized =
        json!({"name": "code", "column_type": {"type": "string", "length": 20}, "nullable": true});
    vec![
        table("users", &["name", "nick"]),
        op(json!({"operation": "add-column", "table": "users", "column": sized})),
        table("notes", &["body"]),
        op(
            json!({"operation": "add-column", "table": "notes", "column":
            {"name": "user_id", "column_type": {"type": "bigint"}, "nullable": true}}),
        ),
    ]
}

/// The hazards of a second migration, as `kind object`.
fn hazards(operations: Vec<Operation>) -> Vec<String> {
    let stage = Stage::default().plays(&first(), "0001_init", standing());
    let history = applied(&plan_fresh(&[&first()], &stage).unwrap());
    let stage = stage.plays(&second(), "0002_next", operations);
    let planned =
        plan_for("acme", &[&second()], &stage, &history).unwrap_or_else(|e| panic!("{e:?}"));
    let hazards = planned.plan.hazards();
    hazards
        .map(|hazard| format!("{} {}", hazard.kind, hazard.object))
        .collect()
}

fn alter(change: Value) -> Operation {
    op(json!({"operation": "alter-column", "table": "users", "column": "code", "change": change}))
}

fn drop_column(table: &str, column: &str) -> Operation {
    op(json!({"operation": "drop-column", "table": table, "column": column}))
}

fn drop_table(table: &str) -> Operation {
    op(json!({"operation": "drop-table", "table": table}))
}

fn rename(from: &str, to: &str) -> Operation {
    op(json!({"operation": "rename-table", "from": from, "to": to}))
}

fn unique(table: &str, column: &str) -> Operation {
    op(json!({"operation": "create-index", "table": table,
        "index": {"name": format!("{table}_{column}"), "columns": [{"name": column}], "unique": true}}))
}

fn check(table: &str, column: &str) -> Operation {
    op(json!({"operation": "add-check", "table": table,
        "check": {"name": format!("{table}_{column}_sane"), "condition": format!("{column} <> ''")}}))
}

#[test]
fn what_deletes_or_may_fail_on_rows_is_named_with_its_object() {
    let points = op(
        json!({"operation": "add-foreign-key", "table": "notes", "foreign_key": {"name": "notes_user",
        "columns": ["user_id"], "references_table": "users", "references_columns": ["id"],
        "on_delete": "restrict", "on_update": "restrict"}}),
    );
    let cases = [
        (drop_table("notes"), "deletes-data notes"),
        (drop_column("users", "nick"), "deletes-data users.nick"),
        (
            op(json!({"operation": "delete-rows", "table": "notes"})),
            "deletes-data notes",
        ),
        (
            alter(json!({"set-type": {"type": "string", "length": 5}})),
            "may-lose-data users.code",
        ),
        (
            alter(json!({"set-nullable": false})),
            "may-lose-data users.code",
        ),
        (unique("users", "nick"), "may-lose-data users"),
        (check("users", "nick"), "may-lose-data users"),
        (points, "may-lose-data notes"),
        (
            op(
                json!({"operation": "update-rows", "table": "users", "assignments": [{"column": "nick", "value": "'x'"}]}),
            ),
            "may-lose-data users",
        ),
        (
            op(
                json!({"operation": "backfill", "table": "users", "column": "nick", "value": "LOWER(name)"}),
            ),
            "may-lose-data users",
        ),
        (
            alter(json!({"set-nullable": false})),
            "rewrites-table users",
        ),
        (check("users", "nick"), "rewrites-table users"),
        (check("users", "nick"), "blocks-writes users"),
        (drop_table("notes"), "irreversible 0002_next"),
        (drop_column("users", "nick"), "irreversible 0002_next"),
    ];
    for (operation, wanted) in cases {
        let found = hazards(vec![operation.clone()]);
        assert!(
            found.iter().any(|hazard| hazard == wanted),
            "{operation}: {found:?} lacks {wanted}"
        );
    }
}

#[test]
fn what_only_adds_or_widens_is_no_danger_to_data() {
    let widen = json!({"set-type": {"type": "string", "length": 40}});
    for operation in [
        op(json!({"operation": "add-column", "table": "users", "column": column("more")})),
        table("more", &[]),
        alter(widen),
        alter(json!({"set-nullable": true})),
        alter(json!({"set-default": {"value": {"text": "x"}}})),
        rename("notes", "letters"),
        op(json!({"operation": "rename-column", "table": "users", "from": "nick", "to": "alias"})),
    ] {
        let found = hazards(vec![operation.clone()]);
        let harms = |hazard: &String| {
            let kinds = [
                HazardKind::DeletesData,
                HazardKind::MayLoseData,
                HazardKind::Irreversible,
            ];
            kinds.iter().any(|kind| hazard.starts_with(kind.code()))
        };
        assert!(!found.iter().any(harms), "{operation}: {found:?}");
    }
}

#[test]
fn nothing_is_a_hazard_on_a_table_that_the_same_migration_made() {
    let fresh = vec![
        table("fresh", &["a", "b"]),
        unique("fresh", "a"),
        check("fresh", "b"),
        op(
            json!({"operation": "alter-column", "table": "fresh", "column": "b", "change": {"set-nullable": false}}),
        ),
        op(json!({"operation": "delete-rows", "table": "fresh"})),
    ];
    assert_eq!(hazards(fresh), Vec::<String>::new());
    let renamed = vec![
        table("fresh", &["a", "b"]),
        rename("fresh", "newer"),
        check("newer", "b"),
        unique("newer", "a"),
    ];
    assert_eq!(hazards(renamed), Vec::<String>::new());
}

#[test]
fn an_older_table_under_the_name_of_a_new_one_is_still_an_older_table() {
    let swapped = vec![
        table("fresh", &[]),
        rename("fresh", "gone"),
        rename("notes", "fresh"),
        drop_table("fresh"),
    ];
    let found = hazards(swapped);
    assert!(
        found.contains(&"deletes-data fresh".to_owned()),
        "{found:?}"
    );
    let reused = vec![
        table("fresh", &[]),
        drop_table("fresh"),
        rename("notes", "fresh"),
        drop_table("fresh"),
    ];
    let found = hazards(reused);
    assert!(
        found.contains(&"deletes-data fresh".to_owned()),
        "{found:?}"
    );
}

#[test]
fn a_hazard_is_told_in_a_sentence_that_names_the_thing() {
    let stage = Stage::default().plays(&first(), "0001_init", standing());
    let history = applied(&plan_fresh(&[&first()], &stage).unwrap());
    let stage = stage.plays(&second(), "0002_next", vec![drop_column("users", "nick")]);
    let planned = plan_for("acme", &[&second()], &stage, &history).unwrap();
    let sentences: Vec<String> = planned
        .plan
        .hazards()
        .map(|h| format!("{}: {}", h.kind, h.message))
        .collect();
    insta::assert_snapshot!(sentences.join("\n"), @r#"
    deletes-data: all values of `users.nick` will be deleted
    blocks-writes: drop column `users.nick`: writers wait while rows are worked through
    rewrites-table: drop column `users.nick`: the table is copied
    irreversible: migration `0002_next` cannot be taken back: the values of `users.nick` are gone
    "#);
}
