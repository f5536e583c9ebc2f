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
#[path = "../sqlite/words.rs"]
mod words;
mod world;
