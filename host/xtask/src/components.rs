//! Building plugins into components: which folders are plugins, in which order, into which folder.
//!
//! How a component is made is known to `strata plugin build` alone.
//!
//! Invariant: after a build the folder of components holds what this source makes and nothing else.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::process;
use crate::workspace::Workspace;

/// The folders that first-party plugins are looked for in.
const FOLDERS: [&str; 2] = ["plugins", "tenant-migrations"];

/// Layers from the ground up, as manifests spell them.
const LAYERS: [&str; 4] = ["basic", "template", "module", "custom"];

const WASM: &str = "wasm32-unknown-unknown";

/// A folder with a `plugin.toml`, and what its order depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PluginFolder {
    /// The folder.
    pub(crate) folder: PathBuf,
    layer: usize,
    id: String,
    version: String,
}

impl PluginFolder {
    /// The name of the file that the component is built to.
    fn file_name(&self) -> String {
        format!("{}-{}.wasm", self.id, self.version)
    }
}

/// Adds the WebAssembly target to the toolchain, only when it is not there.
pub(crate) fn ensure_target(workspace: &Workspace) -> Result<(), Failure> {
    let mut ask = Command::new("rustc");
    ask.current_dir(&workspace.root)
        .args(["--print", "target-libdir", "--target", WASM]);
    let answer = process::capture(&mut ask)?;
    if answer.status.success() && Path::new(answer.stdout.trim()).is_dir() {
        return Ok(());
    }
    let mut add = Command::new("rustup");
    add.current_dir(&workspace.root)
        .args(["target", "add", WASM]);
    process::show_and_run(&mut add).map_err(|_| {
        Failure::broken(format!("the Rust toolchain cannot compile to `{WASM}`")).hint(format!(
            "install rustup, then run `rustup target add {WASM}`"
        ))
    })
}

/// Every first-party plugin: lower layers first, then by id, then older versions first.
pub(crate) fn first_party(workspace: &Workspace) -> Result<Vec<PluginFolder>, Failure> {
    let mut found = Vec::new();
    for folder in FOLDERS {
        found.extend(plugins_under(&workspace.root.join(folder))?);
    }
    if found.is_empty() {
        return Err(Failure::broken(
            "no folder under `plugins/` holds a `plugin.toml`",
        ));
    }
    found.sort_by_cached_key(|plugin| (plugin.layer, plugin.id.clone(), numbers(&plugin.version)));
    Ok(found)
}

/// Every plugin in a folder and the folders below it, in no particular order.
pub(crate) fn plugins_under(folder: &Path) -> Result<Vec<PluginFolder>, Failure> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        let manifest = folder.join("plugin.toml");
        if manifest.is_file() {
            found.push(read(&folder, &manifest)?);
        }
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        let folders = entries
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.is_dir());
        open.extend(folders.filter(|path| !path.ends_with("target") && !path.ends_with("src")));
    }
    Ok(found)
}

fn read(folder: &Path, manifest: &Path) -> Result<PluginFolder, Failure> {
    let broken = |why: String| Failure::broken(format!("`{}`: {why}", manifest.display()));
    let text = std::fs::read_to_string(manifest).map_err(|cause| broken(cause.to_string()))?;
    let table: toml::Table = text
        .parse()
        .map_err(|cause: toml::de::Error| broken(cause.to_string()))?;
    let field = |name: &str| match table.get(name).and_then(toml::Value::as_str) {
        Some(value) => Ok(value.to_owned()),
        None => Err(broken(format!("no `{name}`"))),
    };
    let layer = field("layer")?;
    let Some(layer) = LAYERS.iter().position(|name| *name == layer) else {
        return Err(broken(format!("`{layer}` is no layer")));
    };
    Ok(PluginFolder {
        folder: folder.to_path_buf(),
        layer,
        id: field("id")?,
        version: field("version")?,
    })
}

fn numbers(version: &str) -> Vec<u64> {
    version
        .split(['.', '-', '+'])
        .map(|part| part.parse().unwrap_or(0))
        .collect()
}

/// Builds these plugins with `strata plugin build` into the folder of components, which then holds them alone, and
/// returns the components in the same order.
pub(crate) fn build(
    workspace: &Workspace,
    binary: &Path,
    plugins: &[PluginFolder],
) -> Result<Vec<PathBuf>, Failure> {
    let out = workspace.components();
    empty(&out)?;
    let mut build = Command::new(binary);
    build.current_dir(&workspace.root).args(["plugin", "build"]);
    for plugin in plugins {
        build.arg(crate::workspace::seen_from(&plugin.folder, &workspace.root));
    }
    build
        .arg("--out")
        .arg(crate::workspace::seen_from(&out, &workspace.root));
    process::show_and_run(&mut build)?;
    let files: Vec<PathBuf> = plugins
        .iter()
        .map(|plugin| out.join(plugin.file_name()))
        .collect();
    match files.iter().find(|file| !file.is_file()) {
        None => Ok(files),
        Some(file) => {
            let message = format!("`strata plugin build` left no `{}`", file.display());
            Err(Failure::broken(message))
        }
    }
}

/// Removes components of an earlier build, whose source may be gone.
fn empty(folder: &Path) -> Result<(), Failure> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Ok(());
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path
            .extension()
            .is_some_and(|extension| extension == "wasm")
        {
            std::fs::remove_file(&path).map_err(|cause| {
                Failure::broken(format!("cannot remove `{}`: {cause}", path.display()))
            })?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_by_number_not_by_text() {
        assert!(numbers("10.0.0") > numbers("9.1.0"));
    }

    #[test]
    fn plugins_are_found_below_a_folder_with_what_their_order_depends_on() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("modules/dues/v1_1_0");
        std::fs::create_dir_all(&folder).unwrap();
        let manifest = "id = \"dues\"\nversion = \"1.1.0\"\nlayer = \"module\"\n";
        std::fs::write(folder.join("plugin.toml"), manifest).unwrap();

        let found = plugins_under(root.path()).unwrap();

        assert_eq!(found.len(), 1);
        assert_eq!(found[0].file_name(), "dues-1.1.0.wasm");
        assert_eq!(found[0].layer, 2);
    }
}
