//! [`History`]: what was applied to a tenant, folded from its ledger into the schema that must be there.
//!
//! The fold is the truth about what is expected; what the database really holds is observed by
//! `database` and compared by `engine`.

use model::Result;
use model::digest::Digest;
use model::error::Error;
use model::id::{MigrationId, PluginId, RunId};
use model::ledger::{AppliedMigration, LedgerEvent, LedgerRow};
use model::manifest::{Layer, Manifest};
use model::plan::LockedPlugin;
use model::schema::{Origin, Schema};

mod codes {
    model::codes! {
        HISTORY_MISMATCH = "history.mismatch", Conflict, "A plugin version does not begin with the migrations that the tenant has of it.";
        HISTORY_BROKEN = "history.broken", Incomplete, "A tenant's ledger does not fold into a schema.";
    }
}
pub use codes::*;

/// The format of the digest of a base.
const BASE_FORMAT: u32 = 1;

/// A migration that stands, with the run that applied it.
#[derive(Debug, Clone)]
pub struct Applied {
    /// What was applied.
    pub migration: AppliedMigration,
    /// By which run.
    pub run: RunId,
}

/// What was applied to a tenant and still stands.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// The migrations, in the order in which they were applied.
    pub applied: Vec<Applied>,
    /// The plugins after the last run that began; after one that was undone, those that stand.
    pub lock: Vec<LockedPlugin>,
    /// The schema that they fold into.
    pub schema: Schema,
    /// What a run that is undone goes back to.
    before: Before,
}

/// The plugins before the last run that began, and the layer in which it failed.
#[derive(Debug, Clone, Default)]
struct Before {
    lock: Vec<LockedPlugin>,
    failed: Option<Layer>,
}

impl History {
    /// Folds a verified ledger.
    ///
    /// # Errors
    /// `history.broken`.
    pub fn fold(rows: &[LedgerRow]) -> Result<History> {
        let mut history = History::default();
        rows.iter().try_for_each(|row| history.note(row))?;
        history.schema = replay(&history.applied)?;
        Ok(history)
    }

    /// Moves on by the last row of a ledger; the same as folding all of it.
    ///
    /// # Errors
    /// `history.broken`.
    pub fn push(&mut self, rows: &[LedgerRow]) -> Result<()> {
        let Some(row) = rows.last() else {
            return Ok(());
        };
        self.note(row)?;
        match (&row.event, self.applied.last()) {
            (LedgerEvent::MigrationApplied(_), Some(applied)) => {
                replay_one(applied, &mut self.schema)
            }
            (LedgerEvent::MigrationUndone { .. }, _) => {
                self.schema = replay(&self.applied)?;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Takes in what a row says stands; the schema is the caller's to move on.
    fn note(&mut self, row: &LedgerRow) -> Result<()> {
        match &row.event {
            LedgerEvent::RunStarted { lock, .. } => {
                self.before = Before {
                    lock: std::mem::replace(&mut self.lock, lock.clone()),
                    failed: None,
                };
            }
            LedgerEvent::MigrationApplied(migration) => self.applied.push(Applied {
                migration: (**migration).clone(),
                run: row.run,
            }),
            LedgerEvent::MigrationUndone {
                plugin, migration, ..
            } => {
                let last = self.applied.pop();
                if !last.is_some_and(|a| {
                    a.migration.plugin == *plugin && a.migration.migration == *migration
                }) {
                    return Err(broken(format!(
                        "row {} undoes `{plugin}` {migration}, which was not the last one applied",
                        row.sequence
                    )));
                }
            }
            LedgerEvent::StepFailed { plugin, .. } => {
                let failed = self.lock.iter().find(|locked| locked.id == *plugin);
                self.before.failed = failed.map(|locked| locked.layer);
            }
            LedgerEvent::RunUndone { .. } => self.go_back(),
            LedgerEvent::RunSucceeded { .. }
            | LedgerEvent::RunResumed
            | LedgerEvent::StatementIntended(_)
            | LedgerEvent::StatementDone(_)
            | LedgerEvent::PartUndone { .. }
            | LedgerEvent::UndoFailed { .. } => {}
        }
        Ok(())
    }

    /// Layers below the one that failed stand as the run made them; it and those above are as before.
    fn go_back(&mut self) {
        let Before { lock, failed } = std::mem::take(&mut self.before);
        let stands = |layer: Layer| failed.is_some_and(|failed| layer < failed);
        self.lock.retain(|locked| stands(locked.layer));
        let older = lock.into_iter().filter(|locked| !stands(locked.layer));
        self.lock.extend(older);
    }

    /// What a plan starts from: schema, standing migrations and plugins. Two tenants with the same base can
    /// have the same plan; a plan made for another base is refused.
    ///
    /// # Errors
    /// `digest.unencodable`, which is a bug.
    pub fn base(&self) -> Result<Digest> {
        let standing = self
            .applied
            .iter()
            .map(|applied| (&applied.migration.plugin, &applied.migration.migration));
        let standing: Vec<_> = standing.collect();
        Digest::of(
            "base",
            BASE_FORMAT,
            &(self.schema.digest()?, standing, &self.lock),
        )
    }

    /// The migrations of a plugin that stand, in order.
    pub fn of<'a>(&'a self, plugin: &'a PluginId) -> impl Iterator<Item = &'a MigrationId> {
        let own = self
            .applied
            .iter()
            .filter(move |applied| &applied.migration.plugin == plugin);
        own.map(|applied| &applied.migration.migration)
    }

    /// The migrations of a plugin version that are still to be applied.
    ///
    /// # Errors
    /// `history.mismatch` when what stands is not how the version's list begins.
    pub fn pending<'a>(&self, manifest: &'a Manifest) -> Result<&'a [MigrationId]> {
        let standing: Vec<&MigrationId> = self.of(&manifest.id).collect();
        let begins = manifest
            .migrations
            .iter()
            .zip(&standing)
            .all(|(listed, stands)| listed == *stands);
        if standing.len() > manifest.migrations.len() || !begins {
            return Err(Error::new(
                &HISTORY_MISMATCH,
                format!(
                    "plugin `{}@{}` does not begin with the {} migrations that the tenant has of it",
                    manifest.id,
                    manifest.version,
                    standing.len()
                ),
            )
            .hint("a newer version lists all migrations of the older ones first, in the same order"));
        }
        Ok(&manifest.migrations[standing.len()..])
    }
}

fn replay(applied: &[Applied]) -> Result<Schema> {
    let mut schema = Schema::empty();
    applied
        .iter()
        .try_for_each(|applied| replay_one(applied, &mut schema))?;
    Ok(schema)
}

fn replay_one(applied: &Applied, schema: &mut Schema) -> Result<()> {
    let Applied { migration, run } = applied;
    let origin = Origin {
        plugin: migration.plugin.clone(),
        version: migration.version.clone(),
        migration: migration.migration.clone(),
        run: Some(*run),
    };
    for operation in &migration.operations {
        operation
            .apply(schema, &origin)
            .map_err(|cause| broken(format!("`{origin}` cannot be folded")).because(cause))?;
    }
    if schema.digest()? != migration.after {
        return Err(broken(format!(
            "`{origin}` does not fold into the schema that was recorded"
        )));
    }
    Ok(())
}

fn broken(sentence: String) -> Error {
    Error::new(
        &HISTORY_BROKEN,
        format!("the ledger is not a history: {sentence}"),
    )
    .hint("restore the tenant's database from a backup")
}
