//! [`InsertRows`]: adds rows that are known by a key; one that is there already is left as it is.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::column_type::ColumnType;
use crate::error::Result;
use crate::name::Name;
use crate::operation::require;
use crate::operation::reverse::Reverse;
use crate::schema::{ObjectRef, Origin, Schema, Table};
use crate::value::Value;
/// The most rows of one operation.
pub const ROWS_MAX: usize = 10_000;

/// Adds rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InsertRows {
    /// Which table.
    pub table: Name,
    /// The columns by which a row is known.
    pub key: Vec<Name>,
    /// The columns that the rows give.
    pub columns: Vec<Name>,
    /// The rows, each with one value for each column.
    pub rows: Vec<Vec<Value>>,
}

impl InsertRows {
    /// Whether the rows fit the table and have different keys.
    ///
    /// # Errors
    /// `operation.missing`, `operation.invalid`, `value.invalid`.
    pub fn check(&self, schema: &Schema) -> Result<()> {
        let table = require::table(schema, &self.table)?;
        let what = format!("rows for `{}`", self.table);
        self.check_columns(table, &what)?;
        if self.rows.is_empty() || self.rows.len() > ROWS_MAX {
            return Err(require::invalid(format!(
                "{what}: {} of them; there must be 1 to {ROWS_MAX}",
                self.rows.len()
            )));
        }
        let mut keys = std::collections::HashSet::new();
        for (n, row) in self.rows.iter().enumerate() {
            self.check_row(table, row)
                .map_err(|e| e.within(format!("{what}: row {}", n + 1)))?;
            if !keys.insert(self.key_of(row)) {
                return Err(require::invalid(format!(
                    "{what}: row {} has the key of an earlier row",
                    n + 1
                )));
            }
        }
        Ok(())
    }

    fn check_columns(&self, table: &Table, what: &str) -> Result<()> {
        for (n, name) in self.columns.iter().enumerate() {
            require::column(table, name)?;
            if self.columns[..n].contains(name) {
                return Err(require::invalid(format!(
                    "{what} give the column `{name}` twice"
                )));
            }
        }
        if let Some(absent) = self.key.iter().find(|name| !self.columns.contains(name)) {
            return Err(require::invalid(format!(
                "{what} do not give the key column `{absent}`"
            )));
        }
        if !table.is_key(&self.key) {
            return Err(require::invalid(format!(
                "{what} are known by columns that are neither the primary key nor a unique index"
            )));
        }
        let absent = table.columns.iter().find(|column| {
            let optional =
                column.nullable || column.default.is_some() || column.column_type == ColumnType::Id;
            !optional && !self.columns.contains(&column.name)
        });
        match absent {
            Some(column) => Err(require::invalid(format!(
                "{what} do not give the column `{}`",
                column.name
            ))),
            None => Ok(()),
        }
    }

    fn check_row(&self, table: &Table, row: &[Value]) -> Result<()> {
        if row.len() != self.columns.len() {
            return Err(require::invalid(format!(
                "{} values for {} columns",
                row.len(),
                self.columns.len()
            )));
        }
        for (name, value) in self.columns.iter().zip(row) {
            let column = require::column(table, name)?;
            let null_refused = !column.nullable || self.key.contains(name);
            if *value == Value::Null && null_refused {
                return Err(require::invalid(format!(
                    "column `{name}` may not be null here"
                )));
            }
            value
                .fits(&column.column_type)
                .map_err(|e| e.within(format!("column `{name}`")))?;
        }
        Ok(())
    }

    fn key_of<'a>(&self, row: &'a [Value]) -> Vec<&'a Value> {
        let position = |name: &Name| self.columns.iter().position(|column| column == name);
        self.key
            .iter()
            .filter_map(|name| row.get(position(name)?))
            .collect()
    }

    pub(super) fn apply(&self, schema: &mut Schema, origin: &Origin) {
        let object = ObjectRef::Table(self.table.clone());
        schema
            .provenance
            .change(&object, origin, format!("{} rows added", self.rows.len()));
    }

    /// None on its own: a row that was there before is left as it is and looks like one that was added.
    /// Rows of a table that the same migration made go with it (`reverse_all`).
    pub(super) fn reverse(&self, _before: &Schema) -> Reverse {
        Reverse::irreversible(format!(
            "rows of `{}` that were there before cannot be told from those that were added",
            self.table
        ))
    }

    pub(super) fn relations(&self) -> Vec<&Name> {
        vec![&self.table]
    }
}

impl fmt::Display for InsertRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = if self.rows.len() == 1 { "row" } else { "rows" };
        write!(f, "insert {} {rows} into `{}`", self.rows.len(), self.table)
    }
}
