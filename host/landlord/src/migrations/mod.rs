//! The built-in plugin `landlord`: the operations that make the landlord's tables, numbered.
//!
//! They are applied by `upgrade`, in this order, each once.
//!
//! Invariant: a migration that was released is never changed; what is to be different comes in the next.

mod m001_tenants;
mod m002_catalogue;
mod m003_selections;
mod m004_runs;
mod m005_leases;
mod m006_journal;
mod m007_servers;
mod m008_credentials;
mod m009_server_options;
mod m010_actors;
mod m011_rule_packs;
mod shape;

use model::{MigrationId, Operation, Result};

/// One migration of the landlord's own tables.
#[derive(Debug, Clone)]
pub struct Migration {
    /// Its id.
    pub id: MigrationId,
    /// What it does.
    pub operations: Vec<Operation>,
}

/// All migrations, in order.
///
/// # Errors
/// Those of names and queries, which would be a bug: a test reads them all.
pub fn all() -> Result<Vec<Migration>> {
    let list = [
        ("m001_tenants", m001_tenants::operations()?),
        ("m002_catalogue", m002_catalogue::operations()?),
        ("m003_selections", m003_selections::operations()?),
        ("m004_runs", m004_runs::operations()?),
        ("m005_leases", m005_leases::operations()?),
        ("m006_journal", m006_journal::operations()?),
        ("m007_servers", m007_servers::operations()?),
        ("m008_credentials", m008_credentials::operations()?),
        ("m009_server_options", m009_server_options::operations()?),
        ("m010_actors", m010_actors::operations()?),
        ("m011_rule_packs", m011_rule_packs::operations()?),
    ];
    let migrations = list.into_iter();
    migrations
        .map(|(id, operations)| {
            Ok(Migration {
                id: MigrationId::new(id)?,
                operations,
            })
        })
        .collect()
}
