//! The codes of this room, and the one way to say that a database cannot do something.
//!
//! What is wrong with an operation on every database is refused by `model` before it comes here.

use model::error::{Error, Result};
use model::{Backend, Code};

mod codes {
    model::codes! {
        DIALECT_UNSUPPORTED = "dialect.unsupported", Rule,
            "An operation cannot be done with the same meaning on the tenant's kind of database.";
        DIALECT_RAW_SQL_REFUSED = "dialect.raw_sql_refused", Rule,
            "A raw SQL statement is not one INSERT, UPDATE or DELETE over the tables it names.";
        DIALECT_LITERAL_INVALID = "dialect.literal_invalid", Input,
            "A literal value has a form that the database cannot store unchanged.";
        SERVER_COLLATION_INVALID = "server.collation_invalid", Input,
            "A collation for the databases of a server is none of utf8mb4, or the server does not know it.";
        DIALECT_UNREADABLE = "dialect.unreadable", Bug,
            "The SQL written for a schema cannot be read back.";
    }
}
pub use codes::*;

/// Says that `what` cannot be done on `backend`, and what to do instead.
pub(crate) fn unsupported<T>(what: &str, backend: Backend, why: &str, instead: &str) -> Result<T> {
    let message = format!("{what} is not supported on {}: {why}", backend.title());
    Err(Error::new(&DIALECT_UNSUPPORTED, message).hint(instead))
}

/// An error of this room with one sentence.
pub(crate) fn refused<T>(code: &'static Code, sentence: impl Into<String>) -> Result<T> {
    Err(Error::new(code, sentence))
}
