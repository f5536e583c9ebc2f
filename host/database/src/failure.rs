//! What a driver's failure means: the codes of statements and connections.
//!
//! Codes of files are declared in [`crate::location`], of locks in [`crate::lock`].
//!
//! Invariant: no message holds a value of a row; SQLite's own messages name columns, not values.

use model::{Code, Error};

mod codes {
    model::codes! {
        DATABASE_LOCKED = "database.locked", Conflict, "Another process holds the database longer than this one waits.";
        DATABASE_FULL = "database.full", Unreachable, "The disk, or the space that the database may take, is full.";
        DATABASE_CORRUPT = "database.corrupt", Unreachable, "A file is not a sound database.";
        DATABASE_UNREACHABLE = "database.unreachable", Unreachable, "A database cannot be opened, read or written.";
        DATABASE_CONSTRAINT = "database.constraint", Input, "Rows of the database do not allow what was asked: a key, a check or a reference stands against it.";
        DATABASE_TIMEOUT = "database.timeout", Undone, "A statement ran longer than it may and was stopped.";
        DATABASE_FAILED = "database.failed", Undone, "A database refused a statement; the transaction around it was rolled back.";
    }
}
pub use codes::*;

/// The primary result codes of SQLite that say what went wrong; the low byte of what the driver tells.
mod sqlite {
    pub(super) const PERM: i64 = 3;
    pub(super) const BUSY: i64 = 5;
    pub(super) const LOCKED: i64 = 6;
    pub(super) const READONLY: i64 = 8;
    pub(super) const INTERRUPT: i64 = 9;
    pub(super) const IOERR: i64 = 10;
    pub(super) const CORRUPT: i64 = 11;
    pub(super) const FULL: i64 = 13;
    pub(super) const CANTOPEN: i64 = 14;
    pub(super) const CONSTRAINT: i64 = 19;
    pub(super) const AUTH: i64 = 23;
    pub(super) const NOTADB: i64 = 26;
}

/// The error for a driver's failure while doing `what`: a fragment after «failed to».
pub(crate) fn of(what: &str, cause: sqlx::Error) -> Error {
    let code = code_of(&cause);
    let error = Error::new(code, format!("failed to {what}")).because(cause);
    match hint_of(code) {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

fn code_of(cause: &sqlx::Error) -> &'static Code {
    match cause {
        sqlx::Error::Database(database) => {
            let extended = database.code().and_then(|code| code.parse::<i64>().ok());
            match extended.map(|code| code & 0xff) {
                Some(sqlite::BUSY | sqlite::LOCKED) => &DATABASE_LOCKED,
                Some(sqlite::FULL) => &DATABASE_FULL,
                Some(sqlite::CORRUPT | sqlite::NOTADB) => &DATABASE_CORRUPT,
                Some(
                    sqlite::READONLY
                    | sqlite::CANTOPEN
                    | sqlite::PERM
                    | sqlite::AUTH
                    | sqlite::IOERR,
                ) => &DATABASE_UNREACHABLE,
                Some(sqlite::CONSTRAINT) => &DATABASE_CONSTRAINT,
                Some(sqlite::INTERRUPT) => &DATABASE_TIMEOUT,
                _ => &DATABASE_FAILED,
            }
        }
        sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed => &DATABASE_UNREACHABLE,
        _ => &DATABASE_FAILED,
    }
}

fn hint_of(code: &'static Code) -> Option<&'static str> {
    match code.name {
        "database.locked" => Some("wait until the other process is done, then do it again"),
        "database.full" => Some("make room on the disk, then do it again"),
        "database.corrupt" => Some("restore the file from a backup"),
        "database.unreachable" => {
            Some("check that the file is there and who may read and write it")
        }
        _ => None,
    }
}
