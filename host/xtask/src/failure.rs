//! Why a command of `xtask` stops, with the exit code that it ends with.
//!
//! The codes are those of `strata`: 1 something of ours is broken, 3 refused, 5 conflict, 10 findings.

use std::fmt;

/// A failure: a message, what to do, an exit code.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    hint: Option<String>,
    exit_code: u8,
}

impl Failure {
    /// Something that should have worked did not.
    pub(crate) fn broken(message: impl Into<String>) -> Failure {
        Failure::with_exit(1, message)
    }

    /// Asked for something that is not done.
    pub(crate) fn refused(message: impl Into<String>) -> Failure {
        Failure::with_exit(3, message)
    }

    /// A failure that ends with this exit code.
    pub(crate) fn with_exit(exit_code: u8, message: impl Into<String>) -> Failure {
        Failure {
            message: message.into(),
            hint: None,
            exit_code,
        }
    }

    /// Adds what to do about it.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Failure {
        self.hint = Some(hint.into());
        self
    }

    /// Puts what was being done before the message.
    pub(crate) fn within(mut self, what: impl fmt::Display) -> Failure {
        self.message = format!("{what}: {}", self.message);
        self
    }

    /// What went wrong, without the hint.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// What the process ends with.
    pub(crate) fn exit_code(&self) -> u8 {
        self.exit_code
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "error: {}", self.message)?;
        if let Some(hint) = &self.hint {
            write!(formatter, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}
