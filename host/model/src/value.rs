//! [`Value`]: a typed literal, in rows, defaults and expressions.
//!
//! It is not SQL text: each dialect prints it. Dates, times, UUIDs and JSON are texts here and get
//! their meaning from the column they go into ([`Value::fits`]).
//!
//! Invariant: a value has one JSON form, without floats or large numbers, so that digests are stable.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::column_type::{ColumnType, Kind};
use crate::error::{Error, Result};

mod codes {
    crate::codes! {
        VALUE_INVALID = "value.invalid", Input, "A literal value does not fit the type of its column.";
    }
}
pub use codes::*;

/// A literal value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// No value.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    #[serde(with = "integer_text")]
    Integer(i64),
    /// An exact number with a point, as written: `-12.50`.
    Decimal(String),
    /// A floating-point number in its shortest form that reads back equal: `1.5`, `1e300`.
    Float(String),
    /// Text; also dates (`2026-11-20`), times (`13:05:00`), timestamps (`2026-11-20 13:05:00`),
    /// moments (`2026-11-20T13:05:00Z`), UUIDs and JSON.
    Text(String),
    /// Bytes.
    #[serde(with = "hex::serde")]
    Bytes(Vec<u8>),
}

mod integer_text {
    //! Integers as text: JSON numbers are exact only up to 2^53.
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(value: &i64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(D::Error::custom)
    }
}

impl Value {
    /// Makes a decimal from digits with an optional sign and point.
    ///
    /// # Errors
    /// `value.invalid`.
    pub fn decimal(text: &str) -> Result<Value> {
        match decimal_parts(text) {
            Some(_) => Ok(Value::Decimal(text.to_owned())),
            None => Err(Error::new(
                &VALUE_INVALID,
                format!("`{}` is not a decimal number", crate::name::display(text)),
            )
            .hint("write digits with at most one point: `-12.50`")),
        }
    }

    /// Makes a floating-point value.
    ///
    /// # Errors
    /// `value.invalid` for NaN and the infinities, which not every database stores.
    pub fn float(number: f64) -> Result<Value> {
        if !number.is_finite() {
            return Err(Error::new(
                &VALUE_INVALID,
                format!("`{number}` is not a finite number"),
            ));
        }
        Ok(Value::Float(format!("{number:?}")))
    }

    /// What the value is made of on its own; `None` for null.
    pub fn kind(&self) -> Option<Kind> {
        match self {
            Value::Null => None,
            Value::Bool(_) => Some(Kind::Bool),
            Value::Integer(_) => Some(Kind::Integer),
            Value::Decimal(text) => {
                let scale = decimal_parts(text).map_or(0, |(_, _, fraction)| fraction.len());
                Some(Kind::Decimal {
                    scale: u8::try_from(scale).unwrap_or(u8::MAX),
                })
            }
            Value::Float(_) => Some(Kind::Float),
            Value::Text(_) => Some(Kind::Text),
            Value::Bytes(_) => Some(Kind::Bytes),
        }
    }

    /// Checks that the value can be stored in a column of this type without changing it.
    ///
    /// Null fits every type: whether a column takes it is a question to the column.
    ///
    /// # Errors
    /// `value.invalid`.
    pub fn fits(&self, column_type: &ColumnType) -> Result<()> {
        let fits = match (self, column_type) {
            (Value::Null, _) => true,
            (Value::Bool(_), ColumnType::Bool) => true,
            (Value::Integer(_), ColumnType::Id | ColumnType::Bigint) => true,
            (Value::Integer(n), ColumnType::Int) => i32::try_from(*n).is_ok(),
            (Value::Integer(n), ColumnType::Smallint) => i16::try_from(*n).is_ok(),
            (Value::Integer(n), ColumnType::Decimal { precision, scale }) => {
                decimal_fits(&n.to_string(), *precision, *scale)
            }
            (Value::Decimal(text), ColumnType::Decimal { precision, scale }) => {
                decimal_fits(text, *precision, *scale)
            }
            (Value::Float(text), ColumnType::Real) => fits_single(text),
            (Value::Float(text), ColumnType::Double) => {
                text.parse::<f64>().is_ok_and(f64::is_finite)
            }
            (Value::Text(text), text_type) => text_fits(text, text_type),
            (Value::Bytes(bytes), ColumnType::Binary { length }) => {
                bytes.len() as u64 <= u64::from(*length)
            }
            (Value::Bytes(_), ColumnType::Blob) => true,
            _ => false,
        };
        if fits {
            return Ok(());
        }
        Err(Error::new(
            &VALUE_INVALID,
            format!(
                "the value `{}` does not fit the type `{column_type}`",
                crate::name::display(&self.to_string())
            ),
        ))
    }
}

/// Splits a decimal into sign, digits before and digits after the point; `None` if it is not one.
pub fn decimal_parts(text: &str) -> Option<(bool, &str, &str)> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let shaped = !whole.is_empty() && all_digits(whole) && all_digits(fraction);
    (shaped && !digits.ends_with('.') && text.len() <= 64).then_some((negative, whole, fraction))
}

fn decimal_fits(text: &str, precision: u8, scale: u8) -> bool {
    let Some((_, whole, fraction)) = decimal_parts(text) else {
        return false;
    };
    let whole = whole.trim_start_matches('0').len();
    let fraction = fraction.trim_end_matches('0').len();
    fraction <= usize::from(scale) && whole <= usize::from(precision - scale)
}

/// Whether a number is neither too large nor too small for four bytes.
fn fits_single(text: &str) -> bool {
    let (Ok(double), Ok(single)) = (text.parse::<f64>(), text.parse::<f32>()) else {
        return false;
    };
    single.is_finite() && (single != 0.0 || double == 0.0)
}

/// JSON that every database stores: PostgreSQL has no character 0.
fn is_json(text: &str) -> bool {
    fn is_storable(value: &serde_json::Value) -> bool {
        use serde_json::Value as V;
        match value {
            V::Null | V::Bool(_) | V::Number(_) => true,
            V::String(text) => !text.contains('\0'),
            V::Array(items) => items.iter().all(is_storable),
            V::Object(members) => members
                .iter()
                .all(|(key, value)| !key.contains('\0') && is_storable(value)),
        }
    }
    serde_json::from_str(text).is_ok_and(|value| is_storable(&value))
}

fn text_fits(text: &str, column_type: &ColumnType) -> bool {
    if text.contains('\0') {
        return false;
    }
    match column_type {
        ColumnType::String { length } => text.chars().count() as u64 <= u64::from(*length),
        ColumnType::Text => true,
        ColumnType::Enum { values } => values.iter().any(|v| v == text),
        ColumnType::Json => is_json(text),
        ColumnType::Date => is_date(text),
        ColumnType::Time => is_time(text),
        ColumnType::Timestamp => is_date_time(text, &[' ', 'T']),
        ColumnType::Timestamptz => is_moment(text),
        ColumnType::Uuid => text.len() == 36 && uuid::Uuid::try_parse(text).is_ok(),
        _ => false,
    }
}

/// `2026-11-20`, from year 1 on.
fn is_date(text: &str) -> bool {
    shaped(text, "dddd-dd-dd")
        && !text.starts_with("0000")
        && text.parse::<jiff::civil::Date>().is_ok()
}

/// `13:05:00`, with up to six digits after a point; no leap second.
fn is_time(text: &str) -> bool {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let fine = (1..=6).contains(&fraction.len()) && fraction.bytes().all(|b| b.is_ascii_digit());
    let seconds_fit = !clock.ends_with(":60");
    shaped(clock, "dd:dd:dd") && fine && seconds_fit && clock.parse::<jiff::civil::Time>().is_ok()
}

/// A date and a time with one of `separators` between them.
fn is_date_time(text: &str, separators: &[char]) -> bool {
    let parts = text.split_once(separators);
    parts.is_some_and(|(date, time)| is_date(date) && is_time(time))
}

/// `2026-11-20T13:05:00Z` or with an offset such as `+05:45`; in UTC too it is after year 1 has begun.
fn is_moment(text: &str) -> bool {
    let Some(at) = text.rfind(['Z', '+', '-']) else {
        return false;
    };
    let (local, zone) = text.split_at(at);
    let zone_fits = zone == "Z" || shaped(&zone[1..], "dd:dd");
    zone_fits && is_date_time(local, &['T']) && text.parse().is_ok_and(is_after_year_0)
}

fn is_after_year_0(moment: jiff::Timestamp) -> bool {
    moment.to_zoned(jiff::tz::TimeZone::UTC).year() > 0
}

/// Whether a text has a shape: `d` stands for a digit, all else for itself.
fn shaped(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(b, s)| {
            if s == b'd' {
                b.is_ascii_digit()
            } else {
                b == s
            }
        })
}

impl fmt::Display for Value {
    /// For people; SQL is printed by `dialect`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("NULL"),
            Value::Bool(true) => f.write_str("TRUE"),
            Value::Bool(false) => f.write_str("FALSE"),
            Value::Integer(n) => write!(f, "{n}"),
            Value::Decimal(text) | Value::Float(text) => f.write_str(text),
            Value::Text(text) => write!(f, "'{}'", text.replace('\'', "''")),
            Value::Bytes(bytes) => write!(f, "X'{}'", hex::encode(bytes)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_fit_only_in_their_one_form() {
        let cases = [
            (ColumnType::Date, "2026-11-20", true),
            (ColumnType::Date, "2026-02-30", false),
            (ColumnType::Date, "0000-01-01", false),
            (ColumnType::Time, "13:05:00.123456", true),
            (ColumnType::Time, "13:05", false),
            (ColumnType::Time, "13:05:60", false),
            (ColumnType::Time, "13:05:00,1234567", false),
            (ColumnType::Time, "13:05:00.1234567", false),
            (ColumnType::Timestamp, "2026-11-20 13:05:00", true),
            (ColumnType::Timestamp, "2026-11-20", false),
            (ColumnType::Timestamp, "2026-11-20 13:05:00-05:00", false),
            (ColumnType::Timestamp, "-2026-11-20 13:05:00", false),
            (ColumnType::Timestamptz, "2026-11-20T13:05:00+05:45", true),
            (
                ColumnType::Timestamptz,
                "2026-11-20T13:05:00Z[Europe/Paris]",
                false,
            ),
            (ColumnType::Timestamptz, "2026-11-20T13:05:00", false),
            (ColumnType::Timestamptz, "0001-01-01T00:00:00Z", true),
            (ColumnType::Timestamptz, "0001-01-01T00:00:00+05:45", false),
        ];
        for (column_type, text, fits) in cases {
            let value = Value::Text(text.to_owned());
            assert_eq!(
                value.fits(&column_type).is_ok(),
                fits,
                "{column_type} {text}"
            );
        }
    }

    #[test]
    fn what_not_every_database_stores_does_not_fit() {
        let float = |number: f64, column_type: &ColumnType| {
            Value::float(number).unwrap().fits(column_type).is_ok()
        };
        assert!(float(1e300, &ColumnType::Double) && float(0.0, &ColumnType::Real));
        assert!(float(-3.25, &ColumnType::Real));
        assert!(!float(1e300, &ColumnType::Real) && !float(1e-300, &ColumnType::Real));
        let json = |text: &str| Value::Text(text.to_owned()).fits(&ColumnType::Json).is_ok();
        assert!(json(r#"{"a": ["b", 1, null]}"#));
        assert!(!json(r#"{"a": ["\u0000"]}"#) && !json(r#"{"\u0000": 1}"#) && !json("{"));
    }

    #[test]
    fn a_decimal_fits_when_no_digit_is_lost() {
        let type_ = ColumnType::Decimal {
            precision: 5,
            scale: 2,
        };
        let fits = |text: &str| Value::decimal(text).is_ok_and(|value| value.fits(&type_).is_ok());
        assert!(fits("-123.45") && fits("0.10") && fits("5"));
        assert!(!fits("1234.5") && !fits("0.125") && !fits("1e3") && !fits("1."));
    }
}
