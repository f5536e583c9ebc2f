//! One plugin built in two folders gives the same bytes.
//!
//! The committed fixtures are not compared: they are older than the SDK of today, which is what they are
//! for, and its line numbers are in their bytes.

use std::path::Path;
use std::process::Command;

use tests::{strata, workspace};

use crate::world::is_full;

/// What a build of the fixtures reads, seen from the repository.
const SOURCES: [&str; 10] = [
    "Cargo.lock",
    "Cargo.toml",
    "clippy.toml",
    "host",
    "plugins",
    "rust-toolchain.toml",
    "sdk",
    "tenant-migrations",
    "tests",
    "wit",
];

/// Builds a fixture from the sources in a folder and gives its bytes.
fn build(root: &Path, target: Option<&Path>) -> Vec<u8> {
    let out = tempfile::tempdir_in(workspace::scratch()).unwrap();
    let mut command = Command::new(workspace::binary());
    command
        .args(["plugin", "build"])
        .arg(root.join("tests/fixtures/v0/fx_core"))
        .arg("--out")
        .arg(out.path())
        .current_dir(out.path())
        .env_remove("CARGO_TARGET_DIR");
    if let Some(target) = target {
        command.env("CARGO_TARGET_DIR", target);
    }
    let built = strata::outcome(&mut command);
    assert_eq!(built.status, 0, "{}", built.stderr);
    std::fs::read(out.path().join("fx_core-1.0.0.wasm")).unwrap()
}

/// Copies sources; what was built is left out.
fn copy(from: &Path, to: &Path) {
    if !from.is_dir() {
        std::fs::copy(from, to).unwrap();
        return;
    }
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name() != "target" && !entry.file_type().unwrap().is_symlink() {
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    }
}

#[test]
fn a_plugin_built_in_two_folders_gives_the_same_bytes() {
    let copied = tempfile::tempdir_in(workspace::scratch()).unwrap();
    let elsewhere = copied.path().join("a folder of another name");
    std::fs::create_dir(&elsewhere).unwrap();
    for source in SOURCES {
        copy(&workspace::root().join(source), &elsewhere.join(source));
    }
    // With a target folder of its own everything below the plugin is compiled once more, in the full suite.
    let target = workspace::root().join("tests/fixtures/v0/target");
    let target = (!is_full()).then_some(target);
    let there = build(&elsewhere, target.as_deref());
    let here = build(&workspace::root(), None);
    assert!(there == here, "the folder of the source is in the bytes");
}
