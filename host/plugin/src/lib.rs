//! Runs a plugin's component under limits; hands back manifest, migrations and operations; keeps
//! component bytes and precompiled code.
//!
//! It knows no database, prints nothing and decides nothing about what a plugin may do to a schema:
//! `plan` does. What comes out of here is in the words of `model`, checked for shape and size.
//!
//! Invariant: no component, however made, can panic or exhaust this process; what it does wrong is an
//! error that names it.

pub mod call;
pub mod codes;
pub mod compile;
pub mod gate;
pub mod host;
pub mod limits;
pub mod log;
pub mod store;

mod bindings;
mod contract;
mod convert;
mod engine;
mod failure;
mod limiter;
mod seal;
mod state;
mod text;
mod watchdog;

pub use call::{Call, Outcome, Reversal, Usage};
pub use compile::Compiler;
pub use gate::{Inspected, inspect};
pub use host::{Host, LoadedComponent};
pub use log::{Level, LogLine};
pub use store::Store;
