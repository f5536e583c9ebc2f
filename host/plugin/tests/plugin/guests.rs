//! Builds the hostile guests of `tests/guests`.
//!
//! It stands alone (standard library and `wit-component`), so that other crates' tests can include it.

use std::path::Path;
use std::process::Command;

/// Builds the crate `evil` in the workspace `guests` and gives its component. Cargo's files go to
/// `target`; a second build takes a fraction of a second.
pub(crate) fn build(guests: &Path, target: &Path) -> Vec<u8> {
    let cargo = std::env!("CARGO");
    let status = Command::new(cargo)
        .args([
            "build",
            "--quiet",
            "--release",
            "--locked",
            "--target",
            "wasm32-unknown-unknown",
        ])
        .current_dir(guests)
        .env("CARGO_TARGET_DIR", target)
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("CARGO_BUILD_TARGET")
        .status()
        .expect("cargo can be started");
    assert!(
        status.success(),
        "the guests in {} do not build",
        guests.display()
    );
    let core = std::fs::read(target.join("wasm32-unknown-unknown/release/evil.wasm"))
        .expect("the guest was built");
    wit_component::ComponentEncoder::default()
        .validate(true)
        .module(&core)
        .and_then(|encoder| encoder.encode())
        .expect("the guest becomes a component")
}
