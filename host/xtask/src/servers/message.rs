//! What the keeper tells whoever started it: a line of JSON each, on its standard output.

use serde::{Deserialize, Serialize};

use crate::servers::Database;

/// One line.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Message {
    /// A server can be reached at this address.
    Ready {
        /// Which.
        database: Database,
        /// With user and password.
        url: String,
    },
    /// There is no server of this database.
    Missing {
        /// Which.
        database: Database,
        /// Why.
        why: String,
    },
    /// Every server was tried: a line for each came before this one.
    Started,
    /// A server had ended before it was told to.
    Ended {
        /// Which.
        database: Database,
        /// How, and the end of its log.
        how: String,
    },
}
