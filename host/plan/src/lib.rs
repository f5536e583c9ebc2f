//! From what is wanted and what is there to a plan: resolve, order, emit, simulate, check, compile.
//!
//! Pure: plugins are called through [`emitter::Emitter`], which `engine` implements; SQL comes from
//! `dialect`, findings from `compliance`. It does not store a plan (`landlord`) or run one (`engine`).

pub mod catalogue;
pub mod emitter;
pub mod explain;
pub mod hazards;
pub mod history;
pub mod judging;
pub mod order;
pub mod planner;
pub mod release;
pub mod resolve;
pub mod settings;
pub mod step;

pub use catalogue::{Catalogue, Entry};
pub use emitter::{Call, Emitter};
pub use explain::{Explanation, explain};
pub use history::{Applied, History};
pub use judging::{Judged, Judging};
pub use planner::{Planned, Request, plan};
pub use resolve::{Resolved, Wish, resolve};

/// Every error code of this room.
pub fn codes() -> Vec<&'static model::Code> {
    let lists = [
        catalogue::ALL,
        explain::ALL,
        history::ALL,
        order::ALL,
        planner::ALL,
        release::ALL,
        resolve::ALL,
        settings::ALL,
        step::ALL,
    ];
    lists.into_iter().flatten().copied().collect()
}
