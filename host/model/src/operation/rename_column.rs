//! [`RenameColumn`]: gives a column another name, everywhere in its schema.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::name::Name;
use crate::operation::require;
use crate::operation::reverse::Reverse;
use crate::schema::{ObjectRef, Origin, Schema};
/// Gives a column another name; indexes, keys and checks follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenameColumn {
    /// Which table.
    pub table: Name,
    /// The name it has.
    pub from: Name,
    /// The name it gets.
    pub to: Name,
}

impl RenameColumn {
    /// Whether the column is there, the new name is free and no view uses the column.
    ///
    /// # Errors
    /// `operation.missing`, `operation.exists`, `operation.invalid`, `operation.in_use`.
    pub fn check(&self, schema: &Schema) -> Result<()> {
        let table = require::table(schema, &self.table)?;
        require::column(table, &self.from)?;
        if table.column(&self.to).is_some() {
            return Err(require::exists(format!(
                "column `{}.{}` is there already",
                self.table, self.to
            )));
        }
        require::column_name_free(&self.table, &self.to)?;
        require::no_view_uses(schema, &self.table, &self.from)
    }

    pub(super) fn apply(&self, schema: &mut Schema, origin: &Origin) {
        let rename = |name: &mut Name| {
            if name == &self.from {
                *name = self.to.clone();
            }
        };
        if let Some(table) = schema.structure.tables.get_mut(&self.table) {
            table
                .columns
                .iter_mut()
                .for_each(|column| rename(&mut column.name));
            table.primary_key.iter_mut().for_each(rename);
            for index in &mut table.indexes {
                index
                    .columns
                    .iter_mut()
                    .for_each(|part| rename(&mut part.name));
                if let Some(filter) = &mut index.filter {
                    filter.rename_column(None, &self.from, &self.to);
                }
            }
            for check in &mut table.checks {
                check.condition.rename_column(None, &self.from, &self.to);
            }
            table
                .foreign_keys
                .iter_mut()
                .flat_map(|key| &mut key.columns)
                .for_each(rename);
        }
        let keys = schema
            .structure
            .tables
            .values_mut()
            .flat_map(|table| &mut table.foreign_keys);
        for key in keys.filter(|key| key.references_table == self.table) {
            key.references_columns.iter_mut().for_each(rename);
        }
        schema
            .provenance
            .rename_column(&self.table, &self.from, &self.to);
        let object = ObjectRef::Column(self.table.clone(), self.to.clone());
        schema
            .provenance
            .change(&object, origin, format!("renamed from `{}`", self.from));
    }

    pub(super) fn reverse(&self, _before: &Schema) -> Reverse {
        Reverse::operation(RenameColumn {
            table: self.table.clone(),
            from: self.to.clone(),
            to: self.from.clone(),
        })
    }

    pub(super) fn relations(&self) -> Vec<&Name> {
        vec![&self.table]
    }
}

impl fmt::Display for RenameColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "rename column `{}.{}` to `{}`",
            self.table, self.from, self.to
        )
    }
}
