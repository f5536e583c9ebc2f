//! [`DropForeignKey`]: removes a foreign key from a table.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::name::Name;
use crate::operation::add_foreign_key::AddForeignKey;
use crate::operation::require;
use crate::operation::reverse::Reverse;
use crate::schema::{ObjectRef, Origin, Schema};
/// Removes a foreign key from a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropForeignKey {
    /// Which table.
    pub table: Name,
    /// Which foreign key.
    pub foreign_key: Name,
}

impl DropForeignKey {
    /// Whether it is there.
    ///
    /// # Errors
    /// `operation.missing`.
    pub fn check(&self, schema: &Schema) -> Result<()> {
        let table = require::table(schema, &self.table)?;
        if table.foreign_key(&self.foreign_key).is_none() {
            return Err(require::missing(format!(
                "table `{}` has no foreign key `{}`",
                self.table, self.foreign_key
            )));
        }
        Ok(())
    }

    pub(super) fn apply(&self, schema: &mut Schema, origin: &Origin) {
        if let Some(table) = schema.structure.tables.get_mut(&self.table) {
            table
                .foreign_keys
                .retain(|other| other.name != self.foreign_key);
        }
        schema.provenance.drop(&ObjectRef::ForeignKey(
            self.table.clone(),
            self.foreign_key.clone(),
        ));
        let table = ObjectRef::Table(self.table.clone());
        schema.provenance.change(
            &table,
            origin,
            format!("foreign key `{}` dropped", self.foreign_key),
        );
    }

    pub(super) fn reverse(&self, before: &Schema) -> Reverse {
        match before
            .table(&self.table)
            .and_then(|table| table.foreign_key(&self.foreign_key))
        {
            Some(foreign_key) => Reverse::operation(AddForeignKey {
                table: self.table.clone(),
                foreign_key: foreign_key.clone(),
            }),
            None => Reverse::irreversible(format!("`{}` is not in the schema", self.foreign_key)),
        }
    }

    pub(super) fn relations(&self) -> Vec<&Name> {
        vec![&self.table]
    }
}

impl fmt::Display for DropForeignKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "drop foreign key `{}` of `{}`",
            self.foreign_key, self.table
        )
    }
}
