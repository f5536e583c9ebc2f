//! [`ForeignKey`] and [`Check`]: conditions on the rows of a table. Always named, so that the name in a
//! database is ours and the same everywhere.

use serde::{Deserialize, Serialize};

use crate::expression::Expression;
use crate::name::Name;

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForeignKey {
    /// Its name, one of a kind in the schema.
    pub name: Name,
    /// The columns that point.
    pub columns: Vec<Name>,
    /// The table they point at.
    pub references_table: Name,
    /// Its primary key or the columns of one of its unique indexes.
    pub references_columns: Vec<Name>,
    /// When the other row is deleted.
    pub on_delete: ReferentialAction,
    /// When the other row's key changes.
    pub on_update: ReferentialAction,
}

/// What happens to a row when the row it points at goes or changes its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReferentialAction {
    /// The change is refused.
    Restrict,
    /// The row goes or changes too.
    Cascade,
    /// The reference becomes null.
    SetNull,
}

/// A condition that every row of a table meets.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Its name, one of a kind in the schema.
    pub name: Name,
    /// The condition, over the columns of the table.
    pub condition: Expression,
}
