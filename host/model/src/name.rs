//! [`Name`]: the name of a table, column, index, key, check or view.
//!
//! It is not SQL: quoting belongs to `dialect`. Its neighbour [`crate::id`] holds the identifiers of
//! plugins, tenants and runs.
//!
//! Invariant: a `Name` matches `[a-z_][a-z0-9_]*`, is at most 63 bytes long (PostgreSQL's limit, the
//! smallest of the databases) and does not begin with `strata_`, which is ours, or with `sqlite_` or `pg_`, which are the databases'.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

mod codes {
    crate::codes! {
        NAME_INVALID = "name.invalid", Input,
            "A table, column, index, key, check or view name is not `[a-z_][a-z0-9_]*` of at most 63 bytes.";
        NAME_RESERVED = "name.reserved", Input, "A name begins with `strata_`, `sqlite_` or `pg_`, which are reserved.";
    }
}
pub use codes::*;

/// The longest name in bytes: what PostgreSQL keeps of an identifier.
pub const NAME_BYTES_MAX: usize = 63;

/// The prefix of the host's own tables in a tenant's database.
pub const RESERVED_PREFIX: &str = "strata_";

/// Prefixes that databases keep for themselves: SQLite and PostgreSQL refuse them, so nobody gets them.
const DATABASE_PREFIXES: [&str; 2] = ["sqlite_", "pg_"];

/// A checked name of an object in a schema.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

impl Name {
    /// Checks a name that comes from outside.
    ///
    /// # Errors
    /// `name.invalid` and `name.reserved`.
    pub fn new(text: impl Into<String>) -> Result<Name> {
        let name = Name::internal(text)?;
        let mut reserved = DATABASE_PREFIXES.into_iter().chain([RESERVED_PREFIX]);
        if let Some(prefix) = reserved.find(|prefix| name.0.starts_with(prefix)) {
            return Err(Error::new(
                &NAME_RESERVED,
                format!(
                    "the name `{}` begins with `{prefix}`, which is reserved",
                    name.0
                ),
            )
            .hint("choose a name without that prefix"));
        }
        Ok(name)
    }

    /// Like [`Name::new`], but allows the reserved prefix: for the host's own tables only.
    ///
    /// # Errors
    /// `name.invalid`.
    pub fn internal(text: impl Into<String>) -> Result<Name> {
        let text = text.into();
        let mut bytes = text.bytes();
        let first = bytes
            .next()
            .is_some_and(|b| b.is_ascii_lowercase() || b == b'_');
        let rest = bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if first && rest && text.len() <= NAME_BYTES_MAX {
            return Ok(Name(text));
        }
        Err(Error::new(
            &NAME_INVALID,
            format!("the name `{}` is not allowed", display(&text)),
        )
        .hint(format!(
            "a name begins with a letter or `_`, goes on with lower-case letters, digits and \
                 `_`, and has at most {NAME_BYTES_MAX} bytes (this one has {})",
            text.len()
        )))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a character is not seen: one of control, one that turns the direction, ends a line, has no
/// width, or is a tag.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// Whether a character is hidden and no part of writing: it steers a terminal, turns the direction of
/// what follows, or is there to be overlooked. Joiners are not: Nepali needs them.
pub fn steers(c: char) -> bool {
    is_hidden(c) && !matches!(c, '\u{200c}' | '\u{200d}')
}

/// Whether a text for people has a character that steers ([`steers`]), a line break included.
pub fn has_hidden(text: &str) -> bool {
    text.chars().any(steers)
}

/// Shows foreign text so that it cannot steer a terminal or hide: control, bidirectional and other
/// non-printable characters are escaped, and at most 80 characters are kept.
pub fn display(text: &str) -> String {
    let mut shown = String::new();
    for (n, c) in text.chars().enumerate() {
        if n == 80 {
            shown.push('…');
            break;
        }
        if is_hidden(c) || c == '`' {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Shows a text of several lines so that it cannot steer a terminal: all but line ends is escaped.
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '\n' && steers(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Name {
    type Err = Error;

    fn from_str(text: &str) -> Result<Name> {
        Name::new(text)
    }
}

impl TryFrom<String> for Name {
    type Error = Error;

    /// Stored names were checked when they came in, so the reserved prefix is allowed here.
    fn try_from(text: String) -> Result<Name> {
        Name::internal(text)
    }
}

impl From<Name> for String {
    fn from(name: Name) -> String {
        name.0
    }
}

impl Borrow<str> for Name {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Name {
    fn as_ref(&self) -> &str {
        &self.0
    }
}
