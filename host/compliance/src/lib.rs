//! Judges operations, plans and schemas by rules and returns findings. Pure.
//!
//! The core rules are typed, always on, part of no pack; `plan` calls them for every operation, with the
//! schema before it. Rule packs are an organisation's own, in Rego, over one JSON value; `pack` reads,
//! vets, tests and evaluates them. Nothing here changes a plan, asks a database or reads a file.

pub mod capability;
pub mod core;
pub mod ownership;
pub mod pack;
pub mod parties;
pub mod retention;

pub use core::{ALL, code_of, judge, judge_reverse};
pub use pack::case::{CaseOutcome, Expected, Outcome};
pub use pack::input::{Input, PlanInput, PluginInput, SchemaInput, StepInput};
pub use pack::judge::{PackFinding, judge_by};
pub use pack::manifest::{PackId, PackManifest};
pub use pack::shipped::{shipped, shipped_files, shipped_pack};
pub use pack::{Options, Pack};
pub use parties::Parties;

/// Every error code of this room.
pub fn codes() -> Vec<&'static model::Code> {
    let core = core::ALL.iter().copied();
    core.chain(pack::codes()).collect()
}
