//! [`Capabilities`]: what a database can do, as facts that every room may read.
//!
//! Only `dialect` and `database` ask which database it is; the others decide by these facts.

use serde::{Deserialize, Serialize};

/// The kinds of databases. Rooms above `database` read [`Capabilities`] instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Backend {
    /// SQLite 3.
    Sqlite,
}

impl Backend {
    /// The name of the kind, as `run SQL` operations and plans write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Backend::Sqlite => "sqlite",
        }
    }
}

/// What a database can do.
///
/// Part of a plan's digest: a plan made for one set of capabilities is not run on another.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capabilities {
    /// Which database.
    pub backend: Backend,
    /// The server's or library's version that statements are written for: `3.51`.
    pub version: String,
    /// Whether schema changes can be rolled back with a transaction.
    pub transactional_ddl: bool,
    /// Whether an index can hold only some rows.
    pub partial_indexes: bool,
    /// The highest precision of an exact decimal.
    pub decimal_precision_max: u8,
    /// Whether changing a column means copying its table.
    pub alter_rewrites_table: bool,
}
