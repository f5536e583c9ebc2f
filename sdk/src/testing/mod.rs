//! Tests of a plugin without a host: a schema and a tenant in memory, in a native build only.
//!
//! The simulation is of structure alone: tables, columns, indexes, keys, checks and views. It refuses to
//! make what is there and to touch what is not. It does not parse expressions, run queries, hold
//! rows, or know ownership and compliance; those are for the host.
//!
//! ```
//! use strata_sdk::prelude::*;
//! use strata_sdk::testing::{MemorySchema, MemoryTenant};
//!
//! #[strata_sdk::plugin(manifest = "examples/club/plugin.toml")]
//! struct Club;
//!
//! impl Plugin for Club {
//!     fn migrations(&self) -> Vec<Migration> {
//!         vec![Migration::new("001_members", |schema, tenant| {
//!             let wards: u32 = tenant.required_setting("wards")?;
//!             schema.create_table("members", |t| {
//!                 t.id();
//!                 t.int("ward");
//!                 t.check("members_ward_check", format!("ward BETWEEN 1 AND {wards}"));
//!             });
//!             Ok(())
//!         })]
//!     }
//! }
//!
//! let tenant = MemoryTenant::new("acme").setting("wards", 12);
//! let mut schema = MemorySchema::new();
//! let operations = schema.apply(&Club, "001_members", &tenant)?;
//! assert_eq!(operations.len(), 1);
//! assert!(schema.table("members").is_some());
//!
//! schema.down(&Club, "001_members", &tenant)?;
//! assert!(schema.table("members").is_none());
//! # Ok::<(), strata_sdk::testing::Refused>(())
//! ```

mod manifest;
pub mod rules;
mod schema;
mod simulation;
mod tenant;

use std::cell::RefCell;
use std::fmt;

pub use manifest::assert_manifest_matches;
pub use schema::MemorySchema;
pub use tenant::MemoryTenant;

use crate::error::PluginError;
use crate::log::Level;

/// How many lines are kept; what is older is dropped.
const LINES_MAX: usize = 1000;

/// Why a migration was not applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The plugin itself gave an error.
    Plugin(PluginError),
    /// An operation does not fit the schema.
    Operation {
        /// Its position among the operations, from 0.
        position: usize,
        /// Why.
        message: String,
    },
    /// The plugin breaks a rule that the host keeps.
    Rule(String),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::Plugin(error) => error.fmt(f),
            Refused::Operation { position, message } => {
                write!(f, "operation {}: {message}", position + 1)
            }
            Refused::Rule(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Refused {}

impl From<PluginError> for Refused {
    fn from(error: PluginError) -> Refused {
        Refused::Plugin(error)
    }
}

thread_local! {
    static LINES: RefCell<Vec<(Level, String)>> = const { RefCell::new(Vec::new()) };
}

/// Takes the lines that plugins wrote on this thread with [`log`](crate::log), oldest first.
pub fn logged() -> Vec<(Level, String)> {
    LINES.with(RefCell::take)
}

/// Keeps a line for [`logged`].
pub(crate) fn keep_line(level: Level, message: &str) {
    LINES.with_borrow_mut(|lines| {
        if lines.len() == LINES_MAX {
            lines.remove(0);
        }
        lines.push((level, message.to_owned()));
    });
}
