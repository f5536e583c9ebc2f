//! Printing failures: one shape everywhere, on standard error.

use std::io::Write as _;

use model::{Class, Error};
use serde::Serialize;

use crate::arguments::OutputFormat;

/// A failure as JSON: `strata/error/1`.
#[derive(Debug, Serialize)]
struct ErrorReport<'a> {
    format: &'static str,
    code: &'static str,
    message: &'a str,
    causes: Vec<String>,
    hints: &'a [String],
}

/// Prints a failure.
pub fn failure(error: &Error, format: OutputFormat) {
    let text = match format {
        OutputFormat::Table => text(error),
        OutputFormat::Json => json(error),
    };
    let _closed_pipe = writeln!(std::io::stderr().lock(), "{text}");
}

fn json(error: &Error) -> String {
    let report = ErrorReport {
        format: "strata/error/1",
        code: error.code().name,
        message: error.message(),
        causes: error.causes(),
        hints: error.hints(),
    };
    serde_json::to_string(&report).unwrap_or_else(|_| error.to_string())
}

/// A failure for people: what, why, what to do.
pub fn text(error: &Error) -> String {
    let mut lines = vec![format!("error[{}]: {}", error.code().name, error.message())];
    lines.extend(
        error
            .causes()
            .into_iter()
            .map(|cause| format!("  caused by: {cause}")),
    );
    lines.extend(error.hints().iter().map(|hint| format!("  hint: {hint}")));
    if error.code().class == Class::Bug {
        lines.push("  this is a bug in Strata: please report it with the lines above".to_owned());
    }
    lines.join("\n")
}
