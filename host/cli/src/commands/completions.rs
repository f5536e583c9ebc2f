//! `strata completions SHELL`: a script that completes commands.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::arguments::Arguments;
use crate::output::Output;

/// Arguments of `strata completions`.
#[derive(Debug, Args)]
pub struct CompletionsArguments {
    /// For which shell.
    pub shell: Shell,
}

/// Prints the script.
pub fn run(arguments: &CompletionsArguments, output: Output) {
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut Arguments::command(),
        "strata",
        &mut script,
    );
    output.line(String::from_utf8_lossy(&script).trim_end());
}
