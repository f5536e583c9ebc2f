//! `strata compile-component`: the hidden command that compiles a component in a process of its own.

use std::path::PathBuf;

use clap::Args;
use model::Result;

/// Arguments of `strata compile-component`.
#[derive(Debug, Args)]
pub struct CompileComponentArguments {
    /// The component.
    pub input: PathBuf,
    /// Where the native code goes.
    #[arg(value_name = "FILE")]
    pub native: PathBuf,
}

/// Compiles.
///
/// # Errors
/// Those of [`plugin::compile::compile_component`].
pub fn run(arguments: &CompileComponentArguments) -> Result<()> {
    plugin::compile::compile_component(&arguments.input, &arguments.native)
}
