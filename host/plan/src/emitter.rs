//! [`Emitter`]: how this room calls plugins without knowing how they run.

use model::Result;
use model::digest::Digest;
use model::emission::{Emission, Read, Settings, TenantFacts};
use model::id::MigrationId;
use model::operation::Operation;
use model::schema::Schema;

/// One question to a plugin.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// The component.
    pub component: &'a Digest,
    /// Which of its migrations.
    pub migration: &'a MigrationId,
    /// What it may know about the tenant.
    pub tenant: &'a TenantFacts,
    /// Its settings.
    pub settings: &'a Settings,
    /// The schema at this point.
    pub schema: &'a Schema,
}

/// The operations of a plugin's own `down`, and what the call read.
pub type Down = (Option<Vec<Operation>>, Vec<Read>);

/// Calls plugins.
///
/// An implementation is a function: the same call gives the same answer.
pub trait Emitter {
    /// The operations of a migration.
    ///
    /// # Errors
    /// Whatever keeps the plugin from answering; the error names plugin and migration.
    fn up(&self, call: Call<'_>) -> Result<Emission>;

    /// The operations that take a migration back; none when they are to be derived.
    ///
    /// # Errors
    /// Whatever keeps the plugin from answering.
    fn down(&self, call: Call<'_>) -> Result<Down>;
}
