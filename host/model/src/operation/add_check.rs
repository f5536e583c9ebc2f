//! [`AddCheck`]: adds a check to a table.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::name::Name;
use crate::operation::drop_check::DropCheck;
use crate::operation::require;
use crate::operation::reverse::Reverse;
use crate::schema::{Check, ObjectRef, Origin, Schema};
/// Adds a check to a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddCheck {
    /// Which table.
    pub table: Name,
    /// What is added.
    pub check: Check,
}

impl AddCheck {
    /// Whether it can stand on the table and its name is free.
    ///
    /// # Errors
    /// `operation.missing`, `operation.exists`, `operation.invalid` and those of expressions.
    pub fn check(&self, schema: &Schema) -> Result<()> {
        let table = require::table(schema, &self.table)?;
        require::part_free(schema, &self.check.name)?;
        require::check_valid(table, &self.check)
    }

    pub(super) fn apply(&self, schema: &mut Schema, origin: &Origin) {
        if let Some(table) = schema.structure.tables.get_mut(&self.table) {
            table.checks.push(self.check.clone());
            table.sort_parts();
        }
        let object = ObjectRef::Check(self.table.clone(), self.check.name.clone());
        schema.provenance.create(object, origin);
    }

    pub(super) fn reverse(&self, _before: &Schema) -> Reverse {
        Reverse::operation(DropCheck {
            table: self.table.clone(),
            check: self.check.name.clone(),
        })
    }

    pub(super) fn relations(&self) -> Vec<&Name> {
        vec![&self.table]
    }
}

impl fmt::Display for AddCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "add check `{}` on `{}`", self.check.name, self.table)
    }
}
