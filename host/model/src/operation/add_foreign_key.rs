//! [`AddForeignKey`]: adds a foreign key to a table.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::name::Name;
use crate::operation::drop_foreign_key::DropForeignKey;
use crate::operation::require;
use crate::operation::reverse::Reverse;
use crate::schema::{ForeignKey, ObjectRef, Origin, Schema};
/// Adds a foreign key to a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddForeignKey {
    /// Which table.
    pub table: Name,
    /// What is added.
    pub foreign_key: ForeignKey,
}

impl AddForeignKey {
    /// Whether it can stand on the table and its name is free.
    ///
    /// # Errors
    /// `operation.missing`, `operation.exists`, `operation.invalid` and those of expressions.
    pub fn check(&self, schema: &Schema) -> Result<()> {
        let table = require::table(schema, &self.table)?;
        require::part_free(schema, &self.foreign_key.name)?;
        let target = require::table(schema, &self.foreign_key.references_table)?;
        require::foreign_key_valid(table, &self.foreign_key, target)
    }

    pub(super) fn apply(&self, schema: &mut Schema, origin: &Origin) {
        if let Some(table) = schema.structure.tables.get_mut(&self.table) {
            table.foreign_keys.push(self.foreign_key.clone());
            table.sort_parts();
        }
        let object = ObjectRef::ForeignKey(self.table.clone(), self.foreign_key.name.clone());
        schema.provenance.create(object, origin);
    }

    pub(super) fn reverse(&self, _before: &Schema) -> Reverse {
        Reverse::operation(DropForeignKey {
            table: self.table.clone(),
            foreign_key: self.foreign_key.name.clone(),
        })
    }

    pub(super) fn relations(&self) -> Vec<&Name> {
        vec![&self.table]
    }
}

impl fmt::Display for AddForeignKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "add foreign key `{}` on `{}`",
            self.foreign_key.name, self.table
        )
    }
}
