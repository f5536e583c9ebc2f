//! Provisioning through the real binary and real components: what tenants hold, that a command twice is a
//! command once, what a killed process and a failing plugin leave behind.
//!
//! Bad input has tests of its own; rooms have theirs. `world.rs` makes homes, `tenants.rs` has the tenants
//! and looks into their databases, `redact.rs` makes answers comparable.
//!
//! Environment: `STRATA_TEST_FULL=1` for what takes long, `STRATA_TEST_BLESS=1` to write the golden file anew.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on says why by failing"
)]

mod catalogue;
mod demo;
mod digest;
mod failing;
mod kill;
mod redact;
mod reproducible;
mod shapes;
mod tenants;
mod twice;
mod upgrade;
mod world;
