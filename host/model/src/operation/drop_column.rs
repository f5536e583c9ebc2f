//! [`DropColumn`]: removes a column with its values.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::name::Name;
use crate::operation::require;
use crate::operation::reverse::Reverse;
use crate::schema::{ObjectRef, Origin, Schema, Table};
/// Removes a column with its values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropColumn {
    /// Which table.
    pub table: Name,
    /// Which column.
    pub column: Name,
}

impl DropColumn {
    /// Whether the column is there and nothing needs it.
    ///
    /// # Errors
    /// `operation.missing`, `operation.in_use`, `operation.invalid`.
    pub fn check(&self, schema: &Schema) -> Result<()> {
        let table = require::table(schema, &self.table)?;
        require::column(table, &self.column)?;
        if table.columns.len() == 1 {
            return Err(require::invalid(format!(
                "column `{}.{}` is the last one",
                self.table, self.column
            )));
        }
        if let Some(user) = user_of(schema, table, &self.column) {
            return Err(require::in_use(format!(
                "column `{}.{}` is used by {user}",
                self.table, self.column
            )));
        }
        require::no_view_uses(schema, &self.table, &self.column)
    }

    pub(super) fn apply(&self, schema: &mut Schema, origin: &Origin) {
        if let Some(table) = schema.structure.tables.get_mut(&self.table) {
            table.columns.retain(|column| column.name != self.column);
        }
        schema
            .provenance
            .drop(&ObjectRef::Column(self.table.clone(), self.column.clone()));
        let table = ObjectRef::Table(self.table.clone());
        schema
            .provenance
            .change(&table, origin, format!("column `{}` dropped", self.column));
    }

    pub(super) fn reverse(&self, _before: &Schema) -> Reverse {
        Reverse::irreversible(format!(
            "the values of `{}.{}` are gone",
            self.table, self.column
        ))
    }

    pub(super) fn relations(&self) -> Vec<&Name> {
        vec![&self.table]
    }
}

/// The first part of the schema, views aside, that needs a column.
pub(super) fn user_of(schema: &Schema, table: &Table, column: &Name) -> Option<String> {
    if table.primary_key.contains(column) {
        return Some("the primary key".to_owned());
    }
    let index = table.indexes.iter().find(|index| {
        index.columns.iter().any(|part| &part.name == column)
            || index
                .filter
                .as_ref()
                .is_some_and(|filter| filter.columns().contains(column))
    });
    if let Some(index) = index {
        return Some(format!("index `{}`", index.name));
    }
    if let Some(check) = table
        .checks
        .iter()
        .find(|check| check.condition.columns().contains(column))
    {
        return Some(format!("check `{}`", check.name));
    }
    foreign_key_user(schema, table, column)
}

/// The first foreign key, of the table or of another, that needs a column.
pub(super) fn foreign_key_user(schema: &Schema, table: &Table, column: &Name) -> Option<String> {
    if let Some(key) = table
        .foreign_keys
        .iter()
        .find(|key| key.columns.contains(column))
    {
        return Some(format!("foreign key `{}`", key.name));
    }
    let mut references = schema.references_to(&table.name);
    let (from, key) = references.find(|(_, key)| key.references_columns.contains(column))?;
    Some(format!("foreign key `{}` of `{}`", key.name, from.name))
}

impl fmt::Display for DropColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "drop column `{}.{}`", self.table, self.column)
    }
}
