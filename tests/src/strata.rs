//! [`Strata`]: a home in a temporary folder, and the real binary run on it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::workspace;

/// A home, and the binary that works on it.
#[derive(Debug)]
pub struct Strata {
    folder: tempfile::TempDir,
    variables: Vec<(String, String)>,
}

/// What a command came to.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The exit code; -1 when a signal ended the process.
    pub status: i32,
    /// What it printed.
    pub stdout: String,
    /// What it said.
    pub stderr: String,
}

/// A failure as a program reads it.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The stable code.
    pub code: String,
    /// What happened, naming the thing.
    pub message: String,
    /// Why, from the outside to the inside.
    pub causes: Vec<String>,
    /// What to do.
    pub hints: Vec<String>,
    /// The exit code.
    pub exit: i32,
}

impl Failure {
    /// Message, causes and hints, a line each.
    pub fn text(&self) -> String {
        let mut lines = vec![self.message.clone()];
        lines.extend(self.causes.clone());
        lines.extend(self.hints.clone());
        lines.join("\n")
    }
}

impl Default for Strata {
    fn default() -> Strata {
        Strata::bare()
    }
}

impl Strata {
    /// An empty folder, not a home yet.
    pub fn bare() -> Strata {
        let folder = tempfile::Builder::new()
            .prefix("strata-")
            .tempdir_in(workspace::scratch())
            .unwrap();
        Strata {
            folder,
            variables: Vec::new(),
        }
    }

    /// An empty home.
    pub fn new() -> Strata {
        let strata = Strata::bare();
        strata.ok(&["init"]);
        strata
    }

    /// A copy of a home.
    pub fn copy_of(home: &Path) -> Strata {
        let strata = Strata::bare();
        copy(home, &strata.home());
        strata
    }

    /// Sets a variable for every command of this home.
    #[must_use]
    pub fn with(mut self, variable: &str, value: &str) -> Strata {
        self.variables.push((variable.to_owned(), value.to_owned()));
        self
    }

    /// The folder of the home.
    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// A folder beside the home.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file beside the home and gives its path.
    pub fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// The file of a tenant's database.
    pub fn tenant_file(&self, slug: &str) -> PathBuf {
        let name = format!("tenant_{}.db", slug.replace('-', "_"));
        self.home().join("tenants").join(name)
    }

    /// The landlord's file.
    pub fn landlord_file(&self) -> PathBuf {
        self.home().join("landlord.db")
    }

    /// The binary with arguments, not yet started; no variable of ours but this home's reaches it.
    pub fn command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = Command::new(workspace::binary());
        command.args(arguments);
        self.set_up(&mut command);
        command
    }

    /// Gives a command this home's folder and variables and takes away all others of ours.
    pub fn set_up(&self, command: &mut Command) {
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("STRATA_") {
                command.env_remove(name);
            }
        }
        command
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .env("STRATA_HOME", self.home())
            .envs(self.variables.iter().map(|(name, value)| (name, value)));
    }

    /// Runs a command.
    pub fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Outcome {
        outcome(&mut self.command(arguments))
    }

    /// Runs a command that has to succeed and gives what it printed.
    #[track_caller]
    pub fn ok<S: AsRef<OsStr>>(&self, arguments: &[S]) -> String {
        let outcome = self.run(arguments);
        assert_eq!(outcome.status, 0, "it failed:\n{}", outcome.stderr);
        outcome.stdout
    }

    /// Runs a command with `--output json` that has to succeed and gives the value that it printed.
    #[track_caller]
    pub fn json(&self, arguments: &[&str]) -> Value {
        let printed = self.ok(&with_json(arguments));
        serde_json::from_str(&printed).unwrap_or_else(|e| panic!("not JSON, {e}:\n{printed}"))
    }

    /// Runs a command with `--output json` that has to fail and gives the failure.
    #[track_caller]
    pub fn error(&self, arguments: &[&str]) -> Failure {
        failure(&self.run(&with_json(arguments)))
    }
}

/// The arguments and `--output json`.
pub fn with_json<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    // In front, so that a `--` among the arguments does no harm.
    let mut all = vec!["--output", "json"];
    all.extend(arguments);
    all
}

/// Runs a command to its end.
pub fn outcome(command: &mut Command) -> Outcome {
    outcome_of(command.output().unwrap())
}

/// What a command left that came to its end.
pub fn outcome_of(output: std::process::Output) -> Outcome {
    Outcome {
        status: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The failure that a command with `--output json` printed.
#[track_caller]
pub fn failure(outcome: &Outcome) -> Failure {
    assert_ne!(outcome.status, 0, "it succeeded:\n{}", outcome.stdout);
    let printed = outcome
        .stderr
        .lines()
        .find_map(|line| serde_json::from_str::<Value>(line).ok());
    let value = printed.unwrap_or_else(|| panic!("no failure in JSON:\n{}", outcome.stderr));
    assert_eq!(value["format"], "strata/error/1");
    let list = |key: &str| -> Vec<String> {
        let texts = value[key].as_array().unwrap().iter();
        texts
            .map(|text| text.as_str().unwrap().to_owned())
            .collect()
    };
    Failure {
        code: value["code"].as_str().unwrap().to_owned(),
        message: value["message"].as_str().unwrap().to_owned(),
        causes: list("causes"),
        hints: list("hints"),
        exit: outcome.status,
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    std::fs::set_permissions(to, from.metadata().unwrap().permissions()).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
