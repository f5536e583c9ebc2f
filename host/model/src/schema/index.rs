//! [`Index`]: an index of a table.

use serde::{Deserialize, Serialize};

use crate::expression::Expression;
use crate::name::Name;

/// An index.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Index {
    /// Its name, one of a kind in the schema.
    pub name: Name,
    /// Its columns, in order.
    pub columns: Vec<IndexColumn>,
    /// Whether no two rows may have the same values.
    pub unique: bool,
    /// Only the rows for which this holds, where the database can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<Expression>,
}

/// A column of an index.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexColumn {
    /// Which.
    pub name: Name,
    /// Largest first.
    #[serde(default)]
    pub descending: bool,
}
