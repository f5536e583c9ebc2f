//! The dialect of MySQL and MariaDB against a real server, which `STRATA_TEST_MYSQL_URL` names.
//!
//! Words and random lists are those of every dialect; what is here is the database. The operations are
//! others, because an index holds no `text` there.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "helpers of tests stand outside test functions"
)]

mod administration;
mod changes;
mod columns;
mod expressions;
mod indexes;
#[path = "../sqlite/narrowing.rs"]
mod narrowing;
mod operations;
#[path = "../sqlite/property.rs"]
mod property;
mod raw_sql;
#[path = "../world/words.rs"]
mod words;
#[path = "../world/one.rs"]
#[allow(dead_code, reason = "one world for several binaries")]
mod world;

/// The kind of database that is tried.
const BACKEND: model::Backend = model::Backend::Mariadb;
