//! Printing data: tables for people, one JSON value with its `format` for programs.
//!
//! Together with [`crate::report`] this is the only place that writes to the terminal.

use std::io::Write as _;

use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

use crate::arguments::OutputFormat;

/// Where and how a command prints what it found.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    /// The format that was asked for.
    pub format: OutputFormat,
}

impl Output {
    /// Whether JSON was asked for.
    pub fn is_json(self) -> bool {
        self.format == OutputFormat::Json
    }

    /// Prints a value as JSON.
    pub fn json<T: Serialize>(self, value: &T) {
        let text = serde_json::to_string_pretty(value).unwrap_or_else(|cause| {
            format!("{{\"format\":\"strata/error/1\",\"message\":\"not encodable: {cause}\"}}")
        });
        self.line(&text);
    }

    /// Prints a line. A closed pipe ends the output, not the command.
    pub fn line(self, text: &str) {
        let mut stdout = std::io::stdout().lock();
        let _closed_pipe = writeln!(stdout, "{text}");
    }

    /// Prints a table; nothing but its header when there are no rows.
    pub fn table(self, header: &[&str], rows: Vec<Vec<String>>) {
        let mut table = Table::new();
        table
            .load_style(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Disabled)
            .set_header(header.iter().map(|title| title.to_uppercase()));
        for row in rows {
            table.add_row(row);
        }
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        let text = table.to_string();
        for line in text.lines() {
            self.line(line.trim_end());
        }
    }

    /// Prints `key: value` lines, keys aligned.
    pub fn pairs(self, pairs: &[(&str, String)]) {
        let width = pairs.iter().map(|(key, _)| key.len()).max().unwrap_or(0);
        for (key, value) in pairs {
            self.line(format!("{key:<width$}  {value}").trim_end());
        }
    }
}

/// A time as people read it: seconds, UTC.
pub fn time(text: &jiff::Timestamp) -> String {
    text.round(jiff::Unit::Second).unwrap_or(*text).to_string()
}
