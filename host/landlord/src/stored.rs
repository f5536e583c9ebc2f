//! How rows of the landlord are read: strictly, with an error that says where.
//!
//! What each row means stands in the file of its subject.

use database::{Reading, Row};

mod codes {
    model::codes! {
        LANDLORD_BAD_ROW = "landlord.bad_row", Unreachable, "A row of the landlord's database is not what Strata writes.";
    }
}
pub use codes::*;

/// Reads a row of one of the landlord's tables; its first column is the key that an error shows.
pub(crate) fn reading<'a>(row: &'a Row, table: &'static str) -> Reading<'a> {
    Reading::new(row, table, &LANDLORD_BAD_ROW)
}
