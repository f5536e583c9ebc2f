//! What `check` refuses of operations about rows and of raw SQL; `refusals` runs them.

use serde_json::{Value, json};

use crate::refusals::{INVALID, MISSING, Refusal};
use crate::world::op;

pub(crate) fn rows() -> Vec<Refusal> {
    let insert = |table: &str, key: Value, columns: Value, rows: Value| {
        op(
            json!({"operation": "insert-rows", "table": table, "key": key, "columns": columns, "rows": rows}),
        )
    };
    let (email, one) = (json!(["email"]), json!([[{"text": "a"}]]));
    let update = |table: &str, assignments: Value| {
        op(json!({"operation": "update-rows", "table": table, "assignments": assignments}))
    };
    let fill = |table: &str, column: &str, value: &str| {
        op(json!({"operation": "backfill", "table": table, "column": column, "value": value}))
    };
    let set = |column: &str, value: &str| json!({"column": column, "value": value});
    vec![
        (
            insert("absent", email.clone(), email.clone(), one.clone()),
            MISSING,
        ),
        (
            insert(
                "customers",
                email.clone(),
                json!(["email", "absent"]),
                json!([[{"text": "a"}, "null"]]),
            ),
            MISSING,
        ),
        (
            insert(
                "customers",
                email.clone(),
                json!(["email", "email"]),
                json!([[{"text": "a"}, {"text": "a"}]]),
            ),
            INVALID,
        ),
        (
            insert(
                "customers",
                email.clone(),
                json!(["name"]),
                json!([["null"]]),
            ),
            INVALID,
        ),
        (
            insert(
                "customers",
                json!(["name"]),
                json!(["name", "email"]),
                json!([["null", {"text": "a"}]]),
            ),
            INVALID,
        ),
        (
            insert(
                "customers",
                json!(["id"]),
                json!(["id"]),
                json!([[{"integer": "1"}]]),
            ),
            INVALID,
        ),
        (
            insert("customers", email.clone(), email.clone(), json!([])),
            INVALID,
        ),
        (
            insert("customers", email.clone(), email.clone(), json!([[]])),
            INVALID,
        ),
        (
            insert("customers", email.clone(), email.clone(), json!([["null"]])),
            INVALID,
        ),
        (
            insert(
                "customers",
                email.clone(),
                email.clone(),
                json!([[{"text": "a"}], [{"text": "a"}]]),
            ),
            INVALID,
        ),
        (
            insert("customers", email.clone(), email, json!([[{"bool": true}]])),
            "value.invalid",
        ),
        (update("absent", json!([set("x", "1")])), MISSING),
        (update("customers", json!([set("absent", "1")])), MISSING),
        (update("customers", json!([])), INVALID),
        (update("events", json!([set("body", "'x'")])), INVALID),
        (update("customers", json!([set("id", "1")])), INVALID),
        (
            update("customers", json!([set("name", "'a'"), set("name", "'b'")])),
            INVALID,
        ),
        (
            update(
                "customers",
                json!([set("name", "'a'"), set("nick", "name")]),
            ),
            INVALID,
        ),
        (update("customers", json!([set("score", "name")])), INVALID),
        (update("customers", json!([set("email", "NULL")])), INVALID),
        (
            op(json!({"operation": "delete-rows", "table": "absent"})),
            MISSING,
        ),
        (
            op(json!({"operation": "delete-rows", "table": "events"})),
            INVALID,
        ),
        (
            op(json!({"operation": "delete-rows", "table": "orders", "filter": "note"})),
            "expression.type_mismatch",
        ),
        (fill("absent", "x", "1"), MISSING),
        (fill("customers", "absent", "1"), MISSING),
        (fill("events", "body", "'x'"), INVALID),
        (fill("customers", "id", "1"), INVALID),
        (fill("customers", "score", "email"), INVALID),
    ]
}

pub(crate) fn raw_sql() -> Vec<Refusal> {
    let run = |touches: Value, texts: Value| {
        op(json!({"operation": "run-sql", "description": "x", "touches": touches, "texts": texts}))
    };
    let text =
        |database: &str, statements: Value| json!({"database": database, "statements": statements});
    let good = || text("sqlite", json!(["DELETE FROM orders"]));
    vec![
        (run(json!(["absent"]), json!([good()])), MISSING),
        (run(json!(["events"]), json!([good()])), INVALID),
        (run(json!([]), json!([good()])), INVALID),
        (run(json!(["orders"]), json!([])), INVALID),
        (
            run(json!(["orders"]), json!([text("oracle", json!(["x"]))])),
            INVALID,
        ),
        (run(json!(["orders"]), json!([good(), good()])), INVALID),
        (
            run(json!(["orders"]), json!([text("sqlite", json!([]))])),
            INVALID,
        ),
        (
            run(
                json!(["orders"]),
                json!([text("sqlite", json!(vec!["x"; 101]))]),
            ),
            INVALID,
        ),
        (
            run(
                json!(["orders"]),
                json!([text("sqlite", json!(["x".repeat(65 * 1024)]))]),
            ),
            INVALID,
        ),
        (
            op(json!({"operation": "extension", "kind": "future", "version": 2, "payload": "{}"})),
            "operation.unknown",
        ),
    ]
}
