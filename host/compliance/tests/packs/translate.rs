//! What plugins give natively, in `model`'s words; the host does the same with what components give.
//!
//! Only what the plugins of these tests use is known; anything else stops the test.

use model::column_type::ColumnType;
use model::name::Name;
use model::operation::{
    AlterColumn, Backfill, ColumnChange, CreateIndex, CreateTable, CreateView, DropView,
    InsertRows, Operation,
};
use model::schema::{
    Check, Collation, Column, ColumnDefault, ForeignKey, Index, IndexColumn, ReferentialAction,
    Table, View,
};
use model::value::Value;
use strata_sdk::{column, operation, table};

pub(crate) fn operation(given: operation::Operation) -> Operation {
    use operation::Operation as Given;
    match given {
        Given::CreateTable(made) => CreateTable { table: table(made) }.into(),
        Given::CreateView(made) => CreateView { view: view(made) }.into(),
        Given::DropView { name: view } => DropView { view: name(view) }.into(),
        Given::AddColumn { table, column } => model::operation::AddColumn {
            table: name(table),
            column: self::column(column),
        }
        .into(),
        Given::AlterColumn {
            table,
            column,
            change,
        } => AlterColumn {
            table: name(table),
            column: name(column),
            change: self::change(change),
        }
        .into(),
        Given::CreateIndex { table, index } => CreateIndex {
            table: name(table),
            index: self::index(index),
        }
        .into(),
        Given::AddForeignKey { table, foreign_key } => model::operation::AddForeignKey {
            table: name(table),
            foreign_key: self::foreign_key(foreign_key),
        }
        .into(),
        Given::InsertRows(insert) => InsertRows {
            table: name(insert.table),
            key: names(insert.key),
            columns: names(insert.columns),
            rows: insert
                .rows
                .into_iter()
                .map(|row| row.into_iter().map(value).collect())
                .collect(),
        }
        .into(),
        Given::Backfill(fill) => Backfill {
            table: name(fill.table),
            column: name(fill.column),
            value: fill.value.parse().unwrap(),
            filter: fill.filter.map(|filter| filter.parse().unwrap()),
        }
        .into(),
        unknown => panic!("say how this is translated: {unknown:?}"),
    }
}

fn name(text: String) -> Name {
    Name::new(text).unwrap()
}

fn names(texts: Vec<String>) -> Vec<Name> {
    texts.into_iter().map(name).collect()
}

fn table(given: table::Table) -> Table {
    let mut table = Table {
        name: name(given.name),
        columns: given.columns.into_iter().map(column).collect(),
        primary_key: names(given.primary_key),
        indexes: given.indexes.into_iter().map(index).collect(),
        foreign_keys: given.foreign_keys.into_iter().map(foreign_key).collect(),
        checks: given.checks.into_iter().map(check).collect(),
        append_only: given.append_only,
        comment: given.comment,
    };
    table.sort_parts();
    table
}

fn view(given: table::View) -> View {
    View {
        name: name(given.name),
        query: given.query.parse().unwrap(),
        comment: given.comment,
    }
}

fn column(given: column::Column) -> Column {
    Column {
        name: name(given.name),
        column_type: column_type(given.column_type),
        nullable: given.nullable,
        default: given.default.map(default),
        collation: match given.collation {
            column::Collation::Bytes => Collation::Bytes,
            column::Collation::IgnoreCase => Collation::IgnoreCase,
        },
        comment: given.comment,
    }
}

fn change(given: operation::ColumnChange) -> ColumnChange {
    match given {
        operation::ColumnChange::SetType(given) => ColumnChange::SetType(column_type(given)),
        operation::ColumnChange::SetNullable(nullable) => ColumnChange::SetNullable(nullable),
        operation::ColumnChange::SetDefault(given) => ColumnChange::SetDefault(given.map(default)),
    }
}

fn index(given: table::Index) -> Index {
    let part = |part: table::IndexColumn| IndexColumn {
        name: name(part.name),
        descending: part.descending,
    };
    Index {
        name: name(given.name),
        columns: given.columns.into_iter().map(part).collect(),
        unique: given.unique,
        filter: given.filter.map(|filter| filter.parse().unwrap()),
    }
}

fn foreign_key(given: table::ForeignKey) -> ForeignKey {
    ForeignKey {
        name: name(given.name),
        columns: names(given.columns),
        references_table: name(given.references_table),
        references_columns: names(given.references_columns),
        on_delete: action(given.on_delete),
        on_update: action(given.on_update),
    }
}

fn action(given: table::Action) -> ReferentialAction {
    match given {
        table::Action::Restrict => ReferentialAction::Restrict,
        table::Action::Cascade => ReferentialAction::Cascade,
        table::Action::SetNull => ReferentialAction::SetNull,
    }
}

fn check(given: table::Check) -> Check {
    Check {
        name: name(given.name),
        condition: given.condition.parse().unwrap(),
    }
}

fn default(given: column::ColumnDefault) -> ColumnDefault {
    match given {
        column::ColumnDefault::CurrentTimestamp => ColumnDefault::CurrentTimestamp,
        column::ColumnDefault::Literal(given) => ColumnDefault::Value(value(given)),
    }
}

fn value(given: strata_sdk::Value) -> Value {
    match given {
        strata_sdk::Value::Null => Value::Null,
        strata_sdk::Value::Boolean(value) => Value::Bool(value),
        strata_sdk::Value::Integer(value) => Value::Integer(value),
        strata_sdk::Value::Decimal(text) => Value::decimal(&text).unwrap(),
        strata_sdk::Value::Float(value) => Value::float(value).unwrap(),
        strata_sdk::Value::Text(text) => Value::Text(text),
        strata_sdk::Value::Bytes(bytes) => Value::Bytes(bytes),
    }
}

fn column_type(given: column::ColumnType) -> ColumnType {
    use column::ColumnType as Given;
    match given {
        Given::Id => ColumnType::Id,
        Given::Boolean => ColumnType::Bool,
        Given::SmallInt => ColumnType::Smallint,
        Given::Int => ColumnType::Int,
        Given::BigInt => ColumnType::Bigint,
        Given::Decimal { precision, scale } => ColumnType::Decimal { precision, scale },
        Given::Real => ColumnType::Real,
        Given::Double => ColumnType::Double,
        Given::String(length) => ColumnType::String { length },
        Given::Text => ColumnType::Text,
        Given::Json => ColumnType::Json,
        Given::Date => ColumnType::Date,
        Given::Time => ColumnType::Time,
        Given::Timestamp => ColumnType::Timestamp,
        Given::TimestampTz => ColumnType::Timestamptz,
        Given::Uuid => ColumnType::Uuid,
        Given::Binary(length) => ColumnType::Binary { length },
        Given::Blob => ColumnType::Blob,
        Given::Enumeration(values) => ColumnType::Enum { values },
    }
}
