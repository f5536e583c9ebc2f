//! [`Shape`]: a table of the landlord, written down column by column.
//!
//! Invariant: indexes and keys are named after their table and columns.

use model::operation::{CreateTable, CreateView};
use model::query::Query;
use model::schema::{
    Collation, Column, ForeignKey, Index, IndexColumn, ReferentialAction, Table, View,
};
use model::{ColumnType, Name, Operation, Result};

/// The width of a digest: `sha256:` and 64 digits.
pub(super) const DIGEST: ColumnType = ColumnType::String { length: 71 };
/// The width of a plugin's id.
pub(super) const PLUGIN: ColumnType = ColumnType::String { length: 40 };
/// The width of a version.
pub(super) const VERSION: ColumnType = ColumnType::String { length: 100 };
/// The width of a person's or a process's name.
pub(super) const PERSON: ColumnType = ColumnType::String { length: 200 };

/// One of these words.
pub(super) fn one_of(values: &[&str]) -> ColumnType {
    ColumnType::Enum {
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    }
}

/// The four layers.
pub(super) fn layer() -> ColumnType {
    one_of(&["basic", "template", "module", "custom"])
}

/// A table that is being written down.
pub(super) struct Shape {
    table: Table,
}

impl Shape {
    /// A table without columns.
    pub(super) fn table(name: &str) -> Result<Shape> {
        Ok(Shape {
            table: Table {
                name: Name::new(name)?,
                columns: Vec::new(),
                primary_key: Vec::new(),
                indexes: Vec::new(),
                foreign_keys: Vec::new(),
                checks: Vec::new(),
                append_only: false,
                comment: None,
            },
        })
    }

    /// Columns that always hold something.
    pub(super) fn columns(self, columns: &[(&str, ColumnType)]) -> Result<Shape> {
        self.add(columns, false)
    }

    /// Columns that may be null.
    pub(super) fn nullable(self, columns: &[(&str, ColumnType)]) -> Result<Shape> {
        self.add(columns, true)
    }

    fn add(mut self, columns: &[(&str, ColumnType)], nullable: bool) -> Result<Shape> {
        for (name, column_type) in columns {
            self.table.columns.push(Column {
                name: Name::new(*name)?,
                column_type: column_type.clone(),
                nullable,
                default: None,
                collation: Collation::Bytes,
                comment: None,
            });
        }
        Ok(self)
    }

    /// The primary key.
    pub(super) fn key(mut self, columns: &[&str]) -> Result<Shape> {
        self.table.primary_key = names(columns)?;
        Ok(self)
    }

    /// No two rows have the same.
    pub(super) fn unique(self, columns: &[&str]) -> Result<Shape> {
        self.indexed(columns, true)
    }

    /// Rows are looked for by these.
    pub(super) fn index(self, columns: &[&str]) -> Result<Shape> {
        self.indexed(columns, false)
    }

    fn indexed(mut self, columns: &[&str], unique: bool) -> Result<Shape> {
        let name = self.part(columns, if unique { "key" } else { "index" })?;
        let columns = names(columns)?.into_iter();
        let columns = columns
            .map(|name| IndexColumn {
                name,
                descending: false,
            })
            .collect();
        self.table.indexes.push(Index {
            name,
            columns,
            unique,
            filter: None,
        });
        Ok(self)
    }

    /// Points at the key of another table.
    pub(super) fn references(
        mut self,
        columns: &[&str],
        table: &str,
        key: &[&str],
    ) -> Result<Shape> {
        self.table.foreign_keys.push(ForeignKey {
            name: self.part(columns, "reference")?,
            columns: names(columns)?,
            references_table: Name::new(table)?,
            references_columns: names(key)?,
            on_delete: ReferentialAction::Restrict,
            on_update: ReferentialAction::Restrict,
        });
        Ok(self)
    }

    /// Rows are added, never changed or removed.
    pub(super) fn append_only(mut self) -> Shape {
        self.table.append_only = true;
        self
    }

    /// The operation that makes it.
    pub(super) fn made(self) -> Operation {
        CreateTable { table: self.table }.into()
    }

    fn part(&self, columns: &[&str], suffix: &str) -> Result<Name> {
        Name::new([self.table.name.as_str(), columns.join("_").as_str(), suffix].join("_"))
    }
}

/// The operation that makes a view.
pub(super) fn view(name: &str, query: &str) -> Result<Operation> {
    let view = View {
        name: Name::new(name)?,
        query: Query::parse(query)?,
        comment: None,
    };
    Ok(CreateView { view }.into())
}

fn names(columns: &[&str]) -> Result<Vec<Name>> {
    columns.iter().map(|column| Name::new(*column)).collect()
}
