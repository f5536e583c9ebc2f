//! [`DropCheck`]: removes a check from a table.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::name::Name;
use crate::operation::add_check::AddCheck;
use crate::operation::require;
use crate::operation::reverse::Reverse;
use crate::schema::{ObjectRef, Origin, Schema};
/// Removes a check from a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropCheck {
    /// Which table.
    pub table: Name,
    /// Which check.
    pub check: Name,
}

impl DropCheck {
    /// Whether it is there.
    ///
    /// # Errors
    /// `operation.missing`.
    pub fn check(&self, schema: &Schema) -> Result<()> {
        let table = require::table(schema, &self.table)?;
        if table.check(&self.check).is_none() {
            return Err(require::missing(format!(
                "table `{}` has no check `{}`",
                self.table, self.check
            )));
        }
        Ok(())
    }

    pub(super) fn apply(&self, schema: &mut Schema, origin: &Origin) {
        if let Some(table) = schema.structure.tables.get_mut(&self.table) {
            table.checks.retain(|other| other.name != self.check);
        }
        schema
            .provenance
            .drop(&ObjectRef::Check(self.table.clone(), self.check.clone()));
        let table = ObjectRef::Table(self.table.clone());
        schema
            .provenance
            .change(&table, origin, format!("check `{}` dropped", self.check));
    }

    pub(super) fn reverse(&self, before: &Schema) -> Reverse {
        match before
            .table(&self.table)
            .and_then(|table| table.check(&self.check))
        {
            Some(check) => Reverse::operation(AddCheck {
                table: self.table.clone(),
                check: check.clone(),
            }),
            None => Reverse::irreversible(format!("`{}` is not in the schema", self.check)),
        }
    }

    pub(super) fn relations(&self) -> Vec<&Name> {
        vec![&self.table]
    }
}

impl fmt::Display for DropCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "drop check `{}` of `{}`", self.check, self.table)
    }
}
