//! The collation of a server's databases, and when a tenant's password was shown.

use model::operation::AddColumn;
use model::schema::{Collation, Column};
use model::{ColumnType as T, Name, Operation, Result};

pub(super) fn operations() -> Result<Vec<Operation>> {
    Ok(vec![
        added("servers", "default_collation", T::String { length: 64 })?,
        added("tenant_credentials", "shown_at", T::Timestamptz)?,
    ])
}

fn added(table: &str, column: &str, column_type: T) -> Result<Operation> {
    Ok(AddColumn {
        table: Name::new(table)?,
        column: Column {
            name: Name::new(column)?,
            column_type,
            nullable: true,
            default: None,
            collation: Collation::Bytes,
            comment: None,
        },
    }
    .into())
}
