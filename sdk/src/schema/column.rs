//! What a column says beyond its name and type.
//!
//! Invariant: the column that a builder speaks of is the last of its table; so are the index and the
//! key of a reference.

use super::part;
use crate::column::{Collation, Column, ColumnDefault, ColumnType};
use crate::table::{Action, ForeignKey, Table};
use crate::value::Value;

/// Says more about a column.
pub struct ColumnBuilder<'a> {
    table: &'a mut Table,
}

impl<'a> ColumnBuilder<'a> {
    pub(super) fn new(table: &'a mut Table) -> ColumnBuilder<'a> {
        ColumnBuilder { table }
    }

    /// It may hold null.
    pub fn nullable(self) -> Self {
        self.with(|column| column.nullable = true)
    }

    /// What it holds when a row does not say. On a decimal column, text and whole numbers are taken as
    /// exact numbers.
    pub fn default(self, value: impl Into<Value>) -> Self {
        self.default_literal(value.into())
    }

    fn default_literal(self, value: Value) -> Self {
        self.with(|column| {
            let value = match (&column.column_type, value) {
                (ColumnType::Decimal { .. }, Value::Text(written)) => Value::Decimal(written),
                (ColumnType::Decimal { .. }, Value::Integer(whole)) => {
                    Value::Decimal(whole.to_string())
                }
                (_, value) => value,
            };
            column.default = Some(ColumnDefault::Literal(value));
        })
    }

    /// By default it holds the moment of the insert.
    pub fn default_now(self) -> Self {
        self.with(|column| column.default = Some(ColumnDefault::CurrentTimestamp))
    }

    /// What it means, for people.
    pub fn comment(self, comment: impl Into<String>) -> Self {
        self.with(|column| column.comment = Some(comment.into()))
    }

    /// Its texts compare without regard to the case of ASCII letters.
    pub fn ignore_case(self) -> Self {
        self.with(|column| column.collation = Collation::IgnoreCase)
    }

    /// No two rows have the same value: adds an index named like `users_email_unique`.
    pub fn unique(self) -> Self {
        self.indexed(true)
    }

    /// Adds an index named like `users_email_index`.
    pub fn index(self) -> Self {
        self.indexed(false)
    }

    fn indexed(self, unique: bool) -> Self {
        if let Some(column) = self.table.columns.last() {
            let index = part::index(&self.table.name, [&column.name], unique);
            self.table.indexes.push(index);
        }
        self
    }

    fn with(self, change: impl FnOnce(&mut Column)) -> Self {
        if let Some(column) = self.table.columns.last_mut() {
            change(column);
        }
        self
    }
}

/// Says more about a reference to another table.
pub struct ReferenceBuilder<'a> {
    table: &'a mut Table,
}

impl<'a> ReferenceBuilder<'a> {
    pub(super) fn new(table: &'a mut Table) -> ReferenceBuilder<'a> {
        ReferenceBuilder { table }
    }

    /// It may point at nothing.
    pub fn nullable(self) -> Self {
        if let Some(column) = self.table.columns.last_mut() {
            column.nullable = true;
        }
        self
    }

    /// What it means, for people.
    pub fn comment(self, comment: impl Into<String>) -> Self {
        if let Some(column) = self.table.columns.last_mut() {
            column.comment = Some(comment.into());
        }
        self
    }

    /// What happens to this row when the other is deleted; refused unless said otherwise.
    pub fn on_delete(self, action: Action) -> Self {
        self.with_key(|key| key.on_delete = action)
    }

    /// What happens to this row when the other's key changes; refused unless said otherwise.
    pub fn on_update(self, action: Action) -> Self {
        self.with_key(|key| key.on_update = action)
    }

    /// No two rows point at the same row: the index is a unique one, named like
    /// `profiles_user_id_unique`.
    pub fn unique(self) -> Self {
        let this = self.without_index();
        if let Some(column) = this.table.columns.last() {
            let index = part::index(&this.table.name, [&column.name], true);
            this.table.indexes.push(index);
        }
        this
    }

    /// Makes no index for it, where another index begins with the column.
    pub fn without_index(self) -> Self {
        let Some(column) = self.table.columns.last().map(|column| column.name.clone()) else {
            return self;
        };
        self.table.indexes.pop_if(|index| {
            index.columns.len() == 1 && index.columns.iter().all(|part| part.name == column)
        });
        self
    }

    fn with_key(self, change: impl FnOnce(&mut ForeignKey)) -> Self {
        if let Some(key) = self.table.foreign_keys.last_mut() {
            change(key);
        }
        self
    }
}
