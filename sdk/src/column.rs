//! Columns and their portable types, as plain data.
//!
//! How a database spells a type is the host's business. The builders of [`schema`](crate::schema) make these.

use crate::value::Value;

/// A portable column type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnType {
    /// A 64-bit identity that the database makes and never uses twice; the primary key alone.
    Id,
    /// True or false.
    Boolean,
    /// 16 bits, signed.
    SmallInt,
    /// 32 bits, signed.
    Int,
    /// 64 bits, signed; also the type of a reference to an `Id`.
    BigInt,
    /// An exact number.
    Decimal {
        /// All digits, 1 to 38 (SQLite: at most 18).
        precision: u8,
        /// Digits after the point, at most `precision`.
        scale: u8,
    },
    /// 32-bit floating point.
    Real,
    /// 64-bit floating point.
    Double,
    /// Text of at most this many characters.
    String(u32),
    /// Text.
    Text,
    /// A JSON document.
    Json,
    /// A calendar day.
    Date,
    /// A time of day with microseconds.
    Time,
    /// Date and time with microseconds, without a zone.
    Timestamp,
    /// A moment with microseconds, kept in UTC.
    TimestampTz,
    /// A UUID.
    Uuid,
    /// At most this many bytes.
    Binary(u32),
    /// Bytes.
    Blob,
    /// One of these texts.
    Enumeration(Vec<String>),
}

impl ColumnType {
    /// One of these texts, as a type; for [`Schema::set_type`](crate::Schema::set_type).
    pub fn enumeration<T: Into<String>>(values: impl IntoIterator<Item = T>) -> ColumnType {
        ColumnType::Enumeration(values.into_iter().map(Into::into).collect())
    }
}

/// What a column holds when a row does not say.
#[derive(Debug, Clone, PartialEq)]
pub enum ColumnDefault {
    /// This value.
    Literal(Value),
    /// The moment of the insert.
    CurrentTimestamp,
}

/// How texts of a column compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Collation {
    /// Byte by byte: `a` is not `A`.
    #[default]
    Bytes,
    /// Without regard to the case of ASCII letters.
    IgnoreCase,
}

/// A column.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type.
    pub column_type: ColumnType,
    /// Whether it may hold null.
    pub nullable: bool,
    /// What it holds when a row does not say.
    pub default: Option<ColumnDefault>,
    /// How its texts compare.
    pub collation: Collation,
    /// What it means, for people.
    pub comment: Option<String>,
}

impl Column {
    /// A column that is not null, has no default and compares by bytes.
    pub fn new(name: impl Into<String>, column_type: ColumnType) -> Column {
        Column {
            name: name.into(),
            column_type,
            nullable: false,
            default: None,
            collation: Collation::Bytes,
            comment: None,
        }
    }
}
