//! What is only ever added: the copy of each tenant's ledger, and what happened while provisioning.

use model::{ColumnType as T, Operation, Result};

use super::shape::{DIGEST, Shape, one_of};

pub(super) fn operations() -> Result<Vec<Operation>> {
    let ledger = Shape::table("tenant_ledger")?
        .columns(&[
            ("tenant_id", T::Uuid),
            ("sequence", T::Bigint),
            ("event", T::Text),
            ("format", T::Int),
            ("previous_hash", DIGEST),
            ("hash", DIGEST),
            ("run", T::Uuid),
            // Text, not a moment: the hash covers it as it was written.
            ("time", T::String { length: 40 }),
        ])?
        .key(&["tenant_id", "sequence"])?
        .references(&["tenant_id"], "tenants", &["id"])?
        .append_only();
    let events = Shape::table("provisioning_events")?
        .columns(&[("id", T::Id), ("tenant_id", T::Uuid)])?
        .nullable(&[("run_id", T::Uuid)])?
        .columns(&[
            ("time", T::Timestamptz),
            ("level", one_of(&["info", "warning", "error"])),
            ("event", T::String { length: 100 }),
            ("message", T::Json),
        ])?
        .key(&["id"])?
        .index(&["tenant_id", "id"])?
        .references(&["tenant_id"], "tenants", &["id"])?
        .append_only();
    Ok(vec![ledger.made(), events.made()])
}
