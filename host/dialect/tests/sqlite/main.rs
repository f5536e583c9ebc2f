//! The dialect of SQLite against a real SQLite, in memory.
//!
//! What is the same on every database is tried by the binary `conformance`; this is what is special here.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "helpers of tests stand outside test functions"
)]

mod columns;
mod expressions;
mod keys;
mod narrowing;
mod property;
mod raw_sql;
mod rebuild;
mod stored;
#[path = "../world/tables.rs"]
#[allow(dead_code, reason = "one set of tables for several binaries")]
mod tables;
mod untrusted;
#[path = "../world/words.rs"]
#[allow(dead_code, reason = "one list of words for several binaries")]
mod words;
#[path = "../world/one.rs"]
#[allow(dead_code, reason = "one world for several binaries")]
mod world;

/// The kind of database that is tried.
const BACKEND: model::Backend = model::Backend::Sqlite;
