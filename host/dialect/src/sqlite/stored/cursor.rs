//! [`Cursor`]: walks over the tokens of a definition.
//!
//! It knows parentheses and commas, not clauses; [`super`] does.

use super::tokens::Token;

/// A place in a list of tokens.
#[derive(Debug, Clone, Copy)]
pub(in crate::sqlite) struct Cursor<'a> {
    rest: &'a [Token],
}

impl<'a> Cursor<'a> {
    /// At the first token.
    pub(in crate::sqlite) fn new(tokens: &'a [Token]) -> Cursor<'a> {
        Cursor { rest: tokens }
    }

    /// Whether no token is left.
    pub(in crate::sqlite) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Succeeds where no token is left.
    pub(in crate::sqlite) fn end(&self) -> Option<()> {
        self.rest.is_empty().then_some(())
    }

    /// The tokens that are left.
    pub(in crate::sqlite) fn rest(&self) -> &'a [Token] {
        self.rest
    }

    /// The tokens that are left; then none is.
    pub(in crate::sqlite) fn take_rest(&mut self) -> &'a [Token] {
        std::mem::take(&mut self.rest)
    }

    /// Whether the next token is one of these keywords.
    pub(in crate::sqlite) fn starts_with(&self, words: &[&str]) -> bool {
        matches!(self.rest, [Token::Word(next), ..] if words.contains(&next.as_str()))
    }

    /// Goes over this keyword if it is next.
    pub(in crate::sqlite) fn take(&mut self, word: &str) -> bool {
        let found = self.starts_with(&[word]);
        if found {
            self.skip(1);
        }
        found
    }

    /// Goes over this bare word, which is no keyword, if it is next.
    pub(in crate::sqlite) fn take_name(&mut self, word: &str) -> bool {
        let found = matches!(self.rest, [Token::Name(next), ..] if next == word);
        if found {
            self.skip(1);
        }
        found
    }

    /// Goes over this keyword.
    pub(in crate::sqlite) fn expect(&mut self, word: &str) -> Option<()> {
        self.take(word).then_some(())
    }

    /// Goes over a name. One that stands bare before a parenthesis looks like a function.
    pub(in crate::sqlite) fn name(&mut self) -> Option<String> {
        let name = match self.rest.first()? {
            Token::Name(name) => name.clone(),
            Token::Word(word) => word.to_ascii_lowercase(),
            _ => return None,
        };
        self.skip(1);
        Some(name)
    }

    /// Goes over what a foreign key does: `CASCADE`, `NO ACTION`, `SET NULL`, …
    pub(in crate::sqlite) fn action(&mut self) -> Option<String> {
        let (length, action) = match self.rest {
            [Token::Word(a), Token::Word(b), ..] if a == "NO" || a == "SET" => {
                (2, [a.as_str(), " ", b].concat())
            }
            [Token::Word(a), ..] if a == "CASCADE" || a == "RESTRICT" => (1, a.clone()),
            _ => return None,
        };
        self.skip(length);
        Some(action)
    }

    /// Goes over a parenthesis and gives what is in it.
    pub(in crate::sqlite) fn parens(&mut self) -> Option<&'a [Token]> {
        if self.rest.first()? != &Token::Symbol("(") {
            return None;
        }
        let mut depth = 0_usize;
        for (n, token) in self.rest.iter().enumerate() {
            depth = depth_after(depth, token)?;
            if depth == 0 {
                let inside = self.rest.get(1..n)?;
                self.skip(n + 1);
                return Some(inside);
            }
        }
        None
    }

    /// Goes over a default: a parenthesis, or a literal with or without a sign.
    pub(in crate::sqlite) fn value(&mut self) -> Option<&'a [Token]> {
        let all = self.rest;
        let length = match all.first()? {
            Token::Symbol("(") => {
                self.parens()?;
                return all.get(..all.len() - self.rest.len());
            }
            Token::Symbol("-" | "+") => 2,
            _ => 1,
        };
        self.skip(length);
        all.get(..length)
    }

    /// Goes over the words of a type: all up to a keyword that is not followed by a parenthesis, or to
    /// one of these.
    pub(in crate::sqlite) fn type_words(&mut self, clauses: &[&str]) -> &'a [Token] {
        let stops = |(n, token): (usize, &Token)| match token {
            Token::Word(word) => {
                let called = self.rest.get(n + 1) == Some(&Token::Symbol("("));
                !called || clauses.contains(&word.as_str())
            }
            _ => false,
        };
        let length = self
            .rest
            .iter()
            .enumerate()
            .position(stops)
            .unwrap_or(self.rest.len());
        let (before, _) = self.rest.split_at(length);
        self.skip(length);
        before
    }

    fn skip(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or_default();
    }
}

/// What stands between the commas that are in no parenthesis.
pub(in crate::sqlite) fn split(tokens: &[Token]) -> Vec<&[Token]> {
    let mut depth = 0_usize;
    tokens
        .split(|token| {
            depth = depth_after(depth, token).unwrap_or(0);
            depth == 0 && token == &Token::Symbol(",")
        })
        .collect()
}

fn depth_after(depth: usize, token: &Token) -> Option<usize> {
    match token {
        Token::Symbol("(") => Some(depth + 1),
        Token::Symbol(")") => depth.checked_sub(1),
        _ => Some(depth),
    }
}
