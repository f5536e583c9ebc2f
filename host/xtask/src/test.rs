//! `cargo xtask test`: everything that CI runs, in the order in which it fails soonest.
//!
//! A step is a name and a command. The first that fails ends the run with a line that says which one.
//! What a test needs from outside (the binary, the components, database servers) is made here and named
//! to it in `STRATA_TEST_…` variables; the tests themselves know nothing of this file.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use crate::failure::Failure;
use crate::servers::{Database, Servers};
use crate::workspace::{Profile, Workspace};
use crate::{codes, components, process};

/// Workspaces of their own below this one, which `cargo fmt --all` does not reach.
const OTHER_WORKSPACES: [&str; 2] = ["tests/guests", "tests/fixtures/v0"];

/// The version of `cargo-deny` that is installed when there is none.
const DENY_VERSION: &str = "0.20.2";

/// The seed of random tests, so that two runs of the same code agree. `--full` leaves it out.
const SEED: &str = "20251121";

/// One run: what was built, what is said to the tests.
struct Run<'a> {
    workspace: &'a Workspace,
    full: bool,
    started: Instant,
    n_steps: usize,
    /// The databases that were not tested, each with the reason.
    skipped: Vec<String>,
}

/// Runs all steps.
pub(crate) fn run(workspace: &Workspace, full: bool) -> Result<(), Failure> {
    let mut run = Run {
        workspace,
        full,
        started: Instant::now(),
        n_steps: 0,
        skipped: Vec::new(),
    };
    let outcome = run.steps();
    if outcome.is_ok() {
        let kind = if full { "the full suite" } else { "the suite" };
        println!(
            "\n{} steps of {kind} passed in {}, {} skipped",
            run.n_steps,
            seconds(run.started),
            run.skipped.len()
        );
    }
    for skipped in &run.skipped {
        println!("skipped: {skipped}");
    }
    outcome
}

/// Installs `cargo-deny` when it is not there.
pub(crate) fn ensure_deny(workspace: &Workspace) -> Result<(), Failure> {
    if process::succeeds(process::cargo(&workspace.root).args(["deny", "--version"])) {
        return Ok(());
    }
    let mut install = process::cargo(&workspace.root);
    install.args([
        "install",
        "cargo-deny",
        "--locked",
        "--version",
        DENY_VERSION,
    ]);
    process::show_and_run(&mut install)
}

impl Run<'_> {
    fn steps(&mut self) -> Result<(), Failure> {
        let workspace = self.workspace;
        self.formats()?;
        let clippy = ["clippy", "--workspace", "--all-targets", "--locked"];
        self.cargo("lints", &[&clippy[..], &["--", "-D", "warnings"]].concat())?;
        self.step("tool for licences and bans", || ensure_deny(workspace))?;
        let deny = ["deny", "--locked", "check", "licenses", "bans", "sources"];
        self.cargo("licences, bans, sources", &deny)?;
        let binary = self.step("binary", || workspace.build_binary(Profile::Dev))?;
        self.step("page of error codes", || codes::compare(workspace, &binary))?;
        self.components(&binary)?;
        let servers = self.servers()?;
        self.tests(&binary, servers)?;
        self.cargo(
            "tests in documentation",
            &["test", "--doc", "--workspace", "--locked"],
        )?;
        self.documentation()?;
        if self.full {
            self.cargo(
                "benchmarks compile",
                &["bench", "--no-run", "--workspace", "--locked"],
            )?;
        }
        Ok(())
    }

    /// Announces a step, does it, says how long it took.
    fn step<T>(
        &mut self,
        name: &str,
        work: impl FnOnce() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.n_steps += 1;
        println!("\n==> {name}");
        let started = Instant::now();
        match work() {
            Ok(done) => {
                println!("    {name}: passed in {}", seconds(started));
                Ok(done)
            }
            Err(failure) => {
                println!("    {name}: FAILED after {}", seconds(started));
                Err(failure.within(format!("stopped at step `{name}`")))
            }
        }
    }

    /// A step that is one call of cargo.
    fn cargo(&mut self, name: &str, arguments: &[&str]) -> Result<(), Failure> {
        let mut command = self.command(arguments);
        self.step(name, || process::show_and_run(&mut command))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = process::cargo(&self.workspace.root);
        command.args(arguments);
        command
    }

    fn formats(&mut self) -> Result<(), Failure> {
        self.cargo("format", &["fmt", "--all", "--check"])?;
        for folder in OTHER_WORKSPACES {
            let path = self.workspace.root.join(folder);
            if path.join("Cargo.toml").is_file() {
                // Without `--all`, which would follow paths into this workspace again.
                let mut command = self.command(&["fmt", "--check"]);
                command.current_dir(path);
                self.step(&format!("format of {folder}"), || {
                    process::show_and_run(&mut command)
                })?;
            }
        }
        Ok(())
    }

    /// Builds the first-party components. Hostile guests are built by the tests that need them.
    fn components(&mut self, binary: &Path) -> Result<(), Failure> {
        let workspace = self.workspace;
        self.step("components", || {
            components::ensure_target(workspace)?;
            let plugins = components::first_party(workspace)?;
            components::build(workspace, binary, &plugins)?;
            Ok(())
        })
    }

    /// Starts a server of each database that is not given. Where nobody looks at what was skipped, a
    /// database that cannot be had is a failure.
    fn servers(&mut self) -> Result<Servers, Failure> {
        let is_ci = std::env::var_os("CI").is_some_and(|value| value == "true");
        let mut skipped = Vec::new();
        let servers = self.step("database servers", || {
            let (given, wanted): (Vec<Database>, Vec<Database>) = Database::ALL
                .iter()
                .partition(|database| database.is_given());
            for database in given {
                println!("{}: given by {}", database.name(), database.variable());
            }
            let servers = Servers::start(&wanted, true)?;
            for name in servers.running() {
                println!("{name}: started");
            }
            for why in servers.skipped() {
                println!("{why}");
            }
            skipped.extend_from_slice(servers.skipped());
            match servers.skipped().first() {
                Some(why) if is_ci => Err(Failure::broken(why)
                    .hint("with CI=true a database that cannot be had is an error")),
                _ => Ok(servers),
            }
        });
        self.skipped = skipped;
        servers
    }

    /// Runs the tests, then stops the servers. One that ended in the middle explains a failure.
    fn tests(&mut self, binary: &Path, servers: Servers) -> Result<(), Failure> {
        let nextest = process::succeeds(&mut self.command(&["nextest", "--version"]));
        let mut command = if nextest {
            self.command(&["nextest", "run", "--workspace", "--locked"])
        } else {
            let targets = ["--lib", "--bins", "--tests", "--examples"];
            let mut command = self.command(&["test", "--workspace", "--locked"]);
            command.args(targets);
            command
        };
        command
            .env("STRATA_TEST_BINARY", binary)
            .env("STRATA_TEST_COMPONENTS", self.workspace.components())
            .envs(servers.environment());
        if self.full {
            command.env("STRATA_TEST_FULL", "1");
        } else {
            command
                .env_remove("STRATA_TEST_FULL")
                .env("PROPTEST_RNG_SEED", SEED);
        }
        let outcome = self.step("tests", || process::show_and_run(&mut command));
        for ended in servers.stop() {
            println!("{ended}");
        }
        outcome
    }

    fn documentation(&mut self) -> Result<(), Failure> {
        let mut command = self.command(&["doc", "--no-deps", "--workspace", "--locked"]);
        command.env("RUSTDOCFLAGS", "-D warnings");
        self.step("documentation", || process::show_and_run(&mut command))
    }
}

fn seconds(since: Instant) -> String {
    format!("{:.1} s", since.elapsed().as_secs_f64())
}
