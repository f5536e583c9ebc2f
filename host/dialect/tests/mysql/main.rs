//! The dialect of MySQL and MariaDB against a real server, which `STRATA_TEST_MYSQL_URL` names.
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
mod expressions;
#[path = "../sqlite/narrowing.rs"]
mod narrowing;
#[path = "../sqlite/property.rs"]
mod property;
mod raw_sql;
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
const BACKEND: model::Backend = model::Backend::Mariadb;
