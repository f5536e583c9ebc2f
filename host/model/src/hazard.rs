//! [`Hazard`]: what could go wrong or hurt when a step runs. [`Finding`]: what a rule says about a plan.
//!
//! `plan` finds hazards, `compliance` makes findings; here are the words for both.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A danger of a step, to a named object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hazard {
    /// Which danger.
    pub kind: HazardKind,
    /// To what: `members`, `members.legacy_code`.
    pub object: String,
    /// A sentence for people.
    pub message: String,
}

/// The dangers, each with its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HazardKind {
    /// Rows or values are deleted.
    DeletesData,
    /// Values may change or the step may fail on the data that is there.
    MayLoseData,
    /// Writers wait for longer than an instant.
    BlocksWrites,
    /// Readers wait too.
    BlocksReads,
    /// The whole table is copied.
    RewritesTable,
    /// A lock is held while rows are read or written.
    LongLock,
    /// Nothing takes it back.
    Irreversible,
    /// It cannot be rolled back with the rest of its migration on this database.
    NotTransactional,
}

impl HazardKind {
    /// All dangers.
    pub const ALL: [HazardKind; 8] = [
        HazardKind::DeletesData,
        HazardKind::MayLoseData,
        HazardKind::BlocksWrites,
        HazardKind::BlocksReads,
        HazardKind::RewritesTable,
        HazardKind::LongLock,
        HazardKind::Irreversible,
        HazardKind::NotTransactional,
    ];

    /// The code, as `--allow` takes it.
    pub fn code(self) -> &'static str {
        match self {
            HazardKind::DeletesData => "deletes-data",
            HazardKind::MayLoseData => "may-lose-data",
            HazardKind::BlocksWrites => "blocks-writes",
            HazardKind::BlocksReads => "blocks-reads",
            HazardKind::RewritesTable => "rewrites-table",
            HazardKind::LongLock => "long-lock",
            HazardKind::Irreversible => "irreversible",
            HazardKind::NotTransactional => "not-transactional",
        }
    }
}

impl fmt::Display for HazardKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// What a rule says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The stable code of the rule: `ownership.foreign_table`.
    pub code: String,
    /// How bad.
    pub severity: Severity,
    /// About what.
    pub object: String,
    /// A sentence for people.
    pub message: String,
    /// What to do.
    pub fix: String,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Worth a second look.
    Warning,
    /// Forbidden: the plan is refused.
    Error,
}
