//! Where things are: the workspace, Cargo's target folder, the binary under test.

use std::path::{Path, PathBuf};

/// The folder with the workspace's manifest.
pub fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap().to_path_buf()
}

/// Cargo's target folder, in which the running test was built.
pub fn target() -> PathBuf {
    let program = std::env::current_exe().unwrap();
    let deps = program.ancestors().find(|path| path.ends_with("deps"));
    deps.and_then(|deps| deps.parent()?.parent())
        .map_or_else(|| root().join("target"), Path::to_path_buf)
}

/// The folder for what tests write, on the same disk as the target folder.
pub fn scratch() -> PathBuf {
    let folder = target().join("tmp");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// The binary under test: `STRATA_TEST_BINARY`, else the one that `cargo build -p cli` makes.
pub fn binary() -> PathBuf {
    named(
        "STRATA_TEST_BINARY",
        target().join("debug/strata"),
        "cargo build -p cli",
    )
}

/// What a variable names, else the default; it has to be there.
pub(crate) fn named(variable: &str, default: PathBuf, made_by: &str) -> PathBuf {
    let path = std::env::var_os(variable).map_or(default, PathBuf::from);
    assert!(
        path.exists(),
        "`{}` is not there: run `cargo xtask test`, or `{made_by}` first, or name it in `{variable}`",
        path.display()
    );
    path
}
