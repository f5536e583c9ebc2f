//! The codes of this room, for the generated page. Each is declared beside what raises it.

use model::Code;

use crate::{failure, location, lock, meta, transaction};

/// Every code that this room declares.
pub fn codes() -> Vec<&'static Code> {
    [
        failure::ALL,
        location::ALL,
        lock::ALL,
        meta::ALL,
        transaction::ALL,
    ]
    .concat()
}
