//! Running the binary `strata` on the demo's home, and reading what it says as JSON.
//!
//! Every command is shown before it runs. The caller's own `STRATA_…` variables do not reach it: a demo
//! shows the same on every machine.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::failure::Failure;
use crate::process::{self, Captured};

/// The code of `plugin add` when the home holds other bytes for a known version.
const EXISTS_DIFFERENTLY: &str = "plugin.exists_differently";

/// Exit codes that mean "refused": by input that cannot be, or by a rule.
const REFUSED: [i32; 2] = [3, 4];

/// The binary and the home that it works on.
#[derive(Debug)]
pub(super) struct Strata {
    binary: PathBuf,
    home: PathBuf,
}

/// A failure that `strata` printed as JSON.
#[derive(Debug, PartialEq, Eq)]
struct Reported {
    code: String,
    text: String,
}

impl Strata {
    pub(super) fn new(binary: PathBuf, home: &Path) -> Strata {
        Strata {
            binary,
            home: home.to_path_buf(),
        }
    }

    /// Runs a command for people, on this terminal.
    pub(super) fn run(&self, arguments: &[&str]) -> Result<(), Failure> {
        let mut command = self.command(arguments);
        process::show_and_run(&mut command)
    }

    /// Runs a command that must be refused, on this terminal.
    pub(super) fn expect_refusal(&self, arguments: &[&str]) -> Result<(), Failure> {
        let mut command = self.command(arguments);
        process::show(&command);
        let status = process::status(&mut command)?;
        match status.code() {
            Some(code) if REFUSED.contains(&code) => {
                println!("(refused, exit code {code}; nothing was changed)");
                Ok(())
            }
            _ => {
                let shown = process::shown(&command);
                Err(Failure::broken(format!(
                    "`{shown}` was to be refused, but ended with {status}"
                )))
            }
        }
    }

    /// Runs a command with `--output json` and returns what it printed.
    pub(super) fn json(&self, arguments: &[&str]) -> Result<Value, Failure> {
        let (shown, captured) = self.captured(arguments)?;
        if !captured.status.success() {
            return Err(failed(&shown, &captured));
        }
        serde_json::from_str(&captured.stdout)
            .map_err(|cause| Failure::broken(format!("`{shown}` printed no JSON: {cause}")))
    }

    /// Adds components to the catalogue.
    pub(super) fn add_plugins(&self, files: &[PathBuf], dir: &Path) -> Result<(), Failure> {
        let mut arguments: Vec<&OsStr> = vec!["plugin".as_ref(), "add".as_ref()];
        arguments.extend(files.iter().map(|file| file.as_os_str()));
        let (shown, captured) = self.captured(&arguments)?;
        if captured.status.success() {
            println!("{} components are in the catalogue", files.len());
            return Ok(());
        }
        let reported = reported(&captured.stderr);
        if reported.is_some_and(|reported| reported.code == EXISTS_DIFFERENTLY) {
            let message = format!("the home `{}` holds other components", dir.display());
            let hint = "`cargo xtask demo --fresh` removes this demo and begins anew";
            return Err(Failure::with_exit(5, message).hint(hint));
        }
        Err(failed(&shown, &captured))
    }

    fn captured(&self, arguments: &[impl AsRef<OsStr>]) -> Result<(String, Captured), Failure> {
        let mut command = self.command(arguments);
        command.args(["--output", "json"]);
        process::show(&command);
        Ok((process::shown(&command), process::capture(&mut command)?))
    }

    fn command(&self, arguments: &[impl AsRef<OsStr>]) -> Command {
        let mut command = Command::new(&self.binary);
        for (key, _) in std::env::vars_os().filter(|(key, _)| is_setting(key)) {
            command.env_remove(key);
        }
        command.arg("--home").arg(&self.home).args(arguments);
        command
    }
}

fn is_setting(key: &OsString) -> bool {
    key.to_string_lossy().starts_with("STRATA_")
}

/// The failure of a command, in the words of `strata` and with its exit code.
fn failed(shown: &str, captured: &Captured) -> Failure {
    let exit_code = captured
        .status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .unwrap_or(1);
    let text = match reported(&captured.stderr) {
        Some(reported) => reported.text,
        None => format!("{}\n{}", captured.status, captured.stderr.trim_end()),
    };
    Failure::with_exit(exit_code, format!("`{shown}` failed: {text}"))
}

/// Finds the error among the lines on standard error; log lines may stand before it.
fn reported(stderr: &str) -> Option<Reported> {
    let start = stderr
        .find("{\"format\":\"strata/error/")
        .or_else(|| stderr.find('{'))?;
    let value: Value = serde_json::Deserializer::from_str(&stderr[start..])
        .into_iter()
        .next()?
        .ok()?;
    let code = value.get("code")?.as_str()?.to_owned();
    let mut text = format!(
        "[{code}] {}",
        value["message"].as_str().unwrap_or("(no message)")
    );
    for (field, word) in [("causes", "caused by"), ("hints", "hint")] {
        for line in value[field]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
        {
            text.push_str(&format!("\n  {word}: {line}"));
        }
    }
    Some(Reported { code, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_found_behind_log_lines() {
        let stderr = concat!(
            "WARN something slow\n",
            r#"{"format":"strata/error/1","code":"plugin.exists_differently","message":"`a` is there","causes":["x"],"hints":["do y"]}"#,
            "\n"
        );
        let reported = reported(stderr).unwrap();
        assert_eq!(reported.code, EXISTS_DIFFERENTLY);
        assert!(
            reported
                .text
                .ends_with("`a` is there\n  caused by: x\n  hint: do y")
        );
    }

    #[test]
    fn text_that_is_no_json_is_no_report() {
        assert_eq!(reported("thread panicked"), None);
    }
}
