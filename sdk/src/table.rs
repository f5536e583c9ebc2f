//! Tables, what belongs to them, and views, as plain data.
//!
//! Whether a definition is valid is judged by the host. The builders of [`schema`](crate::schema) make these.

use crate::column::Column;

/// A column of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexColumn {
    /// Which.
    pub name: String,
    /// Largest first.
    pub descending: bool,
}

/// An index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// Its name, one of a kind in the schema.
    pub name: String,
    /// Its columns, in order.
    pub columns: Vec<IndexColumn>,
    /// Whether no two rows may have the same values.
    pub unique: bool,
    /// Only the rows for which this holds, where the database has partial indexes.
    pub filter: Option<String>,
}

/// What happens to a row when the row it points at is deleted or its key changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Action {
    /// The change is refused.
    #[default]
    Restrict,
    /// The row is deleted or changed too.
    Cascade,
    /// The reference becomes null.
    SetNull,
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey {
    /// Its name, one of a kind in the schema.
    pub name: String,
    /// The columns that point.
    pub columns: Vec<String>,
    /// The table they point at.
    pub references_table: String,
    /// Its primary key or the columns of one of its unique indexes.
    pub references_columns: Vec<String>,
    /// When the other row is deleted.
    pub on_delete: Action,
    /// When the other row's key changes.
    pub on_update: Action,
}

/// A condition that every row of a table meets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Its name, one of a kind in the schema.
    pub name: String,
    /// The condition, over the columns of the table.
    pub condition: String,
}

/// A table with everything on it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns, in order.
    pub columns: Vec<Column>,
    /// The columns of its primary key.
    pub primary_key: Vec<String>,
    /// Its indexes.
    pub indexes: Vec<Index>,
    /// Its foreign keys.
    pub foreign_keys: Vec<ForeignKey>,
    /// Its checks.
    pub checks: Vec<Check>,
    /// Rows may be added, never changed or removed.
    pub append_only: bool,
    /// What it holds, for people.
    pub comment: Option<String>,
}

impl Table {
    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The index of this name.
    pub fn index(&self, name: &str) -> Option<&Index> {
        self.indexes.iter().find(|index| index.name == name)
    }

    /// The foreign key of this name.
    pub fn foreign_key(&self, name: &str) -> Option<&ForeignKey> {
        self.foreign_keys.iter().find(|key| key.name == name)
    }

    /// The check of this name.
    pub fn check(&self, name: &str) -> Option<&Check> {
        self.checks.iter().find(|check| check.name == name)
    }
}

/// A view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Its name.
    pub name: String,
    /// What it selects, in Strata SQL; every column has a name.
    pub query: String,
    /// What it shows, for people.
    pub comment: Option<String>,
}
