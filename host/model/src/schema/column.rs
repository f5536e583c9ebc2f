//! [`Column`]: a column of a table. Its type is [`crate::column_type::ColumnType`].

use serde::{Deserialize, Serialize};

use crate::column_type::ColumnType;
use crate::name::Name;
use crate::value::Value;

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub column_type: ColumnType,
    /// Whether it may hold null.
    pub nullable: bool,
    /// What it holds when a row does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<ColumnDefault>,
    /// How its texts compare.
    #[serde(default)]
    pub collation: Collation,
    /// What it means, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// What a column holds when a row does not say: nothing that differs from one evaluation to the next,
/// but for the moment of the insert.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnDefault {
    /// This value; not null.
    Value(Value),
    /// The moment of the insert, for `timestamptz` and `timestamp`.
    CurrentTimestamp,
}

/// How texts compare.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Collation {
    /// Byte by byte.
    #[default]
    Bytes,
    /// Without regard to the case of ASCII letters.
    IgnoreCase,
}
