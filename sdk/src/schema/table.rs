//! The builder of a table, or of what is added to one.
//!
//! Each method for a type adds a column; what a column can say more is [`ColumnBuilder`].
//!
//! Invariant: a table that leaves here has a primary key, or a problem says that it has none.

use super::column::{ColumnBuilder, ReferenceBuilder};
use super::part::{self, ForeignKeyBuilder, IndexBuilder};
use super::texts;
use crate::column::{Column, ColumnDefault, ColumnType};
use crate::operation::Operation;
use crate::table::{Check, Table};

/// Says what is on a table.
pub struct TableBuilder {
    pub(super) table: Table,
    has_id: bool,
}

macro_rules! columns_of {
    ($($(#[$doc:meta])* $method:ident => $column_type:ident;)*) => {
        $($(#[$doc])*
        pub fn $method(&mut self, name: impl Into<String>) -> ColumnBuilder<'_> {
            self.column(name, ColumnType::$column_type)
        })*
    };
}

/// Columns.
impl TableBuilder {
    /// The column `id`, a 64-bit identity that the database makes, as the primary key.
    pub fn id(&mut self) {
        self.has_id = true;
        self.table.columns.push(Column::new("id", ColumnType::Id));
    }

    columns_of! {
        /// True or false.
        boolean => Boolean;
        /// 16 bits, signed.
        smallint => SmallInt;
        /// 32 bits, signed.
        int => Int;
        /// 64 bits, signed.
        bigint => BigInt;
        /// 32-bit floating point.
        real => Real;
        /// 64-bit floating point.
        double => Double;
        /// Text of any length.
        text => Text;
        /// A JSON document.
        json => Json;
        /// A calendar day.
        date => Date;
        /// A time of day with microseconds.
        time => Time;
        /// Date and time with microseconds, without a zone.
        timestamp => Timestamp;
        /// A moment with microseconds, kept in UTC.
        timestamptz => TimestampTz;
        /// A UUID.
        uuid => Uuid;
        /// Bytes of any number.
        blob => Blob;
    }

    /// Text of at most `characters`.
    pub fn string(&mut self, name: impl Into<String>, characters: u32) -> ColumnBuilder<'_> {
        self.column(name, ColumnType::String(characters))
    }

    /// At most `bytes` bytes.
    pub fn binary(&mut self, name: impl Into<String>, bytes: u32) -> ColumnBuilder<'_> {
        self.column(name, ColumnType::Binary(bytes))
    }

    /// An exact number of `precision` digits, `scale` of them after the point.
    pub fn decimal(
        &mut self,
        name: impl Into<String>,
        precision: u8,
        scale: u8,
    ) -> ColumnBuilder<'_> {
        self.column(name, ColumnType::Decimal { precision, scale })
    }

    /// One of these texts.
    pub fn enumeration<T: Into<String>>(
        &mut self,
        name: impl Into<String>,
        values: impl IntoIterator<Item = T>,
    ) -> ColumnBuilder<'_> {
        self.column(name, ColumnType::Enumeration(texts(values)))
    }

    /// A column of a type that is known as a value.
    pub fn column(
        &mut self,
        name: impl Into<String>,
        column_type: ColumnType,
    ) -> ColumnBuilder<'_> {
        self.table.columns.push(Column::new(name, column_type));
        ColumnBuilder::new(&mut self.table)
    }

    /// A `bigint` that points at the `id` of another table, with a foreign key and an index.
    ///
    /// On `users`, `reference("province_id", "provinces")` makes the column `province_id`, the foreign
    /// key `users_province_id_fk` and the index `users_province_id_index`. For a key of another type
    /// or of several columns, make the columns and a [`foreign_key`](TableBuilder::foreign_key).
    pub fn reference(
        &mut self,
        name: impl Into<String>,
        references_table: impl Into<String>,
    ) -> ReferenceBuilder<'_> {
        let name = name.into();
        let key = part::foreign_key(&self.table.name, [&name], references_table, ["id"]);
        self.table.foreign_keys.push(key);
        self.table
            .indexes
            .push(part::index(&self.table.name, [&name], false));
        self.table
            .columns
            .push(Column::new(name, ColumnType::BigInt));
        ReferenceBuilder::new(&mut self.table)
    }

    /// `created_at` and `updated_at`: moments, not null, by default the moment of the insert.
    pub fn timestamps(&mut self) {
        for name in ["created_at", "updated_at"] {
            let mut column = Column::new(name, ColumnType::TimestampTz);
            column.default = Some(ColumnDefault::CurrentTimestamp);
            self.table.columns.push(column);
        }
    }
}

/// The rest of a table.
impl TableBuilder {
    /// The columns of the primary key, for a table without [`id`](TableBuilder::id).
    pub fn primary_key<C: Into<String>>(&mut self, columns: impl IntoIterator<Item = C>) {
        self.table.primary_key = texts(columns);
    }

    /// An index, named like `users_status_name_index`.
    pub fn index<C: Into<String>>(
        &mut self,
        columns: impl IntoIterator<Item = C>,
    ) -> IndexBuilder<'_> {
        self.push_index(columns, false)
    }

    /// An index that no two rows may have the same values in, named like `users_a_b_unique`.
    pub fn unique<C: Into<String>>(
        &mut self,
        columns: impl IntoIterator<Item = C>,
    ) -> IndexBuilder<'_> {
        self.push_index(columns, true)
    }

    fn push_index<C: Into<String>>(
        &mut self,
        columns: impl IntoIterator<Item = C>,
        unique: bool,
    ) -> IndexBuilder<'_> {
        let index = part::index(&self.table.name, columns, unique);
        let name = self.table.name.clone();
        IndexBuilder::new(name, self.table.indexes.push_mut(index))
    }

    /// A foreign key, named like `users_a_b_fk`, without an index.
    pub fn foreign_key<C: Into<String>, R: Into<String>>(
        &mut self,
        columns: impl IntoIterator<Item = C>,
        references_table: impl Into<String>,
        references_columns: impl IntoIterator<Item = R>,
    ) -> ForeignKeyBuilder<'_> {
        let table = &self.table.name;
        let key = part::foreign_key(table, columns, references_table, references_columns);
        ForeignKeyBuilder::new(self.table.foreign_keys.push_mut(key))
    }

    /// A condition in Strata SQL that every row meets.
    pub fn check(&mut self, name: impl Into<String>, condition: impl Into<String>) {
        self.table.checks.push(Check {
            name: name.into(),
            condition: condition.into(),
        });
    }

    /// Rows may be added, never changed or removed.
    pub fn append_only(&mut self) {
        self.table.append_only = true;
    }

    /// What the table holds, for people.
    pub fn comment(&mut self, comment: impl Into<String>) {
        self.table.comment = Some(comment.into());
    }
}

/// For [`Schema`](super::Schema) alone.
impl TableBuilder {
    pub(super) fn new(name: String) -> TableBuilder {
        TableBuilder {
            table: Table {
                name,
                ..Table::default()
            },
            has_id: false,
        }
    }

    /// The table, and what is wrong with it.
    pub(super) fn into_table(mut self) -> (Table, Vec<String>) {
        let mut problems = Vec::new();
        let name = &self.table.name;
        match (self.has_id, self.table.primary_key.is_empty()) {
            (true, true) => self.table.primary_key.push("id".to_owned()),
            (false, false) => {}
            (true, false) => problems.push(format!(
                "table `{name}` has both an id and a primary key; an id is the primary key alone"
            )),
            (false, true) => problems.push(format!("table `{name}` has no primary key")),
        }
        (self.table, problems)
    }

    /// What is added to a table that exists, and what cannot be added.
    pub(super) fn into_additions(self) -> (Vec<Operation>, Vec<String>) {
        let Table {
            name: table,
            columns,
            indexes,
            foreign_keys,
            checks,
            ..
        } = self.table;
        let mut problems = Vec::new();
        let impossible = [
            ("an id", self.has_id),
            ("a primary key", !self.table.primary_key.is_empty()),
            ("append-only", self.table.append_only),
            ("a comment", self.table.comment.is_some()),
        ];
        for (what, _) in impossible.into_iter().filter(|(_, is_asked)| *is_asked) {
            problems.push(format!(
                "table `{table}` exists; {what} cannot be added to it"
            ));
        }
        let mut operations = Vec::new();
        for column in columns {
            operations.push(Operation::AddColumn {
                table: table.clone(),
                column,
            });
        }
        for index in indexes {
            operations.push(Operation::CreateIndex {
                table: table.clone(),
                index,
            });
        }
        for foreign_key in foreign_keys {
            operations.push(Operation::AddForeignKey {
                table: table.clone(),
                foreign_key,
            });
        }
        for check in checks {
            operations.push(Operation::AddCheck {
                table: table.clone(),
                check,
            });
        }
        (operations, problems)
    }
}
