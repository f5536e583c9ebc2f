//! One plugin built in two folders gives the same bytes.

use std::path::Path;
use std::process::Command;

use tests::{fixture, strata, workspace};

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
fn build(root: &Path, name: &str, file: &str) -> Vec<u8> {
    let out = tempfile::tempdir_in(workspace::scratch()).unwrap();
    let mut command = Command::new(workspace::binary());
    command
        .args(["plugin", "build"])
        .arg(root.join("tests/fixtures/v0").join(name))
        .arg("--out")
        .arg(out.path())
        .current_dir(out.path())
        .env_remove("CARGO_TARGET_DIR");
    let built = strata::outcome(&mut command);
    assert_eq!(built.status, 0, "{}", built.stderr);
    std::fs::read(out.path().join(file)).unwrap()
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
fn a_committed_fixture_is_what_its_source_makes() {
    let built = build(&workspace::root(), "fx_custom", "fx_custom-1.0.0.wasm");
    assert!(
        built == fixture("fx_custom-1.0.0"),
        "build the fixtures again, as `tests/fixtures/v0/README.md` says"
    );
}

#[test]
fn a_plugin_built_in_two_folders_gives_the_same_bytes() {
    if !is_full() {
        // Compiles everything below the plugin once more; `STRATA_TEST_FULL=1` asks for it.
        return;
    }
    let copied = tempfile::tempdir_in(workspace::scratch()).unwrap();
    let elsewhere = copied.path().join("a folder of another name");
    std::fs::create_dir(&elsewhere).unwrap();
    for source in SOURCES {
        copy(&workspace::root().join(source), &elsewhere.join(source));
    }
    let (name, file) = ("fx_core", "fx_core-1.0.0.wasm");
    let there = build(&elsewhere, name, file);
    assert!(there == build(&workspace::root(), name, file));
}
