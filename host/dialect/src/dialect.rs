//! [`Dialect`]: what this room does for one kind of database, and the one place that picks one.
//!
//! It runs nothing: `database` does. What a database is able to do is a value
//! ([`Capabilities`]), not a method.

use model::{Backend, Capabilities, Compiled, Observed, Operation, Result, Schema};

use crate::server::ServerStatements;
use crate::sqlite::Sqlite;

/// One kind of database: writes statements for it and reads its catalogue.
///
/// Invariant: for every schema made by operations, [`Dialect::lower`] says what
/// [`Dialect::parse_stored`] reads after the compiled statements ran.
pub trait Dialect: Sync {
    /// What the database can do.
    fn capabilities(&self) -> Capabilities;

    /// The statements of one operation on the schema before it.
    ///
    /// The operation must have passed [`Operation::check`] on that schema.
    ///
    /// # Errors
    /// `dialect.unsupported` with what to do instead, `dialect.raw_sql_refused`,
    /// `dialect.literal_invalid`, and what resolving expressions raises.
    fn compile(&self, operation: &Operation, before: &Schema) -> Result<Compiled>;

    /// Whether the operation needs foreign keys enforced while it runs, because rows of other tables go
    /// or change with those that it removes or changes.
    ///
    /// Such an operation must not share a transaction with one whose
    /// [`Compiled::foreign_keys`] is [`model::ForeignKeys::Verified`]: nothing would cascade there.
    fn needs_enforced_keys(&self, operation: &Operation, before: &Schema) -> bool;

    /// What the database stores for this schema, in its own terms.
    ///
    /// # Errors
    /// As [`Dialect::compile`], and `dialect.unreadable`, which is a bug.
    fn lower(&self, schema: &Schema) -> Result<Observed>;

    /// Reads the catalogue: rows of the table that holds the database's definitions.
    ///
    /// Never fails: what it cannot read becomes [`Observed::opaque`]. Strata's own tables are left out.
    fn parse_stored(&self, rows: &[StoredRow]) -> Observed;

    /// The fixed statements around others: connection set-up, transactions, checks.
    fn server(&self) -> &'static ServerStatements;
}

/// One definition in a database's catalogue: on SQLite a row of `sqlite_schema`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRow {
    /// `table`, `index`, `view` or `trigger`.
    pub kind: String,
    /// The name of the object.
    pub name: String,
    /// The table that it belongs to; its own name for tables and views.
    pub table: String,
    /// Its definition; none for an index that stands for a constraint.
    pub sql: Option<String>,
}

/// The dialect of a kind of database.
pub fn for_backend(backend: Backend) -> &'static dyn Dialect {
    match backend {
        Backend::Sqlite => &Sqlite,
    }
}
