//! Where things are: the repository, the target folder, the binary, the plugins' folders.
//!
//! It looks, and makes nothing.

use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::process;

/// The repository and the folder that cargo builds into.
#[derive(Debug)]
pub(crate) struct Workspace {
    /// The folder with the workspace's manifest.
    pub(crate) root: PathBuf,
    /// Cargo's target folder.
    pub(crate) target: PathBuf,
}

/// How the binary `strata` is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Quick to build; for tests.
    Dev,
    /// Quick to run; for the demo.
    Release,
}

impl Workspace {
    /// Finds the workspace that this program was started from.
    pub(crate) fn find() -> Result<Workspace, Failure> {
        let root = root()?;
        let target = target(&root)?;
        Ok(Workspace { root, target })
    }

    /// The binary `strata` of this profile, built or not.
    pub(crate) fn binary(&self, profile: Profile) -> PathBuf {
        let folder = match profile {
            Profile::Dev => "debug",
            Profile::Release => "release",
        };
        self.target
            .join(folder)
            .join(format!("strata{}", std::env::consts::EXE_SUFFIX))
    }

    /// Where the first-party components are built to.
    pub(crate) fn components(&self) -> PathBuf {
        self.target.join("components")
    }

    /// Builds the binary `strata` and returns where it is.
    pub(crate) fn build_binary(&self, profile: Profile) -> Result<PathBuf, Failure> {
        let mut build = process::cargo(&self.root);
        build.args(["build", "--locked", "-p", "cli"]);
        if profile == Profile::Release {
            build.arg("--release");
        }
        process::show_and_run(&mut build)?;
        let binary = self.binary(profile);
        if !binary.is_file() {
            let message = format!("the build of `cli` left no `{}`", binary.display());
            return Err(Failure::broken(message));
        }
        Ok(binary)
    }
}

/// A path as seen from a folder: relative when inside of it.
pub(crate) fn seen_from(path: &Path, folder: &Path) -> PathBuf {
    match path.strip_prefix(folder) {
        Ok(rest) if rest.as_os_str().is_empty() => PathBuf::from("."),
        Ok(rest) => rest.to_path_buf(),
        Err(_) => path.to_path_buf(),
    }
}

/// The folder that this program was started in.
pub(crate) fn current_folder() -> Result<PathBuf, Failure> {
    std::env::current_dir()
        .map_err(|cause| Failure::broken(format!("cannot tell the current folder: {cause}")))
}

/// Cargo says where `xtask` is while it runs it; without cargo, the folders above are searched.
fn root() -> Result<PathBuf, Failure> {
    let start = match std::env::var_os("CARGO_MANIFEST_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => current_folder()?,
    };
    let is_root = |folder: &&Path| {
        std::fs::read_to_string(folder.join("Cargo.toml"))
            .is_ok_and(|text| text.contains("[workspace]"))
    };
    start
        .ancestors()
        .find(is_root)
        .map(Path::to_path_buf)
        .ok_or_else(|| {
            Failure::broken("cannot find the workspace")
                .hint("run `cargo xtask` inside the repository")
        })
}

fn target(root: &Path) -> Result<PathBuf, Failure> {
    let mut metadata = process::cargo(root);
    metadata.args(["metadata", "--no-deps", "--format-version", "1"]);
    let captured = process::capture(&mut metadata)?;
    if !captured.status.success() {
        let message = format!("`cargo metadata` failed:\n{}", captured.stderr.trim_end());
        return Err(Failure::broken(message));
    }
    serde_json::from_str::<serde_json::Value>(&captured.stdout)
        .ok()
        .and_then(|value| value.get("target_directory")?.as_str().map(PathBuf::from))
        .ok_or_else(|| Failure::broken("`cargo metadata` names no target folder"))
}
