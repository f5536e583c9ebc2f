//! [`Extension`]: an operation of a later contract, carried as data.
//!
//! This host knows no kind of it, so every one is refused: an operation that is not understood is never
//! skipped.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::name::{Name, display};
use crate::operation::require::OPERATION_UNKNOWN;
use crate::operation::reverse::Reverse;
use crate::schema::{Origin, Schema};
/// An operation of a later contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// Which.
    pub kind: String,
    /// Its version.
    pub version: u32,
    /// Its content as JSON.
    pub payload: String,
}

impl Extension {
    /// Refuses it: this host knows no extension.
    ///
    /// # Errors
    /// `operation.unknown`.
    pub fn check(&self, _schema: &Schema) -> Result<()> {
        Err(Error::new(
            &OPERATION_UNKNOWN,
            format!(
                "the operation `{}` version {} is not known here",
                display(&self.kind),
                self.version
            ),
        )
        .hint("upgrade Strata, or use a version of the plugin that was built for this one"))
    }

    pub(super) fn apply(&self, _schema: &mut Schema, _origin: &Origin) {}

    pub(super) fn reverse(&self, _before: &Schema) -> Reverse {
        Reverse::irreversible(format!(
            "the operation `{}` is not known here",
            display(&self.kind)
        ))
    }

    pub(super) fn relations(&self) -> Vec<&Name> {
        Vec::new()
    }
}

impl fmt::Display for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "extension `{}` version {}",
            display(&self.kind),
            self.version
        )
    }
}
