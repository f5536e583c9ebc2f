//! Who runs commands, and the audit log.

use model::{ColumnType as T, Operation, Result};

use super::shape::{DIGEST, Shape, one_of};

pub(super) fn operations() -> Result<Vec<Operation>> {
    let name = || T::String { length: 64 };
    let actors = Shape::table("actors")?
        .columns(&[
            ("name", name()),
            ("kind", one_of(&["user", "service", "system"])),
            ("roles", T::Text),
            ("token_id", T::String { length: 32 }),
            ("token_hash", T::Text),
            ("created_by", T::String { length: 200 }),
            ("created_at", T::Timestamptz),
        ])?
        .nullable(&[("disabled_at", T::Timestamptz)])?
        .key(&["name"])?
        .unique(&["token_id"])?;
    let tenants = Shape::table("actor_tenants")?
        .columns(&[("actor", name()), ("tenant_id", T::Uuid)])?
        .key(&["actor", "tenant_id"])?
        .references(&["actor"], "actors", &["name"])?
        .references(&["tenant_id"], "tenants", &["id"])?;
    let log = Shape::table("audit_log")?
        .columns(&[
            ("sequence", T::Bigint),
            ("event", T::Text),
            ("format", T::Int),
            // Text, not a moment: the hash covers it as it was written.
            ("time", T::String { length: 40 }),
            ("previous_hash", DIGEST),
            ("hash", DIGEST),
        ])?
        .key(&["sequence"])?
        .append_only();
    let head = Shape::table("audit_head")?
        .columns(&[("id", T::Smallint), ("sealed", T::Text)])?
        .key(&["id"])?;
    Ok(vec![actors.made(), tenants.made(), log.made(), head.made()])
}
