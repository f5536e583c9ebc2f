//! What an application role must be refused on PostgreSQL. Another database cannot even be named there, so
//! connecting to one is tried by whoever connects.

use super::super::STYLE;
use crate::administration::Attempt;
use crate::writer::{Identifier, SqlWriter};

/// What is the same in every database.
const FIXED: &[(&str, &str)] = &[
    (
        "read the password verifiers",
        "SELECT rolpassword FROM pg_authid",
    ),
    (
        "write a system table",
        "UPDATE pg_class SET relname = relname WHERE false",
    ),
    (
        "delete from a system table",
        "DELETE FROM pg_proc WHERE false",
    ),
    (
        "make a table",
        "CREATE TABLE public.strata_trial (a integer)",
    ),
    (
        "make a temporary table",
        "CREATE TEMPORARY TABLE strata_trial (a integer)",
    ),
    (
        "make a view",
        "CREATE VIEW public.strata_trial AS SELECT 1 AS a",
    ),
    (
        "make a function",
        "CREATE FUNCTION public.strata_trial() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    ),
    ("make a sequence", "CREATE SEQUENCE public.strata_trial"),
    (
        "make a type",
        "CREATE TYPE public.strata_trial AS ENUM ('a')",
    ),
    ("make a schema", "CREATE SCHEMA strata_trial_schema"),
    ("make a role", "CREATE ROLE strata_trial_role"),
    ("install an extension", "CREATE EXTENSION dblink"),
    (
        "become the owner of tenants' tables",
        "SET LOCAL ROLE strata_owner",
    ),
    (
        "read a file of the server",
        "SELECT pg_read_file('PG_VERSION')",
    ),
    (
        "run a program on the server",
        "COPY (SELECT 1) TO PROGRAM 'true'",
    ),
    (
        "change a setting of the server",
        "SET LOCAL log_min_messages = 'debug5'",
    ),
];

/// All attempts: the fixed ones, then some on every relation.
pub(super) fn attempts(relations: &[String]) -> Vec<Attempt> {
    let fixed = FIXED.iter().map(|(what, sql)| Attempt {
        what: (*what).to_owned(),
        sql: (*sql).to_owned(),
    });
    let mut attempts: Vec<Attempt> = fixed.collect();
    for relation in relations {
        let name = Identifier::foreign(relation);
        let mut on = |what: &str, before: &'static str, after: &'static str| {
            let mut sql = SqlWriter::new(&STYLE);
            sql.word(before).ident(&name);
            if !after.is_empty() {
                sql.word(after);
            }
            attempts.push(Attempt {
                what: format!("{what} `{relation}`"),
                sql: sql.finish(),
            });
        };
        if relation.starts_with("strata_") {
            on("read", "SELECT 1 FROM", "");
            on("delete from", "DELETE FROM", "WHERE false");
            on("truncate", "TRUNCATE", "");
        }
        on(
            "change the definition of",
            "ALTER TABLE",
            "ADD COLUMN strata_trial integer",
        );
    }
    attempts
}
