//! Definitions, from `model`'s words to the contract's: what a guest is lent to read.
//!
//! Invariant: columns keep their order, all other parts are in order of their names, as the model keeps
//! them; nothing depends on how a map was filled.

use model::column_type::ColumnType;
use model::name::Name;
use model::schema::{
    Check, Collation, Column, ColumnDefault, ForeignKey, Index, ReferentialAction, Table, View,
};
use model::value::Value;

use crate::bindings::strata::plugin::types as wit;

/// How much of the host's time a table takes to lend.
pub(crate) fn table_parts(table: &Table) -> usize {
    1 + table.columns.len() + table.indexes.len() + table.foreign_keys.len() + table.checks.len()
}

/// A table as guests see it.
pub(crate) fn table(table: &Table) -> wit::Table {
    wit::Table {
        name: table.name.to_string(),
        columns: table.columns.iter().map(column).collect(),
        primary_key: names(&table.primary_key),
        indexes: table.indexes.iter().map(index).collect(),
        foreign_keys: table.foreign_keys.iter().map(foreign_key).collect(),
        checks: table.checks.iter().map(check).collect(),
        append_only: table.append_only,
        comment: table.comment.clone(),
    }
}

/// A view as guests see it.
pub(crate) fn view(view: &View) -> wit::View {
    wit::View {
        name: view.name.to_string(),
        query: view.query.to_string(),
        comment: view.comment.clone(),
    }
}

fn names(names: &[Name]) -> Vec<String> {
    names.iter().map(Name::to_string).collect()
}

fn column(column: &Column) -> wit::Column {
    wit::Column {
        name: column.name.to_string(),
        column_type: column_type(&column.column_type),
        nullable: column.nullable,
        default_value: column.default.as_ref().map(default),
        collation: match column.collation {
            Collation::Bytes => wit::Collation::Bytes,
            Collation::IgnoreCase => wit::Collation::IgnoreCase,
        },
        comment: column.comment.clone(),
    }
}

fn column_type(column_type: &ColumnType) -> wit::ColumnType {
    match column_type {
        ColumnType::Id => wit::ColumnType::Id,
        ColumnType::Bool => wit::ColumnType::Boolean,
        ColumnType::Smallint => wit::ColumnType::Smallint,
        ColumnType::Int => wit::ColumnType::Int,
        ColumnType::Bigint => wit::ColumnType::Bigint,
        ColumnType::Decimal { precision, scale } => wit::ColumnType::Decimal(wit::DecimalType {
            precision: *precision,
            scale: *scale,
        }),
        ColumnType::Real => wit::ColumnType::Real,
        ColumnType::Double => wit::ColumnType::Double,
        ColumnType::String { length } => wit::ColumnType::Varchar(*length),
        ColumnType::Text => wit::ColumnType::Text,
        ColumnType::Json => wit::ColumnType::Json,
        ColumnType::Date => wit::ColumnType::Date,
        ColumnType::Time => wit::ColumnType::Time,
        ColumnType::Timestamp => wit::ColumnType::Timestamp,
        ColumnType::Timestamptz => wit::ColumnType::Timestamptz,
        ColumnType::Uuid => wit::ColumnType::Uuid,
        ColumnType::Binary { length } => wit::ColumnType::Binary(*length),
        ColumnType::Blob => wit::ColumnType::Blob,
        ColumnType::Enum { values } => wit::ColumnType::Enumeration(values.clone()),
    }
}

fn default(default: &ColumnDefault) -> wit::ColumnDefault {
    match default {
        ColumnDefault::CurrentTimestamp => wit::ColumnDefault::CurrentTimestamp,
        ColumnDefault::Value(value) => wit::ColumnDefault::Literal(self::value(value)),
    }
}

fn value(value: &Value) -> wit::Value {
    match value {
        Value::Null => wit::Value::Null,
        Value::Bool(value) => wit::Value::Boolean(*value),
        Value::Integer(value) => wit::Value::Integer(*value),
        Value::Decimal(text) => wit::Value::Decimal(text.clone()),
        // A stored float is finite and reads back; the fallback is its own text, never a wrong number.
        Value::Float(text) => match text.parse() {
            Ok(number) => wit::Value::Float(number),
            Err(_) => wit::Value::Text(text.clone()),
        },
        Value::Text(text) => wit::Value::Text(text.clone()),
        Value::Bytes(bytes) => wit::Value::Bytes(bytes.clone()),
    }
}

fn index(index: &Index) -> wit::Index {
    let columns = index.columns.iter().map(|column| wit::IndexColumn {
        name: column.name.to_string(),
        descending: column.descending,
    });
    wit::Index {
        name: index.name.to_string(),
        columns: columns.collect(),
        unique: index.unique,
        filter: index.filter.as_ref().map(ToString::to_string),
    }
}

fn foreign_key(key: &ForeignKey) -> wit::ForeignKey {
    wit::ForeignKey {
        name: key.name.to_string(),
        columns: names(&key.columns),
        references_table: key.references_table.to_string(),
        references_columns: names(&key.references_columns),
        on_delete: action(key.on_delete),
        on_update: action(key.on_update),
    }
}

fn action(action: ReferentialAction) -> wit::ReferentialAction {
    match action {
        ReferentialAction::Restrict => wit::ReferentialAction::Restrict,
        ReferentialAction::Cascade => wit::ReferentialAction::Cascade,
        ReferentialAction::SetNull => wit::ReferentialAction::SetNull,
    }
}

fn check(check: &Check) -> wit::CheckConstraint {
    wit::CheckConstraint {
        name: check.name.to_string(),
        condition: check.condition.to_string(),
    }
}
