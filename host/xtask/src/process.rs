//! Running other programs: how they are started, shown, and what counts as success.
//!
//! A program inherits the terminal, or its output is captured; there is nothing between.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, ExitStatus};

use crate::failure::Failure;

/// What a program printed and how it ended.
#[derive(Debug)]
pub(crate) struct Captured {
    /// How it ended.
    pub(crate) status: ExitStatus,
    /// Its standard output.
    pub(crate) stdout: String,
    /// Its standard error.
    pub(crate) stderr: String,
}

/// A `cargo` in this folder, without what the outer `cargo run` says about `xtask` itself: build
/// scripts that watch those variables would run again.
pub(crate) fn cargo(root: &Path) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(root);
    for (key, _) in std::env::vars_os() {
        if is_about_this_package(&key) {
            command.env_remove(&key);
        }
    }
    command
}

fn is_about_this_package(key: &OsStr) -> bool {
    const PREFIXES: [&str; 4] = [
        "CARGO_PKG_",
        "CARGO_MANIFEST_",
        "CARGO_BIN_",
        "CARGO_CRATE_",
    ];
    let key = key.to_string_lossy();
    PREFIXES.iter().any(|prefix| key.starts_with(prefix))
}

/// The program and its arguments as one would type them, the folder's name left out.
pub(crate) fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    let mut words = vec![quoted(&name.to_string_lossy())];
    words.extend(
        command
            .get_args()
            .map(|word| quoted(&word.to_string_lossy())),
    );
    words.join(" ")
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:@,+%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    if word.contains('\'') {
        return format!("\"{word}\"");
    }
    format!("'{word}'")
}

/// Runs a program on this terminal and returns how it ended.
pub(crate) fn status(command: &mut Command) -> Result<ExitStatus, Failure> {
    let shown = shown(command);
    command
        .status()
        .map_err(|cause| cannot_start(&shown, &cause))
}

/// Runs a program on this terminal; anything but success is a failure.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let status = status(command)?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::broken(format!(
        "`{}` failed ({status})",
        shown(command)
    )))
}

/// Says what is run, then runs it as [`run`] does.
pub(crate) fn show_and_run(command: &mut Command) -> Result<(), Failure> {
    show(command);
    run(command)
}

/// Says what is about to be run.
pub(crate) fn show(command: &Command) {
    println!("$ {}", shown(command));
}

/// Runs a program and keeps what it prints.
pub(crate) fn capture(command: &mut Command) -> Result<Captured, Failure> {
    let shown = shown(command);
    let output = command
        .output()
        .map_err(|cause| cannot_start(&shown, &cause))?;
    Ok(Captured {
        status: output.status,
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

/// Whether a program can be started and succeeds; for questions such as `cargo deny --version`.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

fn cannot_start(shown: &str, cause: &std::io::Error) -> Failure {
    Failure::broken(format!("cannot start `{shown}`: {cause}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_one_would_type_it() {
        let mut command = Command::new("/somewhere/strata");
        command.args(["tenant", "create", "cpn-uml", "--name", "CPN (UML)", ""]);
        assert_eq!(
            shown(&command),
            "strata tenant create cpn-uml --name 'CPN (UML)' ''"
        );
    }
}
