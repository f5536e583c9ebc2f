//! The words and symbols of Strata SQL: what may reach the SQL parser at all.
//!
//! It knows no grammar; [`super::parse`] and `query::parse` do. Only the tokens checked here are
//! parsed, so that dialects' extras, slow backtracking and deep trees end before they begin.
//!
//! Invariants: a word that is not reserved is a plain name wherever it stands; the list of reserved
//! words is ours, so that canonical texts do not change with the parser's version.

use sqlparser::dialect::Dialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Token, TokenWithSpan, Tokenizer, Whitespace};

use crate::error::{Code, Error, Result};
use crate::name::display;

use super::parse::NODES_MAX;

/// How deep parentheses nest: a tree of the greatest depth prints at most one pair a level.
const PARENTHESES_MAX: usize = 64;

/// The parser's own limit; a tree of depth 64 needs two or three of its calls a level.
const RECURSION_MAX: usize = 256;

/// Words that the grammar of expressions uses.
const EXPRESSION_WORDS: &[&str] = &[
    "and", "between", "distinct", "false", "in", "is", "not", "null", "or", "true",
];

/// Words that the grammar of queries uses besides.
const QUERY_WORDS: &[&str] = &[
    "as", "by", "from", "group", "inner", "join", "left", "on", "outer", "select", "where",
];

/// Words that begin what Strata SQL does not have, and that would read as names otherwise.
const REFUSED_WORDS: &[&str] = &[
    "all",
    "any",
    "case",
    "cast",
    "cross",
    "current_date",
    "current_time",
    "current_timestamp",
    "except",
    "exists",
    "fetch",
    "for",
    "full",
    "having",
    "ilike",
    "intersect",
    "into",
    "lateral",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "natural",
    "offset",
    "order",
    "right",
    "some",
    "union",
    "using",
    "window",
    "with",
];

/// Words that name what went wrong when a text cannot be parsed; they are no reserved words.
const TELLING_WORDS: &[&str] = &[
    "anti",
    "array",
    "asof",
    "at",
    "collate",
    "connect",
    "delete",
    "div",
    "drop",
    "escape",
    "extract",
    "filter",
    "glob",
    "insert",
    "interval",
    "isnull",
    "match",
    "mod",
    "notnull",
    "over",
    "overlaps",
    "overlay",
    "position",
    "qualify",
    "regexp",
    "rlike",
    "rollup",
    "row",
    "semi",
    "similar",
    "substring",
    "top",
    "trim",
    "update",
    "values",
    "when",
    "within",
    "xor",
];

/// What is being parsed, for limits and errors.
#[derive(Debug)]
pub(crate) struct Language {
    /// `expression` or `query`.
    pub(crate) noun: &'static str,
    /// The code of a text that cannot be parsed.
    pub(crate) invalid: &'static Code,
    /// The code of a construct that is refused.
    pub(crate) unsupported: &'static Code,
    /// The code of a text or tree beyond the limits.
    pub(crate) too_large: &'static Code,
    /// What there is, as a hint.
    pub(crate) subset: &'static str,
    /// The longest text.
    pub(crate) bytes_max: usize,
    /// Whether SELECT and what belongs to it are part of it.
    pub(crate) is_query: bool,
}

impl Language {
    /// Refuses a construct by its name.
    pub(crate) fn unsupported(&self, construct: &str) -> Error {
        Error::new(
            self.unsupported,
            format!("{construct} is not part of Strata SQL"),
        )
        .hint(self.subset)
    }

    /// Refuses a text that cannot be understood.
    pub(crate) fn invalid(&self, why: &str) -> Error {
        Error::new(
            self.invalid,
            format!("the {} cannot be parsed: {why}", self.noun),
        )
        .hint(self.subset)
    }

    /// Refuses a text or a tree beyond the limits.
    pub(crate) fn too_large(&self, why: &str) -> Error {
        Error::new(
            self.too_large,
            format!("the {} is too large: {why}", self.noun),
        )
    }

    /// Whether the grammar uses the word, in lower case.
    fn has_word(&self, word: &str) -> bool {
        EXPRESSION_WORDS.contains(&word) || (self.is_query && QUERY_WORDS.contains(&word))
    }
}

/// Whether a name has to be quoted to be a name: the words of our grammar and those we refuse.
pub(crate) fn is_reserved(name: &str) -> bool {
    [EXPRESSION_WORDS, QUERY_WORDS, REFUSED_WORDS]
        .iter()
        .any(|words| words.contains(&name))
}

/// Names and symbols as the standard has them, nothing else; every extra is off by default.
#[derive(Debug)]
struct Strata;

impl Dialect for Strata {
    fn is_identifier_start(&self, c: char) -> bool {
        c.is_ascii_alphabetic() || c == '_'
    }

    fn is_identifier_part(&self, c: char) -> bool {
        c.is_ascii_alphanumeric() || c == '_'
    }

    /// The words that are still keywords when they reach the parser are never names.
    fn is_reserved_for_identifier(&self, keyword: Keyword) -> bool {
        keyword != Keyword::NoKeyword
    }
}

/// Parses a whole text with `parse`, which is one of the SQL parser's own entry points.
///
/// # Errors
/// The three codes of the language.
pub(crate) fn parser<T>(
    text: &str,
    language: &Language,
    parse: impl FnOnce(&mut Parser<'_>) -> Result<T, ParserError>,
) -> Result<T> {
    let tokens = tokens(text, language)?;
    let mut parser = Parser::new(&Strata)
        .with_recursion_limit(RECURSION_MAX)
        .with_tokens_with_locations(tokens.clone());
    let why = match parse(&mut parser) {
        Ok(parsed) => match parser.peek_token() {
            end if end.token == Token::EOF => return Ok(parsed),
            extra => format!("unexpected {}{}", extra.token, extra.span.start),
        },
        Err(ParserError::RecursionLimitExceeded) => {
            return Err(language.too_large("it nests too deep"));
        }
        Err(ParserError::ParserError(why) | ParserError::TokenizerError(why)) => why,
    };
    Err(explain(&tokens, &why, language))
}

/// Splits a text into tokens and refuses those that Strata SQL does not have.
fn tokens(text: &str, language: &Language) -> Result<Vec<TokenWithSpan>> {
    if text.len() > language.bytes_max {
        return Err(language.too_large(&format!(
            "it has {} bytes, at most {} are allowed",
            text.len(),
            language.bytes_max
        )));
    }
    let mut tokens = Tokenizer::new(&Strata, text)
        .tokenize_with_location()
        .map_err(|error| language.invalid(&display(&error.to_string())))?;
    let mut limits = Limits::default();
    for n in 0..tokens.len() {
        refuse_word(&tokens, n, &mut limits, language)?;
        let Some(token) = tokens.get_mut(n) else {
            break;
        };
        let location = token.span.start;
        match &mut token.token {
            Token::Word(word) => {
                let lower = word.value.to_ascii_lowercase();
                match word.quote_style {
                    None | Some('"') => {}
                    Some(_) => return Err(language.unsupported("a name in backticks")),
                }
                if word.quote_style.is_some() || !language.has_word(&lower) {
                    word.keyword = Keyword::NoKeyword;
                }
            }
            Token::HexStringLiteral(_) => {
                let line = text
                    .split('\n')
                    .nth(index(location.line))
                    .unwrap_or_default();
                if line
                    .chars()
                    .nth(index(location.column))
                    .is_none_or(|c| c == '0')
                {
                    return Err(language.unsupported("a number in base 16"));
                }
            }
            other => refuse_symbol(other, language)?,
        }
    }
    refuse_not_null(&tokens, language)?;
    Ok(tokens)
}

/// `a NOT NULL` would come out of the parser as `a IS NOT NULL`, which not every database reads.
fn refuse_not_null(tokens: &[TokenWithSpan], language: &Language) -> Result<()> {
    let is = |token: &Token, keyword| matches!(token, Token::Word(w) if w.keyword == keyword);
    let mut last: [&Token; 2] = [&Token::Comma, &Token::Comma];
    for TokenWithSpan { token, .. } in tokens {
        if matches!(token, Token::Whitespace(_)) {
            continue;
        }
        let [before, not] = last;
        let ends_operand = match before {
            Token::Word(word) => matches!(
                word.keyword,
                Keyword::NoKeyword | Keyword::NULL | Keyword::TRUE | Keyword::FALSE
            ),
            Token::Number(..) | Token::SingleQuotedString(_) => true,
            Token::HexStringLiteral(_) | Token::RParen => true,
            _ => false,
        };
        if ends_operand && is(not, Keyword::NOT) && is(token, Keyword::NULL) {
            return Err(language
                .unsupported("`NOT NULL` without `IS`")
                .hint("write `IS NOT NULL`"));
        }
        last = [not, token];
    }
    Ok(())
}

/// Positions in a text count from one.
fn index(position: u64) -> usize {
    usize::try_from(position.saturating_sub(1)).unwrap_or(usize::MAX)
}

/// Counts that bound every tree the parser may build, before it builds one.
#[derive(Default)]
struct Limits {
    operators: usize,
    parentheses: usize,
    selects: usize,
}

impl Limits {
    fn count(&mut self, token: &Token, language: &Language) -> Result<()> {
        match token {
            Token::LParen => self.parentheses += 1,
            Token::RParen => self.parentheses = self.parentheses.saturating_sub(1),
            Token::Word(word) => match word.keyword {
                Keyword::AND | Keyword::OR | Keyword::IS | Keyword::IN => self.operators += 1,
                Keyword::SELECT => self.selects += 1,
                _ => {}
            },
            Token::Eq | Token::Neq | Token::Lt | Token::LtEq | Token::Gt | Token::GtEq => {
                self.operators += 1;
            }
            Token::Plus | Token::Minus | Token::Mul | Token::Div | Token::StringConcat => {
                self.operators += 1;
            }
            _ => {}
        }
        if self.parentheses > PARENTHESES_MAX {
            let why = format!("parentheses nest deeper than {PARENTHESES_MAX}");
            return Err(language.too_large(&why));
        }
        if self.operators > NODES_MAX {
            return Err(language.too_large(&format!("it has more than {NODES_MAX} parts")));
        }
        if self.selects > 1 {
            return Err(language.unsupported("a subquery"));
        }
        Ok(())
    }
}

/// Whether a name could stand in the place of a token: not after the end of an operand, and not before
/// the beginning of one.
fn could_name(tokens: &[TokenWithSpan], n: usize, language: &Language) -> bool {
    let is_token = |token: &&Token| !matches!(token, Token::Whitespace(_));
    let operand = |token: &Token| match token {
        Token::Word(word) => {
            let lower = word.value.to_ascii_lowercase();
            word.quote_style.is_some()
                || !language.has_word(&lower)
                || matches!(lower.as_str(), "null" | "true" | "false")
        }
        Token::Number(..) | Token::SingleQuotedString(_) | Token::HexStringLiteral(_) => true,
        _ => false,
    };
    let is_not = |token: &&Token| matches!(token, Token::Word(word) if word.quote_style.is_none() && word.keyword == Keyword::NOT);
    let (before, after) = tokens.split_at(n);
    let mut before = before.iter().rev().map(|t| &t.token).filter(is_token);
    let before = before.find(|token| !is_not(token));
    let after = after.iter().skip(1).map(|t| &t.token).find(is_token);
    let ends = before.is_some_and(|token| operand(token) || *token == Token::RParen);
    let is_by = matches!(after, Some(Token::Word(word)) if word.keyword == Keyword::BY);
    let begins = after.is_some_and(|token| operand(token) || *token == Token::LParen);
    !(ends || begins || is_by)
}

/// Refuses a word that begins what Strata SQL does not have.
fn refuse_word(
    tokens: &[TokenWithSpan],
    n: usize,
    limits: &mut Limits,
    language: &Language,
) -> Result<()> {
    let Some(TokenWithSpan { token, .. }) = tokens.get(n) else {
        return Ok(());
    };
    limits.count(token, language)?;
    let Token::Word(word) = token else {
        return Ok(());
    };
    let lower = word.value.to_ascii_lowercase();
    if word.quote_style.is_some() || language.has_word(&lower) || !is_reserved(&lower) {
        return Ok(());
    }
    let construct = match lower.as_str() {
        "select" => "a subquery".to_owned(),
        word => format!("`{}`", word.to_ascii_uppercase()),
    };
    let error = language.unsupported(&construct);
    if !could_name(tokens, n, language) {
        return Err(error);
    }
    Err(error.hint(format!(
        "a table or column of that name is written `\"{lower}\"`"
    )))
}

fn refuse_symbol(token: &Token, language: &Language) -> Result<()> {
    match token {
        Token::Whitespace(Whitespace::Space | Whitespace::Newline | Whitespace::Tab)
        | Token::EOF
        | Token::Number(_, false)
        | Token::Comma
        | Token::Eq
        | Token::Neq
        | Token::Lt
        | Token::LtEq
        | Token::Gt
        | Token::GtEq
        | Token::Plus
        | Token::Minus
        | Token::Mul
        | Token::Div
        | Token::StringConcat
        | Token::LParen
        | Token::RParen
        | Token::Period => Ok(()),
        Token::SingleQuotedString(text) if text.contains('\0') => {
            Err(language.unsupported("a text with a zero character"))
        }
        Token::SingleQuotedString(_) => Ok(()),
        Token::Whitespace(_) => Err(language.unsupported("a comment")),
        Token::SemiColon => Err(language.unsupported("`;` or more than one statement")),
        Token::Placeholder(_) => Err(language.unsupported("a parameter")),
        other => Err(language.unsupported(&format!("`{}`", display(&other.to_string())))),
    }
}

/// Turns a parser's complaint into an error that names the construct, where we recognise it.
fn explain(tokens: &[TokenWithSpan], why: &str, language: &Language) -> Error {
    let mut previous: Option<&str> = None;
    let mut telling: Option<String> = None;
    for token in tokens {
        match &token.token {
            Token::Word(word) if word.quote_style.is_none() => {
                let lower = word.value.to_ascii_lowercase();
                if telling.is_none() && TELLING_WORDS.contains(&lower.as_str()) {
                    telling = Some(lower.to_ascii_uppercase());
                }
                previous = (!language.has_word(&lower)).then_some(word.value.as_str());
            }
            Token::SingleQuotedString(_) if previous.is_some() => {
                let word = display(previous.unwrap_or_default());
                return language
                    .unsupported(&format!("a text with `{word}` before it"))
                    .hint("a text next to a date, time or UUID column is one by itself");
            }
            Token::Whitespace(_) => {}
            _ => previous = None,
        }
    }
    match telling {
        Some(word) => language.unsupported(&format!("`{word}`")),
        None => language.invalid(&display(why)),
    }
}
