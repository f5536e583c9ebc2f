//! [`ColumnType`]: the portable types of columns.
//!
//! It does not say how a database stores them; `dialect` does.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::name::display;
use crate::no_fields::no_fields;

mod codes {
    crate::codes! {
        TYPE_INVALID = "type.invalid", Input, "A column type has a length, precision, scale or value list that is not allowed.";
    }
}
pub use codes::*;

/// The highest precision of a decimal that every database keeps exactly.
pub const DECIMAL_PRECISION_MAX: u8 = 38;
/// The longest `string(n)`, in characters: what fits MySQL's row with four bytes each.
pub const STRING_LENGTH_MAX: u32 = 16_000;
/// The longest `binary(n)`, in bytes.
pub const BINARY_LENGTH_MAX: u32 = 65_000;
/// The most values of one enum.
pub const ENUM_VALUES_MAX: usize = 256;
/// The longest value of an enum, in bytes.
pub const ENUM_VALUE_BYTES_MAX: usize = 63;

/// A portable column type.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum ColumnType {
    /// A 64-bit identity: the database makes the value and never uses one twice. Primary key only.
    #[serde(deserialize_with = "no_fields")]
    Id,
    /// True or false.
    #[serde(deserialize_with = "no_fields")]
    Bool,
    /// 16 bits, signed.
    #[serde(deserialize_with = "no_fields")]
    Smallint,
    /// 32 bits, signed.
    #[serde(deserialize_with = "no_fields")]
    Int,
    /// 64 bits, signed.
    #[serde(deserialize_with = "no_fields")]
    Bigint,
    /// An exact number of `precision` digits, `scale` of them after the point.
    Decimal {
        /// All digits, 1 to 38.
        precision: u8,
        /// Digits after the point, at most `precision`.
        scale: u8,
    },
    /// A 32-bit floating-point number.
    #[serde(deserialize_with = "no_fields")]
    Real,
    /// A 64-bit floating-point number.
    #[serde(deserialize_with = "no_fields")]
    Double,
    /// Text of at most `length` characters.
    String {
        /// The limit in Unicode code points.
        length: u32,
    },
    /// Text without a limit of its own.
    #[serde(deserialize_with = "no_fields")]
    Text,
    /// A JSON document.
    #[serde(deserialize_with = "no_fields")]
    Json,
    /// A calendar day, Gregorian.
    #[serde(deserialize_with = "no_fields")]
    Date,
    /// A time of day with microseconds.
    #[serde(deserialize_with = "no_fields")]
    Time,
    /// Date and time with microseconds, without a zone.
    #[serde(deserialize_with = "no_fields")]
    Timestamp,
    /// A moment, with microseconds, stored in UTC.
    #[serde(deserialize_with = "no_fields")]
    Timestamptz,
    /// A UUID.
    #[serde(deserialize_with = "no_fields")]
    Uuid,
    /// At most `length` bytes.
    Binary {
        /// The limit in bytes.
        length: u32,
    },
    /// Bytes without a limit of their own.
    #[serde(deserialize_with = "no_fields")]
    Blob,
    /// One of a fixed list of texts.
    Enum {
        /// The values, in the order given, each once.
        values: Vec<String>,
    },
}

/// What a type is made of, as far as comparison and arithmetic are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `bool`.
    Bool,
    /// `id`, `smallint`, `int`, `bigint`.
    Integer,
    /// `decimal`, with its scale.
    Decimal {
        /// Digits after the point.
        scale: u8,
    },
    /// `real`, `double`.
    Float,
    /// `string`, `text`, `enum`.
    Text,
    /// `json`.
    Json,
    /// `date`.
    Date,
    /// `time`.
    Time,
    /// `timestamp`.
    Timestamp,
    /// `timestamptz`.
    Timestamptz,
    /// `uuid`.
    Uuid,
    /// `binary`, `blob`.
    Bytes,
}

impl ColumnType {
    /// Checks lengths, precision, scale and enum values.
    ///
    /// # Errors
    /// `type.invalid`.
    pub fn check(&self) -> Result<()> {
        let refuse = |why: String| {
            Err(Error::new(
                &TYPE_INVALID,
                format!("the type `{self}` is not allowed: {why}"),
            ))
        };
        match self {
            ColumnType::Decimal { precision, scale } => {
                if *precision == 0 || *precision > DECIMAL_PRECISION_MAX {
                    return refuse(format!("precision is 1 to {DECIMAL_PRECISION_MAX}"));
                }
                if scale > precision {
                    return refuse("scale is larger than precision".to_owned());
                }
                Ok(())
            }
            ColumnType::String { length } if *length == 0 || *length > STRING_LENGTH_MAX => refuse(
                format!("length is 1 to {STRING_LENGTH_MAX}; use `text` for longer ones"),
            ),
            ColumnType::Binary { length } if *length == 0 || *length > BINARY_LENGTH_MAX => refuse(
                format!("length is 1 to {BINARY_LENGTH_MAX}; use `blob` for longer ones"),
            ),
            ColumnType::Enum { values } => check_enum(values).or_else(refuse),
            _ => Ok(()),
        }
    }

    /// What the type is made of.
    pub fn kind(&self) -> Kind {
        match self {
            ColumnType::Bool => Kind::Bool,
            ColumnType::Id | ColumnType::Smallint | ColumnType::Int | ColumnType::Bigint => {
                Kind::Integer
            }
            ColumnType::Decimal { scale, .. } => Kind::Decimal { scale: *scale },
            ColumnType::Real | ColumnType::Double => Kind::Float,
            ColumnType::String { .. } | ColumnType::Text | ColumnType::Enum { .. } => Kind::Text,
            ColumnType::Json => Kind::Json,
            ColumnType::Date => Kind::Date,
            ColumnType::Time => Kind::Time,
            ColumnType::Timestamp => Kind::Timestamp,
            ColumnType::Timestamptz => Kind::Timestamptz,
            ColumnType::Uuid => Kind::Uuid,
            ColumnType::Binary { .. } | ColumnType::Blob => Kind::Bytes,
        }
    }

    /// Whether a foreign key column of this type may point at a column of type `target`.
    pub fn refers_to(&self, target: &ColumnType) -> bool {
        match (self, target) {
            (ColumnType::Bigint, ColumnType::Id) => true,
            (a, b) => a == b,
        }
    }

    /// Whether every value of this type is also a value of `wider`, unchanged.
    pub fn widens_to(&self, wider: &ColumnType) -> bool {
        use ColumnType as T;
        match (self, wider) {
            (a, b) if a == b => true,
            (T::Smallint, T::Int | T::Bigint) | (T::Int, T::Bigint) | (T::Real, T::Double) => true,
            (T::String { length: a }, T::String { length: b }) => a <= b,
            (T::Binary { length: a }, T::Binary { length: b }) => a <= b,
            (T::String { .. } | T::Enum { .. }, T::Text) | (T::Binary { .. }, T::Blob) => true,
            (T::Enum { values }, T::String { length }) => values
                .iter()
                .all(|v| v.chars().count() as u64 <= u64::from(*length)),
            (T::Enum { values: a }, T::Enum { values: b }) => a.iter().all(|v| b.contains(v)),
            (
                T::Decimal {
                    precision: p,
                    scale: s,
                },
                T::Decimal {
                    precision: q,
                    scale: t,
                },
            ) => t >= s && q - t >= p - s,
            _ => false,
        }
    }
}

fn check_enum(values: &[String]) -> Result<(), String> {
    if values.is_empty() || values.len() > ENUM_VALUES_MAX {
        return Err(format!("an enum has 1 to {ENUM_VALUES_MAX} values"));
    }
    for (n, value) in values.iter().enumerate() {
        if value.is_empty()
            || value.len() > ENUM_VALUE_BYTES_MAX
            || value.chars().any(char::is_control)
        {
            return Err(format!(
                "the value `{}` is empty, longer than {ENUM_VALUE_BYTES_MAX} bytes or has a control character",
                display(value)
            ));
        }
        if values[..n].contains(value) {
            return Err(format!("the value `{}` is there twice", display(value)));
        }
    }
    Ok(())
}

impl fmt::Display for ColumnType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ColumnType::Id => f.write_str("id"),
            ColumnType::Bool => f.write_str("bool"),
            ColumnType::Smallint => f.write_str("smallint"),
            ColumnType::Int => f.write_str("int"),
            ColumnType::Bigint => f.write_str("bigint"),
            ColumnType::Decimal { precision, scale } => write!(f, "decimal({precision},{scale})"),
            ColumnType::Real => f.write_str("real"),
            ColumnType::Double => f.write_str("double"),
            ColumnType::String { length } => write!(f, "string({length})"),
            ColumnType::Text => f.write_str("text"),
            ColumnType::Json => f.write_str("json"),
            ColumnType::Date => f.write_str("date"),
            ColumnType::Time => f.write_str("time"),
            ColumnType::Timestamp => f.write_str("timestamp"),
            ColumnType::Timestamptz => f.write_str("timestamptz"),
            ColumnType::Uuid => f.write_str("uuid"),
            ColumnType::Binary { length } => write!(f, "binary({length})"),
            ColumnType::Blob => f.write_str("blob"),
            ColumnType::Enum { values } => {
                let shown: Vec<String> = values.iter().map(|v| display(v)).collect();
                write!(f, "enum({})", shown.join(", "))
            }
        }
    }
}
