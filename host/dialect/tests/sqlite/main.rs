//! The dialect of SQLite against a real SQLite, in memory.
//!
//! Texts of statements are one snapshot (`operations.rs`); everything else looks at what the database
//! then holds.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
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
mod words;
mod world;
