//! The tokens of an SQL text, and their one normal form.
//!
//! `sqlparser` splits the text as SQLite does; nothing is understood here. The normal form leaves out
//! white space and comments, quotes every name alike and writes keywords in upper case, so that what
//! `RENAME` does to stored texts makes no difference.
//!
//! Invariant: in the normal form a name and a keyword never look alike: names are always quoted.

use sqlparser::dialect::SQLiteDialect;
use sqlparser::tokenizer::Token as Parsed;

use super::super::STYLE;
use crate::respell::{significant, symbol, write_symbol};
use crate::writer::{Identifier, Literal, SqlWriter};

/// A token of SQL, as far as we read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sqlite) enum Token {
    /// A keyword of SQLite or the name of a function, in upper case.
    Word(String),
    /// A name, quoted or not, in lower case: SQLite does not tell them apart by case.
    Name(String),
    /// A text in single quotes.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A number as written.
    Number(String),
    /// Punctuation.
    Symbol(&'static str),
}

/// The keywords of SQLite, and the two literals that are none.
const KEYWORDS: &str = " ABORT ACTION ADD AFTER ALL ALTER ALWAYS ANALYZE AND AS ASC ATTACH AUTOINCREMENT \
    BEFORE BEGIN BETWEEN BY CASCADE CASE CAST CHECK COLLATE COLUMN COMMIT CONFLICT CONSTRAINT CREATE \
    CROSS CURRENT CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP DATABASE DEFAULT DEFERRABLE DEFERRED \
    DELETE DESC DETACH DISTINCT DO DROP EACH ELSE END ESCAPE EXCEPT EXCLUDE EXCLUSIVE EXISTS EXPLAIN \
    FAIL FALSE FILTER FIRST FOLLOWING FOR FOREIGN FROM FULL GENERATED GLOB GROUP GROUPS HAVING IF \
    IGNORE IMMEDIATE IN INDEX INDEXED INITIALLY INNER INSERT INSTEAD INTERSECT INTO IS ISNULL JOIN KEY \
    LAST LEFT LIKE LIMIT MATCH MATERIALIZED NATURAL NO NOT NOTHING NOTNULL NULL NULLS OF OFFSET ON OR \
    ORDER OTHERS OUTER OVER PARTITION PLAN PRAGMA PRECEDING PRIMARY QUERY RAISE RANGE RECURSIVE \
    REFERENCES REGEXP REINDEX RELEASE RENAME REPLACE RESTRICT RETURNING RIGHT ROLLBACK ROW ROWS \
    SAVEPOINT SELECT SET TABLE TEMP TEMPORARY THEN TIES TO TRANSACTION TRIGGER TRUE UNBOUNDED UNION \
    UNIQUE UPDATE USING VACUUM VALUES VIEW VIRTUAL WHEN WHERE WINDOW WITH WITHOUT ";

/// Splits a text; `None` if there is a token in it that is not read here.
pub(in crate::sqlite) fn tokens(sql: &str) -> Option<Vec<Token>> {
    let parsed: Vec<Parsed> = significant(sql, &SQLiteDialect {})?;
    let mut tokens = Vec::with_capacity(parsed.len());
    for (n, token) in parsed.iter().enumerate() {
        tokens.push(match token {
            Parsed::Word(word) if word.quote_style.is_none() => {
                let upper = word.value.to_ascii_uppercase();
                let called = parsed.get(n + 1) == Some(&Parsed::LParen);
                // A reference or an index is followed by a parenthesis too, but stands after a word.
                if KEYWORDS.contains(&[" ", &upper, " "].concat()) || called {
                    Token::Word(upper)
                } else {
                    Token::Name(word.value.to_ascii_lowercase())
                }
            }
            Parsed::Word(word) => Token::Name(word.value.to_ascii_lowercase()),
            Parsed::SingleQuotedString(text) => Token::Text(text.clone()),
            Parsed::HexStringLiteral(digits) => Token::Bytes(bytes(digits)?),
            Parsed::Number(number, _) => Token::Number(number.clone()),
            other => Token::Symbol(symbol(other)?),
        });
    }
    Some(tokens)
}

/// The normal form.
pub(in crate::sqlite) fn normal(tokens: &[Token]) -> String {
    let mut writer = SqlWriter::new(&STYLE);
    for token in tokens {
        match token {
            Token::Word(word) => {
                writer.foreign_word(word);
            }
            Token::Name(name) => {
                writer.ident(&Identifier::foreign(name));
            }
            Token::Text(text) => {
                writer.text(text);
            }
            Token::Bytes(bytes) => {
                writer.literal(&Literal::Bytes(bytes.clone()));
            }
            Token::Number(number) => {
                writer.foreign_number(number);
            }
            Token::Symbol(symbol) => write_symbol(&mut writer, symbol),
        }
    }
    writer.finish()
}

fn bytes(digits: &str) -> Option<Vec<u8>> {
    if !digits.len().is_multiple_of(2) || !digits.is_ascii() {
        return None;
    }
    let pair = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    (0..digits.len()).step_by(2).map(pair).collect()
}
