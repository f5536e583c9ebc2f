//! [`DropIndex`]: removes an index from a table.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::name::Name;
use crate::operation::create_index::CreateIndex;
use crate::operation::require;
use crate::operation::reverse::Reverse;
use crate::schema::{ObjectRef, Origin, Schema};
/// Removes an index from a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropIndex {
    /// Which table.
    pub table: Name,
    /// Which index.
    pub index: Name,
}

impl DropIndex {
    /// Whether it is there and no foreign key needs it.
    ///
    /// # Errors
    /// `operation.missing`, `operation.in_use`.
    pub fn check(&self, schema: &Schema) -> Result<()> {
        let table = require::table(schema, &self.table)?;
        if table.index(&self.index).is_none() {
            return Err(require::missing(format!(
                "table `{}` has no index `{}`",
                self.table, self.index
            )));
        }
        let mut without = table.clone();
        without.indexes.retain(|index| index.name != self.index);
        let mut references = schema.references_to(&self.table);
        if let Some((from, key)) =
            references.find(|(_, key)| !without.is_key(&key.references_columns))
        {
            return Err(require::in_use(format!(
                "index `{}` is what foreign key `{}` of `{}` points at",
                self.index, key.name, from.name
            )));
        }
        Ok(())
    }

    pub(super) fn apply(&self, schema: &mut Schema, origin: &Origin) {
        if let Some(table) = schema.structure.tables.get_mut(&self.table) {
            table.indexes.retain(|other| other.name != self.index);
        }
        schema
            .provenance
            .drop(&ObjectRef::Index(self.table.clone(), self.index.clone()));
        let table = ObjectRef::Table(self.table.clone());
        schema
            .provenance
            .change(&table, origin, format!("index `{}` dropped", self.index));
    }

    pub(super) fn reverse(&self, before: &Schema) -> Reverse {
        match before
            .table(&self.table)
            .and_then(|table| table.index(&self.index))
        {
            Some(index) => Reverse::operation(CreateIndex {
                table: self.table.clone(),
                index: index.clone(),
            }),
            None => Reverse::irreversible(format!("`{}` is not in the schema", self.index)),
        }
    }

    pub(super) fn relations(&self) -> Vec<&Name> {
        vec![&self.table]
    }
}

impl fmt::Display for DropIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "drop index `{}` of `{}`", self.index, self.table)
    }
}
