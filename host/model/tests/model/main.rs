//! Tests of the words from outside: what every operation promises, what stays readable for ever, what is
//! refused at the door. Expressions, queries and values have their tests beside their code.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod allowance;
mod approval;
mod customization;
mod customization_walks;
mod golden;
mod invariants;
mod ledger;
mod manifests;
mod names;
mod operations;
mod plans;
mod properties;
mod refusals;
mod refused_rows;
mod refused_tables;
mod reverses;
mod serde_forms;
mod status;
mod world;
