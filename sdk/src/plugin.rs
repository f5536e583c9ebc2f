//! What an author implements: a plugin and its migrations.
//!
//! The manifest is not written here: [`macro@crate::plugin`] reads it from a file.
//!
//! Invariant: a migration's function is called with a fresh [`Schema`] each time and keeps nothing.

use crate::context::Context;
use crate::error::{PluginError, Result};
use crate::operation::Operation;
use crate::schema::Schema;

/// A function that says which operations a migration gives.
pub type Step = fn(&mut Schema, &Context) -> Result<()>;

/// A named, ordered, immutable step of a plugin.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    id: &'static str,
    up: Step,
    down: Option<Step>,
}

impl Migration {
    /// A migration whose reverse the host derives.
    pub fn new(id: &'static str, up: Step) -> Migration {
        Migration { id, up, down: None }
    }

    /// Says how to take it back, where the host cannot derive it or should do otherwise.
    ///
    /// `down` sees the schema as it is after `up`; its operations must lead back to the schema before.
    #[must_use]
    pub fn with_down(mut self, down: Step) -> Migration {
        self.down = Some(down);
        self
    }

    /// Its id, such as `001_users`.
    pub fn id(&self) -> &'static str {
        self.id
    }
}

/// What a plugin says about itself; implemented by [`macro@crate::plugin`].
pub trait Described {
    /// The manifest as JSON.
    fn manifest_json(&self) -> &'static str;
}

/// A plugin.
pub trait Plugin: Described {
    /// All its migrations, in the order in which they are applied; those of older versions first.
    fn migrations(&self) -> Vec<Migration>;
}

/// The operations of a migration.
pub(crate) fn up(
    plugin: &dyn Plugin,
    id: &str,
    mut schema: Schema,
    tenant: &Context,
) -> Result<Vec<Operation>> {
    let migration = find(plugin, id)?;
    (migration.up)(&mut schema, tenant)?;
    schema.into_operations()
}

/// The operations that take a migration back; none when the host derives them.
pub(crate) fn down(
    plugin: &dyn Plugin,
    id: &str,
    mut schema: Schema,
    tenant: &Context,
) -> Result<Option<Vec<Operation>>> {
    let Some(step) = find(plugin, id)?.down else {
        return Ok(None);
    };
    step(&mut schema, tenant)?;
    schema.into_operations().map(Some)
}

fn find(plugin: &dyn Plugin, id: &str) -> Result<Migration> {
    let migrations = plugin.migrations();
    migrations
        .into_iter()
        .find(|migration| migration.id == id)
        .ok_or_else(|| PluginError::UnknownMigration(id.to_owned()))
}
