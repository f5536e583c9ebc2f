//! The contract as Rust, made from `wit/v0`: types, what the host lends, what a plugin exports.
//!
//! Nothing here is written by hand; [`crate::convert`] turns these types into `model`'s, once.

#![allow(
    missing_docs,
    unreachable_pub,
    clippy::all,
    reason = "generated; documented in wit/v0"
)]

wasmtime::component::bindgen!({
    path: "../../wit/v0",
    world: "plugin",
    imports: { default: trappable },
    with: { "strata:plugin/snapshot.snapshot": crate::state::Lent },
});
