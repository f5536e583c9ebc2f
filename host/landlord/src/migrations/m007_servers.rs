//! Servers, and which one a tenant's database is on; none for a file of the home.

use model::operation::{AddColumn, AddForeignKey};
use model::schema::{Collation, Column, ForeignKey, ReferentialAction};
use model::{ColumnType as T, Name, Operation, Result};

use super::shape::{PERSON, Shape, VERSION, one_of};

/// The width of a server's name.
pub(super) const SERVER: T = T::String { length: 63 };

pub(super) fn operations() -> Result<Vec<Operation>> {
    let servers = Shape::table("servers")?
        .columns(&[
            ("name", SERVER),
            ("kind", one_of(&["postgresql", "mysql", "mariadb"])),
            ("version", VERSION),
            ("url", T::Text),
            ("max_connections", T::Int),
            ("added_by", PERSON),
            ("added_at", T::Timestamptz),
        ])?
        .key(&["name"])?;
    let server = Column {
        name: Name::new("server")?,
        column_type: SERVER,
        nullable: true,
        default: None,
        collation: Collation::Bytes,
        comment: None,
    };
    let reference = ForeignKey {
        name: Name::new("tenants_server_reference")?,
        columns: vec![Name::new("server")?],
        references_table: Name::new("servers")?,
        references_columns: vec![Name::new("name")?],
        on_delete: ReferentialAction::Restrict,
        on_update: ReferentialAction::Restrict,
    };
    Ok(vec![
        servers.made(),
        AddColumn {
            table: Name::new("tenants")?,
            column: server,
        }
        .into(),
        AddForeignKey {
            table: Name::new("tenants")?,
            foreign_key: reference,
        }
        .into(),
    ])
}
