//! The dialect of PostgreSQL against a real server, which `STRATA_TEST_POSTGRES_URL` names.
//!
//! What is the same on every database is tried by the binary `conformance`; this is what is special here.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "helpers of tests stand outside test functions"
)]

mod administration;
mod changes;
mod names;
#[path = "../sqlite/narrowing.rs"]
mod narrowing;
#[path = "../sqlite/property.rs"]
mod property;
#[path = "../world/tables.rs"]
#[allow(dead_code, reason = "one set of tables for several binaries")]
mod tables;
#[path = "../world/words.rs"]
#[allow(dead_code, reason = "one list of words for several binaries")]
mod words;
#[path = "../world/one.rs"]
#[allow(dead_code, reason = "one world for several binaries")]
mod world;

/// The kind of database that is tried.
const BACKEND: model::Backend = model::Backend::Postgresql;
