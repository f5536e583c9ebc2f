//! [`DeleteRows`]: removes rows.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::expression::Expression;
use crate::name::Name;
use crate::operation::require;
use crate::operation::reverse::Reverse;
use crate::schema::{ObjectRef, Origin, Schema};
/// Removes rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeleteRows {
    /// Which table.
    pub table: Name,
    /// Which rows; all when none is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<Expression>,
}

impl DeleteRows {
    /// Whether the table is there and lets rows go.
    ///
    /// # Errors
    /// `operation.missing`, `operation.invalid` and those of expressions.
    pub fn check(&self, schema: &Schema) -> Result<()> {
        let table = require::table(schema, &self.table)?;
        let what = format!("delete from `{}`", self.table);
        if table.append_only {
            return Err(require::invalid(format!(
                "{what}: the table is append-only"
            )));
        }
        require::filter_valid(table, self.filter.as_ref()).map_err(|e| e.within(what))
    }

    pub(super) fn apply(&self, schema: &mut Schema, origin: &Origin) {
        let object = ObjectRef::Table(self.table.clone());
        schema.provenance.change(&object, origin, "rows removed");
    }

    pub(super) fn reverse(&self, _before: &Schema) -> Reverse {
        Reverse::irreversible(format!("the removed rows of `{}` are gone", self.table))
    }

    pub(super) fn relations(&self) -> Vec<&Name> {
        vec![&self.table]
    }
}

impl fmt::Display for DeleteRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "delete rows of `{}`", self.table)
    }
}
