//! [`AddColumn`]: adds a column to a table, at its end.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::column_type::ColumnType;
use crate::error::Result;
use crate::name::Name;
use crate::operation::drop_column::DropColumn;
use crate::operation::require;
use crate::operation::reverse::Reverse;
use crate::schema::{Column, ObjectRef, Origin, Schema};
/// Adds a column to a table, at its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddColumn {
    /// Which table.
    pub table: Name,
    /// The new column: nullable, or with a default for the rows that are there.
    pub column: Column,
}

impl AddColumn {
    /// Whether the column can be added to a table that has rows.
    ///
    /// # Errors
    /// `operation.missing`, `operation.exists`, `operation.invalid` and those of types and values.
    pub fn check(&self, schema: &Schema) -> Result<()> {
        let table = require::table(schema, &self.table)?;
        let column = &self.column;
        if table.column(&column.name).is_some() {
            return Err(require::exists(format!(
                "column `{}.{}` is there already",
                self.table, column.name
            )));
        }
        if table.columns.len() >= require::COLUMNS_MAX {
            return Err(require::invalid(format!(
                "table `{}` has all the columns it can have",
                self.table
            )));
        }
        require::column_valid(&self.table, column)?;
        if column.column_type == ColumnType::Id {
            return Err(require::invalid(format!(
                "column `{}.{}` is an id, which only a new table can have",
                self.table, column.name
            )));
        }
        if !column.nullable && column.default.is_none() {
            return Err(require::invalid(format!(
                "column `{}.{}` is neither nullable nor has a default: rows that are there would have no value",
                self.table, column.name
            ))
            .hint("add it nullable, backfill it, then set it not null"));
        }
        Ok(())
    }

    pub(super) fn apply(&self, schema: &mut Schema, origin: &Origin) {
        if let Some(table) = schema.structure.tables.get_mut(&self.table) {
            table.columns.push(self.column.clone());
        }
        let object = ObjectRef::Column(self.table.clone(), self.column.name.clone());
        schema.provenance.create(object, origin);
        let table = ObjectRef::Table(self.table.clone());
        schema.provenance.change(
            &table,
            origin,
            format!("column `{}` added", self.column.name),
        );
    }

    pub(super) fn reverse(&self, _before: &Schema) -> Reverse {
        Reverse::operation(DropColumn {
            table: self.table.clone(),
            column: self.column.name.clone(),
        })
    }

    pub(super) fn relations(&self) -> Vec<&Name> {
        vec![&self.table]
    }
}

impl fmt::Display for AddColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "add column `{}.{}`", self.table, self.column.name)
    }
}
