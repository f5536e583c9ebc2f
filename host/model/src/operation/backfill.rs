//! [`Backfill`]: fills a column from an expression over each row.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::expression::Expression;
use crate::name::Name;
use crate::operation::require;
use crate::operation::reverse::Reverse;
use crate::schema::{ObjectRef, Origin, Schema};
/// Fills a column from an expression.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backfill {
    /// Which table.
    pub table: Name,
    /// Which column.
    pub column: Name,
    /// What it gets, over the columns of the row.
    pub value: Expression,
    /// Which rows; those where the column is null when none is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<Expression>,
}

impl Backfill {
    /// Whether the column is there and takes the value.
    ///
    /// # Errors
    /// `operation.missing`, `operation.invalid` and those of expressions.
    pub fn check(&self, schema: &Schema) -> Result<()> {
        let table = require::table(schema, &self.table)?;
        let column = require::column(table, &self.column)?;
        let what = format!("backfill of `{}.{}`", self.table, self.column);
        if table.append_only {
            return Err(require::invalid(format!(
                "{what}: the table is append-only"
            )));
        }
        if table.primary_key.contains(&self.column) {
            return Err(require::invalid(format!(
                "{what}: it is part of the primary key"
            )));
        }
        require::value_assignable(table, column, &self.value)
            .map_err(|e| e.within(what.clone()))?;
        require::filter_valid(table, self.filter.as_ref()).map_err(|e| e.within(what))
    }

    /// The rows that are filled: the filter, or where the column is null.
    pub fn condition(&self) -> Expression {
        let column = Expression::Column {
            table: None,
            column: self.column.clone(),
        };
        let is_null = Expression::IsNull {
            operand: Box::new(column),
            negated: false,
        };
        self.filter.clone().unwrap_or(is_null)
    }

    pub(super) fn apply(&self, schema: &mut Schema, origin: &Origin) {
        let object = ObjectRef::Column(self.table.clone(), self.column.clone());
        schema.provenance.change(&object, origin, "backfilled");
    }

    pub(super) fn reverse(&self, _before: &Schema) -> Reverse {
        Reverse::irreversible(format!(
            "the former values of `{}.{}` are gone",
            self.table, self.column
        ))
    }

    pub(super) fn relations(&self) -> Vec<&Name> {
        vec![&self.table]
    }
}

impl fmt::Display for Backfill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "backfill `{}.{}`", self.table, self.column)
    }
}
