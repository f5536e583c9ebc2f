//! Components for tests: the first-party ones, the committed fixtures, the hostile guest, and variants.
//!
//! Invariant: a variant of a component differs from it in its manifest alone.

use std::path::PathBuf;
use std::sync::OnceLock;

use serde_json::Value;
use wasm_encoder::{ComponentSectionId, Encode as _, RawSection};

use crate::{guests, workspace};

/// The custom section of the manifest.
pub const MANIFEST: &str = "strata:manifest";
/// A name of the same length, which the host does not read.
const HIDDEN: &str = "strata:manifold";

/// The folder of the first-party components: `STRATA_TEST_COMPONENTS`, else where `cargo xtask` puts them.
pub fn components() -> PathBuf {
    workspace::named(
        "STRATA_TEST_COMPONENTS",
        workspace::target().join("components"),
        "cargo xtask demo",
    )
}

/// The folder of the committed fixtures.
pub fn fixtures() -> PathBuf {
    workspace::root().join("tests/fixtures/v0/components")
}

/// A committed fixture, such as `fx_club-1.0.0`.
pub fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(fixtures().join(format!("{name}.wasm"))).unwrap()
}

/// A first-party component, such as `basic-1.0.0`.
pub fn component(name: &str) -> Vec<u8> {
    std::fs::read(components().join(format!("{name}.wasm"))).unwrap()
}

/// The hostile guest, built from source once.
pub fn guest() -> &'static [u8] {
    static GUEST: OnceLock<Vec<u8>> = OnceLock::new();
    GUEST.get_or_init(|| {
        let source = workspace::root().join("tests/guests");
        guests::build(&source, &workspace::scratch().join("guests"))
    })
}

/// The manifest of a component.
pub fn manifest_of(component: &[u8]) -> Value {
    let sections = wasmparser::Parser::new(0)
        .parse_all(component)
        .filter_map(|payload| match payload.unwrap() {
            wasmparser::Payload::CustomSection(section) if section.name() == MANIFEST => {
                Some(section.data())
            }
            _ => None,
        });
    let [manifest]: [&[u8]; 1] = sections.collect::<Vec<_>>().try_into().unwrap();
    serde_json::from_slice(manifest).unwrap()
}

/// The component with another manifest.
pub fn manifest_variant(component: &[u8], manifest: &Value) -> Vec<u8> {
    let json = serde_json::to_vec(manifest).unwrap();
    with_section(&without_manifest(component), MANIFEST, &json)
}

/// The component with keys of its manifest exchanged.
pub fn with_manifest_keys(component: &[u8], keys: &Value) -> Vec<u8> {
    let mut manifest = manifest_of(component);
    for (key, value) in keys.as_object().unwrap() {
        manifest[key] = value.clone();
    }
    manifest_variant(component, &manifest)
}

/// The component without a manifest.
pub fn without_manifest(component: &[u8]) -> Vec<u8> {
    replaced(component, MANIFEST, HIDDEN)
}

/// The component with a custom section at its end.
pub fn with_section(component: &[u8], name: &str, data: &[u8]) -> Vec<u8> {
    let mut section = Vec::new();
    name.encode(&mut section);
    section.extend_from_slice(data);
    let raw = RawSection {
        id: ComponentSectionId::CoreCustom as u8,
        data: &section,
    };
    let mut whole = component.to_vec();
    whole.push(raw.id);
    raw.encode(&mut whole);
    whole
}

/// The bytes with every occurrence of a text replaced by one of the same length.
pub fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len(), "`{from}` and `{to}` differ in length");
    let mut replaced = bytes.to_vec();
    let mut is_found = false;
    for at in 0..=bytes.len() - from.len() {
        if &bytes[at..at + from.len()] == from.as_bytes() {
            replaced[at..at + from.len()].copy_from_slice(to.as_bytes());
            is_found = true;
        }
    }
    assert!(is_found, "`{from}` is not there");
    replaced
}
