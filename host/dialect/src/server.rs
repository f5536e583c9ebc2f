//! [`ServerStatements`]: constant statements around those of operations.
//!
//! It does not say when they run; `database` does. Operations are compiled by [`crate::dialect`].

/// Statements that a connection needs whatever the schema is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerStatements {
    /// Run on each new connection, one after the other, outside a transaction.
    pub connection_set_up: &'static [&'static str],
    /// Begins a transaction that writes.
    pub begin: &'static str,
    /// Ends it and keeps it.
    pub commit: &'static str,
    /// Ends it and forgets it.
    pub rollback: &'static str,
    /// How foreign keys are let go and verified afterwards; none where no operation needs it.
    pub foreign_keys: Option<ForeignKeySwitch>,
    /// Returns rows with one column `finding`, which is `ok` alone when the database is sound; none where
    /// the server sees to it.
    pub integrity_check: Option<&'static str>,
    /// The version of the server or library, as one column `version`.
    pub version: &'static str,
    /// The names of all tables and views that a user of the database made, Strata's own included, as one
    /// column `name`.
    pub relations: &'static str,
    /// The queries that read the whole catalogue, a handful whatever its size. Every column of an answer
    /// is text; answers go to [`crate::Dialect::observe`].
    pub catalogue: &'static [&'static str],
    /// The catalogue mark, as one column `mark`: equal to the last one means that no definition changed
    /// since. Never compared across databases.
    pub catalogue_mark: &'static str,
}

/// How foreign keys are let go and verified afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForeignKeySwitch {
    /// Lets the database keep foreign keys; without effect inside a transaction.
    pub on: &'static str,
    /// Stops the database from keeping foreign keys; without effect inside a transaction.
    pub off: &'static str,
    /// Returns one row (`child`, `row`, `parent`) for each broken reference: what is run before a group
    /// whose keys are [`model::ForeignKeys::Verified`] commits.
    pub check: &'static str,
}
