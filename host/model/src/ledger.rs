//! The ledger: what happened to one tenant's database, event by event, each chained to the one before.
//!
//! The rows lie in the tenant's database and a copy in the landlord; who reads and writes them is
//! `engine`. Here are the words and the chain.
//!
//! Invariant: sequence numbers have no gap, and each hash covers the event, its place and the hash
//! before it.

use jiff::Timestamp;
use semver::Version;
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::id::{MigrationId, PluginId, RunId};
use crate::manifest::Layer;
use crate::no_fields::no_fields;
use crate::operation::{Operation, Reverse};
use crate::plan::LockedPlugin;
use crate::recorded::Recorded;

mod codes {
    crate::codes! {
        LEDGER_TAMPERED = "ledger.tampered", Incomplete, "A tenant's ledger is not the chain that was written: a row is missing, changed or out of place.";
        LEDGER_FORMAT = "ledger.format_newer", Conflict, "A tenant's ledger was written by a newer Strata.";
        LEDGER_UNREADABLE = "ledger.unreadable", Incomplete, "A row of a tenant's ledger is not an event.";
    }
}
pub use codes::*;

/// The format of ledger rows.
///
/// 2 brought the events of single statements and what servers keep of expressions.
pub const LEDGER_FORMAT_VERSION: u32 = 2;

/// An event in a tenant's database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case", deny_unknown_fields)]
pub enum LedgerEvent {
    /// A run begins.
    RunStarted {
        /// The plan that it applies.
        plan: Digest,
        /// The plugins of the tenant after it.
        lock: Vec<LockedPlugin>,
    },
    /// A migration is applied: written in the same transaction as its statements.
    MigrationApplied(Box<AppliedMigration>),
    /// A migration of a failed layer was taken back: written in the same transaction as its reverse.
    MigrationUndone {
        /// The plugin.
        plugin: PluginId,
        /// The migration.
        migration: MigrationId,
        /// The digest of the schema after it.
        after: Digest,
    },
    /// A statement that no rollback takes back is about to run.
    StatementIntended(StatementMark),
    /// It is done.
    StatementDone(StatementMark),
    /// What was done of a migration that failed half way is taken back.
    PartUndone {
        /// The plugin.
        plugin: PluginId,
        /// The migration.
        migration: MigrationId,
    },
    /// A step failed; its layer is being undone.
    StepFailed {
        /// The plugin.
        plugin: PluginId,
        /// The migration.
        migration: MigrationId,
        /// The code of the error.
        code: String,
        /// Its sentence, without values.
        message: String,
    },
    /// A migration of a failed layer could not be taken back: the run goes forward when it is resumed.
    UndoFailed {
        /// The plugin.
        plugin: PluginId,
        /// The migration.
        migration: MigrationId,
        /// Why, without values.
        message: String,
    },
    /// All steps of a run are applied.
    RunSucceeded {
        /// The fingerprint of the observed schema.
        fingerprint: Digest,
        /// What the server keeps of the expressions that stand.
        #[serde(default, skip_serializing_if = "Recorded::is_empty")]
        recorded: Recorded,
    },
    /// A run failed and its failed layer is undone.
    RunUndone {
        /// The fingerprint of the observed schema.
        fingerprint: Digest,
        /// What the server keeps of the expressions that stand.
        #[serde(default, skip_serializing_if = "Recorded::is_empty")]
        recorded: Recorded,
    },
    /// A dead run is taken up again.
    #[serde(deserialize_with = "no_fields")]
    RunResumed,
}

/// A place in the statements of a migration or of its reverse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementMark {
    /// The plugin.
    pub plugin: PluginId,
    /// The migration.
    pub migration: MigrationId,
    /// Which statement, from 0.
    pub statement: u32,
    /// Whether it is one of those that take the migration back.
    pub undoes: bool,
}

/// A migration as it was applied: enough to explain it and to take it back without its component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppliedMigration {
    /// The plugin.
    pub plugin: PluginId,
    /// Its version.
    pub version: Version,
    /// The component.
    pub component: Digest,
    /// Its layer.
    pub layer: Layer,
    /// The migration.
    pub migration: MigrationId,
    /// What was done.
    pub operations: Vec<Operation>,
    /// What takes it back.
    pub reverse: Reverse,
    /// The digest of the simulated schema before it.
    pub before: Digest,
    /// The digest of the simulated schema after it.
    pub after: Digest,
}

/// A row of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerRow {
    /// Its place, from 1, without gaps.
    pub sequence: i64,
    /// The event.
    pub event: LedgerEvent,
    /// The format that it was written in.
    pub format: u32,
    /// The hash of the row before; of nothing for the first.
    pub previous_hash: Digest,
    /// The hash of this row.
    pub hash: Digest,
    /// The run that it belongs to.
    pub run: RunId,
    /// When.
    pub time: Timestamp,
}

/// The hash before the first row.
pub fn genesis() -> Digest {
    Digest::of_bytes(b"strata/ledger/genesis\n")
}

/// What a row's hash covers.
#[derive(Serialize)]
struct Hashed<'a> {
    sequence: i64,
    event: &'a LedgerEvent,
    previous_hash: &'a Digest,
    run: RunId,
    time: String,
}

impl LedgerRow {
    /// Makes the row that follows `previous` (its sequence and hash), or the first.
    ///
    /// # Errors
    /// `digest.unencodable`, which is a bug.
    pub fn following(
        previous: Option<(i64, Digest)>,
        event: LedgerEvent,
        run: RunId,
        time: Timestamp,
    ) -> Result<LedgerRow> {
        let (last, previous_hash) = previous.unwrap_or_else(|| (0, genesis()));
        let mut row = LedgerRow {
            sequence: last + 1,
            event,
            format: LEDGER_FORMAT_VERSION,
            previous_hash,
            hash: previous_hash,
            run,
            time,
        };
        row.hash = row.computed_hash()?;
        Ok(row)
    }

    fn computed_hash(&self) -> Result<Digest> {
        let hashed = Hashed {
            sequence: self.sequence,
            event: &self.event,
            previous_hash: &self.previous_hash,
            run: self.run,
            time: self.time.to_string(),
        };
        Digest::of("ledger", self.format, &hashed)
    }
}

/// Demands that rows, in order, are one unbroken chain from the beginning.
///
/// # Errors
/// `ledger.tampered` naming the first row that does not fit, `ledger.format_newer`.
pub fn verify(rows: &[LedgerRow]) -> Result<()> {
    let mut previous = (0, genesis());
    for row in rows {
        if row.format > LEDGER_FORMAT_VERSION {
            return Err(Error::new(
                &LEDGER_FORMAT,
                format!(
                    "row {} of the ledger has format {}",
                    row.sequence, row.format
                ),
            )
            .hint("upgrade Strata: this tenant was changed by a newer one"));
        }
        let in_place = row.sequence == previous.0 + 1 && row.previous_hash == previous.1;
        if !in_place || row.computed_hash()? != row.hash {
            return Err(Error::new(
                &LEDGER_TAMPERED,
                format!(
                    "row {} of the ledger does not follow row {}",
                    row.sequence, previous.0
                ),
            )
            .hint(
                "somebody changed the tenant's `strata_ledger` by hand; restore it from a backup",
            ));
        }
        previous = (row.sequence, row.hash);
    }
    Ok(())
}
