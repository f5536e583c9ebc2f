//! The dialect of PostgreSQL against a real server, which `STRATA_TEST_POSTGRES_URL` names.
//!
//! Operations, words and random lists are those of every dialect; what is here is the database.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "helpers of tests stand outside test functions"
)]

mod administration;
mod changes;
mod columns;
mod names;
#[path = "../sqlite/narrowing.rs"]
mod narrowing;
#[path = "../sqlite/operations.rs"]
mod operations;
#[path = "../sqlite/property.rs"]
mod property;
#[path = "../world/words.rs"]
mod words;
#[path = "../world/one.rs"]
#[allow(dead_code, reason = "one world for several binaries")]
mod world;

/// The kind of database that is tried.
const BACKEND: model::Backend = model::Backend::Postgresql;
