//! `cargo xtask audit`: known vulnerabilities among our dependencies.
//!
//! Apart from `test`, because the answer changes without a change of ours and needs the network. A
//! machine that cannot get the advisory database is told so; that is no finding.

use serde_json::Value;

use crate::failure::Failure;
use crate::process::{self, Captured};
use crate::test::ensure_deny;
use crate::workspace::Workspace;

/// What `cargo deny` found out.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// The database was read; this many advisories count as errors.
    Checked {
        n_errors: u64,
        findings: Vec<String>,
    },
    /// The database could not be fetched.
    NotChecked { why: String },
    /// `cargo deny` itself failed.
    Failed { why: String },
}

/// Asks the advisory database.
pub(crate) fn run(workspace: &Workspace) -> Result<(), Failure> {
    ensure_deny(workspace)?;
    let mut deny = process::cargo(&workspace.root);
    deny.args([
        "deny",
        "--locked",
        "--format",
        "json",
        "check",
        "advisories",
    ]);
    process::show(&deny);
    match outcome(&process::capture(&mut deny)?) {
        Outcome::Checked {
            n_errors: 0,
            findings,
        } => {
            for finding in findings {
                println!("  {finding}");
            }
            println!("advisories: none");
            Ok(())
        }
        Outcome::Checked { n_errors, findings } => {
            for finding in findings {
                println!("  {finding}");
            }
            Err(Failure::with_exit(
                10,
                format!("advisories: {n_errors} found"),
            ))
        }
        Outcome::NotChecked { why } => {
            println!("advisories: not checked ({why})");
            Ok(())
        }
        Outcome::Failed { why } => Err(Failure::broken(format!("`cargo deny` failed: {why}"))),
    }
}

/// Reads the lines of JSON that `cargo deny` writes to standard error. A summary comes only after a
/// check that ran to its end.
fn outcome(captured: &Captured) -> Outcome {
    let lines: Vec<Value> = captured
        .stderr
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let summary = lines.iter().find(|line| line["type"] == "summary");
    if let Some(n_errors) = summary.and_then(|line| line["fields"]["advisories"]["errors"].as_u64())
    {
        let findings = lines.iter().filter_map(finding).collect();
        return Outcome::Checked { n_errors, findings };
    }
    let logged = lines.iter().filter(|line| line["type"] == "log");
    let why = logged
        .filter_map(|line| line["fields"]["message"].as_str())
        .next_back()
        .unwrap_or_else(|| captured.stderr.trim());
    if why.contains("advisory database") {
        return Outcome::NotChecked {
            why: last_line(why),
        };
    }
    Outcome::Failed {
        why: why.to_owned(),
    }
}

fn finding(line: &Value) -> Option<String> {
    let fields = &line["fields"];
    let severity = fields["severity"].as_str()?;
    if line["type"] != "diagnostic" || !matches!(severity, "error" | "warning") {
        return None;
    }
    let id = fields["advisory"]["id"]
        .as_str()
        .or(fields["code"].as_str())
        .unwrap_or("?");
    let package = fields["advisory"]["package"].as_str().unwrap_or("");
    let message = fields["message"].as_str().unwrap_or("");
    Some(format!("{severity}: {id} {package}: {message}"))
}

/// The last line says why; those before it name folders of this machine.
fn last_line(text: &str) -> String {
    text.trim_end().lines().last().unwrap_or(text).to_owned()
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::ExitStatus;

    use super::*;

    fn check(stderr: &str, expected: &Outcome) {
        let captured = Captured {
            status: ExitStatus::from_raw(0),
            stdout: String::new(),
            stderr: stderr.to_owned(),
        };
        assert_eq!(&outcome(&captured), expected);
    }

    #[test]
    fn a_database_that_cannot_be_fetched_is_not_checked() {
        let log = r#"{"type":"log","fields":{"level":"ERROR","message":"failed to fetch advisory database: failed to clone\nfatal: could not resolve host\n"}}"#;
        let why = "fatal: could not resolve host".to_owned();
        check(log, &Outcome::NotChecked { why });
    }

    #[test]
    fn a_configuration_that_cannot_be_read_is_a_failure() {
        let log = r#"{"type":"log","fields":{"level":"ERROR","message":"failed to load config"}}"#;
        check(
            log,
            &Outcome::Failed {
                why: "failed to load config".to_owned(),
            },
        );
    }

    #[test]
    fn advisories_are_counted_and_named() {
        let lines = concat!(
            r#"{"type":"diagnostic","fields":{"severity":"error","code":"vulnerability","message":"reads past the end","advisory":{"id":"RUSTSEC-1","package":"a"}}}"#,
            "\n",
            r#"{"type":"summary","fields":{"advisories":{"errors":1,"warnings":0}}}"#
        );
        let findings = vec!["error: RUSTSEC-1 a: reads past the end".to_owned()];
        check(
            lines,
            &Outcome::Checked {
                n_errors: 1,
                findings,
            },
        );
    }
}
