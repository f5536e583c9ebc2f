//! The registry of a landlord: its tenants, its catalogue of plugins, plans, runs and what they left.
//!
//! It holds no row of a tenant's own, and it touches no tenant's database: `engine` carries between the
//! two. Its queries are constant texts with `$n` placeholders, which SQLite and PostgreSQL both take.
//!
//! Invariant: reads are methods of [`Landlord`], writes are methods of [`Change`], which is one
//! transaction. Time comes as a value.

pub mod actors;
pub mod audit;
pub mod catalogue;
pub mod change;
pub mod codes;
pub mod credentials;
pub mod events;
pub mod history;
pub mod landlord;
pub mod leases;
pub mod ledger_copy;
pub mod migrations;
pub mod packs;
pub mod plans;
pub mod runs;
pub mod selections;
pub mod servers;
pub mod stored;
pub mod tenants;
pub mod upgrade;
pub mod vault;

#[cfg(test)]
mod tests;

pub use actors::{NewActor, RegisteredActor};
pub use audit::AuditFilter;
pub use catalogue::{Adding, CataloguePlugin};
pub use change::Change;
pub use codes::codes;
pub use credentials::StoredCredentials;
pub use events::{Event, Level};
pub use history::{Action, HistoryEntry, Outcome};
pub use landlord::Landlord;
pub use leases::{Claim, Lease};
pub use packs::{PackInUse, StoredPack};
pub use plans::StoredPlan;
pub use runs::{NewRun, Run, RunFailure};
pub use selections::SelectedPlugin;
pub use servers::{NewServer, RegisteredServer};
pub use tenants::{NewTenant, Tenant};
pub use vault::Vault;
