//! `cargo xtask demo`: from a clean clone to three provisioned tenants, a plan, an answer, a refusal.
//!
//! All of it is done by the real binary; each command that it runs is shown as one would type it.
//! `folder.rs` decides which folder may be used, `strata.rs` runs the binary, `tenants.rs` knows the
//! three tenants.
//!
//! Invariant: a second run leaves what the first one left.

mod folder;
mod strata;
mod tenants;

use std::path::Path;
use std::time::Instant;

use crate::components;
use crate::failure::Failure;
use crate::workspace::{self, Profile, Workspace};
use folder::Folder;
use strata::Strata;
use tenants::TENANTS;

/// A committed component that changes what it does not own.
const TRESPASSER: &str = "tests/fixtures/v0/components/fx_trespasser-1.0.0.wasm";

/// Builds everything, provisions the tenants and shows what can be asked.
pub(crate) fn run(workspace: &Workspace, dir: &Path, fresh: bool) -> Result<(), Failure> {
    let started = Instant::now();
    let here = workspace::current_folder()?;
    let folder = Folder::check(dir)?;

    heading("Build the binary and the components");
    components::ensure_target(workspace)?;
    let binary = workspace.build_binary(Profile::Release)?;
    let plugins = components::first_party(workspace)?;
    let files = components::build(workspace, &binary, &plugins)?;

    folder.prepare(fresh)?;
    let shown_binary = workspace::seen_from(&binary, &here);
    let strata = Strata::new(binary, dir);
    heading("Make a home and fill its catalogue");
    strata.run(&["init"])?;
    let files: Vec<_> = files
        .iter()
        .map(|file| workspace::seen_from(file, &here))
        .collect();
    strata.add_plugins(&files, dir)?;

    heading("Provision three tenants");
    let mut created = Vec::new();
    for tenant in &TENANTS {
        created.push(tenants::create(&strata, tenant)?);
    }
    println!();
    tenants::print(&created);

    heading("A plan: what an upgrade of the template would do");
    strata.run(&[
        "plan",
        "cpn-uml",
        "--template",
        "political_party_nepal@2.0.0",
    ])?;
    heading("Provenance: who made this table, and what changed it since");
    strata.run(&["explain", "nepali-congress", "members"])?;
    refused(workspace, &strata, &here)?;

    println!("\nDone in {}. To look around:", seconds(started));
    println!(
        "{} --home {} tenant list",
        shown_binary.display(),
        dir.display()
    );
    Ok(())
}

/// Shows an operation that is refused: a plugin that adds a column to a table of the core.
fn refused(workspace: &Workspace, strata: &Strata, here: &Path) -> Result<(), Failure> {
    heading("A refused operation: a plugin adds a column to a table of the core");
    let trespasser = workspace.root.join(TRESPASSER);
    let trespasser = workspace::seen_from(&trespasser, here);
    strata.run(&["plugin", "add", &trespasser.to_string_lossy()])?;
    strata.expect_refusal(&["plan", "nrna", "--add-module", "fx_trespasser"])
}

fn heading(text: &str) {
    println!("\n== {text}");
}

fn seconds(since: Instant) -> String {
    format!("{:.1} s", since.elapsed().as_secs_f64())
}
