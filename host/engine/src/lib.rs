//! One tenant, one run: gather, plan, apply, record, recover.
//!
//! It joins the rooms below: `plan` says what to do, `database` does it, `landlord` keeps it. It prints
//! nothing and reads no environment: `cli` does.

pub mod actors;
pub mod apply;
pub mod audit;
pub mod catalogue;
pub mod change;
mod clean_up;
pub mod clock;
pub mod compliance;
pub mod doctor;
pub mod emitter;
pub mod execute;
pub mod gather;
pub mod home;
pub mod isolation;
mod place;
pub mod progress;
pub mod provision;
mod record;
pub mod registry;
pub mod request;
pub mod resume;
mod server_place;
pub mod servers;
mod session;
pub mod tenants;

/// Every error code of this room.
pub fn codes() -> Vec<&'static model::Code> {
    let lists = [
        actors::ALL,
        apply::ALL,
        audit::ALL,
        catalogue::ALL,
        change::ALL,
        compliance::ALL,
        execute::ALL,
        home::ALL,
        server_place::ALL,
        provision::ALL,
        registry::ALL,
        request::ALL,
        resume::ALL,
        servers::ALL,
        tenants::ALL,
    ];
    lists.into_iter().flatten().copied().collect()
}
