//! A schema in memory, to which migrations are applied as the host would.
//!
//! It calls the plugin and keeps the rules about calls; what an operation does to the structure is in
//! `simulation.rs`.
//!
//! Invariant: a migration that is refused leaves the schema as it was.

use super::simulation::Structure;
use super::{MemoryTenant, Refused, manifest};
use crate::context::Context;
use crate::error::Result;
use crate::operation::Operation;
use crate::plugin::{self, Plugin};
use crate::schema::{Schema, Snapshot};
use crate::table::{Table, View};

/// A schema in memory.
#[derive(Debug, Clone, Default)]
pub struct MemorySchema {
    structure: Structure,
    applied: Vec<Applied>,
}

#[derive(Debug, Clone)]
struct Applied {
    plugin: String,
    migration: String,
    before: Structure,
}

impl MemorySchema {
    /// An empty schema.
    pub fn new() -> MemorySchema {
        MemorySchema::default()
    }

    /// Calls a migration and applies its operations, which it gives back. Settings that the tenant does
    /// not have get their defaults from the manifest.
    ///
    /// # Errors
    ///
    /// [`Refused`] when the plugin gives an error, the migration is applied already, two calls give
    /// different operations, or an operation does not fit the schema.
    pub fn apply(
        &mut self,
        plugin: &dyn Plugin,
        migration: &str,
        tenant: &MemoryTenant,
    ) -> Result<Vec<Operation>, Refused> {
        let id = manifest::id(plugin);
        if self
            .applied
            .iter()
            .any(|done| done.plugin == id && done.migration == migration)
        {
            return Err(Refused::Rule(format!(
                "migration `{id}/{migration}` is applied already"
            )));
        }
        let operations = plugin::up(plugin, migration, self.lend(), &context(plugin, tenant))?;
        let again = plugin::up(plugin, migration, self.lend(), &context(plugin, tenant))?;
        if operations != again {
            return Err(Refused::Rule(format!(
                "migration `{id}/{migration}` gives other operations when called again"
            )));
        }
        let before = self.structure.clone();
        self.structure = run(&before, &operations)?;
        self.applied.push(Applied {
            plugin: id,
            migration: migration.to_owned(),
            before,
        });
        Ok(operations)
    }

    /// Applies all migrations of a plugin that are not applied yet, in order.
    ///
    /// # Errors
    ///
    /// As [`apply`](MemorySchema::apply); the migrations before the refused one stay applied.
    pub fn apply_all(
        &mut self,
        plugin: &dyn Plugin,
        tenant: &MemoryTenant,
    ) -> Result<Vec<Operation>, Refused> {
        let id = manifest::id(plugin);
        let mut operations = Vec::new();
        for migration in plugin.migrations() {
            let is_applied = |done: &Applied| done.plugin == id && done.migration == migration.id();
            if !self.applied.iter().any(is_applied) {
                operations.extend(self.apply(plugin, migration.id(), tenant)?);
            }
        }
        Ok(operations)
    }

    /// Takes back the migration that was applied last, and gives the operations of the plugin; none when it
    /// leaves the reverse to the host, which is taken to derive the right one.
    ///
    /// # Errors
    ///
    /// [`Refused`] when the migration is not the last one, the plugin gives an error, an operation does
    /// not fit, or the operations do not lead back to the schema before.
    pub fn down(
        &mut self,
        plugin: &dyn Plugin,
        migration: &str,
        tenant: &MemoryTenant,
    ) -> Result<Option<Vec<Operation>>, Refused> {
        let id = manifest::id(plugin);
        let last = self.applied.last();
        let Some(last) = last.filter(|last| last.plugin == id && last.migration == migration)
        else {
            return Err(Refused::Rule(format!(
                "migration `{id}/{migration}` is not the one that was applied last"
            )));
        };
        let operations = plugin::down(plugin, migration, self.lend(), &context(plugin, tenant))?;
        if let Some(operations) = &operations
            && run(&self.structure, operations)? != last.before
        {
            return Err(Refused::Rule(format!(
                "the reverse of migration `{id}/{migration}` does not lead back to the schema before"
            )));
        }
        self.structure = last.before.clone();
        self.applied.pop();
        Ok(operations)
    }

    /// The whole definition of a table.
    pub fn table(&self, name: &str) -> Option<Table> {
        self.structure.tables.get(name).cloned()
    }

    /// The whole definition of a view.
    pub fn view(&self, name: &str) -> Option<View> {
        self.structure.views.get(name).cloned()
    }

    /// The names of all tables in ascending order.
    pub fn table_names(&self) -> Vec<String> {
        self.structure.tables.keys().cloned().collect()
    }

    /// The schema as a migration sees it.
    fn lend(&self) -> Schema {
        Schema::new(self.clone())
    }
}

impl Snapshot for MemorySchema {
    fn table(&self, name: &str) -> Option<Table> {
        self.table(name)
    }

    fn view(&self, name: &str) -> Option<View> {
        self.view(name)
    }

    fn table_names(&self, after: Option<&str>, limit: u32) -> Vec<String> {
        let names = self.structure.tables.keys();
        names
            .filter(|name| after.is_none_or(|after| name.as_str() > after))
            .take(limit as usize)
            .cloned()
            .collect()
    }
}

fn context(plugin: &dyn Plugin, tenant: &MemoryTenant) -> Context {
    Context::new(tenant.with_defaults(manifest::defaults(plugin)))
}

fn run(before: &Structure, operations: &[Operation]) -> Result<Structure, Refused> {
    let mut structure = before.clone();
    for (position, operation) in operations.iter().enumerate() {
        structure
            .apply(operation)
            .map_err(|message| Refused::Operation { position, message })?;
    }
    Ok(structure)
}
