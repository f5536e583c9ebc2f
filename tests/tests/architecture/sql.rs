//! SQL text is put together in `dialect/src/writer.rs` alone.
//!
//! A heuristic: a string that begins an SQL statement and goes into `format!`, `write!` or `push_str`
//! is being put together. A constant text that is passed as it is, or joined by `concat!`, is not.

use crate::source::{Source, Token, check};
use crate::violations::{Verdict, verdict};

/// The only file that puts SQL together.
const WRITER: &str = "host/dialect/src/writer.rs";

/// How SQL statements begin.
const STATEMENTS: [&str; 22] = [
    "SELECT ",
    "INSERT INTO ",
    "UPDATE ",
    "DELETE FROM ",
    "CREATE TABLE ",
    "CREATE INDEX ",
    "CREATE UNIQUE ",
    "CREATE VIEW ",
    "CREATE TRIGGER ",
    "CREATE DATABASE ",
    "CREATE ROLE ",
    "ALTER TABLE ",
    "ALTER ROLE ",
    "DROP TABLE ",
    "DROP INDEX ",
    "DROP VIEW ",
    "DROP TRIGGER ",
    "DROP DATABASE ",
    "DROP ROLE ",
    "PRAGMA ",
    "ATTACH ",
    "SAVEPOINT ",
];

/// Macros whose first string is a text with holes.
const MACROS: [&str; 4] = ["format", "write", "writeln", "format_args"];

/// Methods that put a text behind another.
const METHODS: [&str; 2] = ["push_str", "insert_str"];

fn puts_sql_together(source: &Source) -> Vec<String> {
    if source.path == WRITER {
        return Vec::new();
    }
    let tokens = source.tokens();
    let mut found = Vec::new();
    for index in 0..tokens.len() {
        let Some(literal) = text_behind(&tokens[index..]) else {
            continue;
        };
        if begins_a_statement(&literal.text) {
            found.push(source.at(literal.line, format!("puts SQL together: {}", literal.text)));
        }
    }
    found
}

/// The string that goes into the macro or method which these tokens begin with.
fn text_behind(tokens: &[Token]) -> Option<&Token> {
    let name = tokens.first()?.text.as_str();
    let skip = match tokens.get(1)?.text.as_str() {
        "!" if MACROS.contains(&name) => 2,
        "(" if METHODS.contains(&name) => 1,
        _ => return None,
    };
    // `write!` has the place before the text.
    let literal = tokens
        .iter()
        .skip(skip)
        .take(12)
        .find(|token| is_string(&token.text))?;
    Some(literal)
}

fn is_string(token: &str) -> bool {
    token.starts_with('"') || token.starts_with("r\"") || token.starts_with("r#")
}

/// Whether a literal, quotes and all, begins a statement.
fn begins_a_statement(literal: &str) -> bool {
    let text = literal
        .trim_start_matches(['r', '#', '"', ' ', '('])
        .trim_start_matches("\\n");
    STATEMENTS
        .iter()
        .any(|statement| text.starts_with(statement))
}

#[test]
fn sql_is_put_together_in_the_writer_of_the_dialect_alone() -> Verdict {
    let rule =
        "SQL is concatenated in host/dialect/src/writer.rs alone; elsewhere it is constant text";
    verdict(rule, check(&["host/"], puts_sql_together))
}

#[test]
fn sql_with_holes_is_found_and_constant_sql_is_not() -> syn::Result<()> {
    let text = r#"
        fn a() { let sql = format!("DROP TABLE {name}"); sql.push_str(" SELECT 1"); }
        fn b() { query("SELECT 1 FROM t"); format!("`SELECT` is no {thing}"); write!(f, "PRAGMA {x}"); }
    "#;
    let found = |path: &str| Source::parse(path, text).map(|s| puts_sql_together(&s).len());
    assert_eq!(found("host/engine/src/a.rs")?, 3);
    assert_eq!(found(WRITER)?, 0);
    Ok(())
}
