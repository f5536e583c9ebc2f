//! What `check` refuses of operations about tables and columns; `refusals` runs them.

use model::operation::Operation;
use serde_json::{Value, json};

use crate::refusals::{EXISTS, IN_USE, INVALID, MISSING, Refusal};
use crate::world::{column, create_table, foreign_key, id, index, nullable, op, text};

fn table(name: &str, columns: Vec<Value>, primary_key: &[&str]) -> Operation {
    op(
        json!({"operation": "create-table", "table": {"name": name, "columns": columns, "primary_key": primary_key}}),
    )
}

pub(crate) fn create_tables() -> Vec<Refusal> {
    let int = || json!({"type": "int"});
    vec![
        (create_table("customers", vec![], json!({})), EXISTS),
        (create_table("names", vec![], json!({})), EXISTS),
        (create_table("customers_email", vec![], json!({})), EXISTS),
        (
            create_table(
                "t",
                vec![],
                json!({"indexes": [index("t", &["id"], false)]}),
            ),
            EXISTS,
        ),
        (
            create_table(
                "t",
                vec![],
                json!({"indexes": [index("loose", &["id"], false)]}),
            ),
            EXISTS,
        ),
        (
            create_table(
                "t",
                vec![column("a", int())],
                json!({"indexes": [index("x", &["a"], false)], "checks": [{"name": "x", "condition": "a > 1"}]}),
            ),
            EXISTS,
        ),
        (
            create_table(
                "t",
                vec![],
                json!({"foreign_keys": [foreign_key("t_x", &["id"], "absent", &["id"])]}),
            ),
            MISSING,
        ),
        (
            create_table(
                "t",
                vec![],
                json!({"indexes": [index("t_x", &["absent"], false)]}),
            ),
            MISSING,
        ),
    ]
}

pub(crate) fn columns_and_primary_keys() -> Vec<Refusal> {
    let int = || json!({"type": "int"});
    let many = (0..501)
        .map(|n| nullable(&format!("c{n}"), text()))
        .collect();
    let wide: Vec<String> = (0..17).map(|n| format!("c{n}")).collect();
    let wide: Vec<&str> = wide.iter().map(String::as_str).collect();
    vec![
        (table("t", vec![], &["id"]), INVALID),
        (table("t", many, &["c0"]), INVALID),
        (table("t", vec![id(), id()], &["id"]), INVALID),
        (table("t", vec![column("a", int())], &[]), INVALID),
        (table("t", vec![column("a", int())], &["absent"]), MISSING),
        (table("t", vec![column("a", int())], &["a", "a"]), INVALID),
        (table("t", vec![nullable("a", int())], &["a"]), INVALID),
        (
            table("t", vec![column("a", json!({"type": "double"}))], &["a"]),
            INVALID,
        ),
        (table("t", vec![id(), column("a", int())], &["a"]), INVALID),
        (
            table("t", vec![id(), column("a", int())], &["id", "a"]),
            INVALID,
        ),
        (
            table("t", wide.iter().map(|c| column(c, int())).collect(), &wide),
            INVALID,
        ),
        (
            create_table(
                "t",
                vec![column("a", json!({"type": "string", "length": 0}))],
                json!({}),
            ),
            "type.invalid",
        ),
        (
            create_table("t", vec![], json!({"comment": "two\nlines"})),
            INVALID,
        ),
        (
            create_table(
                "t",
                vec![],
                json!({"checks": [{"name": "t_x", "condition": "absent > 1"}]}),
            ),
            "expression.column_unknown",
        ),
    ]
}

pub(crate) fn tables() -> Vec<Refusal> {
    let drop = |table: &str| op(json!({"operation": "drop-table", "table": table}));
    let rename =
        |from: &str, to: &str| op(json!({"operation": "rename-table", "from": from, "to": to}));
    vec![
        (drop("absent"), MISSING),
        (drop("names"), MISSING),
        (drop("customers"), IN_USE),
        (rename("absent", "free"), MISSING),
        (rename("loose", "orders"), EXISTS),
        (rename("loose", "names"), EXISTS),
        (rename("loose", "customers_email"), EXISTS),
        (rename("loose", "loose"), EXISTS),
        (rename("customers", "clients"), IN_USE),
    ]
}

pub(crate) fn columns() -> Vec<Refusal> {
    let add = |table: &str, column: Value| {
        op(json!({"operation": "add-column", "table": table, "column": column}))
    };
    let drop = |table: &str, column: &str| {
        op(json!({"operation": "drop-column", "table": table, "column": column}))
    };
    let rename = |table: &str, from: &str, to: &str| {
        op(json!({"operation": "rename-column", "table": table, "from": from, "to": to}))
    };
    let with = |column_type: Value, default: Value| json!({"name": "x", "column_type": column_type, "nullable": true, "default": default});
    vec![
        (add("absent", nullable("x", text())), MISSING),
        (add("orders", nullable("note", text())), EXISTS),
        (add("orders", column("x", text())), INVALID),
        (add("orders", nullable("xmin", text())), INVALID),
        (rename("orders", "note", "db_row_id"), INVALID),
        (add("orders", column("x", json!({"type": "id"}))), INVALID),
        (
            add("orders", with(text(), json!("current-timestamp"))),
            INVALID,
        ),
        (
            add("orders", with(text(), json!({"value": "null"}))),
            INVALID,
        ),
        (
            add(
                "orders",
                with(
                    json!({"type": "smallint"}),
                    json!({"value": {"integer": "40000"}}),
                ),
            ),
            "value.invalid",
        ),
        (
            add(
                "orders",
                json!({"name": "x", "column_type": {"type": "int"}, "nullable": true, "collation": "ignore-case"}),
            ),
            INVALID,
        ),
        (drop("absent", "x"), MISSING),
        (drop("orders", "absent"), MISSING),
        (drop("customers", "id"), IN_USE),
        (drop("customers", "email"), IN_USE),
        (drop("customers", "score"), IN_USE),
        (drop("orders", "customer_id"), IN_USE),
        (drop("customers", "name"), IN_USE),
        (rename("absent", "a", "b"), MISSING),
        (rename("orders", "absent", "b"), MISSING),
        (rename("orders", "note", "id"), EXISTS),
        (rename("orders", "note", "note"), EXISTS),
        (rename("customers", "name", "full_name"), IN_USE),
    ]
}

pub(crate) fn alterations() -> Vec<Refusal> {
    let alter = |table: &str, column: &str, change: Value| {
        op(json!({"operation": "alter-column", "table": table, "column": column, "change": change}))
    };
    let to = |column_type: &str| json!({"set-type": {"type": column_type}});
    vec![
        (alter("absent", "x", to("text")), MISSING),
        (alter("orders", "absent", to("text")), MISSING),
        (alter("orders", "id", to("bigint")), INVALID),
        (alter("orders", "note", to("id")), INVALID),
        (alter("orders", "customer_id", to("text")), IN_USE),
        (
            alter("orders", "friend_id", json!({"set-nullable": false})),
            IN_USE,
        ),
        (alter("customers", "name", to("json")), IN_USE),
        (alter("customers", "email", to("json")), INVALID),
        (
            alter("customers", "score", to("bool")),
            "expression.type_mismatch",
        ),
        (alter("customers", "tier", to("int")), "value.invalid"),
        (
            alter(
                "customers",
                "nick",
                json!({"set-default": "current-timestamp"}),
            ),
            INVALID,
        ),
        (
            alter(
                "customers",
                "nick",
                json!({"set-default": {"value": {"text": "x".repeat(21)}}}),
            ),
            "value.invalid",
        ),
    ]
}
