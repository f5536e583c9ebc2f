//! How one gets into a tenant's database on a server: its two roles, with their passwords sealed.

use model::{ColumnType as T, Operation, Result};

use super::shape::Shape;

pub(super) fn operations() -> Result<Vec<Operation>> {
    let role = || T::String { length: 63 };
    let credentials = Shape::table("tenant_credentials")?
        .columns(&[
            ("tenant_id", T::Uuid),
            ("application_role", role()),
            ("application_password", T::Text),
            ("migration_role", role()),
            ("migration_password", T::Text),
            ("changed_at", T::Timestamptz),
        ])?
        .key(&["tenant_id"])?
        .references(&["tenant_id"], "tenants", &["id"])?;
    Ok(vec![credentials.made()])
}
