//! A wrapper around the compiler that makes a crate's identity independent of where it lies.
//!
//! Cargo gives the compiler a hash to tell crates apart, and in it the absolute path of every local
//! package outside the workspace; symbols, and with them the order of functions, follow from it. The wrapper
//! gives name and version instead. Two crates of one name and version are then refused by the
//! compiler, never mixed up.
//!
//! Invariant: what is not compiled to WebAssembly is compiled as cargo says.

use std::ffi::OsString;
use std::path::Path;

/// The wrapper; its first argument is the compiler.
#[cfg(unix)]
const SCRIPT: &str = r#"#!/bin/sh
# Written by `strata` for reproducible components; see `wrapper.rs` there.
case " $* " in
*" --target wasm32-unknown-unknown "*)
    for argument do
        shift
        case "$argument" in
        metadata=*) argument="metadata=$CARGO_PKG_NAME-$CARGO_PKG_VERSION-$CARGO_CRATE_NAME" ;;
        esac
        set -- "$@" "$argument"
    done
    ;;
esac
exec "$@"
"#;

/// Puts the wrapper into the folder of what is built and gives the value of `RUSTC_WRAPPER`.
#[cfg(unix)]
pub(super) fn install(target: &Path) -> std::io::Result<OsString> {
    use std::os::unix::fs::PermissionsExt;

    let file = target.join("strata-rustc");
    // What is there already stays: two builds may run at once, and a changed wrapper builds all anew.
    if std::fs::read_to_string(&file).is_ok_and(|there| there == SCRIPT) {
        return Ok(file.into());
    }
    std::fs::create_dir_all(target)?;
    let partial = target.join(format!("strata-rustc.{}", std::process::id()));
    std::fs::write(&partial, SCRIPT)?;
    std::fs::set_permissions(&partial, std::fs::Permissions::from_mode(0o755))?;
    std::fs::rename(&partial, &file)?;
    Ok(file.into())
}

/// No wrapper elsewhere: components are reproducible there if all local packages are in one workspace.
#[cfg(not(unix))]
pub(super) fn install(_: &Path) -> std::io::Result<OsString> {
    Ok(OsString::new())
}
