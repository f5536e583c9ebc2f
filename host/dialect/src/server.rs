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
    /// Lets the database keep foreign keys; without effect inside a transaction.
    pub foreign_keys_on: &'static str,
    /// Stops the database from keeping foreign keys; without effect inside a transaction.
    pub foreign_keys_off: &'static str,
    /// Returns one row for each broken reference: what is run before a group whose keys are
    /// [`model::ForeignKeys::Verified`] commits.
    pub foreign_key_check: &'static str,
    /// Returns one row `ok` when the file is sound.
    pub integrity_check: &'static str,
}
