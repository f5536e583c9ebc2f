//! The one clock and the one source of ids of this room.

use jiff::Timestamp;
use model::clock::Clock;
use model::id::{LandlordId, RunId, TenantId};
use uuid::Uuid;

/// The computer's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A new tenant's id.
pub(crate) fn tenant_id() -> TenantId {
    TenantId(Uuid::now_v7())
}

/// A new run's id.
pub(crate) fn run_id() -> RunId {
    RunId(Uuid::now_v7())
}

/// A new landlord's id.
pub(crate) fn landlord_id() -> LandlordId {
    LandlordId(Uuid::now_v7())
}
