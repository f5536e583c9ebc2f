//! [`UpdateRows`]: changes rows by expressions over each row.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::expression::Expression;
use crate::name::Name;
use crate::operation::require;
use crate::operation::reverse::Reverse;
use crate::schema::{ObjectRef, Origin, Schema};
/// Changes rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpdateRows {
    /// Which table.
    pub table: Name,
    /// What changes.
    pub assignments: Vec<Assignment>,
    /// Which rows; all when none is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<Expression>,
}

/// One column of a row and its new value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    /// Which column.
    pub column: Name,
    /// Its new value, over the columns of the row as it was.
    pub value: Expression,
}

impl UpdateRows {
    /// Whether the columns are there, the values have their types and the table takes changes.
    ///
    /// # Errors
    /// `operation.missing`, `operation.invalid` and those of expressions.
    pub fn check(&self, schema: &Schema) -> Result<()> {
        let table = require::table(schema, &self.table)?;
        let what = format!("update of `{}`", self.table);
        if table.append_only {
            return Err(require::invalid(format!(
                "{what}: the table is append-only"
            )));
        }
        if self.assignments.is_empty() {
            return Err(require::invalid(format!("{what} assigns nothing")));
        }
        for (n, assignment) in self.assignments.iter().enumerate() {
            let name = &assignment.column;
            let column = require::column(table, name)?;
            if self.assignments[..n]
                .iter()
                .any(|other| &other.column == name)
            {
                return Err(require::invalid(format!("{what} assigns `{name}` twice")));
            }
            if table.primary_key.contains(name) {
                return Err(require::invalid(format!(
                    "{what} assigns the primary key column `{name}`"
                )));
            }
            // MySQL evaluates assignments from left to right on the changed row, others on the row as it was.
            let assigned_before = self.assignments[..n].iter().map(|other| &other.column);
            let used = assignment.value.columns();
            if let Some(name) = assigned_before
                .into_iter()
                .find(|name| used.contains(*name))
            {
                return Err(require::invalid(format!(
                    "{what} uses `{name}` after assigning it"
                )));
            }
            require::value_assignable(table, column, &assignment.value)
                .map_err(|e| e.within(what.clone()))?;
        }
        require::filter_valid(table, self.filter.as_ref()).map_err(|e| e.within(what))
    }

    pub(super) fn apply(&self, schema: &mut Schema, origin: &Origin) {
        let object = ObjectRef::Table(self.table.clone());
        schema.provenance.change(&object, origin, "rows changed");
    }

    pub(super) fn reverse(&self, _before: &Schema) -> Reverse {
        Reverse::irreversible(format!("the former values in `{}` are gone", self.table))
    }

    pub(super) fn relations(&self) -> Vec<&Name> {
        vec![&self.table]
    }
}

impl fmt::Display for UpdateRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "update rows of `{}`", self.table)
    }
}
