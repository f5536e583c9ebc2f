//! Conversion between the author's types and the generated ones, case by case.
//!
//! No judgement: what cannot be is refused by the host.

use super::bindings::strata::plugin::types as wit;
use crate::column::{Collation, Column, ColumnDefault, ColumnType};
use crate::error::PluginError;
use crate::operation::{
    Assignment, Backfill, ColumnChange, DatabaseSql, InsertRows, Operation, RunSql, TablePart,
    UpdateRows,
};
use crate::table::{Action, Check, ForeignKey, Index, IndexColumn, Table, View};
use crate::value::Value;

/// Converts a migration's operations.
pub(super) fn operations(operations: Vec<Operation>) -> Vec<wit::Operation> {
    all(operations)
}

fn all<T: Into<U>, U>(list: Vec<T>) -> Vec<U> {
    list.into_iter().map(Into::into).collect()
}

/// Conversion in both directions between records whose fields have the same names.
macro_rules! records {
    ($($ours:ident = $theirs:ident {
        $($field:ident: $convert:expr),* $(,)?
    })*) => {
        $(
            impl From<$ours> for wit::$theirs {
                fn from(ours: $ours) -> Self {
                    Self { $($field: $convert(ours.$field)),* }
                }
            }
            impl From<wit::$theirs> for $ours {
                fn from(theirs: wit::$theirs) -> Self {
                    Self { $($field: $convert(theirs.$field)),* }
                }
            }
        )*
    };
}

/// A field that is the same on both sides.
fn same<T>(value: T) -> T {
    value
}

fn one<T: Into<U>, U>(value: T) -> U {
    value.into()
}

records! {
    IndexColumn = IndexColumn { name: same, descending: same }
    Index = Index { name: same, columns: all, unique: same, filter: same }
    ForeignKey = ForeignKey {
        name: same, columns: same, references_table: same, references_columns: same,
        on_delete: one, on_update: one,
    }
    Check = CheckConstraint { name: same, condition: same }
    Table = Table {
        name: same, columns: all, primary_key: same, indexes: all, foreign_keys: all, checks: all,
        append_only: same, comment: same,
    }
    View = View { name: same, query: same, comment: same }
}

impl From<Column> for wit::Column {
    fn from(column: Column) -> Self {
        wit::Column {
            name: column.name,
            column_type: column.column_type.into(),
            nullable: column.nullable,
            default_value: column.default.map(Into::into),
            collation: match column.collation {
                Collation::Bytes => wit::Collation::Bytes,
                Collation::IgnoreCase => wit::Collation::IgnoreCase,
            },
            comment: column.comment,
        }
    }
}

impl From<wit::Column> for Column {
    fn from(column: wit::Column) -> Self {
        Column {
            name: column.name,
            column_type: column.column_type.into(),
            nullable: column.nullable,
            default: column.default_value.map(Into::into),
            collation: match column.collation {
                wit::Collation::Bytes => Collation::Bytes,
                wit::Collation::IgnoreCase => Collation::IgnoreCase,
            },
            comment: column.comment,
        }
    }
}

/// Conversion in both directions between enumerations whose cases correspond one to one.
macro_rules! cases {
    ($($ours:ident = $theirs:ident {
        $($case:ident $(($payload:ident))? = $case_theirs:ident),* $(,)?
    })*) => {
        $(
            impl From<$ours> for wit::$theirs {
                fn from(ours: $ours) -> Self {
                    match ours {
                        $($ours::$case $(($payload))? => {
                            wit::$theirs::$case_theirs $(($payload.into()))?
                        })*
                    }
                }
            }
            impl From<wit::$theirs> for $ours {
                fn from(theirs: wit::$theirs) -> Self {
                    match theirs {
                        $(wit::$theirs::$case_theirs $(($payload))? => {
                            $ours::$case $(($payload.into()))?
                        })*
                    }
                }
            }
        )*
    };
}

cases! {
    Action = ReferentialAction { Restrict = Restrict, Cascade = Cascade, SetNull = SetNull }
    Value = Value {
        Null = Null, Boolean(value) = Boolean, Integer(value) = Integer, Decimal(value) = Decimal,
        Float(value) = Float, Text(value) = Text, Bytes(value) = Bytes,
    }
    ColumnDefault = ColumnDefault { Literal(value) = Literal, CurrentTimestamp = CurrentTimestamp }
}

impl From<ColumnType> for wit::ColumnType {
    fn from(column_type: ColumnType) -> Self {
        match column_type {
            ColumnType::Id => wit::ColumnType::Id,
            ColumnType::Boolean => wit::ColumnType::Boolean,
            ColumnType::SmallInt => wit::ColumnType::Smallint,
            ColumnType::Int => wit::ColumnType::Int,
            ColumnType::BigInt => wit::ColumnType::Bigint,
            ColumnType::Decimal { precision, scale } => {
                wit::ColumnType::Decimal(wit::DecimalType { precision, scale })
            }
            ColumnType::Real => wit::ColumnType::Real,
            ColumnType::Double => wit::ColumnType::Double,
            ColumnType::String(characters) => wit::ColumnType::Varchar(characters),
            ColumnType::Text => wit::ColumnType::Text,
            ColumnType::Json => wit::ColumnType::Json,
            ColumnType::Date => wit::ColumnType::Date,
            ColumnType::Time => wit::ColumnType::Time,
            ColumnType::Timestamp => wit::ColumnType::Timestamp,
            ColumnType::TimestampTz => wit::ColumnType::Timestamptz,
            ColumnType::Uuid => wit::ColumnType::Uuid,
            ColumnType::Binary(bytes) => wit::ColumnType::Binary(bytes),
            ColumnType::Blob => wit::ColumnType::Blob,
            ColumnType::Enumeration(values) => wit::ColumnType::Enumeration(values),
        }
    }
}

impl From<wit::ColumnType> for ColumnType {
    fn from(column_type: wit::ColumnType) -> Self {
        match column_type {
            wit::ColumnType::Id => ColumnType::Id,
            wit::ColumnType::Boolean => ColumnType::Boolean,
            wit::ColumnType::Smallint => ColumnType::SmallInt,
            wit::ColumnType::Int => ColumnType::Int,
            wit::ColumnType::Bigint => ColumnType::BigInt,
            wit::ColumnType::Decimal(wit::DecimalType { precision, scale }) => {
                ColumnType::Decimal { precision, scale }
            }
            wit::ColumnType::Real => ColumnType::Real,
            wit::ColumnType::Double => ColumnType::Double,
            wit::ColumnType::Varchar(characters) => ColumnType::String(characters),
            wit::ColumnType::Text => ColumnType::Text,
            wit::ColumnType::Json => ColumnType::Json,
            wit::ColumnType::Date => ColumnType::Date,
            wit::ColumnType::Time => ColumnType::Time,
            wit::ColumnType::Timestamp => ColumnType::Timestamp,
            wit::ColumnType::Timestamptz => ColumnType::TimestampTz,
            wit::ColumnType::Uuid => ColumnType::Uuid,
            wit::ColumnType::Binary(bytes) => ColumnType::Binary(bytes),
            wit::ColumnType::Blob => ColumnType::Blob,
            wit::ColumnType::Enumeration(values) => ColumnType::Enumeration(values),
        }
    }
}

impl From<TablePart> for wit::TablePart {
    fn from(part: TablePart) -> Self {
        wit::TablePart {
            table: part.table,
            name: part.name,
        }
    }
}

impl From<ColumnChange> for wit::ColumnChange {
    fn from(change: ColumnChange) -> Self {
        match change {
            ColumnChange::SetType(column_type) => wit::ColumnChange::SetType(column_type.into()),
            ColumnChange::SetNullable(nullable) => wit::ColumnChange::SetNullable(nullable),
            ColumnChange::SetDefault(default) => {
                wit::ColumnChange::SetDefault(default.map(Into::into))
            }
        }
    }
}

impl From<InsertRows> for wit::InsertRows {
    fn from(insert: InsertRows) -> Self {
        let InsertRows {
            table,
            key,
            columns,
            rows,
        } = insert;
        wit::InsertRows {
            table,
            key,
            columns,
            rows: rows.into_iter().map(all).collect(),
        }
    }
}

impl From<Assignment> for wit::Assignment {
    fn from(assignment: Assignment) -> Self {
        wit::Assignment {
            column: assignment.column,
            value: assignment.value,
        }
    }
}

impl From<UpdateRows> for wit::UpdateRows {
    fn from(update: UpdateRows) -> Self {
        let UpdateRows {
            table,
            assignments,
            filter,
        } = update;
        wit::UpdateRows {
            table,
            assignments: all(assignments),
            filter,
        }
    }
}

impl From<Backfill> for wit::Backfill {
    fn from(backfill: Backfill) -> Self {
        let Backfill {
            table,
            column,
            value,
            filter,
        } = backfill;
        wit::Backfill {
            table,
            column,
            value,
            filter,
        }
    }
}

impl From<DatabaseSql> for wit::DatabaseSql {
    fn from(text: DatabaseSql) -> Self {
        let DatabaseSql {
            database,
            statements,
            reverse,
        } = text;
        wit::DatabaseSql {
            database: database.name().to_owned(),
            statements,
            reverse,
        }
    }
}

impl From<RunSql> for wit::RunSql {
    fn from(run_sql: RunSql) -> Self {
        let RunSql {
            description,
            texts,
            touches,
        } = run_sql;
        wit::RunSql {
            description,
            texts: all(texts),
            touches,
        }
    }
}

impl From<Operation> for wit::Operation {
    fn from(operation: Operation) -> Self {
        match operation {
            Operation::CreateTable(table) => wit::Operation::CreateTable(table.into()),
            Operation::DropTable { name } => wit::Operation::DropTable(name),
            Operation::RenameTable { from, to } => {
                wit::Operation::RenameTable(wit::RenameTable { from, to })
            }
            Operation::AddColumn { table, column } => wit::Operation::AddColumn(wit::AddColumn {
                table,
                column: column.into(),
            }),
            Operation::DropColumn(part) => wit::Operation::DropColumn(part.into()),
            Operation::RenameColumn { table, from, to } => {
                wit::Operation::RenameColumn(wit::RenameColumn { table, from, to })
            }
            Operation::AlterColumn {
                table,
                column,
                change,
            } => {
                let change = change.into();
                wit::Operation::AlterColumn(wit::AlterColumn {
                    table,
                    column,
                    change,
                })
            }
            Operation::CreateIndex { table, index } => {
                wit::Operation::CreateIndex(wit::CreateIndex {
                    table,
                    index: index.into(),
                })
            }
            Operation::DropIndex(part) => wit::Operation::DropIndex(part.into()),
            Operation::AddForeignKey { table, foreign_key } => {
                let foreign_key = foreign_key.into();
                wit::Operation::AddForeignKey(wit::AddForeignKey { table, foreign_key })
            }
            Operation::DropForeignKey(part) => wit::Operation::DropForeignKey(part.into()),
            Operation::AddCheck { table, check } => wit::Operation::AddCheck(wit::AddCheck {
                table,
                check: check.into(),
            }),
            Operation::DropCheck(part) => wit::Operation::DropCheck(part.into()),
            Operation::CreateView(view) => wit::Operation::CreateView(view.into()),
            Operation::DropView { name } => wit::Operation::DropView(name),
            Operation::InsertRows(insert) => wit::Operation::InsertRows(insert.into()),
            Operation::UpdateRows(update) => wit::Operation::UpdateRows(update.into()),
            Operation::DeleteRows { table, filter } => {
                wit::Operation::DeleteRows(wit::DeleteRows { table, filter })
            }
            Operation::Backfill(backfill) => wit::Operation::Backfill(backfill.into()),
            Operation::RunSql(run_sql) => wit::Operation::RunSql(run_sql.into()),
            Operation::Extension {
                kind,
                version,
                payload,
            } => wit::Operation::Extension(wit::Extension {
                kind,
                version,
                payload,
            }),
        }
    }
}

impl From<PluginError> for wit::PluginError {
    fn from(error: PluginError) -> Self {
        match error {
            PluginError::InvalidSetting(setting) => {
                let (key, message) = (setting.key, setting.message);
                wit::PluginError::InvalidSetting(wit::InvalidSetting { key, message })
            }
            PluginError::UnexpectedSchema(message) => wit::PluginError::UnexpectedSchema(message),
            PluginError::UnknownMigration(id) => wit::PluginError::UnknownMigration(id),
            PluginError::Failed(message) => wit::PluginError::Failed(message),
        }
    }
}
