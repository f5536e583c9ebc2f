//! Builders for what belongs to a table or stands beside it: indexes, foreign keys, views.
//!
//! Each refers to a definition that is in place already; not using one changes nothing.

use super::{index_name, texts};
use crate::name;
use crate::table::{Action, ForeignKey, Index, IndexColumn, View};

/// An index over these columns with its generated name.
pub(super) fn index<C: Into<String>>(
    table: &str,
    columns: impl IntoIterator<Item = C>,
    unique: bool,
) -> Index {
    let columns = texts(columns);
    let name = index_name(table, &columns, unique);
    let columns = columns
        .into_iter()
        .map(|name| IndexColumn {
            name,
            descending: false,
        })
        .collect();
    Index {
        name,
        columns,
        unique,
        filter: None,
    }
}

/// A foreign key with its generated name; deleting and changing are refused.
pub(super) fn foreign_key<C: Into<String>, R: Into<String>>(
    table: &str,
    columns: impl IntoIterator<Item = C>,
    references_table: impl Into<String>,
    references_columns: impl IntoIterator<Item = R>,
) -> ForeignKey {
    let columns = texts(columns);
    ForeignKey {
        name: name::join(table, &columns, "fk"),
        columns,
        references_table: references_table.into(),
        references_columns: texts(references_columns),
        on_delete: Action::Restrict,
        on_update: Action::Restrict,
    }
}

/// Says more about an index.
pub struct IndexBuilder<'a> {
    table: String,
    index: &'a mut Index,
    has_own_name: bool,
}

impl<'a> IndexBuilder<'a> {
    pub(super) fn new(table: String, index: &'a mut Index) -> IndexBuilder<'a> {
        IndexBuilder {
            table,
            index,
            has_own_name: false,
        }
    }

    /// No two rows may have the same values. The generated name ends in `_unique` then.
    pub fn unique(self) -> Self {
        self.index.unique = true;
        if !self.has_own_name {
            let columns = texts(self.index.columns.iter().map(|column| column.name.as_str()));
            self.index.name = index_name(&self.table, &columns, true);
        }
        self
    }

    /// Gives it another name than the generated one.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.index.name = name.into();
        self.has_own_name = true;
        self
    }

    /// Only the rows for which this holds, where the database has partial indexes.
    pub fn filter(self, condition: impl Into<String>) -> Self {
        self.index.filter = Some(condition.into());
        self
    }

    /// Puts the largest values of this column first; a column that the index does not have is ignored.
    pub fn descending(self, column: &str) -> Self {
        for part in self
            .index
            .columns
            .iter_mut()
            .filter(|part| part.name == column)
        {
            part.descending = true;
        }
        self
    }
}

/// Says more about a foreign key.
pub struct ForeignKeyBuilder<'a> {
    foreign_key: &'a mut ForeignKey,
}

impl<'a> ForeignKeyBuilder<'a> {
    pub(super) fn new(foreign_key: &'a mut ForeignKey) -> ForeignKeyBuilder<'a> {
        ForeignKeyBuilder { foreign_key }
    }

    /// Gives it another name than the generated one.
    pub fn name(self, name: impl Into<String>) -> Self {
        self.foreign_key.name = name.into();
        self
    }

    /// What happens when the other row is deleted.
    pub fn on_delete(self, action: Action) -> Self {
        self.foreign_key.on_delete = action;
        self
    }

    /// What happens when the other row's key changes.
    pub fn on_update(self, action: Action) -> Self {
        self.foreign_key.on_update = action;
        self
    }
}

/// Says more about a view.
pub struct ViewBuilder<'a> {
    view: &'a mut View,
}

impl<'a> ViewBuilder<'a> {
    pub(super) fn new(view: &'a mut View) -> ViewBuilder<'a> {
        ViewBuilder { view }
    }

    /// What it shows, for people.
    pub fn comment(self, comment: impl Into<String>) -> Self {
        self.view.comment = Some(comment.into());
        self
    }
}
