//! The contract stays what it was: `wit/v0` against the copy that the committed components were built for.
//!
//! While the version begins with `0.` the contract may change; then the copy, the components and the
//! version in `sdk/macros` change in the same commit, and this test is what makes one think of it.
#![expect(
    clippy::expect_used,
    reason = "helpers of tests stand outside test functions"
)]

use std::path::{Path, PathBuf};

use wit_parser::{PackageId, Resolve, WorldId};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn world(resolve: &Resolve, package: PackageId) -> WorldId {
    resolve
        .select_world(&[package], Some("plugin"))
        .expect("the world is there")
}

/// The contract as it was when the components were committed.
fn committed() -> String {
    let path = root().join("tests/fixtures/v0/contract.wit");
    std::fs::read_to_string(path).expect("it is there")
}

/// The contract as it is now, beside whatever is in the resolve.
fn push_current(resolve: &mut Resolve) -> PackageId {
    resolve
        .push_dir(root().join("wit/v0"))
        .expect("it parses")
        .0
}

/// Whether a component for the committed contract still runs on another one.
fn compatible(push_new: impl FnOnce(&mut Resolve) -> PackageId) -> Result<(), String> {
    let mut resolve = Resolve::default();
    // Only one package of a name and version fits; versions are not compared, so the old one gets another.
    let (head, rest) = committed()
        .split_once("package strata:plugin@")
        .map(own)
        .expect("a package");
    let rest = rest
        .split_once(';')
        .map(|(_, rest)| rest.to_owned())
        .expect("a version");
    let text = format!("{head}package strata:plugin@0.0.0;{rest}");
    let old = resolve.push_str("contract.wit", &text).expect("it parses");
    let new = push_new(&mut resolve);
    let (old, new) = (world(&resolve, old), world(&resolve, new));
    wit_component::semver_check(resolve, old, new).map_err(|error| format!("{error:#}"))
}

fn own((head, rest): (&str, &str)) -> (String, String) {
    (head.to_owned(), rest.to_owned())
}

#[test]
fn the_contract_is_compatible_with_the_committed_components() {
    compatible(push_current).expect("an old component runs on the new contract");
}

#[test]
fn an_incompatible_contract_is_noticed() {
    let text = committed();
    let changed = text.replacen("append-only: bool,", "append-only: bool, extra: bool,", 1);
    assert_ne!(text, changed);
    let push = |resolve: &mut Resolve| {
        resolve
            .push_str("changed.wit", &changed)
            .expect("it parses")
    };
    assert!(compatible(push).is_err());
}

#[test]
fn the_manifest_says_the_version_of_the_contract() {
    #[strata_sdk::plugin(manifest = "examples/club/plugin.toml")]
    struct Club;

    let mut resolve = Resolve::default();
    let package = push_current(&mut resolve);
    let version = resolve.packages[package]
        .name
        .version
        .clone()
        .expect("it has one");
    let manifest = strata_sdk::Described::manifest_json(&Club);
    assert!(
        manifest.contains(&format!(r#""contract":"{version}""#)),
        "{manifest}"
    );
}
