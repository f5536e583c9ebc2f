//! [`Comment`] and [`Reason`]: what a person wrote beside a decision.
//!
//! They are kept as they were written, for auditors; they steer nothing and are no input of a rule.
//!
//! Invariant: at most 2,000 bytes, and no character that steers a terminal but the line break. A
//! [`Reason`] says something.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::name::steers;

mod codes {
    crate::codes! {
        COMMENT_INVALID = "comment.invalid", Input, "A comment or reason is longer than 2000 bytes or has control or hidden characters.";
        COMMENT_REASON_MISSING = "comment.reason_missing", Input, "Something is refused or taken back without a reason.";
    }
}
pub use codes::*;

/// The longest comment, in bytes.
pub const COMMENT_BYTES_MAX: usize = 2_000;

/// What a person wrote beside a decision, perhaps nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Comment(String);

impl Comment {
    /// Checks and takes a comment.
    ///
    /// # Errors
    /// `comment.invalid`.
    pub fn new(text: impl Into<String>) -> Result<Comment> {
        let text = text.into();
        if text.len() > COMMENT_BYTES_MAX {
            let what = format!("the comment has {} bytes", text.len());
            return Err(Error::new(&COMMENT_INVALID, what)
                .hint(format!("write at most {COMMENT_BYTES_MAX} bytes")));
        }
        if text.chars().any(|c| steers(c) && c != '\n') {
            let what = "the comment has control or hidden characters";
            return Err(Error::new(&COMMENT_INVALID, what)
                .hint("write plain text; line breaks are taken, tabs and escapes are not"));
        }
        Ok(Comment(text))
    }

    /// The comment as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }
}

/// Why something is refused or taken back: a comment that says something.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Reason(Comment);

impl Reason {
    /// Checks and takes a reason.
    ///
    /// # Errors
    /// `comment.invalid`, `comment.reason_missing`.
    pub fn new(text: impl Into<String>) -> Result<Reason> {
        let comment = Comment::new(text)?;
        if comment.is_empty() {
            return Err(Error::new(&COMMENT_REASON_MISSING, "the reason is empty")
                .hint("say why with `--reason TEXT`"));
        }
        Ok(Reason(comment))
    }

    /// A reason out of the sentence of a program, such as an error's: what a reason may not hold is
    /// replaced, what is too long is cut. It never fails, so that a failure can always be written down.
    pub fn told(sentence: &str) -> Reason {
        let mut told = String::new();
        for c in sentence.chars() {
            let c = if steers(c) && c != '\n' { ' ' } else { c };
            if told.len() + c.len_utf8() > COMMENT_BYTES_MAX {
                break;
            }
            told.push(c);
        }
        if told.trim().is_empty() {
            told = "no reason was told".to_owned();
        }
        Reason(Comment(told))
    }

    /// The reason as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

macro_rules! as_text {
    ($name:ident, $text:expr) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = Error;
            fn from_str(text: &str) -> Result<$name> {
                $name::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = Error;
            fn try_from(text: String) -> Result<$name> {
                $name::new(text)
            }
        }

        impl From<$name> for String {
            fn from(written: $name) -> String {
                let text: fn($name) -> String = $text;
                text(written)
            }
        }
    };
}

as_text!(Comment, |comment| comment.0);
as_text!(Reason, |reason| reason.0.0);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_kept_as_written_unless_it_steers_or_is_too_long() {
        for good in [
            "",
            "fine\nby me",
            "क्\u{200d}ष ठीक छ",
            &"a".repeat(COMMENT_BYTES_MAX),
        ] {
            assert_eq!(Comment::new(good).unwrap().as_str(), good);
        }
        for bad in [
            "\u{1b}[2J",
            "a\tb",
            "a\u{202e}b",
            &"a".repeat(COMMENT_BYTES_MAX + 1),
        ] {
            assert!(
                Comment::new(bad).unwrap_err().is(&COMMENT_INVALID),
                "{bad:?}"
            );
            assert!(
                serde_json::from_value::<Comment>(bad.into()).is_err(),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn a_reason_says_something() {
        for empty in ["", " \n "] {
            let error = Reason::new(empty).unwrap_err();
            assert!(error.is(&COMMENT_REASON_MISSING));
            assert!(serde_json::from_value::<Reason>(empty.into()).is_err());
        }
        assert_eq!(Reason::new("no purpose").unwrap().as_str(), "no purpose");
    }

    #[test]
    fn what_a_program_tells_is_always_a_reason() {
        for told in [
            "",
            "\u{1b}[2J",
            "a\tb",
            &"क".repeat(COMMENT_BYTES_MAX),
            "column is gone",
        ] {
            let reason = Reason::told(told);
            assert_eq!(Reason::new(reason.as_str()).unwrap(), reason, "{told:?}");
        }
        assert_eq!(Reason::told("column is gone").as_str(), "column is gone");
    }
}
