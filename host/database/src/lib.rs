//! Opens, creates, drops and observes a database, and runs statements on it.
//!
//! It writes no SQL of operations: `dialect` does, and hands over [`model::Statement`]s. What stands
//! here are constant texts with bound parameters. Which tenants there are is the business of `landlord`.
//!
//! Invariant: a connection is a value that its user holds; there is no default one and no pool.

pub mod codes;
pub mod connection;
pub mod failure;
pub mod ledger;
pub mod location;
pub mod lock;
pub mod meta;
pub mod observe;
pub mod row;
pub mod session;
pub mod transaction;

#[cfg(test)]
mod tests;

pub use codes::codes;
pub use connection::{Connection, Options, Timeouts, drop_database, embedded_dialect};
pub use location::Location;
pub use lock::SessionLock;
pub use meta::Meta;
pub use observe::BrokenReference;
pub use row::{Cell, Reading, Row};
pub use session::{Parameter, Session};
pub use transaction::Transaction;
