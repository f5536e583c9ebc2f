//! The tenants.

use model::{ColumnType as T, Operation, Result};

use super::shape::{DIGEST, PLUGIN, Shape, VERSION, one_of};

pub(super) fn operations() -> Result<Vec<Operation>> {
    let tenants = Shape::table("tenants")?
        .columns(&[
            ("id", T::Uuid),
            ("slug", T::String { length: 50 }),
            ("name", T::String { length: 200 }),
            ("locale", T::String { length: 35 }),
            ("database_name", T::String { length: 63 }),
            (
                "status",
                one_of(&["registered", "active", "suspended", "archived", "deleted"]),
            ),
            (
                "provisioning_status",
                one_of(&[
                    "none",
                    "in_progress",
                    "completed",
                    "failed",
                    "permanently_failed",
                ]),
            ),
        ])?
        .nullable(&[("template_id", PLUGIN), ("template_version", VERSION)])?
        .columns(&[("facts", T::Json), ("request", T::Json)])?
        .nullable(&[("fingerprint", DIGEST)])?
        .columns(&[("ledger_sequence", T::Bigint)])?
        .nullable(&[("ledger_hash", DIGEST)])?
        .columns(&[("fence", T::Bigint)])?
        .nullable(&[
            ("provisioning_started_at", T::Timestamptz),
            ("provisioned_at", T::Timestamptz),
            ("provisioning_failed_at", T::Timestamptz),
            ("provisioning_error", T::Text),
            ("database_created_at", T::Timestamptz),
            ("last_synced_at", T::Timestamptz),
        ])?
        .columns(&[
            ("created_at", T::Timestamptz),
            ("updated_at", T::Timestamptz),
        ])?
        .key(&["id"])?
        .unique(&["slug"])?
        .unique(&["database_name"])?;
    Ok(vec![tenants.made()])
}
