//! [`InsertRows`]: adds rows that are known by a key; one that is there already is left as it is.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::column_type::ColumnType;
use crate::error::Result;
use crate::expression::{BinaryOperator, Expression};
use crate::name::Name;
use crate::operation::Operation;
use crate::operation::delete_rows::DeleteRows;
use crate::operation::require;
use crate::operation::reverse::Reverse;
use crate::schema::{ObjectRef, Origin, Schema, Table};
use crate::value::Value;
/// The most rows of one operation.
pub const ROWS_MAX: usize = 10_000;

/// How many rows one reverse operation names: well within the limits of an expression.
const ROWS_PER_REVERSE: usize = 20;

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

    pub(super) fn reverse(&self, before: &Schema) -> Reverse {
        if before
            .table(&self.table)
            .is_some_and(|table| table.append_only)
        {
            return Reverse::irreversible(format!("`{}` is append-only", self.table));
        }
        let mut reverses = Vec::new();
        for rows in self.rows.chunks(ROWS_PER_REVERSE) {
            if !self.delete(rows, &mut reverses) {
                return Reverse::irreversible(format!(
                    "a key of the rows for `{}` is too long to name",
                    self.table
                ));
            }
        }
        Reverse::Operations(reverses)
    }

    /// Adds what deletes these rows; by halves while their keys make too long a condition.
    fn delete(&self, rows: &[Vec<Value>], reverses: &mut Vec<Operation>) -> bool {
        let filter = self.filter(rows);
        if filter.check_size().is_ok() {
            reverses.push(
                DeleteRows {
                    table: self.table.clone(),
                    filter: Some(filter),
                }
                .into(),
            );
            return true;
        }
        let (first, second) = rows.split_at(rows.len() / 2);
        rows.len() > 1 && self.delete(first, reverses) && self.delete(second, reverses)
    }

    /// The condition that holds for exactly the rows with these keys.
    fn filter(&self, rows: &[Vec<Value>]) -> Expression {
        let column = |name: &Name| Expression::Column {
            table: None,
            column: name.clone(),
        };
        if let [key] = self.key.as_slice() {
            let values = rows.iter().flat_map(|row| self.key_of(row));
            return Expression::In {
                operand: Box::new(column(key)),
                list: values.cloned().map(Expression::Literal).collect(),
                negated: false,
            };
        }
        let equal = |(name, value): (&Name, &Value)| Expression::Binary {
            operator: BinaryOperator::Equal,
            left: Box::new(column(name)),
            right: Box::new(Expression::Literal(value.clone())),
        };
        let join = |operator, left, right| Expression::Binary {
            operator,
            left: Box::new(left),
            right: Box::new(right),
        };
        let row_filter = |row: &Vec<Value>| {
            let equals = self.key.iter().zip(self.key_of(row)).map(equal);
            equals.reduce(|a, b| join(BinaryOperator::And, a, b))
        };
        let filters = rows.iter().filter_map(row_filter);
        filters
            .reduce(|a, b| join(BinaryOperator::Or, a, b))
            .unwrap_or(Expression::Literal(Value::Bool(false)))
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
