//! [`Table`]: a table with everything on it.

use serde::{Deserialize, Serialize};

use crate::expression::Scope;
use crate::name::Name;
use crate::schema::{Check, Column, ForeignKey, Index};

/// A table.
///
/// Invariant: indexes, foreign keys and checks are kept in order of their names (columns in order of
/// creation), so that the order in which they were added leaves no trace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Its name.
    pub name: Name,
    /// Its columns, in order.
    pub columns: Vec<Column>,
    /// The columns of its primary key, in order; at least one.
    pub primary_key: Vec<Name>,
    /// Its indexes.
    #[serde(default)]
    pub indexes: Vec<Index>,
    /// Its foreign keys.
    #[serde(default)]
    pub foreign_keys: Vec<ForeignKey>,
    /// Its checks.
    #[serde(default)]
    pub checks: Vec<Check>,
    /// Rows may be added, never changed or removed.
    #[serde(default)]
    pub append_only: bool,
    /// What it holds, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl Table {
    /// The column of this name.
    pub fn column(&self, name: &Name) -> Option<&Column> {
        self.columns.iter().find(|column| &column.name == name)
    }

    /// The index of this name.
    pub fn index(&self, name: &Name) -> Option<&Index> {
        self.indexes.iter().find(|index| &index.name == name)
    }

    /// The foreign key of this name.
    pub fn foreign_key(&self, name: &Name) -> Option<&ForeignKey> {
        self.foreign_keys.iter().find(|key| &key.name == name)
    }

    /// The check of this name.
    pub fn check(&self, name: &Name) -> Option<&Check> {
        self.checks.iter().find(|check| &check.name == name)
    }

    /// Whether the columns, in any order, are the primary key or those of a unique index without a
    /// filter: whether they name one row.
    pub fn is_key(&self, columns: &[Name]) -> bool {
        let same = |other: Vec<&Name>| {
            other.len() == columns.len() && columns.iter().all(|column| other.contains(&column))
        };
        same(self.primary_key.iter().collect())
            || self.indexes.iter().any(|index| {
                index.unique
                    && index.filter.is_none()
                    && same(index.columns.iter().map(|column| &column.name).collect())
            })
    }

    /// The names that an expression over one row of this table may use.
    pub fn scope(&self) -> Scope<'_> {
        Scope {
            alias: None,
            columns: self
                .columns
                .iter()
                .map(|column| (&column.name, &column.column_type, column.nullable))
                .collect(),
        }
    }

    /// Puts indexes, keys and checks in order of their names.
    pub fn sort_parts(&mut self) {
        self.indexes.sort_by(|a, b| a.name.cmp(&b.name));
        self.foreign_keys.sort_by(|a, b| a.name.cmp(&b.name));
        self.checks.sort_by(|a, b| a.name.cmp(&b.name));
    }
}
