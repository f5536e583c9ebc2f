//! What a driver's failure means: the codes of statements and connections.
//!
//! Codes of files are declared in [`crate::file`], of locks in [`crate::lock`]. What each database's own
//! numbers mean is said in a file for each.
//!
//! Invariant: no message holds a value of a row or a password. SQLite's and PostgreSQL's first lines name
//! columns, not values; what MySQL and MariaDB say is told without what stands in quotes.

mod mysql;
mod postgres;
mod sqlite;

use std::fmt;

use model::{Code, Error};

mod codes {
    model::codes! {
        DATABASE_LOCKED = "database.locked", Conflict, "Another process or session holds the database longer than this one waits.";
        DATABASE_FULL = "database.full", Unreachable, "The disk, or the space that the database may take, is full.";
        DATABASE_CORRUPT = "database.corrupt", Unreachable, "A database is not sound.";
        DATABASE_UNREACHABLE = "database.unreachable", Unreachable, "A database cannot be opened, read or written, or its server does not answer.";
        DATABASE_CONSTRAINT = "database.constraint", Input, "Rows of the database do not allow what was asked: a key, a check or a reference stands against it.";
        DATABASE_TIMEOUT = "database.timeout", Undone, "A statement ran longer than it may and was stopped.";
        DATABASE_FAILED = "database.failed", Undone, "A database refused a statement; the transaction around it was rolled back.";
        DATABASE_MISSING = "database.missing", Input, "A database is not there.";
        DATABASE_CLOSED = "database.closed", Unreachable, "A database on a server lets nobody in: its making did not finish, or somebody closed it.";
        DATABASE_EXISTS = "database.exists", Conflict, "A database is to be created where one already is.";
        SERVER_ACCESS_DENIED = "server.access_denied", Unreachable, "A server does not let a user in: the name, the password or the way is not accepted.";
        SERVER_TLS_FAILED = "server.tls_failed", Unreachable, "The way to a server cannot be protected as its URL asks: the server offers no TLS, or its certificate is not accepted.";
        SERVER_NOT_PERMITTED = "server.not_permitted", Unreachable, "A user of a server may not do what has to be done there.";
        SERVER_TOO_MANY_CONNECTIONS = "server.too_many_connections", Unreachable, "A server has as many connections as it takes, and that did not change while it was waited for.";
    }
}
pub use codes::*;

/// The error for a driver's failure while doing `what`: a fragment after «failed to».
pub(crate) fn of(what: &str, cause: sqlx::Error) -> Error {
    let (code, said) = match &cause {
        sqlx::Error::Database(database) => meaning(database.as_ref()),
        sqlx::Error::Tls(_) => (&SERVER_TLS_FAILED, None),
        // How the handshake's own failures come, a certificate that is not accepted among them.
        sqlx::Error::Io(io) if io.kind() == std::io::ErrorKind::InvalidData => {
            (&SERVER_TLS_FAILED, None)
        }
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => {
            (&DATABASE_UNREACHABLE, None)
        }
        _ => (&DATABASE_FAILED, None),
    };
    let error = Error::new(code, format!("failed to {what}"));
    let error = match said {
        Some(said) => error.because(Said(said)),
        None => error.because(cause),
    };
    match hint_of(code) {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

/// What a database's own refusal means, and how it is told where its own words may not be.
fn meaning(database: &dyn sqlx::error::DatabaseError) -> (&'static Code, Option<String>) {
    if let Some(refusal) = database.try_downcast_ref::<sqlx::postgres::PgDatabaseError>() {
        (
            postgres::code_of(refusal.code(), refusal.routine()),
            postgres::told(refusal),
        )
    } else if let Some(refusal) = database.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
        let (number, message) = (refusal.number(), refusal.message());
        (
            mysql::code_of(number, message),
            Some(mysql::told(number, message)),
        )
    } else {
        let extended = database.code().and_then(|code| code.parse::<i64>().ok());
        (sqlite::code_of(extended), None)
    }
}

/// What a database said, fit to be shown.
#[derive(Debug)]
struct Said(String);

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Said {}

fn hint_of(code: &'static Code) -> Option<&'static str> {
    match code.name {
        "database.locked" => Some("wait until the other process is done, then do it again"),
        "database.full" => Some("make room on the disk, then do it again"),
        "database.corrupt" => Some("restore the database from a backup"),
        "database.unreachable" => Some(
            "check that the file is there and who may read and write it, or that the server runs and is reached",
        ),
        "database.missing" => Some("restore the database from a backup; nothing was changed"),
        "database.closed" => Some(
            "if somebody closed it on purpose, open it again: ALTER DATABASE … ALLOW_CONNECTIONS true",
        ),
        "server.access_denied" => Some(
            "check the user and the password of the server's URL, and from where the server lets the user in",
        ),
        "server.tls_failed" => Some(
            "turn TLS on at the server, name the authority of its certificate with sslrootcert=FILE, and name the host as the certificate does: docs/servers.md",
        ),
        "server.not_permitted" => Some(
            "the administrator of the server's URL must be able to create databases and roles: strata server check",
        ),
        "server.too_many_connections" => {
            Some("raise the server's limit, or lower --max-connections of the server in Strata")
        }
        _ => None,
    }
}
