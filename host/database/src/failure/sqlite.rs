//! What SQLite's result codes mean.

use model::Code;

use super::{
    DATABASE_CONSTRAINT, DATABASE_CORRUPT, DATABASE_FAILED, DATABASE_FULL, DATABASE_LOCKED,
    DATABASE_TIMEOUT, DATABASE_UNREACHABLE,
};

const PERM: i64 = 3;
const BUSY: i64 = 5;
const LOCKED: i64 = 6;
const READONLY: i64 = 8;
const INTERRUPT: i64 = 9;
const IOERR: i64 = 10;
const CORRUPT: i64 = 11;
const FULL: i64 = 13;
const CANTOPEN: i64 = 14;
const CONSTRAINT: i64 = 19;
const AUTH: i64 = 23;
const NOTADB: i64 = 26;

/// The code for an extended result code, whose low byte is the primary one.
pub(super) fn code_of(extended: Option<i64>) -> &'static Code {
    match extended.map(|code| code & 0xff) {
        Some(BUSY | LOCKED) => &DATABASE_LOCKED,
        Some(FULL) => &DATABASE_FULL,
        Some(CORRUPT | NOTADB) => &DATABASE_CORRUPT,
        Some(READONLY | CANTOPEN | PERM | AUTH | IOERR) => &DATABASE_UNREACHABLE,
        Some(CONSTRAINT) => &DATABASE_CONSTRAINT,
        Some(INTERRUPT) => &DATABASE_TIMEOUT,
        _ => &DATABASE_FAILED,
    }
}
