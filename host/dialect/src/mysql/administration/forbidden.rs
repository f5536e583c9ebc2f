//! What an application user must be refused on MySQL and MariaDB.
//!
//! Invariant: a definition that is not refused cannot be taken back there, so no attempt removes or
//! changes anything that is there.

use super::super::STYLE;
use crate::administration::Attempt;
use crate::writer::{Identifier, SqlWriter};

/// What is the same in every database.
const FIXED: &[(&str, &str)] = &[
    (
        "read the password verifiers",
        "SELECT User FROM mysql.global_priv",
    ),
    ("read the users", "SELECT User FROM mysql.user"),
    (
        "write a system table",
        "DELETE FROM mysql.db WHERE User = 'nobody'",
    ),
    ("make a table", "CREATE TABLE strata_trial (a int)"),
    (
        "make a temporary table",
        "CREATE TEMPORARY TABLE strata_trial (a int)",
    ),
    ("make a view", "CREATE VIEW strata_trial AS SELECT 1 AS a"),
    (
        "make a function",
        "CREATE FUNCTION strata_trial() RETURNS int DETERMINISTIC RETURN 1",
    ),
    (
        "make a procedure",
        "CREATE PROCEDURE strata_trial() SELECT 1",
    ),
    (
        "make an event",
        "CREATE EVENT strata_trial ON SCHEDULE EVERY 1 DAY DO SELECT 1",
    ),
    ("make a database", "CREATE DATABASE strata_trial_schema"),
    ("make a user", "CREATE USER 'strata_trial'@'%'"),
    (
        "write a file of the server",
        "SELECT 1 INTO OUTFILE 'strata_trial'",
    ),
    (
        "change a setting of the server",
        "SET GLOBAL max_connect_errors = @@GLOBAL.max_connect_errors",
    ),
    (
        "make a trigger",
        "CREATE TRIGGER strata_trial BEFORE INSERT ON strata_no_such FOR EACH ROW SET @a = 1",
    ),
];

fn attempt(what: &str, before: &'static str, name: SqlWriter, after: &'static str) -> Attempt {
    let mut sql = SqlWriter::new(&STYLE);
    sql.word(before).fragment(&name);
    if !after.is_empty() {
        sql.word(after);
    }
    Attempt {
        what: what.to_owned(),
        sql: sql.finish(),
    }
}

/// All attempts: the fixed ones, then some on every other database and every relation.
pub(super) fn attempts(others: &[String], relations: &[String]) -> Vec<Attempt> {
    let fixed = FIXED.iter().map(|(what, sql)| Attempt {
        what: (*what).to_owned(),
        sql: (*sql).to_owned(),
    });
    let mut attempts: Vec<Attempt> = fixed.collect();
    let quoted = |name: &str| {
        let mut sql = SqlWriter::new(&STYLE);
        sql.ident(&Identifier::foreign(name));
        sql
    };
    for other in others {
        let what = format!("see the tables of `{other}`");
        attempts.push(attempt(&what, "SHOW TABLES FROM", quoted(other), ""));
        for (what, before, table, after) in [
            ("read in", "SELECT 1 FROM", "strata_ledger", "WHERE FALSE"),
            ("write in", "DELETE FROM", "strata_ledger", "WHERE FALSE"),
            ("make a table in", "CREATE TABLE", "strata_trial", "(a int)"),
        ] {
            let mut place = quoted(other);
            place.dot().ident(&Identifier::foreign(table));
            let what = format!("{what} `{other}`");
            attempts.push(attempt(&what, before, place, after));
        }
    }
    for relation in relations {
        let mut on = |what: &str, before: &'static str, after: &'static str| {
            let what = format!("{what} `{relation}`");
            attempts.push(attempt(&what, before, quoted(relation), after));
        };
        if relation.starts_with("strata_") {
            on("read", "SELECT 1 FROM", "");
            on("delete from", "DELETE FROM", "WHERE FALSE");
        }
        on(
            "change the definition of",
            "ALTER TABLE",
            "DROP COLUMN strata_no_such",
        );
    }
    attempts
}
