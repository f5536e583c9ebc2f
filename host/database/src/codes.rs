//! The codes of this room, for the generated page. Each is declared beside what raises it.

use model::Code;

use crate::{administrator, failure, file, location, lock, meta, server, server_url, transaction};

/// Every code that this room declares.
pub fn codes() -> Vec<&'static Code> {
    [
        administrator::ALL,
        failure::ALL,
        file::ALL,
        location::ALL,
        lock::ALL,
        meta::ALL,
        server::ALL,
        server_url::ALL,
        transaction::ALL,
    ]
    .concat()
}
