//! [`Statement`]: one SQL statement with what it costs and whom it blocks.
//!
//! `dialect` makes them, `plan` judges them, `database` runs them; nobody else writes SQL.

use serde::{Deserialize, Serialize};

use crate::name::Name;

/// One SQL statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// The text, complete, without a final semicolon.
    pub sql: String,
    /// How much of the table it works through.
    pub work: Work,
    /// Whom it keeps waiting.
    pub blocks: Blocks,
    /// The tables that it locks, a referenced parent included.
    pub locks: Vec<Name>,
    /// Whether running it twice leaves what running it once leaves: what recovery may simply run again
    /// where schema changes cannot be rolled back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub repeatable: bool,
}

/// How much of a table a statement works through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Work {
    /// Nothing: the catalogue alone changes.
    Instant,
    /// Every row is read.
    Scan,
    /// Every row is written.
    Rewrite,
}

/// Whom a statement keeps waiting while it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Blocks {
    /// Nobody.
    Nothing,
    /// Whoever writes.
    Writes,
    /// Whoever reads or writes.
    Reads,
}

/// How foreign keys are kept while a group of statements runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForeignKeys {
    /// By the database, at each statement.
    Enforced,
    /// Not by the database, but verified as a whole before the group commits: a table that others
    /// point at is being rebuilt.
    Verified,
}

/// What an operation becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compiled {
    /// The statements, in order.
    pub statements: Vec<Statement>,
    /// How foreign keys must be kept meanwhile.
    pub foreign_keys: ForeignKeys,
}
