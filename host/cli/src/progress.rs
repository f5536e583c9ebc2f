//! A progress bar on standard error, on a terminal only.

use std::io::IsTerminal as _;

use engine::progress::Progress;
use indicatif::{ProgressBar, ProgressStyle};

/// Shows a bar while a run goes on.
pub struct TerminalProgress {
    bar: ProgressBar,
}

impl TerminalProgress {
    /// A bar, hidden where nobody looks.
    pub fn new(wanted: bool) -> TerminalProgress {
        let visible = wanted && std::io::stderr().is_terminal();
        let bar = if visible {
            ProgressBar::no_length()
        } else {
            ProgressBar::hidden()
        };
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
            bar.set_style(style);
        }
        TerminalProgress { bar }
    }
}

impl Progress for TerminalProgress {
    fn begin(&self, steps: usize) {
        self.bar.set_length(steps as u64);
    }

    fn step(&self, n: usize, what: &str) {
        self.bar.set_position(n as u64);
        self.bar.set_message(what.to_owned());
    }

    fn end(&self) {
        self.bar.finish_and_clear();
    }
}
