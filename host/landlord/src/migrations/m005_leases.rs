//! Who may change which tenant for how long.

use model::{ColumnType as T, Operation, Result};

use super::shape::{PERSON, Shape};

pub(super) fn operations() -> Result<Vec<Operation>> {
    let leases = Shape::table("leases")?
        .columns(&[
            ("tenant_id", T::Uuid),
            ("holder", PERSON),
            ("fence", T::Bigint),
            ("expires_at", T::Timestamptz),
        ])?
        .key(&["tenant_id"])?
        .references(&["tenant_id"], "tenants", &["id"])?;
    Ok(vec![leases.made()])
}
