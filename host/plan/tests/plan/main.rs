//! Tests of the way from a wish to a plan, with plugins played by a table of operations.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod catalogue_order;
mod explanations;
mod hazards;
mod history;
mod planner;
mod release;
mod resolve;
mod resolve_present;
mod settings;
mod world;
