//! Automation for people who work on Strata, behind the alias `cargo xtask`.
//!
//! It runs programs (`cargo`, `strata`) and reads what they print. It imports no room and knows no
//! tenant: whatever a demo or a check has to do with the product, it asks the real binary.
//!
//! Invariant: nothing outside the target folder, the demo's folder, the generated pages and the folder of
//! the test servers is written. Installing what is missing is left to the tools that own it.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a tool for people, which speaks through the terminal"
)]

mod audit;
mod codes;
mod components;
mod demo;
mod failure;
mod process;
mod servers;
mod test;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::failure::Failure;
use crate::servers::Database;
use crate::workspace::Workspace;

/// Automation for people who work on Strata.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build everything and provision three tenants on SQLite.
    Demo {
        /// The folder of the demo, made when it is not there.
        #[arg(long, value_name = "DIR", default_value = "./strata-demo")]
        dir: PathBuf,
        /// Begin anew: remove the folder first, if it carries the demo's marker.
        #[arg(long)]
        fresh: bool,
    },
    /// Run everything that CI runs.
    Test {
        /// Also run what takes long: more crash points, more random cases, two-folder builds.
        #[arg(long)]
        full: bool,
    },
    /// Ask the advisory database about our dependencies.
    Audit,
    /// Write the generated page of error codes.
    Codes {
        /// Write nothing; fail when the page is not what would be written.
        #[arg(long)]
        check: bool,
    },
    /// Start the database servers of the tests, say how to reach them, and keep them until Ctrl-C.
    Servers {
        /// Install nothing: a database whose programs are missing is left out.
        #[arg(long)]
        no_install: bool,
    },
    /// Own servers until standard input ends; started by `test` and `servers`.
    #[command(hide = true)]
    KeepServers {
        /// Which servers.
        #[arg(required = true)]
        databases: Vec<Database>,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}

fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Demo { dir, fresh } => demo::run(&Workspace::find()?, &dir, fresh),
        Command::Test { full } => test::run(&Workspace::find()?, full),
        Command::Audit => audit::run(&Workspace::find()?),
        Command::Codes { check } => codes::run(&Workspace::find()?, check),
        Command::Servers { no_install } => servers::run(!no_install),
        Command::KeepServers { databases } => servers::keep(&databases),
    }
}
