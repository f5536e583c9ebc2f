//! The plugin `basic`: the core schema that every tenant stands on.
//!
//! It is not about any kind of organisation; templates add that. Its tables are closed: it opens no
//! extension point, so that roles and permissions mean the same everywhere (CMP-15, CON-31).
//!
//! Neighbours: `people`, `access`, `records` hold the migrations, `seed` their rows.
//!
//! Invariant: a migration that was released never changes; what comes later is a new one at the end.

mod access;
mod people;
mod records;
mod seed;

use strata_sdk::prelude::*;

/// Organizational units, users, roles and permissions, the audit log and settings.
#[strata_sdk::plugin(manifest = "plugin.toml")]
pub struct Basic;

impl Plugin for Basic {
    fn migrations(&self) -> Vec<Migration> {
        vec![
            Migration::new("001_organizational_units", people::organizational_units),
            Migration::new("002_users", people::users),
            Migration::new("003_roles_and_permissions", access::roles_and_permissions),
            Migration::new("004_audit_logs", records::audit_logs),
            Migration::new("005_settings", records::settings),
        ]
    }
}
