//! Operations: the closed family of changes to a schema and its rows, each a small struct in a file of
//! its own with `check`, `apply` and `reverse`.
//!
//! They are data: nothing here holds a connection or knows a database. `dialect` compiles them,
//! `compliance` judges them, `plan` folds them.
//!
//! Invariant: what passed `check` on a schema can be applied to it, and applying it to the same schema
//! always gives the same schema.

pub mod add_check;
pub mod add_column;
pub mod add_foreign_key;
pub mod alter_column;
pub mod backfill;
pub mod create_index;
pub mod create_table;
pub mod create_view;
pub mod delete_rows;
pub mod drop_check;
pub mod drop_column;
pub mod drop_foreign_key;
pub mod drop_index;
pub mod drop_table;
pub mod drop_view;
pub mod extension;
pub mod insert_rows;
pub mod rename_column;
pub mod rename_table;
pub mod require;
pub mod reverse;
pub mod run_sql;
pub mod update_rows;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use add_check::AddCheck;
pub use add_column::AddColumn;
pub use add_foreign_key::AddForeignKey;
pub use alter_column::{AlterColumn, ColumnChange};
pub use backfill::Backfill;
pub use create_index::CreateIndex;
pub use create_table::CreateTable;
pub use create_view::CreateView;
pub use delete_rows::DeleteRows;
pub use drop_check::DropCheck;
pub use drop_column::DropColumn;
pub use drop_foreign_key::DropForeignKey;
pub use drop_index::DropIndex;
pub use drop_table::DropTable;
pub use drop_view::DropView;
pub use extension::Extension;
pub use insert_rows::InsertRows;
pub use rename_column::RenameColumn;
pub use rename_table::RenameTable;
pub use reverse::{Reverse, reverse_all};
pub use run_sql::{DatabaseSql, RunSql};
pub use update_rows::{Assignment, UpdateRows};

use crate::error::Result;
use crate::name::Name;
use crate::schema::{Origin, Schema};

macro_rules! operations {
    ($($(#[$doc:meta])* $variant:ident = $text:literal,)*) => {
        /// One change to a schema or its rows.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "operation", rename_all = "kebab-case")]
        pub enum Operation {
            $($(#[$doc])* $variant($variant),)*
        }

        impl Operation {
            /// The kinds of operations, in the order of the documentation.
            pub const KINDS: &'static [&'static str] = &[$($text),*];

            /// The kind, as it is written in plans and documents.
            pub fn kind(&self) -> &'static str {
                match self { $(Operation::$variant(_) => $text,)* }
            }

            /// Whether the operation can be applied to this schema.
            ///
            /// # Errors
            /// A code that says what is missing, there already, in use or not valid.
            pub fn check(&self, schema: &Schema) -> Result<()> {
                match self { $(Operation::$variant(operation) => operation.check(schema),)* }
            }

            /// Checks and applies the operation.
            ///
            /// # Errors
            /// Those of [`Operation::check`]; the schema is then as it was.
            pub fn apply(&self, schema: &mut Schema, origin: &Origin) -> Result<()> {
                self.check(schema)?;
                match self { $(Operation::$variant(operation) => operation.apply(schema, origin),)* }
                Ok(())
            }

            /// What takes the operation back, derived from the schema before it.
            pub fn reverse(&self, before: &Schema) -> Reverse {
                match self { $(Operation::$variant(operation) => operation.reverse(before),)* }
            }

            /// The tables and views that the operation changes or whose rows it changes.
            pub fn relations(&self) -> Vec<&Name> {
                match self { $(Operation::$variant(operation) => operation.relations(),)* }
            }
        }

        impl fmt::Display for Operation {
            /// A few words for people: ``add column `members.plan` ``.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self { $(Operation::$variant(operation) => operation.fmt(f),)* }
            }
        }

        $(impl From<$variant> for Operation {
            fn from(operation: $variant) -> Operation {
                Operation::$variant(operation)
            }
        })*
    };
}

operations! {
    /// Makes a table.
    CreateTable = "create-table",
    /// Removes a table with its rows.
    DropTable = "drop-table",
    /// Renames a table.
    RenameTable = "rename-table",
    /// Adds a column.
    AddColumn = "add-column",
    /// Removes a column with its values.
    DropColumn = "drop-column",
    /// Renames a column.
    RenameColumn = "rename-column",
    /// Changes type, nullability or default of a column.
    AlterColumn = "alter-column",
    /// Adds an index.
    CreateIndex = "create-index",
    /// Removes an index.
    DropIndex = "drop-index",
    /// Adds a foreign key.
    AddForeignKey = "add-foreign-key",
    /// Removes a foreign key.
    DropForeignKey = "drop-foreign-key",
    /// Adds a check.
    AddCheck = "add-check",
    /// Removes a check.
    DropCheck = "drop-check",
    /// Makes a view.
    CreateView = "create-view",
    /// Removes a view.
    DropView = "drop-view",
    /// Adds rows.
    InsertRows = "insert-rows",
    /// Changes rows.
    UpdateRows = "update-rows",
    /// Removes rows.
    DeleteRows = "delete-rows",
    /// Fills a column from an expression.
    Backfill = "backfill",
    /// Runs SQL.
    RunSql = "run-sql",
    /// An operation of a later contract.
    Extension = "extension",
}

impl Operation {
    /// Whether the operation changes rows and not the schema.
    pub fn is_about_rows(&self) -> bool {
        matches!(
            self,
            Operation::InsertRows(_)
                | Operation::UpdateRows(_)
                | Operation::DeleteRows(_)
                | Operation::Backfill(_)
                | Operation::RunSql(_)
        )
    }
}
