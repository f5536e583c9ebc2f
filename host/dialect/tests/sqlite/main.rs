//! The dialect of SQLite against a real SQLite, in memory.
//!
//! Texts of statements are one snapshot (`operations.rs`); everything else looks at what the database
//! then holds.
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
mod operations;
mod property;
mod raw_sql;
mod rebuild;
mod stored;
mod untrusted;
#[path = "../world/words.rs"]
mod words;
#[path = "../world/one.rs"]
#[allow(dead_code, reason = "one world for several binaries")]
mod world;

/// The kind of database that is tried.
const BACKEND: model::Backend = model::Backend::Sqlite;
