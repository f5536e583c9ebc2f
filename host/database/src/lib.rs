//! Opens, creates, drops and observes a database, and runs statements on it.
//!
//! It writes no SQL of operations: `dialect` does, and hands over [`model::Statement`]s. What stands
//! here are constant texts with bound parameters. Which tenants there are is the business of `landlord`.
//!
//! Invariant: a connection is a value that its user holds; there is no default one. To one
//! server a process has no more of them than the server's cap.

pub mod administrator;
pub mod codes;
pub mod connection;
mod driver;
pub mod failure;
pub mod file;
pub mod ledger;
pub mod location;
pub mod lock;
pub mod meta;
pub mod observe;
pub mod row;
pub mod secret;
pub mod server;
pub mod server_url;
pub mod session;
pub mod transaction;

#[cfg(test)]
mod tests;

pub use administrator::Administrator;
pub use codes::codes;
pub use connection::{Connection, Options, Timeouts, drop_file, embedded_dialect};
pub use file::DatabaseFile;
pub use location::{Location, ServerDatabase};
pub use lock::SessionLock;
pub use meta::Meta;
pub use observe::BrokenReference;
pub use row::{Cell, Reading, Row};
pub use secret::Secret;
pub use server::{Login, Server, ServerOptions, probe};
pub use server_url::ServerUrl;
pub use session::{Parameter, Session};
pub use transaction::Transaction;
