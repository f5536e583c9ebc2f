//! What a component imports and exports, by name.
//!
//! Not whether the types behind the names are the contract's: linking checks that.

use model::error::{Error, Result};
use model::name::display;

use crate::contract::{EXPORT, HOST, IMPORTS, PACKAGE, interface};
use crate::gate::codes::{COMPONENT_IMPORTS, COMPONENT_NO_MIGRATIONS};
use crate::gate::contract_served;

/// Demands that every import is one of ours, and of a version that we serve.
pub(super) fn check_imports(imports: &[&str]) -> Result<()> {
    for name in imports {
        match interface(name) {
            Some((ours, version)) if IMPORTS.contains(&ours) => {
                contract_served(&format!("the import `{}`", display(name)), &version)?;
            }
            _ => return Err(refused(name)),
        }
    }
    Ok(())
}

fn refused(name: &str) -> Error {
    let shown = display(name);
    if name.starts_with("wasi:") || name.starts_with("wasi_") {
        return Error::new(
            &COMPONENT_IMPORTS,
            format!("the component imports `{shown}` from WASI; plugins have no clock, files, network or environment"),
        )
        .hint("build for `wasm32-unknown-unknown`, best with `strata plugin build`; the target `wasm32-wasip2` always imports WASI");
    }
    let lent: Vec<String> = IMPORTS
        .iter()
        .map(|name| format!("{PACKAGE}/{name}"))
        .collect();
    Error::new(
        &COMPONENT_IMPORTS,
        format!("the component imports `{shown}`, which this host does not lend"),
    )
    .hint(format!("a plugin may import {} at {HOST}", lent.join(", ")))
}

/// Demands the export that every plugin has, in a version that we serve.
pub(super) fn check_exports(exports: &[&str]) -> Result<()> {
    let exported = exports
        .iter()
        .filter_map(|name| interface(name))
        .find(|(ours, _)| *ours == EXPORT);
    match exported {
        Some((_, version)) => {
            contract_served(&format!("the export `{PACKAGE}/{EXPORT}`"), &version)
        }
        None => Err(Error::new(
            &COMPONENT_NO_MIGRATIONS,
            format!("the component does not export `{PACKAGE}/{EXPORT}@{HOST}`"),
        )
        .hint("make one with `strata plugin new`")),
    }
}
