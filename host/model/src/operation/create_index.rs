//! [`CreateIndex`]: adds an index to a table.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::name::Name;
use crate::operation::drop_index::DropIndex;
use crate::operation::require;
use crate::operation::reverse::Reverse;
use crate::schema::{Index, ObjectRef, Origin, Schema};
/// Adds an index to a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateIndex {
    /// Which table.
    pub table: Name,
    /// What is added.
    pub index: Index,
}

impl CreateIndex {
    /// Whether it can stand on the table and its name is free.
    ///
    /// # Errors
    /// `operation.missing`, `operation.exists`, `operation.invalid` and those of expressions.
    pub fn check(&self, schema: &Schema) -> Result<()> {
        let table = require::table(schema, &self.table)?;
        require::part_free(schema, &self.index.name)?;
        require::index_valid(table, &self.index)
    }

    pub(super) fn apply(&self, schema: &mut Schema, origin: &Origin) {
        if let Some(table) = schema.structure.tables.get_mut(&self.table) {
            table.indexes.push(self.index.clone());
            table.sort_parts();
        }
        let object = ObjectRef::Index(self.table.clone(), self.index.name.clone());
        schema.provenance.create(object, origin);
    }

    pub(super) fn reverse(&self, _before: &Schema) -> Reverse {
        Reverse::operation(DropIndex {
            table: self.table.clone(),
            index: self.index.name.clone(),
        })
    }

    pub(super) fn relations(&self) -> Vec<&Name> {
        vec![&self.table]
    }
}

impl fmt::Display for CreateIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "create index `{}` on `{}`", self.index.name, self.table)
    }
}
