//! [`SqlWriter`]: the one place where SQL text is put together.
//!
//! It knows no grammar: the dialects say which word follows which. What comes from outside enters only
//! as an [`Identifier`] or a [`Literal`], and neither can be printed by anything else.
//!
//! Invariant: a word is `'static`, so no text from outside can be taken for SQL; identifiers are always
//! quoted and literals always escaped.

use model::name::Name;

/// The name of an object, to be quoted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identifier(String);

impl Identifier {
    /// A name of ours: a constant prefix before a checked name.
    pub(crate) fn prefixed(prefix: &'static str, name: &Name) -> Identifier {
        Identifier([prefix, name.as_str()].concat())
    }

    /// The name without quotes.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// A name from a text that was taken apart.
    pub(crate) fn foreign(text: &str) -> Identifier {
        Identifier(text.to_owned())
    }
}

impl From<&Name> for Identifier {
    fn from(name: &Name) -> Identifier {
        Identifier(name.as_str().to_owned())
    }
}

impl From<&'static str> for Identifier {
    fn from(name: &'static str) -> Identifier {
        Identifier(name.to_owned())
    }
}

/// A value as the database stores it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Literal {
    /// `NULL`.
    Null,
    /// A whole number.
    Integer(i64),
    /// A finite floating-point number, by its bits.
    Float(u64),
    /// Text without a zero character.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// How a database spells names and literals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Style {
    /// Stands around a name; doubled inside one.
    pub(crate) quote: char,
    /// How bytes are written.
    pub(crate) bytes: BytesForm,
    /// Whether a backslash in a text begins an escape and must be doubled.
    pub(crate) backslash_escapes: bool,
}

/// How a database spells bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BytesForm {
    /// `X'00ff'`.
    Hexadecimal,
    /// `'\x00ff'::bytea`.
    Bytea,
}

/// What stood last, which decides about the next blank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    Token,
    Opening,
}

/// Puts one statement together, token by token.
#[derive(Debug)]
pub(crate) struct SqlWriter {
    style: &'static Style,
    text: String,
    last: Last,
}

impl SqlWriter {
    /// Nothing yet, to be spelled like this.
    pub(crate) fn new(style: &'static Style) -> SqlWriter {
        SqlWriter {
            style,
            text: String::new(),
            last: Last::Opening,
        }
    }

    /// The text so far.
    pub(crate) fn finish(self) -> String {
        self.text
    }

    /// How long the text is, in bytes.
    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    fn token(&mut self, text: &str) -> &mut Self {
        if self.last == Last::Token {
            self.text.push(' ');
        }
        self.text.push_str(text);
        self.last = Last::Token;
        self
    }

    /// Keywords and operators.
    pub(crate) fn word(&mut self, word: &'static str) -> &mut Self {
        self.token(word)
    }

    /// A bare word or symbol of a text that was taken apart; anything that could open a string, a
    /// quoted name or a comment is written as a quoted name instead.
    pub(crate) fn foreign_word(&mut self, word: &str) -> &mut Self {
        let letters = |c: char| c.is_ascii_alphanumeric() || "_.".contains(c);
        let symbols = [
            "=", "==", "<>", "<", ">", "<=", ">=", "+", "-", "*", "/", "%", "||",
        ];
        if word.chars().all(letters) || symbols.contains(&word) {
            self.token(word)
        } else {
            self.ident(&Identifier::foreign(word))
        }
    }

    /// A number of a text that was taken apart, or a quoted name if it is none.
    pub(crate) fn foreign_number(&mut self, number: &str) -> &mut Self {
        let digits = number.starts_with(|c: char| c.is_ascii_digit() || c == '.');
        if digits && number.parse::<f64>().is_ok() {
            self.token(number)
        } else {
            self.ident(&Identifier::foreign(number))
        }
    }

    /// A quoted name.
    pub(crate) fn ident(&mut self, name: &Identifier) -> &mut Self {
        let mut quoted = String::with_capacity(name.0.len() + 2);
        quoted.push(self.style.quote);
        for c in name.0.chars() {
            if c == self.style.quote {
                quoted.push(c);
            }
            quoted.push(c);
        }
        quoted.push(self.style.quote);
        self.token(&quoted)
    }

    /// A quoted checked name.
    pub(crate) fn name(&mut self, name: &Name) -> &mut Self {
        self.ident(&Identifier::from(name))
    }

    /// A column, with the alias of its table where there is one.
    pub(crate) fn column(&mut self, table: Option<&Name>, column: &Name) -> &mut Self {
        if let Some(table) = table {
            self.name(table).dot();
        }
        self.name(column)
    }

    /// The point between two names.
    pub(crate) fn dot(&mut self) -> &mut Self {
        self.text.push('.');
        self.last = Last::Opening;
        self
    }

    /// The sign between a user and the place it comes from.
    pub(crate) fn at(&mut self) -> &mut Self {
        self.text.push('@');
        self.last = Last::Opening;
        self
    }

    /// A value.
    pub(crate) fn literal(&mut self, literal: &Literal) -> &mut Self {
        match literal {
            Literal::Null => self.token("NULL"),
            Literal::Integer(number) => self.integer(*number),
            Literal::Float(bits) => self.token(&format!("{:?}", f64::from_bits(*bits))),
            Literal::Text(text) => self.text(text),
            Literal::Bytes(bytes) => {
                let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                match self.style.bytes {
                    BytesForm::Hexadecimal => self.token(&["X'", &digits, "'"].concat()),
                    BytesForm::Bytea => self.token(&["'\\x", &digits, "'::bytea"].concat()),
                }
            }
        }
    }

    /// A whole number.
    pub(crate) fn integer(&mut self, number: i64) -> &mut Self {
        self.token(&number.to_string())
    }

    /// A text in single quotes.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        let mut escaped = text.replace('\'', "''");
        if self.style.backslash_escapes {
            escaped = escaped.replace('\\', "\\\\");
        }
        self.token(&["'", &escaped, "'"].concat())
    }

    /// A function and its opening parenthesis.
    pub(crate) fn call(&mut self, function: &'static str) -> &mut Self {
        self.token(function);
        self.text.push('(');
        self.last = Last::Opening;
        self
    }

    /// `(`.
    pub(crate) fn open(&mut self) -> &mut Self {
        self.token("(");
        self.last = Last::Opening;
        self
    }

    /// `)`.
    pub(crate) fn close(&mut self) -> &mut Self {
        self.text.push(')');
        self.last = Last::Token;
        self
    }

    /// `,`.
    pub(crate) fn comma(&mut self) -> &mut Self {
        self.text.push(',');
        self.last = Last::Token;
        self
    }

    /// What another writer has put together.
    pub(crate) fn fragment(&mut self, other: &SqlWriter) -> &mut Self {
        self.token(&other.text)
    }

    /// A new line within a long statement.
    pub(crate) fn line(&mut self) -> &mut Self {
        self.text.push_str("\n  ");
        self.last = Last::Opening;
        self
    }

    /// Items with commas between them.
    pub(crate) fn list<T, E>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut SqlWriter, T) -> Result<(), E>,
    ) -> Result<&mut Self, E> {
        for (n, item) in items.into_iter().enumerate() {
            if n > 0 {
                self.comma();
            }
            write(self, item)?;
        }
        Ok(self)
    }

    /// Names in parentheses with commas between them.
    pub(crate) fn names<'a>(&mut self, names: impl IntoIterator<Item = &'a Name>) -> &mut Self {
        self.open();
        for (n, name) in names.into_iter().enumerate() {
            if n > 0 {
                self.comma();
            }
            self.name(name);
        }
        self.close()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STANDARD: Style = Style {
        quote: '"',
        bytes: BytesForm::Hexadecimal,
        backslash_escapes: false,
    };

    const BACKTICKS: Style = Style {
        quote: '`',
        bytes: BytesForm::Hexadecimal,
        backslash_escapes: true,
    };

    const BYTEA: Style = Style {
        bytes: BytesForm::Bytea,
        ..STANDARD
    };

    #[test]
    fn each_style_escapes_what_ends_its_own_names_and_texts() {
        let mut sql = SqlWriter::new(&BACKTICKS);
        sql.ident(&Identifier::foreign("a`\"b"))
            .text("\\' OR 1; --");
        assert_eq!(sql.finish(), "`a``\"b` '\\\\'' OR 1; --'");
        let mut sql = SqlWriter::new(&BYTEA);
        sql.literal(&Literal::Bytes(vec![0, 255])).text("a\\b");
        assert_eq!(sql.finish(), "'\\x00ff'::bytea 'a\\b'");
    }

    #[test]
    fn quotes_inside_names_and_texts_are_doubled() {
        let mut sql = SqlWriter::new(&STANDARD);
        sql.word("SELECT")
            .ident(&Identifier::foreign("a\"; DROP TABLE b; --"))
            .comma()
            .text("it's");
        assert_eq!(sql.finish(), "SELECT \"a\"\"; DROP TABLE b; --\", 'it''s'");
    }

    #[test]
    fn a_foreign_word_that_is_no_word_is_quoted() {
        let mut sql = SqlWriter::new(&STANDARD);
        sql.foreign_word("a--b")
            .foreign_word("<=")
            .foreign_word("x;y");
        assert_eq!(sql.finish(), "\"a--b\" <= \"x;y\"");
    }

    #[test]
    fn literals_have_the_forms_that_sqlite_reads_back_equal() {
        let mut sql = SqlWriter::new(&STANDARD);
        sql.call("f")
            .literal(&Literal::Null)
            .comma()
            .literal(&Literal::Integer(i64::MIN));
        sql.comma()
            .literal(&Literal::Float(1e300_f64.to_bits()))
            .comma();
        sql.literal(&Literal::Bytes(vec![0, 255])).close();
        assert_eq!(
            sql.finish(),
            "f(NULL, -9223372036854775808, 1e300, X'00ff')"
        );
    }
}
