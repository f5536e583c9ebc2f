//! An operation becomes SQL statements; the expected schema becomes what a database stores.
//!
//! This room is pure: it opens nothing, waits for nothing and knows no clock. `database` runs what it
//! writes and fetches what it reads. One folder a database, with the same file names in each.

pub mod administration;
mod decimal;
pub mod dialect;
pub mod error;
mod fixed_width;
mod mysql;
mod own_name;
mod postgres;
mod raw;
mod respell;
pub mod server;
mod sqlite;
mod view_query;
mod writer;

pub use administration::{
    Access, Administration, Attempt, DatabaseCollation, HeldPrivilege, HeldScope, Password,
    Relation, TenantRoles,
};
pub use dialect::{CatalogueRow, Dialect, for_backend};
pub use server::{ForeignKeySwitch, ServerStatements};
