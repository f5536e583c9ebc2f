//! Bad input, against the real binary: each case of the list gets one clear error, and nothing
//! changes.
//!
//! `refusal.rs` is what all cases share; every other file holds the cases of one kind of input.

#![expect(clippy::unwrap_used, reason = "tests")]

mod arguments;
mod choices;
mod components;
mod full_disk;
mod guests;
mod plans;
mod refusal;
mod tenant_files;
