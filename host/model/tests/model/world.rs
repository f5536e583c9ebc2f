//! The small schema that the tests of operations work on, written as the JSON of operations.

use model::operation::Operation;
use model::schema::{Origin, Schema};
use model::{MigrationId, PluginId};
use serde_json::{Value, json};

pub(crate) fn origin(plugin: &str, migration: &str) -> Origin {
    Origin {
        plugin: PluginId::new(plugin).unwrap(),
        version: "1.0.0".parse().unwrap(),
        migration: MigrationId::new(migration).unwrap(),
        run: None,
    }
}

/// An operation from its JSON.
pub(crate) fn op(json: Value) -> Operation {
    serde_json::from_value(json.clone()).unwrap_or_else(|e| panic!("{e} in {json}"))
}

/// A column that may not be null.
pub(crate) fn column(name: &str, column_type: Value) -> Value {
    json!({"name": name, "column_type": column_type, "nullable": false})
}

/// A column that may be null.
pub(crate) fn nullable(name: &str, column_type: Value) -> Value {
    json!({"name": name, "column_type": column_type, "nullable": true})
}

pub(crate) fn id() -> Value {
    column("id", json!({"type": "id"}))
}

pub(crate) fn text() -> Value {
    json!({"type": "text"})
}

pub(crate) fn index(name: &str, columns: &[&str], unique: bool) -> Value {
    let columns: Vec<Value> = columns.iter().map(|c| json!({"name": c})).collect();
    json!({"name": name, "columns": columns, "unique": unique})
}

pub(crate) fn foreign_key(name: &str, columns: &[&str], table: &str, references: &[&str]) -> Value {
    json!({"name": name, "columns": columns, "references_table": table,
        "references_columns": references, "on_delete": "restrict", "on_update": "restrict"})
}

/// `create table` with an id, more columns, and `parts` such as indexes.
pub(crate) fn create_table(table: &str, more_columns: Vec<Value>, parts: Value) -> Operation {
    let mut columns = vec![id()];
    columns.extend(more_columns);
    let mut json = json!({"name": table, "columns": columns, "primary_key": ["id"]});
    let extra = parts.as_object().cloned().unwrap_or_default();
    json.as_object_mut().unwrap().extend(extra);
    op(json!({"operation": "create-table", "table": json}))
}

pub(crate) fn create_view(view: &str, query: &str) -> Operation {
    op(json!({"operation": "create-view", "view": {"name": view, "query": query}}))
}

/// Customers with everything on them, orders that point at them, an append-only table, two views one
/// over the other, and a table that nothing needs.
pub(crate) fn world() -> Schema {
    let customers = create_table(
        "customers",
        vec![
            column("email", json!({"type": "string", "length": 200})),
            nullable("name", text()),
            nullable("score", json!({"type": "int"})),
            nullable("nick", json!({"type": "string", "length": 20})),
            json!({"name": "tier", "column_type": {"type": "enum", "values": ["basic", "gold"]},
                "nullable": false, "default": {"value": {"text": "basic"}}}),
        ],
        json!({
            "indexes": [index("customers_email", &["email"], true), index("customers_score", &["score"], false)],
            "checks": [{"name": "customers_score_sane", "condition": "score >= 0"}],
        }),
    );
    let orders = create_table(
        "orders",
        vec![
            column("customer_id", json!({"type": "bigint"})),
            nullable("friend_id", json!({"type": "bigint"})),
            nullable("note", text()),
        ],
        json!({"foreign_keys": [foreign_key("orders_customer", &["customer_id"], "customers", &["id"]),
            {"name": "orders_friend", "columns": ["friend_id"], "references_table": "customers",
             "references_columns": ["id"], "on_delete": "set-null", "on_update": "restrict"}]}),
    );
    let operations = [
        customers,
        orders,
        create_table(
            "events",
            vec![nullable("body", text())],
            json!({"append_only": true}),
        ),
        create_table("loose", vec![nullable("title", text())], json!({})),
        create_view(
            "names",
            "SELECT customers.id AS id, customers.name AS name FROM customers",
        ),
        create_view(
            "known",
            "SELECT names.name AS name FROM names WHERE names.name IS NOT NULL",
        ),
    ];
    let mut schema = Schema::empty();
    for operation in operations {
        operation
            .apply(&mut schema, &origin("shop", "0001_init"))
            .unwrap();
    }
    schema
}
