//! [`RenameTable`]: gives a table another name.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::name::Name;
use crate::operation::require;
use crate::operation::reverse::Reverse;
use crate::schema::{ObjectRef, Origin, Schema};
/// Gives a table another name. Its indexes, keys and checks keep theirs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenameTable {
    /// The name it has.
    pub from: Name,
    /// The name it gets.
    pub to: Name,
}

impl RenameTable {
    /// Whether the table is there, the new name is free and no view uses the table.
    ///
    /// # Errors
    /// `operation.missing`, `operation.exists`, `operation.in_use`.
    pub fn check(&self, schema: &Schema) -> Result<()> {
        require::table(schema, &self.from)?;
        require::relation_free(schema, &self.to)?;
        // PostgreSQL would follow the rename in a view, MySQL would break it.
        match schema.views_over(&self.from).next() {
            Some(view) => Err(require::in_use(format!(
                "table `{}` is used by view `{}`",
                self.from, view.name
            ))),
            None => Ok(()),
        }
    }

    pub(super) fn apply(&self, schema: &mut Schema, origin: &Origin) {
        let tables = &mut schema.structure.tables;
        if let Some(mut table) = tables.remove(&self.from) {
            table.name = self.to.clone();
            tables.insert(self.to.clone(), table);
        }
        for key in tables
            .values_mut()
            .flat_map(|table| &mut table.foreign_keys)
        {
            if key.references_table == self.from {
                key.references_table = self.to.clone();
            }
        }
        schema.provenance.rename_table(&self.from, &self.to);
        let object = ObjectRef::Table(self.to.clone());
        schema
            .provenance
            .change(&object, origin, format!("renamed from `{}`", self.from));
    }

    pub(super) fn reverse(&self, _before: &Schema) -> Reverse {
        Reverse::operation(RenameTable {
            from: self.to.clone(),
            to: self.from.clone(),
        })
    }

    pub(super) fn relations(&self) -> Vec<&Name> {
        vec![&self.from, &self.to]
    }
}

impl fmt::Display for RenameTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rename table `{}` to `{}`", self.from, self.to)
    }
}
