//! The log of a call: lines that a plugin writes for people, bounded and made harmless.
//!
//! It prints nothing; `cli` shows the lines of an outcome, and errors carry the last ones.
//!
//! Invariant: what is too much is dropped and counted, never an error.

use std::fmt;

use crate::limits::{LOG_BYTES_MAX, LOG_LINE_CHARS_MAX, LOG_LINES_MAX};
use crate::text::printable;

/// How important a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// For the plugin's developer.
    Debug,
    /// For the operator who looks closely.
    Info,
    /// For every operator.
    Warn,
}

/// A line that a plugin wrote, safe to show on a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// How important.
    pub level: Level,
    /// What it says; control and hidden characters are escaped.
    pub message: String,
}

/// The lines of a call.
#[derive(Debug, Default)]
pub(crate) struct Log {
    lines: Vec<LogLine>,
    bytes: usize,
    dropped: u64,
    /// The last warning, kept even when the log is full: a panic's message comes last.
    last_warning: Option<String>,
}

impl Log {
    /// Takes a line, or drops it.
    pub(crate) fn write(&mut self, level: Level, message: &str) {
        let full = self.lines.len() >= LOG_LINES_MAX || self.bytes >= LOG_BYTES_MAX;
        if full && level < Level::Warn {
            self.dropped += 1;
            return;
        }
        let message = printable(message, LOG_LINE_CHARS_MAX);
        if level == Level::Warn {
            self.last_warning = Some(message.clone());
        }
        if full || self.bytes + message.len() > LOG_BYTES_MAX {
            self.dropped += 1;
            return;
        }
        self.bytes += message.len();
        self.lines.push(LogLine { level, message });
    }

    /// The last warning: the message of a panic, when the plugin's SDK told it.
    pub(crate) fn last_warning(&self) -> Option<&str> {
        self.last_warning.as_deref()
    }

    /// The last lines, oldest first.
    pub(crate) fn last(&self, count: usize) -> &[LogLine] {
        &self.lines[self.lines.len().saturating_sub(count)..]
    }

    /// All lines, with one more that says how many were dropped.
    pub(crate) fn into_lines(mut self) -> Vec<LogLine> {
        if self.dropped > 0 {
            let message = format!("{} more lines were dropped", self.dropped);
            self.lines.push(LogLine {
                level: Level::Warn,
                message,
            });
        }
        self.lines
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Level::Debug => "debug",
            Level::Info => "info",
            Level::Warn => "warn",
        })
    }
}

impl fmt::Display for LogLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.level, self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::{Level, Log};
    use crate::limits::{LOG_BYTES_MAX, LOG_LINES_MAX};

    #[test]
    fn too_many_lines_are_dropped_and_counted() {
        let mut log = Log::default();
        for n in 0..LOG_LINES_MAX + 5 {
            log.write(Level::Info, &n.to_string());
        }
        log.write(Level::Warn, "the end");
        assert_eq!(log.last_warning(), Some("the end"));
        let lines = log.into_lines();
        assert_eq!(lines.len(), LOG_LINES_MAX + 1);
        assert_eq!(lines.last().unwrap().message, "6 more lines were dropped");
    }

    #[test]
    fn too_many_bytes_are_dropped() {
        let mut log = Log::default();
        for _ in 0..100 {
            log.write(Level::Debug, &"x".repeat(1_500));
        }
        let kept: usize = log.into_lines().iter().map(|line| line.message.len()).sum();
        assert!(kept <= LOG_BYTES_MAX + 100);
    }
}
