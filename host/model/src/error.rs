//! The one error of all rooms: a stable code, a sentence that names the thing, hints, and a cause.
//!
//! It is not a list of everything that can go wrong: each room declares its codes beside what raises
//! them, with [`codes!`](crate::codes!). What a code means to a shell (its exit code) is decided by
//! [`Class`], in `cli`.
//!
//! Invariant: a message is a lower-case fragment without a final period and never repeats its cause.

use std::fmt;

/// What kind of failure a code stands for; the command line maps each class to one exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// A broken invariant of our own: the only class that asks for a report.
    Bug,
    /// The command was called in a way that cannot be understood.
    Usage,
    /// Input was understood and refused: a bad name, a bad file, an unknown identifier.
    Input,
    /// A rule, an owner or a missing approval forbids it.
    Rule,
    /// Something else stands or moved: a conflict, a lock, a base that is no longer the base.
    Conflict,
    /// A database or the disk cannot be reached or refuses to work.
    Unreachable,
    /// It failed and everything was undone.
    Undone,
    /// It failed half way; `tenant create` or `resume` finishes it.
    Incomplete,
    /// It worked, and the answer is that something differs from what it should be.
    Findings,
}

/// A stable error code such as `slug.invalid`, with its class and one sentence for the error page.
///
/// Codes are never reused for another meaning.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Code {
    /// `noun.reason`, lower case.
    pub name: &'static str,
    /// Decides the exit code.
    pub class: Class,
    /// What it means, as a sentence for the generated page of all codes.
    pub meaning: &'static str,
}

/// Declares the codes of a room: one constant each, and `ALL`, the list of them.
///
/// ```
/// mod codes {
///     model::codes! {
///         DOOR_SHUT = "door.shut", Conflict, "The door is shut.";
///     }
/// }
/// assert_eq!(codes::ALL[0].name, "door.shut");
/// assert_eq!(codes::DOOR_SHUT.class, model::Class::Conflict);
/// ```
#[macro_export]
macro_rules! codes {
    ($($constant:ident = $name:literal, $class:ident, $meaning:literal;)*) => {
        $(
            #[doc = concat!("`", $name, "`: ", $meaning)]
            pub static $constant: $crate::Code = $crate::Code {
                name: $name,
                class: $crate::Class::$class,
                meaning: $meaning,
            };
        )*
        /// Every code declared here.
        pub static ALL: &[&$crate::Code] = &[$(&$constant),*];
    };
}

/// A failure that a person can act on.
pub struct Error {
    inner: Box<Inner>,
}

struct Inner {
    code: &'static Code,
    message: String,
    hints: Vec<String>,
    source: Option<Box<dyn std::error::Error + Send + Sync + 'static>>,
}

/// A result whose failure is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Makes an error; `message` names the thing in backticks.
    pub fn new(code: &'static Code, message: impl Into<String>) -> Error {
        Error {
            inner: Box::new(Inner {
                code,
                message: message.into(),
                hints: Vec::new(),
                source: None,
            }),
        }
    }

    /// Adds advice on what to do next, best a command that can be pasted.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Error {
        self.inner.hints.push(hint.into());
        self
    }

    /// Adds the cause.
    #[must_use]
    pub fn because(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync + 'static>>,
    ) -> Error {
        self.inner.source = Some(source.into());
        self
    }

    /// Adds another failure as the cause and takes over its advice: what corrects the cause comes first.
    #[must_use]
    pub fn because_of(mut self, cause: Error) -> Error {
        self.inner.hints.splice(0..0, cause.hints().iter().cloned());
        self.because(cause)
    }

    /// Wraps this error in a wider one that keeps its code and hints: same failure, more context.
    ///
    /// The chain then reads from the widest sentence to the narrowest.
    #[must_use]
    pub fn within(self, message: impl Into<String>) -> Error {
        let code = self.inner.code;
        let hints = self.inner.hints.clone();
        let mut outer = Error::new(code, message).because(self);
        outer.inner.hints = hints;
        outer
    }

    /// The stable code.
    pub fn code(&self) -> &'static Code {
        self.inner.code
    }

    /// Whether this error has the given code.
    pub fn is(&self, code: &'static Code) -> bool {
        self.inner.code.name == code.name
    }

    /// The sentence alone, without causes.
    pub fn message(&self) -> &str {
        &self.inner.message
    }

    /// The sentence and those of its causes as one line.
    pub fn sentences(&self) -> String {
        let mut all = vec![self.message().to_owned()];
        all.extend(self.causes());
        all.join(": ")
    }

    /// What to do next, most useful first.
    pub fn hints(&self) -> &[String] {
        &self.inner.hints
    }

    /// The sentences of the causes, widest first, this error's own sentence left out.
    pub fn causes(&self) -> Vec<String> {
        let mut causes = Vec::new();
        let mut next = std::error::Error::source(self);
        while let Some(cause) = next {
            let sentence = cause.to_string();
            // Drivers repeat their cause within their own sentence; said once is enough.
            let is_said = causes
                .last()
                .is_some_and(|last: &String| last.contains(&sentence));
            if !is_said {
                causes.push(sentence);
            }
            next = cause.source();
        }
        causes
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.inner.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.inner.code.name, self.inner.message)?;
        for cause in self.causes() {
            write!(f, "\n  caused by: {cause}")?;
        }
        for hint in &self.inner.hints {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.inner
            .source
            .as_deref()
            .map(|source| source as &(dyn std::error::Error + 'static))
    }
}
