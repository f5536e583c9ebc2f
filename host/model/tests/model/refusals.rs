//! Everything that `check` refuses, kind by kind, with the code; a refused operation leaves no trace.

use std::collections::BTreeMap;

use model::operation::Operation;
use serde_json::{Value, json};

use crate::refused_rows::{changes, inserts, raw_sql};
use crate::refused_tables::{
    alterations, columns, columns_and_primary_keys, create_tables, tables,
};
use crate::world::{
    column, create_table, create_view, foreign_key, index, op, origin, text, world,
};

pub(crate) type Refusal = (Operation, &'static str);

pub(crate) const MISSING: &str = "operation.missing";
pub(crate) const EXISTS: &str = "operation.exists";
pub(crate) const IN_USE: &str = "operation.in_use";
pub(crate) const INVALID: &str = "operation.invalid";

fn part(kind: &str, field: &str, table: &str, part: Value) -> Operation {
    op(json!({"operation": kind, "table": table, field: part}))
}

fn indexes() -> Vec<Refusal> {
    let create = |table: &str, index: Value| part("create-index", "index", table, index);
    let drop = |table: &str, index: &str| part("drop-index", "index", table, json!(index));
    vec![
        (create("absent", index("x", &["id"], false)), MISSING),
        (create("orders", index("x", &["absent"], false)), MISSING),
        (
            create("orders", index("orders_friend", &["id"], false)),
            EXISTS,
        ),
        (create("orders", index("x", &[], false)), INVALID),
        (
            create("orders", index("x", &["note", "note"], false)),
            INVALID,
        ),
        (drop("absent", "x"), MISSING),
        (drop("orders", "customers_score"), MISSING),
    ]
}

fn foreign_keys() -> Vec<Refusal> {
    let key = |table: &str, key: Value| part("add-foreign-key", "foreign_key", table, key);
    let sets_null = |column: &str, delete: &str, update: &str| {
        json!({"name": "x", "columns": [column], "references_table": "customers", "references_columns": ["id"],
            "on_delete": delete, "on_update": update})
    };
    vec![
        (
            key("absent", foreign_key("x", &["id"], "loose", &["id"])),
            MISSING,
        ),
        (
            key(
                "orders",
                foreign_key("x", &["customer_id"], "absent", &["id"]),
            ),
            MISSING,
        ),
        (
            key(
                "orders",
                foreign_key("x", &["absent"], "customers", &["id"]),
            ),
            MISSING,
        ),
        (
            key(
                "orders",
                foreign_key("customers_score", &["customer_id"], "customers", &["id"]),
            ),
            EXISTS,
        ),
        (
            key("orders", foreign_key("x", &["note"], "customers", &["id"])),
            INVALID,
        ),
        (
            key(
                "orders",
                foreign_key("x", &["note"], "customers", &["name"]),
            ),
            INVALID,
        ),
        (
            key(
                "orders",
                foreign_key("x", &["customer_id", "friend_id"], "customers", &["id"]),
            ),
            INVALID,
        ),
        (
            key("orders", sets_null("customer_id", "set-null", "restrict")),
            INVALID,
        ),
        (
            key("orders", sets_null("friend_id", "restrict", "set-null")),
            INVALID,
        ),
    ]
}

fn checks_and_views() -> Vec<Refusal> {
    let check = |table: &str, name: &str, condition: &str| {
        part(
            "add-check",
            "check",
            table,
            json!({"name": name, "condition": condition}),
        )
    };
    vec![
        (
            part("drop-foreign-key", "foreign_key", "absent", json!("x")),
            MISSING,
        ),
        (
            part("drop-foreign-key", "foreign_key", "orders", json!("x")),
            MISSING,
        ),
        (check("absent", "x", "1 = 1"), MISSING),
        (check("orders", "orders_friend", "note <> ''"), EXISTS),
        (
            check("orders", "x", "LENGTH(note)"),
            "expression.type_mismatch",
        ),
        (part("drop-check", "check", "absent", json!("x")), MISSING),
        (part("drop-check", "check", "orders", json!("x")), MISSING),
        (
            create_view("customers", "SELECT orders.id AS id FROM orders"),
            EXISTS,
        ),
        (
            create_view("x", "SELECT absent.id AS id FROM absent"),
            "query.table_unknown",
        ),
        (
            create_view("x", "SELECT orders.absent AS id FROM orders"),
            "expression.column_unknown",
        ),
        (
            op(json!({"operation": "drop-view", "view": "absent"})),
            MISSING,
        ),
        (
            op(json!({"operation": "drop-view", "view": "customers"})),
            MISSING,
        ),
        (
            op(json!({"operation": "drop-view", "view": "names"})),
            IN_USE,
        ),
    ]
}

fn all() -> Vec<Refusal> {
    let mut all = create_tables();
    all.extend(columns_and_primary_keys());
    all.extend(tables());
    all.extend(columns());
    all.extend(alterations());
    all.extend(indexes());
    all.extend(foreign_keys());
    all.extend(checks_and_views());
    all.extend(inserts());
    all.extend(changes());
    all.extend(raw_sql());
    all
}

#[test]
fn what_cannot_be_done_is_refused_with_its_code_and_leaves_no_trace() {
    for (operation, code) in all() {
        let mut schema = world();
        match operation.apply(&mut schema, &origin("shop", "0002_next")) {
            Ok(()) => panic!("{} was not refused ({code})", serde_json::json!(operation)),
            Err(error) => assert_eq!(error.code().name, code, "{}: {error:?}", json!(operation)),
        }
        assert_eq!(schema, world(), "{operation}");
    }
}

#[test]
fn every_kind_of_operation_has_a_refusal_of_each_sort_that_it_can_raise() {
    let mut seen: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (operation, code) in all() {
        let kind = Operation::KINDS
            .iter()
            .find(|kind| **kind == operation.kind())
            .unwrap();
        seen.entry(kind).or_default().push(code);
    }
    for kind in Operation::KINDS {
        let codes = seen.get(kind).cloned().unwrap_or_default();
        let wanted: &[&str] = match *kind {
            "create-table" | "add-column" | "create-index" | "add-foreign-key" => {
                &[MISSING, EXISTS, INVALID]
            }
            "rename-table" | "rename-column" => &[MISSING, EXISTS, IN_USE],
            "drop-table" | "drop-view" => &[MISSING, IN_USE],
            "drop-column" => &[MISSING, IN_USE],
            "alter-column" => &[MISSING, IN_USE, INVALID],
            "create-view" => &[EXISTS, "query.table_unknown"],
            "add-check" => &[MISSING, EXISTS],
            "insert-rows" | "update-rows" | "delete-rows" | "backfill" | "run-sql" => {
                &[MISSING, INVALID]
            }
            "drop-index" | "drop-foreign-key" | "drop-check" => &[MISSING],
            "extension" => &["operation.unknown"],
            other => panic!("no refusals are listed for `{other}`"),
        };
        for code in wanted {
            assert!(codes.contains(code), "{kind} has no case of {code}");
        }
    }
}

#[test]
fn the_last_column_and_the_index_under_a_foreign_key_are_kept() {
    let mut schema = world();
    let go = |schema: &mut _, operation: Operation| {
        operation.apply(schema, &origin("shop", "0002_next"))
    };
    let one = op(json!({"operation": "create-table", "table": {"name": "one",
        "columns": [column("a", json!({"type": "int"}))], "primary_key": ["a"]}}));
    go(&mut schema, one).unwrap();
    let last = go(
        &mut schema,
        op(json!({"operation": "drop-column", "table": "one", "column": "a"})),
    );
    assert_eq!(last.unwrap_err().code().name, INVALID);
    let points = create_table(
        "letters",
        vec![column("mail", json!({"type": "string", "length": 200}))],
        json!({"foreign_keys": [foreign_key("letters_mail", &["mail"], "customers", &["email"])]}),
    );
    go(&mut schema, points).unwrap();
    let drop =
        op(json!({"operation": "drop-index", "table": "customers", "index": "customers_email"}));
    insta::assert_debug_snapshot!(go(&mut schema, drop).unwrap_err(), @r#"
    operation.in_use: index `customers_email` is what foreign key `letters_mail` of `letters` points at
      hint: drop what needs it first, in the same migration
    "#);
}

#[test]
fn a_refusal_reads_as_a_sentence_that_names_the_thing_and_says_what_to_do() {
    let refuse = |operation: Operation| operation.check(&world()).unwrap_err();
    let add =
        op(json!({"operation": "add-column", "table": "orders", "column": column("x", text())}));
    insta::assert_debug_snapshot!(refuse(add), @r#"
    operation.invalid: column `orders.x` is neither nullable nor has a default: rows that are there would have no value
      hint: add it nullable, backfill it, then set it not null
    "#);
    insta::assert_debug_snapshot!(refuse(create_table("customers", vec![], json!({}))), @r#"
    operation.exists: `customers` is there already, made by `shop`
      hint: one name has one owner; choose another name
    "#);
    insta::assert_debug_snapshot!(refuse(op(json!({"operation": "drop-column", "table": "customers", "column": "name"}))), @r#"
    operation.in_use: column `customers.name` is used by view `names`
      caused by: the column `name` of the query is not valid
      caused by: there is no column `name` in `customers`
      hint: drop what needs it first, in the same migration
    "#);
}
