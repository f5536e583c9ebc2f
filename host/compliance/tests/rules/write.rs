//! Operations in short, for the cases of the rules.

use model::operation::Operation;
use serde_json::{Value, json};

pub(crate) fn op(json: Value) -> Operation {
    serde_json::from_value(json.clone()).unwrap_or_else(|e| panic!("{e} in {json}"))
}

pub(crate) fn column(name: &str) -> Value {
    json!({"name": name, "column_type": {"type": "text"}, "nullable": true})
}

pub(crate) fn create(name: &str, references: Option<&str>) -> Operation {
    let id = json!({"name": "id", "column_type": {"type": "id"}, "nullable": false});
    let other = json!({"name": "other_id", "column_type": {"type": "bigint"}, "nullable": true});
    let keys: Vec<Value> = references
        .iter()
        .map(|to| foreign_key(&format!("{name}_other"), to))
        .collect();
    op(
        json!({"operation": "create-table", "table": {"name": name, "primary_key": ["id"],
        "columns": [id, other, column("title"), column("note")], "foreign_keys": keys}}),
    )
}

pub(crate) fn foreign_key(name: &str, to: &str) -> Value {
    json!({"name": name, "columns": ["other_id"], "references_table": to, "references_columns": ["id"],
        "on_delete": "restrict", "on_update": "restrict"})
}

pub(crate) fn add_column(table: &str, name: &str) -> Operation {
    op(json!({"operation": "add-column", "table": table, "column": column(name)}))
}

pub(crate) fn index(table: &str, columns: &[&str], unique: bool) -> Operation {
    let columns: Vec<Value> = columns.iter().map(|name| json!({"name": name})).collect();
    op(
        json!({"operation": "create-index", "table": table, "index": {"name": "x_index", "columns": columns, "unique": unique}}),
    )
}

pub(crate) fn update(table: &str, column: &str) -> Operation {
    op(
        json!({"operation": "update-rows", "table": table, "assignments": [{"column": column, "value": "'x'"}]}),
    )
}

pub(crate) fn on_column(kind: &str, table: &str, column: &str, more: Value) -> Operation {
    let mut json = json!({"operation": kind, "table": table, "column": column});
    json.as_object_mut()
        .unwrap()
        .extend(more.as_object().cloned().unwrap());
    op(json)
}

pub(crate) fn rename_column(table: &str, from: &str, to: &str) -> Operation {
    op(json!({"operation": "rename-column", "table": table, "from": from, "to": to}))
}

pub(crate) fn named(kind: &str, field: &str, name: &str) -> Operation {
    op(json!({"operation": kind, field: name}))
}

pub(crate) fn view(name: &str, query: &str) -> Operation {
    op(json!({"operation": "create-view", "view": {"name": name, "query": query}}))
}

pub(crate) fn raw(table: &str) -> Operation {
    op(
        json!({"operation": "run-sql", "description": "x", "touches": [table],
        "texts": [{"database": "sqlite", "statements": ["UPDATE x SET y = 1"]}]}),
    )
}

pub(crate) fn insert(table: &str) -> Operation {
    op(
        json!({"operation": "insert-rows", "table": table, "key": ["id"], "columns": ["id"], "rows": [[{"integer": "1"}]]}),
    )
}

pub(crate) fn on_part(kind: &str, field: &str, table: &str, part: Value) -> Operation {
    op(json!({"operation": kind, "table": table, field: part}))
}

/// A table whose rows go with those of its parent.
pub(crate) fn cascading(name: &str, parent: Option<&str>) -> Operation {
    let mut json = serde_json::to_value(create(name, parent)).unwrap();
    if parent.is_some() {
        json["table"]["foreign_keys"][0]["on_delete"] = json!("cascade");
    }
    op(json)
}
