//! A core module becomes a component.
//!
//! Whether its imports and exports are the contract's is judged in `plugin`, when it is added.
//!
//! Invariant: a component that leaves here is valid WebAssembly and holds exactly one manifest.

use model::{Error, Manifest, Result};
use wasmparser::{Parser, Payload};
use wit_component::ComponentEncoder;

use super::codes;

/// The custom section that holds the manifest.
const SECTION: &str = "strata:manifest";

/// Wraps a module and reads the manifest that it carries.
pub(super) fn from_module(module: &[u8]) -> Result<(Vec<u8>, Manifest)> {
    manifest(module)?;
    let component = encode(module).map_err(|message| {
        Error::new(
            &codes::NOT_COMPONENT,
            "failed to make a component of the module",
        )
        .because(message)
        .hint("a plugin is a unit struct with `#[strata_sdk::plugin]` and `impl Plugin`")
    })?;
    let manifest = Manifest::parse(&manifest(&component)?)?;
    Ok((component, manifest))
}

fn encode(module: &[u8]) -> std::result::Result<Vec<u8>, String> {
    let mut encoder = ComponentEncoder::default();
    let encoder = encoder
        .validate(true)
        .module(module)
        .map_err(|error| format!("{error:#}"))?;
    encoder.encode().map_err(|error| format!("{error:#}"))
}

/// The one manifest in a module or component, nested ones included.
fn manifest(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut found = Vec::new();
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload.map_err(|cause| {
            Error::new(&codes::NOT_COMPONENT, "failed to read the module").because(cause)
        })?;
        if let Payload::CustomSection(section) = payload
            && section.name() == SECTION
        {
            found.push(section.data().to_vec());
        }
    }
    let n_found = found.len();
    match (found.pop(), n_found) {
        (Some(manifest), 1) => Ok(manifest),
        _ => Err(Error::new(
            &codes::NO_MANIFEST,
            format!("the module holds {n_found} manifests instead of one"),
        )
        .hint(
            "put `#[strata_sdk::plugin(manifest = \"plugin.toml\")]` on one struct of the plugin",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module with nothing but custom sections of these names.
    fn module(sections: &[&str]) -> Vec<u8> {
        let mut bytes = b"\0asm\x01\0\0\0".to_vec();
        for name in sections {
            let n_name = u8::try_from(name.len()).expect("it is short");
            bytes.extend([0, n_name + 3, n_name]);
            bytes.extend(name.bytes());
            bytes.extend(b"{}");
        }
        bytes
    }

    #[test]
    fn a_module_without_a_manifest_or_with_two_is_refused() {
        for sections in [&[][..], &["other"], &[SECTION, SECTION]] {
            let error = from_module(&module(sections)).expect_err("it is refused");
            assert!(error.is(&codes::NO_MANIFEST), "{error:?}");
        }
    }

    #[test]
    fn what_is_not_webassembly_is_refused() {
        let error = from_module(b"#!/bin/sh").expect_err("it is refused");
        assert!(error.is(&codes::NOT_COMPONENT), "{error:?}");
    }

    #[test]
    fn a_manifest_that_the_host_cannot_read_is_refused() {
        let error = from_module(&module(&[SECTION])).expect_err("it is refused");
        assert_eq!(error.code().name, "manifest.invalid", "{error:?}");
    }
}
