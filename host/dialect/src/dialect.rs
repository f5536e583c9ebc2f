//! [`Dialect`]: what this room does for one kind of database, and the one place that picks one.
//!
//! It runs nothing: `database` does. What a database is able to do is a value
//! ([`Capabilities`]), not a method.

use std::time::Duration;

use model::{Backend, Capabilities, Compiled, Observed, Operation, Result, Schema};

use crate::administration::Administration;
use crate::mysql::{Flavour, Mysql};
use crate::postgres::Postgres;
use crate::server::ServerStatements;
use crate::sqlite::Sqlite;

/// One kind of database: writes statements for it and reads its catalogue.
///
/// Invariant: for every schema made by operations, [`Dialect::lower`] says what
/// [`Dialect::observe`] reads after the compiled statements ran.
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

    /// Reads the catalogue: the answers to [`ServerStatements::catalogue`], in its order.
    ///
    /// Never fails: what it cannot read becomes [`Observed::opaque`]. Strata's own objects are left out.
    fn observe(&self, answers: &[Vec<CatalogueRow>]) -> Observed;

    /// The fixed statements around others: connection set-up, transactions, checks.
    fn server(&self) -> &'static ServerStatements;

    /// Statements that bound how long others may take on a connection: how long one waits for a lock and
    /// how long it may run. Empty where the driver sees to it.
    fn limits(&self, lock: Duration, statement: Duration) -> Vec<String>;

    /// What is done to databases and roles on a server; none where a database is a file.
    fn administration(&self) -> Option<&'static dyn Administration>;
}

/// One row of an answer to a query of the catalogue: every cell as text, or null.
pub type CatalogueRow = Vec<Option<String>>;

/// The dialect of a kind of database.
pub fn for_backend(backend: Backend) -> &'static dyn Dialect {
    match backend {
        Backend::Sqlite => &Sqlite,
        Backend::Postgresql => &Postgres,
        Backend::Mysql => &Mysql(Flavour::Mysql),
        Backend::Mariadb => &Mysql(Flavour::Mariadb),
    }
}
