//! [`DropTable`]: removes a table with its rows.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::name::Name;
use crate::operation::require;
use crate::operation::reverse::Reverse;
use crate::schema::{ObjectRef, Origin, Schema};
/// Removes a table with its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropTable {
    /// Which table.
    pub table: Name,
}

impl DropTable {
    /// Whether the table is there and nothing needs it.
    ///
    /// # Errors
    /// `operation.missing`, `operation.in_use`.
    pub fn check(&self, schema: &Schema) -> Result<()> {
        require::table(schema, &self.table)?;
        let mut references = schema.references_to(&self.table);
        if let Some((from, key)) = references.find(|(from, _)| from.name != self.table) {
            return Err(require::in_use(format!(
                "table `{}` is referenced by foreign key `{}` of `{}`",
                self.table, key.name, from.name
            )));
        }
        if let Some(view) = schema.views_over(&self.table).next() {
            return Err(require::in_use(format!(
                "table `{}` is used by view `{}`",
                self.table, view.name
            )));
        }
        Ok(())
    }

    pub(super) fn apply(&self, schema: &mut Schema, _origin: &Origin) {
        schema.structure.tables.remove(&self.table);
        schema
            .provenance
            .drop(&ObjectRef::Table(self.table.clone()));
    }

    pub(super) fn reverse(&self, _before: &Schema) -> Reverse {
        Reverse::irreversible(format!("the rows of `{}` are gone", self.table))
    }

    pub(super) fn relations(&self) -> Vec<&Name> {
        vec![&self.table]
    }
}

impl fmt::Display for DropTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "drop table `{}`", self.table)
    }
}
