//! Runs cargo: from a package to a core module.
//!
//! It knows nothing of components. What cargo prints is kept for the error, never printed.
//!
//! Invariant: no path of this machine reaches the module; each is given a name that is the same
//! everywhere.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use model::{Error, Result};
use serde_json::Value;

use super::{codes, wrapper};

const TARGET: &str = "wasm32-unknown-unknown";

/// The profile of plugins, given with each build because a package elsewhere does not have it.
const PROFILE: [&str; 8] = [
    "profile.plugin.inherits=\"release\"",
    "profile.plugin.panic=\"abort\"",
    "profile.plugin.opt-level=\"s\"",
    "profile.plugin.lto=true",
    "profile.plugin.codegen-units=1",
    "profile.plugin.strip=true",
    "profile.plugin.debug=false",
    "profile.plugin.debug-assertions=false",
];

/// How much of the compiler's output an error holds, in characters from its end.
const OUTPUT_CHARACTERS_MAX: usize = 8_000;

/// Compiles the package in a folder and gives the bytes of its module.
pub(super) fn module(dir: &Path) -> Result<Vec<u8>> {
    let manifest = dir.join("Cargo.toml");
    let manifest = manifest.canonicalize().map_err(|cause| {
        Error::new(
            &codes::FAILED,
            format!("there is no package in `{}`", dir.display()),
        )
        .because(cause)
        .hint("give the folder of the plugin's `Cargo.toml`")
    })?;
    let cargo = Cargo {
        dir: manifest.parent().unwrap_or(dir).to_owned(),
        manifest,
    };
    let sysroot = cargo.sysroot()?;
    let workspace = cargo.workspace()?;
    let file = cargo.build(&workspace, &sysroot)?;
    std::fs::read(&file).map_err(|cause| {
        Error::new(
            &codes::FAILED,
            format!("failed to read `{}`", file.display()),
        )
        .because(cause)
    })
}

/// What is run, and on which package.
struct Cargo {
    dir: PathBuf,
    manifest: PathBuf,
}

/// What `cargo metadata` says, as far as it matters here.
struct Workspace {
    package_id: String,
    /// The folder of what is built.
    target: PathBuf,
    /// Folders and the names that they get, the more general first.
    folders: Vec<(PathBuf, String)>,
}

impl Cargo {
    /// The folder of the toolchain, which must be able to compile for [`TARGET`].
    fn sysroot(&self) -> Result<PathBuf> {
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let output = self.run(Command::new(rustc).args(["--print", "sysroot"]))?;
        let sysroot = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
        if !sysroot.join("lib/rustlib").join(TARGET).is_dir() {
            return Err(Error::new(
                &codes::TARGET_MISSING,
                format!("the Rust toolchain cannot compile for `{TARGET}`"),
            )
            .hint(format!("run `rustup target add {TARGET}`")));
        }
        Ok(sysroot)
    }

    fn workspace(&self) -> Result<Workspace> {
        let output = self.run(
            cargo()
                .args([
                    "metadata",
                    "--format-version",
                    "1",
                    "--locked",
                    "--filter-platform",
                    TARGET,
                ])
                .arg("--manifest-path")
                .arg(&self.manifest),
        )?;
        let metadata: Value = serde_json::from_slice(&output.stdout).map_err(|cause| {
            Error::new(&codes::FAILED, "failed to read what `cargo metadata` says").because(cause)
        })?;
        self.read_workspace(&metadata).ok_or_else(|| {
            Error::new(
                &codes::FAILED,
                format!(
                    "`{}` is not the manifest of a package",
                    self.manifest.display()
                ),
            )
            .hint("give the folder of one plugin, not of a workspace")
        })
    }

    fn read_workspace(&self, metadata: &Value) -> Option<Workspace> {
        let root = PathBuf::from(metadata.get("workspace_root")?.as_str()?);
        let target = PathBuf::from(metadata.get("target_directory")?.as_str()?);
        let mut package_id = None;
        let mut places = BTreeMap::new();
        for package in metadata.get("packages")?.as_array()? {
            let manifest = Path::new(package.get("manifest_path")?.as_str()?);
            let folder = manifest.parent()?;
            let is_local = package.get("source")?.is_null();
            if is_local && manifest == self.manifest {
                package_id = Some(package.get("id")?.as_str()?.to_owned());
            }
            if is_local && !folder.starts_with(&root) {
                let name = package.get("name")?.as_str()?;
                places.insert(folder.to_owned(), format!("/package/{name}"));
            } else if !is_local {
                // All packages of a registry lie in one folder, whose name holds the registry's address.
                places.insert(folder.parent()?.to_owned(), "/registry".to_owned());
            }
        }
        let mut folders = vec![
            (root, "/workspace".to_owned()),
            (target.clone(), "/target".to_owned()),
        ];
        folders.extend(places);
        Some(Workspace {
            package_id: package_id?,
            target,
            folders,
        })
    }

    /// Runs the build and gives the file of the module.
    fn build(&self, workspace: &Workspace, sysroot: &Path) -> Result<PathBuf> {
        let mut command = cargo();
        command.args([
            "build",
            "--lib",
            "--locked",
            "--profile",
            "plugin",
            "--target",
            TARGET,
        ]);
        command.arg("--message-format=json-render-diagnostics");
        command.args(
            PROFILE
                .into_iter()
                .flat_map(|setting| ["--config", setting]),
        );
        command.arg("--manifest-path").arg(&self.manifest);
        command
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_BUILD_TARGET");
        command.env("CARGO_ENCODED_RUSTFLAGS", flags(workspace, sysroot));
        let wrapper = wrapper::install(&workspace.target).map_err(|cause| {
            let folder = workspace.target.display();
            Error::new(
                &codes::NOT_WRITTEN,
                format!("failed to write into `{folder}`"),
            )
            .because(cause)
        })?;
        command
            .env("RUSTC_WRAPPER", wrapper)
            .env("RUSTC_WORKSPACE_WRAPPER", "");
        command.env("CARGO_INCREMENTAL", "0");
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("CARGO_PROFILE_PLUGIN_") {
                command.env_remove(name);
            }
        }
        let output = self.run(&mut command)?;
        let lines = String::from_utf8_lossy(&output.stdout);
        let file = lines
            .lines()
            .find_map(|line| artifact(line, &workspace.package_id));
        file.ok_or_else(|| {
            Error::new(
                &codes::FAILED,
                format!(
                    "the package in `{}` makes no WebAssembly module",
                    self.dir.display()
                ),
            )
            .hint("add `crate-type = [\"cdylib\", \"rlib\"]` under `[lib]` in its `Cargo.toml`")
        })
    }

    /// Runs a command in the package's folder, where the toolchain is chosen.
    fn run(&self, command: &mut Command) -> Result<Output> {
        let program = command.get_program().to_string_lossy().into_owned();
        let output = command.current_dir(&self.dir).output().map_err(|cause| {
            let error = Error::new(&codes::NO_CARGO, format!("failed to run `{program}`"));
            let is_missing = cause.kind() == ErrorKind::NotFound;
            let error = error.because(cause);
            match is_missing {
                true => error.hint("install Rust with rustup"),
                false => error,
            }
        })?;
        if output.status.success() {
            return Ok(output);
        }
        let text = String::from_utf8_lossy(&output.stderr);
        let text = text.trim_end();
        let n_dropped = text.chars().count().saturating_sub(OUTPUT_CHARACTERS_MAX);
        let end: String = text.chars().skip(n_dropped).collect();
        let message = format!("failed to compile the plugin in `{}`", self.dir.display());
        Err(Error::new(&codes::FAILED, message).because(end))
    }
}

fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// The compiler's flags, separated as `CARGO_ENCODED_RUSTFLAGS` wants them.
///
/// The same for every plugin of a workspace, so that what they share is compiled once. Of two
/// prefixes that fit, the compiler takes the later.
fn flags(workspace: &Workspace, sysroot: &Path) -> OsString {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    let general = [(Some(sysroot.to_owned()), "/rust"), (home, "/cargo")];
    let general = general
        .into_iter()
        .filter_map(|(folder, name)| Some((folder?, name.to_owned())));
    let mut flags = OsString::new();
    for (folder, name) in general.chain(workspace.folders.iter().cloned()) {
        if !flags.is_empty() {
            flags.push("\u{1f}");
        }
        flags.push("--remap-path-prefix=");
        flags.push(folder);
        flags.push("=");
        flags.push(name);
    }
    flags
}

/// The module in a line of cargo's output, if the line is about the package and has one.
fn artifact(line: &str, package_id: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(line).ok()?;
    let is_artifact = message.get("reason")? == "compiler-artifact";
    if !is_artifact || message.get("package_id")? != package_id {
        return None;
    }
    let files = message.get("filenames")?.as_array()?;
    files
        .iter()
        .filter_map(Value::as_str)
        .find(|file| file.ends_with(".wasm"))
        .map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_artifact_is_the_module_of_the_package_that_was_asked_for() {
        let line =
            r#"{"reason":"compiler-artifact","package_id":"p","filenames":["/a.rlib","/a.wasm"]}"#;
        assert_eq!(artifact(line, "p"), Some(PathBuf::from("/a.wasm")));
        assert_eq!(artifact(line, "q"), None);
        assert_eq!(artifact("warning: something", "p"), None);
    }

    #[test]
    fn folders_get_names_that_are_the_same_everywhere() {
        let metadata = serde_json::json!({
            "workspace_root": "/somewhere/me/plugins",
            "target_directory": "/somewhere/me/plugins/target",
            "packages": [
                {"name": "club", "id": "c", "source": null, "manifest_path": "/somewhere/me/plugins/club/Cargo.toml"},
                {"name": "sdk", "id": "s", "source": null, "manifest_path": "/somewhere/me/sdk/Cargo.toml"},
                {"name": "serde", "id": "d", "source": "registry+x", "manifest_path": "/somewhere/me/.cargo/registry/src/x-1/serde-1.0.0/Cargo.toml"},
            ],
        });
        let cargo = Cargo {
            dir: "/somewhere/me/plugins/club".into(),
            manifest: "/somewhere/me/plugins/club/Cargo.toml".into(),
        };
        let workspace = cargo.read_workspace(&metadata).expect("it is there");
        assert_eq!(workspace.package_id, "c");
        let flags = flags(&workspace, Path::new("/opt/rust"))
            .into_string()
            .expect("it is text");
        let flags: Vec<&str> = flags.split('\u{1f}').collect();
        assert_eq!(flags[0], "--remap-path-prefix=/opt/rust=/rust");
        assert!(flags.contains(&"--remap-path-prefix=/somewhere/me/plugins=/workspace"));
        assert!(flags.contains(&"--remap-path-prefix=/somewhere/me/sdk=/package/sdk"));
        assert!(
            flags.contains(&"--remap-path-prefix=/somewhere/me/.cargo/registry/src/x-1=/registry")
        );
    }
}
