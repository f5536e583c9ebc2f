//! The gate: what is checked of a component before anything of it is compiled or run.
//!
//! It does not check what a plugin does (there is nothing to see before it runs) nor whether its types
//! are exactly those of the contract: linking does, in [`crate::host`].
//!
//! Invariant: time and memory spent here are linear in the size of the input, which is capped first.

mod bodies;
mod counts;
mod names;
mod structure;

use model::digest::Digest;
use model::error::{Error, Result};
use model::manifest::Manifest;
use wasmparser::{Validator, WasmFeatures};

use crate::contract::{HOST, MANIFEST_SECTION, Standing, standing};
use crate::limits::COMPONENT_BYTES_MAX;
use crate::text::printable;

pub(crate) mod codes {
    //! Why a component is refused unseen.
    model::codes! {
        COMPONENT_TOO_LARGE = "component.too_large", Input, "A component has more bytes than this host reads.";
        COMPONENT_TRUNCATED = "component.truncated", Input, "A component ends in the middle.";
        COMPONENT_INVALID = "component.invalid", Input, "A component is not valid WebAssembly, or uses a part of it that this host leaves out.";
        COMPONENT_NOT_COMPONENT = "component.not_component", Input, "A file is not a WebAssembly component.";
        COMPONENT_IMPORTS = "component.imports", Input, "A component imports something that this host does not lend, such as WASI.";
        COMPONENT_CONTRACT_NEWER = "component.contract_newer", Input, "A component was built for a newer contract than this host's.";
        COMPONENT_CONTRACT_OLDER = "component.contract_older", Input, "A component was built for a contract that this host no longer serves.";
        COMPONENT_NO_MANIFEST = "component.no_manifest", Input, "A component carries no manifest.";
        COMPONENT_TWO_MANIFESTS = "component.two_manifests", Input, "A component carries more than one manifest.";
        COMPONENT_NO_MIGRATIONS = "component.no_migrations", Input, "A component does not export the interface `migrations`.";
        COMPONENT_TOO_COMPLEX = "component.too_complex", Input, "A component has more parts, nesting, functions or locals than this host compiles.";
    }
}
use codes::*;

/// What is known of a component without running it.
#[derive(Debug, Clone)]
pub struct Inspected {
    /// The digest of its bytes.
    pub digest: Digest,
    /// What it says about itself.
    pub manifest: Manifest,
    /// How many bytes it has.
    pub size_bytes: u64,
}

/// The WebAssembly that this host takes, and nothing besides: no SIMD, no threads, no 64-bit memories,
/// no garbage collection, no exceptions, no async.
///
/// The engine's own set is the same or wider ([`crate::engine`]); multi-memory stays on in both because
/// wasmtime 48 panics on composed components without it.
fn features() -> WasmFeatures {
    WasmFeatures::MVP
        | WasmFeatures::MUTABLE_GLOBAL
        | WasmFeatures::SATURATING_FLOAT_TO_INT
        | WasmFeatures::SIGN_EXTENSION
        | WasmFeatures::REFERENCE_TYPES
        | WasmFeatures::MULTI_VALUE
        | WasmFeatures::BULK_MEMORY
        | WasmFeatures::TAIL_CALL
        | WasmFeatures::MULTI_MEMORY
        | WasmFeatures::EXTENDED_CONST
        | WasmFeatures::COMPONENT_MODEL
}

/// Checks a component and reads its manifest, without compiling or running anything.
///
/// # Errors
/// The codes of this file, and `manifest.invalid`.
pub fn inspect(bytes: &[u8]) -> Result<Inspected> {
    if bytes.len() > COMPONENT_BYTES_MAX {
        return Err(Error::new(
            &COMPONENT_TOO_LARGE,
            format!(
                "the component has {} bytes, at most {COMPONENT_BYTES_MAX} are read",
                bytes.len()
            ),
        )
        .hint("build with `strata plugin build`, which leaves debug information out"));
    }
    check_magic(bytes)?;
    validate(bytes)?;
    let found = structure::walk(bytes)?;
    names::check_imports(&found.imports)?;
    names::check_exports(&found.exports)?;
    let manifest = manifest(&found.manifests)?;
    Ok(Inspected {
        digest: Digest::of_bytes(bytes),
        manifest,
        size_bytes: bytes.len() as u64,
    })
}

fn check_magic(bytes: &[u8]) -> Result<()> {
    let refuse = |what: &str| {
        Err(Error::new(
            &COMPONENT_NOT_COMPONENT,
            format!("the file is {what}, not a WebAssembly component"),
        )
        .hint("build it with `strata plugin build`"))
    };
    if bytes.starts_with(b"\x7fELF") {
        return refuse("precompiled or native code");
    }
    if bytes.is_empty() || b"\0asm".starts_with(bytes) {
        return Err(truncated());
    }
    match bytes.strip_prefix(b"\0asm") {
        Some(version) if version.len() < 4 => Err(truncated()),
        Some([0x0d, 0, 1, 0, ..]) => Ok(()),
        Some([1, 0, 0, 0, ..]) => refuse("a core module"),
        Some(_) => refuse("WebAssembly of an unknown version"),
        None => refuse("something else"),
    }
}

fn truncated() -> Error {
    Error::new(&COMPONENT_TRUNCATED, "the component ends in the middle").hint("copy it again")
}

fn validate(bytes: &[u8]) -> Result<()> {
    let validated = Validator::new_with_features(features()).validate_all(bytes);
    validated.map(|_| ()).map_err(|cause| invalid(&cause))
}

/// A failure of the parser as an error of ours.
fn invalid(cause: &wasmparser::BinaryReaderError) -> Error {
    let why = printable(cause.message(), 500);
    if why.contains("unexpected end") {
        return truncated().because(format!("{why} (at byte {})", cause.offset()));
    }
    Error::new(&COMPONENT_INVALID, "the component is not valid WebAssembly for this host")
        .because(format!("{why} (at byte {})", cause.offset()))
        .hint("build it with `strata plugin build`; SIMD, threads, 64-bit memories, garbage collection and async are left out")
}

fn manifest(sections: &[&[u8]]) -> Result<Manifest> {
    let json = match sections {
        [] => {
            return Err(Error::new(
                &COMPONENT_NO_MANIFEST,
                format!("the component has no section `{MANIFEST_SECTION}`"),
            )
            .hint("build it with `strata plugin build`, which writes the manifest"));
        }
        [json] => json,
        [_, ..] => {
            return Err(Error::new(
                &COMPONENT_TWO_MANIFESTS,
                format!(
                    "the component has {} sections `{MANIFEST_SECTION}`, one is allowed",
                    sections.len()
                ),
            )
            .hint("a plugin must not link another plugin's crate with its manifest"));
        }
    };
    let manifest = Manifest::parse(json)?;
    let whose = format!("`{}@{}`", manifest.id, manifest.version);
    contract_served(&whose, &manifest.contract)?;
    Ok(manifest)
}

/// Demands that a contract version is one that this host serves.
fn contract_served(whose: &str, version: &semver::Version) -> Result<()> {
    match standing(version) {
        Standing::Served => Ok(()),
        Standing::Newer => Err(Error::new(
            &COMPONENT_CONTRACT_NEWER,
            format!("{whose} needs contract {version}, this host serves {HOST}"),
        )
        .hint("update Strata, or build the plugin with an older SDK")),
        Standing::Older => Err(Error::new(
            &COMPONENT_CONTRACT_OLDER,
            format!("{whose} needs contract {version}, this host serves {HOST}"),
        )
        .hint("build the plugin again with the SDK of this host")),
    }
}
