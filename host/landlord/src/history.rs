//! The history of migrations: what was applied and taken back, on whom, by whom, how long it took.
//!
//! It is for people and figures; what decides is the ledger.
//!
//! Invariant: entries are added, never changed.

use std::fmt;
use std::str::FromStr;

use database::Row;
use jiff::Timestamp;
use model::{Digest, Error, Layer, MigrationId, PluginId, Result, RunId, TenantId};
use semver::Version;

use crate::change::{Change, tenant};
use crate::landlord::Landlord;
use crate::stored::{LANDLORD_BAD_ROW, reading};

/// What was done with a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It was applied.
    Apply,
    /// It was taken back.
    Rollback,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is done.
    Succeeded,
    /// It failed.
    Failed,
}

/// One migration on one tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// The tenant.
    pub tenant: TenantId,
    /// The run.
    pub run: RunId,
    /// The run's number among the tenant's.
    pub batch: u32,
    /// The plugin.
    pub plugin: PluginId,
    /// Its version.
    pub version: Version,
    /// The migration.
    pub migration: MigrationId,
    /// Its layer.
    pub layer: Layer,
    /// The component.
    pub component: Digest,
    /// What was done.
    pub action: Action,
    /// What came of it.
    pub status: Outcome,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// Who did it.
    pub executed_by: String,
    /// When it was done.
    pub executed_at: Timestamp,
    /// The digest of its operations.
    pub operations: Digest,
}

impl Landlord {
    /// A page of a tenant's history, newest first: at most `limit`, before the key of an entry. Each
    /// entry comes with its key.
    ///
    /// # Errors
    /// `landlord.bad_row` and those of a database.
    pub async fn list_history(
        &mut self,
        of: TenantId,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<(i64, HistoryEntry)>> {
        let sql = "SELECT id, tenant_id, run_id, batch, plugin_id, version, migration, layer, component, \
                   action, status, duration_ms, executed_by, executed_at, operations \
                   FROM tenant_migration_history WHERE tenant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
        let parameters = [tenant(of), before.unwrap_or(i64::MAX).into(), limit.into()];
        let rows = self.fetch(sql, &parameters).await?;
        rows.iter().map(parse).collect()
    }
}

impl Change<'_> {
    /// Adds an entry to the history.
    ///
    /// # Errors
    /// `database.constraint` when tenant or run are not there, and those of a database.
    pub async fn record_history(&mut self, entry: &HistoryEntry) -> Result<()> {
        let sql = "INSERT INTO tenant_migration_history (tenant_id, run_id, batch, plugin_id, version, \
                   migration, layer, component, action, status, duration_ms, executed_by, executed_at, \
                   operations) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
        let parameters = [
            tenant(entry.tenant),
            entry.run.to_string().into(),
            entry.batch.into(),
            entry.plugin.as_str().into(),
            entry.version.to_string().into(),
            entry.migration.as_str().into(),
            entry.layer.as_str().into(),
            entry.component.to_string().into(),
            entry.action.as_str().into(),
            entry.status.as_str().into(),
            i64::try_from(entry.duration_ms).unwrap_or(i64::MAX).into(),
            entry.executed_by.as_str().into(),
            entry.executed_at.into(),
            entry.operations.to_string().into(),
        ];
        self.run(sql, &parameters).await.map(|_| ())
    }
}

macro_rules! words {
    ($name:ident { $($variant:ident = $text:literal,)* }) => {
        impl $name {
            /// The word as it is stored and shown.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text,)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<$name> {
                match text {
                    $($text => Ok($name::$variant),)*
                    _ => Err(Error::new(&LANDLORD_BAD_ROW, format!("`{}` is not known", model::name::display(text)))),
                }
            }
        }
    };
}
pub(crate) use words;

words!(Action { Apply = "apply", Rollback = "rollback", });
words!(Outcome { Succeeded = "succeeded", Failed = "failed", });

fn parse(row: &Row) -> Result<(i64, HistoryEntry)> {
    let row = reading(row, "tenant_migration_history");
    let entry = HistoryEntry {
        tenant: row.parse("tenant_id")?,
        run: row.parse("run_id")?,
        batch: row.integer("batch")?,
        plugin: row.parse("plugin_id")?,
        version: row.parse("version")?,
        migration: row.parse("migration")?,
        layer: row.parse("layer")?,
        component: row.parse("component")?,
        action: row.parse("action")?,
        status: row.parse("status")?,
        duration_ms: row.integer("duration_ms")?,
        executed_by: row.text("executed_by")?.to_owned(),
        executed_at: row.time("executed_at")?,
        operations: row.parse("operations")?,
    };
    Ok((row.integer("id")?, entry))
}
