//! The text of an author again in one lexical form, as one kind of database reads it.
//!
//! `sqlparser` splits the text by that database's rules; nothing is understood here. What could be read
//! in two ways is refused.

use sqlparser::dialect::Dialect as Lexer;
use sqlparser::tokenizer::{Token as Parsed, Tokenizer, Whitespace};

use crate::writer::{Identifier, SqlWriter, Style};

/// The text again in one lexical form, with every word as it was: without comments, with every string
/// and quoted name as the database writes it. `None` if there is a token that could be read in two ways.
pub(crate) fn respelled(sql: &str, lexer: &dyn Lexer, style: &'static Style) -> Option<String> {
    let mut parsed = significant(sql, lexer)?;
    if parsed.last() == Some(&Parsed::SemiColon) {
        parsed.pop();
    }
    let mut writer = SqlWriter::new(style);
    for token in &parsed {
        match token {
            Parsed::Word(word) if word.quote_style.is_none() => {
                writer.foreign_word(&word.value);
            }
            Parsed::Word(word) => {
                writer.ident(&Identifier::foreign(&word.value));
            }
            Parsed::SingleQuotedString(text) => {
                writer.text(text);
            }
            Parsed::Number(number, _) => {
                writer.foreign_number(number);
            }
            // `X'10'` and `0x10` are one token to the parser and two things to a database.
            Parsed::HexStringLiteral(_) | Parsed::SemiColon => return None,
            other => write_symbol(&mut writer, symbol(other)?),
        }
    }
    Some(writer.finish())
}

/// Writes punctuation.
pub(crate) fn write_symbol(writer: &mut SqlWriter, symbol: &'static str) {
    match symbol {
        "(" => writer.open(),
        ")" => writer.close(),
        "," => writer.comma(),
        "." => writer.dot(),
        symbol => writer.word(symbol),
    };
}

/// The tokens of a text without white space and comments; `None` if it cannot be split, or has a comment
/// that not every database takes for one.
pub(crate) fn significant(sql: &str, lexer: &dyn Lexer) -> Option<Vec<Parsed>> {
    let mut tokens = Tokenizer::new(lexer, sql).tokenize().ok()?;
    // A `#` comment is none to SQLite and PostgreSQL.
    let foreign = tokens.iter().any(|token| match token {
        Parsed::Whitespace(Whitespace::SingleLineComment { prefix, .. }) => prefix != "--",
        _ => false,
    });
    if foreign {
        return None;
    }
    tokens.retain(|token| !matches!(token, Parsed::Whitespace(_) | Parsed::EOF));
    Some(tokens)
}

/// The one spelling of a token of punctuation; `None` for any other token.
pub(crate) fn symbol(token: &Parsed) -> Option<&'static str> {
    Some(match token {
        Parsed::Comma => ",",
        Parsed::Eq | Parsed::DoubleEq => "=",
        Parsed::Neq => "<>",
        Parsed::Lt => "<",
        Parsed::Gt => ">",
        Parsed::LtEq => "<=",
        Parsed::GtEq => ">=",
        Parsed::Plus => "+",
        Parsed::Minus => "-",
        Parsed::Mul => "*",
        Parsed::Div => "/",
        Parsed::Mod => "%",
        Parsed::StringConcat => "||",
        Parsed::LParen => "(",
        Parsed::RParen => ")",
        Parsed::Period => ".",
        Parsed::SemiColon => ";",
        _ => return None,
    })
}
