//! What `check` refuses of operations about rows and of raw SQL; `refusals` runs them.

use serde_json::{Value, json};

use crate::refusals::{INVALID, MISSING, Refusal};
use crate::world::op;

pub(crate) fn inserts() -> Vec<Refusal> {
    let refuse = |table: &str, key: &str, columns: Value, rows: Value, code| {
        let json = json!({"operation": "insert-rows", "table": table, "key": [key],
            "columns": columns, "rows": rows});
        (op(json), code)
    };
    let mail =
        |columns: Value, rows: Value, code| refuse("customers", "email", columns, rows, code);
    let (email, a) = (json!(["email"]), json!({"text": "a"}));
    vec![
        refuse("absent", "email", email.clone(), json!([[a]]), MISSING),
        mail(json!(["email", "absent"]), json!([[a, "null"]]), MISSING),
        mail(json!(["email", "email"]), json!([[a, a]]), INVALID),
        mail(json!(["name"]), json!([["null"]]), INVALID),
        refuse(
            "customers",
            "name",
            json!(["name", "email"]),
            json!([["null", a]]),
            INVALID,
        ),
        refuse(
            "customers",
            "id",
            json!(["id"]),
            json!([[{"integer": "1"}]]),
            INVALID,
        ),
        mail(email.clone(), json!([]), INVALID),
        mail(email.clone(), json!([[]]), INVALID),
        mail(email.clone(), json!([["null"]]), INVALID),
        mail(email.clone(), json!([[a], [a]]), INVALID),
        mail(email, json!([[{"bool": true}]]), "value.invalid"),
    ]
}

pub(crate) fn changes() -> Vec<Refusal> {
    let update = |table: &str, assignments: Value| {
        op(json!({"operation": "update-rows", "table": table, "assignments": assignments}))
    };
    let fill = |table: &str, column: &str, value: &str| {
        op(json!({"operation": "backfill", "table": table, "column": column, "value": value}))
    };
    let set = |column: &str, value: &str| json!({"column": column, "value": value});
    vec![
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
