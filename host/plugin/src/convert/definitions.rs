//! Tables, views and their parts, from the contract's words to `model`'s.

use model::schema::{
    Check, Column, ForeignKey, Index, IndexColumn, ReferentialAction, Table, View,
};

use crate::bindings::strata::plugin::types as wit;
use crate::convert::values::collation;
use crate::convert::{Budget, In, Result};

impl Budget {
    pub(super) fn table(&mut self, table: wit::Table) -> Result<Table> {
        let mut table = Table {
            name: self.name(table.name).in_field("name")?,
            columns: self.list(table.columns, "columns", Budget::column)?,
            primary_key: self.names(table.primary_key, "primary-key")?,
            indexes: self.list(table.indexes, "indexes", Budget::index)?,
            foreign_keys: self.list(table.foreign_keys, "foreign-keys", Budget::foreign_key)?,
            checks: self.list(table.checks, "checks", Budget::check)?,
            append_only: table.append_only,
            comment: self.optional(table.comment, "comment")?,
        };
        table.sort_parts();
        Ok(table)
    }

    pub(super) fn view(&mut self, view: wit::View) -> Result<View> {
        Ok(View {
            name: self.name(view.name).in_field("name")?,
            query: self.parsed(view.query).in_field("query")?,
            comment: self.optional(view.comment, "comment")?,
        })
    }

    pub(super) fn column(&mut self, column: wit::Column) -> Result<Column> {
        Ok(Column {
            name: self.name(column.name).in_field("name")?,
            column_type: self
                .column_type(column.column_type)
                .in_field("column-type")?,
            nullable: column.nullable,
            default: self.default(column.default_value, "default-value")?,
            collation: collation(column.collation),
            comment: self.optional(column.comment, "comment")?,
        })
    }

    pub(super) fn index(&mut self, index: wit::Index) -> Result<Index> {
        Ok(Index {
            name: self.name(index.name).in_field("name")?,
            columns: self.list(index.columns, "columns", |budget, column| {
                let name = budget.name(column.name).in_field("name")?;
                Ok(IndexColumn {
                    name,
                    descending: column.descending,
                })
            })?,
            unique: index.unique,
            filter: self.parsed_optional(index.filter, "filter")?,
        })
    }

    pub(super) fn foreign_key(&mut self, key: wit::ForeignKey) -> Result<ForeignKey> {
        Ok(ForeignKey {
            name: self.name(key.name).in_field("name")?,
            columns: self.names(key.columns, "columns")?,
            references_table: self
                .name(key.references_table)
                .in_field("references-table")?,
            references_columns: self.names(key.references_columns, "references-columns")?,
            on_delete: action(key.on_delete),
            on_update: action(key.on_update),
        })
    }

    pub(super) fn check(&mut self, check: wit::CheckConstraint) -> Result<Check> {
        Ok(Check {
            name: self.name(check.name).in_field("name")?,
            condition: self.parsed(check.condition).in_field("condition")?,
        })
    }
}

fn action(action: wit::ReferentialAction) -> ReferentialAction {
    match action {
        wit::ReferentialAction::Restrict => ReferentialAction::Restrict,
        wit::ReferentialAction::Cascade => ReferentialAction::Cascade,
        wit::ReferentialAction::SetNull => ReferentialAction::SetNull,
    }
}
