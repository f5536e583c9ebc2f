//! Plans, the runs that applied them, and migration by migration what the runs did.

use model::{ColumnType as T, Operation, Result};

use super::shape::{DIGEST, PERSON, PLUGIN, Shape, VERSION, layer, one_of};

pub(super) fn operations() -> Result<Vec<Operation>> {
    let plans = Shape::table("plans")?
        .columns(&[
            ("digest", DIGEST),
            ("tenant_id", T::Uuid),
            ("base", DIGEST),
            ("body", T::Json),
            ("created_at", T::Timestamptz),
            ("created_by", PERSON),
        ])?
        .key(&["digest", "tenant_id"])?
        .references(&["tenant_id"], "tenants", &["id"])?;
    let runs = Shape::table("runs")?
        .columns(&[
            ("id", T::Uuid),
            ("tenant_id", T::Uuid),
            ("batch", T::Int),
            ("plan", DIGEST),
            (
                "status",
                one_of(&[
                    "planned",
                    "running",
                    "undoing",
                    "succeeded",
                    "undone",
                    "incomplete",
                ]),
            ),
            ("started_at", T::Timestamptz),
        ])?
        .nullable(&[
            ("finished_at", T::Timestamptz),
            ("error_code", T::String { length: 200 }),
            ("error_message", T::Text),
        ])?
        .columns(&[("executed_by", PERSON)])?
        .key(&["id"])?
        .unique(&["tenant_id", "batch"])?
        .references(&["tenant_id"], "tenants", &["id"])?;
    let history = Shape::table("tenant_migration_history")?
        .columns(&[
            ("id", T::Id),
            ("tenant_id", T::Uuid),
            ("run_id", T::Uuid),
            ("batch", T::Int),
            ("plugin_id", PLUGIN),
            ("version", VERSION),
            ("migration", T::String { length: 80 }),
            ("layer", layer()),
            ("component", DIGEST),
            ("action", one_of(&["apply", "rollback"])),
            ("status", one_of(&["succeeded", "failed"])),
            ("duration_ms", T::Bigint),
            ("executed_by", PERSON),
            ("executed_at", T::Timestamptz),
            ("operations", DIGEST),
        ])?
        .key(&["id"])?
        .index(&["tenant_id", "id"])?
        .index(&["component"])?
        .references(&["tenant_id"], "tenants", &["id"])?
        .references(&["run_id"], "runs", &["id"])?
        .append_only();
    Ok(vec![plans.made(), runs.made(), history.made()])
}
