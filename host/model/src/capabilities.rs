//! [`Capabilities`]: what a database can do, as facts that every room may read.
//!
//! Only `dialect` and `database` ask which database it is; the others decide by these facts.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

mod codes {
    crate::codes! {
        BACKEND_UNKNOWN = "backend.unknown", Conflict, "A stored kind of database is not one that this Strata knows.";
    }
}
pub use codes::*;

/// The kinds of databases. Rooms above `database` read [`Capabilities`] instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Backend {
    /// SQLite 3.
    Sqlite,
    /// PostgreSQL 14 and later.
    Postgresql,
    /// MySQL 8.0.31 and later.
    Mysql,
    /// MariaDB 10.6 and later.
    Mariadb,
}

impl Backend {
    /// The name of the kind, as `run SQL` operations and plans write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Backend::Sqlite => "sqlite",
            Backend::Postgresql => "postgresql",
            Backend::Mysql => "mysql",
            Backend::Mariadb => "mariadb",
        }
    }

    /// The name of the kind as its makers write it, for sentences.
    pub fn title(self) -> &'static str {
        match self {
            Backend::Sqlite => "SQLite",
            Backend::Postgresql => "PostgreSQL",
            Backend::Mysql => "MySQL",
            Backend::Mariadb => "MariaDB",
        }
    }
}

impl FromStr for Backend {
    type Err = Error;

    fn from_str(text: &str) -> Result<Backend> {
        let all = [
            Backend::Sqlite,
            Backend::Postgresql,
            Backend::Mysql,
            Backend::Mariadb,
        ];
        let known = all.into_iter().find(|backend| backend.as_str() == text);
        known.ok_or_else(|| {
            let text = crate::name::display(text);
            Error::new(
                &BACKEND_UNKNOWN,
                format!("`{text}` is no kind of database that is known here"),
            )
            .hint("upgrade Strata: a newer one may know it")
        })
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
