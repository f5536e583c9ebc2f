//! `cargo xtask codes`: the generated page of error codes, as the real binary prints it.

use std::path::Path;
use std::process::Command;

use crate::failure::Failure;
use crate::process;
use crate::workspace::{Profile, Workspace};

/// The generated page.
const PAGE: &str = "docs/error-codes.md";

/// Writes the page, or with `check` compares it.
pub(crate) fn run(workspace: &Workspace, check: bool) -> Result<(), Failure> {
    let binary = workspace.build_binary(Profile::Dev)?;
    if check {
        compare(workspace, &binary)
    } else {
        write(workspace, &binary)
    }
}

/// Fails when the committed page is not what this binary prints.
pub(crate) fn compare(workspace: &Workspace, binary: &Path) -> Result<(), Failure> {
    let expected = printed(workspace, binary)?;
    let stands = std::fs::read_to_string(workspace.root.join(PAGE)).unwrap_or_default();
    if stands == expected {
        println!("`{PAGE}` is what `strata error-codes` prints");
        return Ok(());
    }
    Err(
        Failure::broken(format!("`{PAGE}` is not what `strata error-codes` prints"))
            .hint("run `cargo xtask codes` and commit the page"),
    )
}

fn write(workspace: &Workspace, binary: &Path) -> Result<(), Failure> {
    let text = printed(workspace, binary)?;
    let page = workspace.root.join(PAGE);
    let folder = page.parent().unwrap_or(&workspace.root);
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&page, text))
        .map_err(|cause| Failure::broken(format!("cannot write `{PAGE}`: {cause}")))?;
    println!("wrote `{PAGE}`");
    Ok(())
}

fn printed(workspace: &Workspace, binary: &Path) -> Result<String, Failure> {
    let mut command = Command::new(binary);
    command.current_dir(&workspace.root).arg("error-codes");
    let captured = process::capture(&mut command)?;
    if captured.status.success() && !captured.stdout.trim().is_empty() {
        return Ok(captured.stdout);
    }
    let message = format!(
        "`strata error-codes` printed no page\n{}",
        captured.stderr.trim_end()
    );
    Err(Failure::broken(message))
}
