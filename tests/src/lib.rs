//! What the end-to-end tests and benchmarks share: the real binary, homes, components, the databases' rows.
//!
//! `strata.rs` runs the binary, `home.rs` prepares homes, `component.rs` finds and varies components,
//! `database.rs` reads and changes SQLite files, `server.rs` knows the servers,
//! `snapshot.rs` tells what changed. Everything here panics
//! where something is not as it must be: it is called by tests alone.

#![cfg_attr(
    feature = "e2e",
    expect(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::print_stderr,
        reason = "tests"
    )
)]

#[cfg(feature = "e2e")]
pub mod component;
#[cfg(feature = "e2e")]
pub mod database;
#[cfg(feature = "e2e")]
#[path = "../../host/plugin/tests/plugin/guests.rs"]
mod guests;
#[cfg(feature = "e2e")]
pub mod home;
#[cfg(feature = "e2e")]
pub mod private_server;
#[cfg(feature = "e2e")]
pub mod server;
#[cfg(feature = "e2e")]
pub mod snapshot;
#[cfg(feature = "e2e")]
pub mod strata;
#[cfg(feature = "e2e")]
pub mod workspace;

#[cfg(feature = "e2e")]
pub use crate::component::{components, fixture, guest, manifest_of, manifest_variant};
#[cfg(feature = "e2e")]
pub use crate::snapshot::{Snapshot, snapshot_of};
#[cfg(feature = "e2e")]
pub use crate::strata::{Failure, Outcome, Strata};
