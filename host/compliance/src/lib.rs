//! Judges operations by rules and returns findings. Pure.
//!
//! Here are the core rules only: typed, always on, part of no pack. It does not change a plan and does
//! not ask a database; `plan` calls it for every operation, with the schema before it.

pub mod capability;
pub mod core;
pub mod ownership;
pub mod parties;
pub mod retention;

pub use core::{ALL, code_of, judge, judge_reverse};
pub use parties::Parties;
