//! What PostgreSQL's SQLSTATEs mean.
//!
//! Source: the table of error codes in its manual, appendix A.

use model::Code;
use sqlx::postgres::PgDatabaseError;

use super::{
    DATABASE_CLOSED, DATABASE_CONSTRAINT, DATABASE_CORRUPT, DATABASE_EXISTS, DATABASE_FAILED,
    DATABASE_FULL, DATABASE_LOCKED, DATABASE_MISSING, DATABASE_TIMEOUT, DATABASE_UNREACHABLE,
    SERVER_ACCESS_DENIED, SERVER_NOT_PERMITTED, SERVER_TOO_MANY_CONNECTIONS,
};

/// The code for a SQLSTATE, which some are only with the routine of the server that raised it.
pub(super) fn code_of(state: &str, routine: Option<&str>) -> &'static Code {
    match state {
        // `ALLOW_CONNECTIONS` is false.
        "55000" if routine == Some("CheckMyDatabase") => &DATABASE_CLOSED,
        // A lock that was not waited for, a deadlock, two transactions in each other's way, a template
        // or database that somebody is in.
        "55P03" | "40P01" | "40001" | "55006" => &DATABASE_LOCKED,
        "53100" => &DATABASE_FULL,
        "53300" => &SERVER_TOO_MANY_CONNECTIONS,
        "57014" => &DATABASE_TIMEOUT,
        // The server goes down, has crashed or is not up yet.
        "57P01" | "57P02" | "57P03" | "57P05" => &DATABASE_UNREACHABLE,
        "3D000" => &DATABASE_MISSING,
        "42P04" => &DATABASE_EXISTS,
        "42501" => &SERVER_NOT_PERMITTED,
        "XX001" | "XX002" => &DATABASE_CORRUPT,
        _ if state.starts_with("28") => &SERVER_ACCESS_DENIED,
        _ if state.starts_with("23") => &DATABASE_CONSTRAINT,
        _ if state.starts_with("08") => &DATABASE_UNREACHABLE,
        _ => &DATABASE_FAILED,
    }
}

/// The server's first line, without what it quotes of a value: class 22 repeats the value that does not
/// fit. Its other lines, which name whole rows, are never told.
pub(super) fn told(refusal: &PgDatabaseError) -> Option<String> {
    let (state, message) = (refusal.code(), refusal.message());
    if state.starts_with("22") {
        let end = message.find('"').unwrap_or(message.len());
        let shown = message.get(..end).unwrap_or_default();
        return Some(format!("{shown} ({state})"));
    }
    Some(format!("{message} ({state})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_have_their_meaning() {
        for (state, code) in [
            ("55P03", "database.locked"),
            ("53300", "server.too_many_connections"),
            ("28P01", "server.access_denied"),
            ("23505", "database.constraint"),
            ("08006", "database.unreachable"),
            ("42601", "database.failed"),
        ] {
            assert_eq!(code_of(state, None).name, code, "{state}");
        }
        assert_eq!(
            code_of("55000", Some("CheckMyDatabase")).name,
            "database.closed"
        );
        assert_eq!(
            code_of("55000", Some("currval_oid")).name,
            "database.failed"
        );
    }
}
