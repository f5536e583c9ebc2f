//! From a plugin's source to its component: one file, ready for the catalogue.
//!
//! Not the upload: whether the host takes a component is judged in `plugin`. `cargo.rs` runs the
//! compiler (through `wrapper.rs`), `component.rs` wraps what it made.
//!
//! Invariant: the same source, lock file and toolchain in another folder give the same bytes.

mod cargo;
mod component;
mod wrapper;

use std::path::{Path, PathBuf};

use model::{Error, Manifest, Result};

pub(crate) mod codes {
    //! What can go wrong in building a component.
    model::codes! {
        NO_CARGO = "build.no_cargo", Unreachable, "Cargo, which builds plugins, cannot be run.";
        TARGET_MISSING = "build.target_missing", Unreachable, "The Rust toolchain cannot compile to WebAssembly.";
        FAILED = "build.failed", Input, "The plugin's source does not compile into a WebAssembly module.";
        NO_MANIFEST = "build.no_manifest", Input, "The module does not hold exactly one manifest.";
        NOT_COMPONENT = "build.not_component", Input, "The module does not follow the contract of plugins.";
        NOT_WRITTEN = "build.not_written", Unreachable, "The component cannot be written to the disk.";
    }
}

/// A component that was built.
#[derive(Debug, Clone)]
pub(crate) struct Built {
    /// Where it is: `<id>-<version>.wasm` in the folder that was asked for.
    pub(crate) file: PathBuf,
    /// How large it is.
    pub(crate) n_bytes: usize,
    /// What it says about itself.
    pub(crate) manifest: Manifest,
}

/// Builds the plugin whose `Cargo.toml` is in `dir` and writes its component into the folder `out`,
/// which is made when it is not there. A component of the same name there is replaced.
///
/// # Errors
/// `build.no_cargo`, `build.target_missing`, `build.failed`, `build.no_manifest`,
/// `build.not_component`, `build.not_written`, `manifest.invalid`.
pub(crate) fn build(dir: &Path, out: &Path) -> Result<Built> {
    let module = cargo::module(dir)?;
    let (component, manifest) = component::from_module(&module).map_err(|error| {
        error.within(format!("failed to build the plugin in `{}`", dir.display()))
    })?;
    let file = out.join(format!("{}-{}.wasm", manifest.id, manifest.version));
    write(&file, &component).map_err(|cause| not_written(&file).because(cause))?;
    Ok(Built {
        file,
        n_bytes: component.len(),
        manifest,
    })
}

/// Writes a file so that whoever reads it sees all of it or what was there before.
fn write(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let partial = file.with_added_extension("partial");
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(&partial, bytes)?;
    std::fs::rename(&partial, file)
}

fn not_written(file: &Path) -> Error {
    Error::new(
        &codes::NOT_WRITTEN,
        format!("failed to write `{}`", file.display()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixtures() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/v0")
    }

    #[test]
    fn every_fixture_builds_into_one_component_named_after_its_manifest() {
        let out = std::env::temp_dir().join(format!("strata-build-{}", std::process::id()));
        for (folder, name) in [
            ("fx_core", "fx_core-1.0.0.wasm"),
            ("fx_club_1", "fx_club-1.0.0.wasm"),
            ("fx_club_2", "fx_club-2.0.0.wasm"),
            ("fx_events", "fx_events-1.0.0.wasm"),
            ("fx_custom", "fx_custom-1.0.0.wasm"),
        ] {
            let built = build(&fixtures().join(folder), &out).expect("it builds");
            assert_eq!(built.file, out.join(name));
            let bytes = std::fs::read(&built.file).expect("it is there");
            assert_eq!(bytes.len(), built.n_bytes);
        }
        std::fs::remove_dir_all(out).expect("it can be removed");
    }

    #[test]
    fn a_folder_without_a_package_or_of_a_library_is_refused() {
        for folder in ["", "components", "fx_club"] {
            let error =
                build(&fixtures().join(folder), Path::new("out")).expect_err("it is refused");
            assert!(error.is(&codes::FAILED), "{error:?}");
            assert!(!error.hints().is_empty(), "{error:?}");
        }
    }
}
