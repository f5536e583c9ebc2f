//! Operations as plain data: what a migration gives.
//!
//! Authors rarely write these; [`Schema`](crate::Schema) does. Their order is the order in which the
//! host applies them.
//!
//! Invariant: each case mirrors one case of `operation` in the contract, in the same order.

use crate::column::{Column, ColumnDefault, ColumnType};
use crate::table::{Check, ForeignKey, Index, Table, View};
use crate::value::Value;

/// One change to a schema or its rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Operation {
    /// Makes a table.
    CreateTable(Table),
    /// Removes a table with its rows.
    DropTable {
        /// Which.
        name: String,
    },
    /// Renames a table.
    RenameTable {
        /// The name it has.
        from: String,
        /// The name it gets.
        to: String,
    },
    /// Adds a column.
    AddColumn {
        /// To which table.
        table: String,
        /// The new column.
        column: Column,
    },
    /// Removes a column with its values.
    DropColumn(TablePart),
    /// Renames a column.
    RenameColumn {
        /// Of which table.
        table: String,
        /// The name it has.
        from: String,
        /// The name it gets.
        to: String,
    },
    /// Changes type, nullability or default of a column.
    AlterColumn {
        /// Of which table.
        table: String,
        /// Which column.
        column: String,
        /// What changes.
        change: ColumnChange,
    },
    /// Adds an index.
    CreateIndex {
        /// To which table.
        table: String,
        /// The index.
        index: Index,
    },
    /// Removes an index.
    DropIndex(TablePart),
    /// Adds a foreign key.
    AddForeignKey {
        /// To which table.
        table: String,
        /// The key.
        foreign_key: ForeignKey,
    },
    /// Removes a foreign key.
    DropForeignKey(TablePart),
    /// Adds a check.
    AddCheck {
        /// To which table.
        table: String,
        /// The check.
        check: Check,
    },
    /// Removes a check.
    DropCheck(TablePart),
    /// Makes a view.
    CreateView(View),
    /// Removes a view.
    DropView {
        /// Which.
        name: String,
    },
    /// Adds rows.
    InsertRows(InsertRows),
    /// Changes rows.
    UpdateRows(UpdateRows),
    /// Removes rows.
    DeleteRows {
        /// From which table.
        table: String,
        /// Which rows; all when none is said.
        filter: Option<String>,
    },
    /// Fills a column.
    Backfill(Backfill),
    /// Runs SQL.
    RunSql(RunSql),
    /// Anything that this version of the contract does not know.
    Extension {
        /// Which.
        kind: String,
        /// Its version.
        version: u32,
        /// Its content as JSON.
        payload: String,
    },
}

/// Names a column, an index, a foreign key or a check of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TablePart {
    /// Which table.
    pub table: String,
    /// Which of its parts.
    pub name: String,
}

/// One change to a column.
#[derive(Debug, Clone, PartialEq)]
pub enum ColumnChange {
    /// Another type.
    SetType(ColumnType),
    /// Whether it may hold null.
    SetNullable(bool),
    /// Another default, or none.
    SetDefault(Option<ColumnDefault>),
}

/// Adds rows. A row whose key is there already is left as it is.
#[derive(Debug, Clone, PartialEq)]
pub struct InsertRows {
    /// Which table.
    pub table: String,
    /// The columns by which a row is known: its primary key or a unique index of the table.
    pub key: Vec<String>,
    /// The columns that the rows give.
    pub columns: Vec<String>,
    /// The rows, each with one value for each column.
    pub rows: Vec<Vec<Value>>,
}

/// One column of a row and its new value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Which column.
    pub column: String,
    /// Its new value, an expression over the columns of the row.
    pub value: String,
}

/// Changes rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateRows {
    /// Which table.
    pub table: String,
    /// What changes.
    pub assignments: Vec<Assignment>,
    /// Which rows; all when none is said.
    pub filter: Option<String>,
}

/// Fills a column from an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backfill {
    /// Which table.
    pub table: String,
    /// Which column.
    pub column: String,
    /// What it gets, an expression over the columns of the row.
    pub value: String,
    /// Which rows; those where the column is null when none is said.
    pub filter: Option<String>,
}

/// A kind of database, for [`Schema::run_sql`](crate::Schema::run_sql) alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    PostgreSql,
    /// MySQL.
    MySql,
    /// MariaDB.
    MariaDb,
}

impl Database {
    /// Its name in the contract.
    pub fn name(self) -> &'static str {
        match self {
            Database::Sqlite => "sqlite",
            Database::PostgreSql => "postgresql",
            Database::MySql => "mysql",
            Database::MariaDb => "mariadb",
        }
    }
}

/// SQL for one kind of database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseSql {
    /// Which.
    pub database: Database,
    /// One statement each. INSERT, UPDATE and DELETE only.
    pub statements: Vec<String>,
    /// Statements that take it back; none when it cannot be taken back.
    pub reverse: Option<Vec<String>>,
}

/// Runs SQL that no operation can say. Needs the capability `raw-sql`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunSql {
    /// What it does, for people.
    pub description: String,
    /// A text for each database that the plugin supports.
    pub texts: Vec<DatabaseSql>,
    /// Every table that the statements read or write.
    pub touches: Vec<String>,
}
