//! How PostgreSQL stores each portable type: the type, the check that keeps it, the literal.
//!
//! | type | stored as | check |
//! |---|---|---|
//! | id | `bigint` identity, primary key | – |
//! | bool, smallint, int, bigint, date, uuid | the same | – |
//! | decimal(p,s) | `numeric(p,s)` | – |
//! | real, double | `real`, `double precision` | – |
//! | string(n), text | `varchar(n)`, `text` | – |
//! | json | `jsonb` | – |
//! | time, timestamp, timestamptz | the same, with microseconds | – |
//! | binary(n) | `bytea` | length |
//! | blob | `bytea` | – |
//! | enum | `text` | one of the values |
//!
//! Texts compare byte by byte (`COLLATE "C"`), whatever the locale of the database is. Without regard to
//! case is a collation of ours ([`super::table::IGNORE_CASE`]), which folds all letters, not only ASCII.

use model::column_type::{ColumnType, Kind};
use model::error::Result;
use model::name::{Name, display};
use model::schema::{Collation, Column};
use model::value::Value;

use crate::decimal::write_decimal;
use crate::error::{DIALECT_LITERAL_INVALID, refused};
use crate::fixed_width;
use crate::own_name::prefixed;
use crate::writer::{Identifier, Literal, SqlWriter};

/// The collation that compares byte by byte.
pub(super) const BYTES: &str = "C";

/// The beginning of the name of a check that keeps the type of a column.
const TYPE_CHECK: &str = "strata_type_";

/// Writes the type.
pub(super) fn write_type(sql: &mut SqlWriter, column_type: &ColumnType) {
    match column_type {
        ColumnType::Id | ColumnType::Bigint => sql.word("bigint"),
        ColumnType::Bool => sql.word("boolean"),
        ColumnType::Smallint => sql.word("smallint"),
        ColumnType::Int => sql.word("integer"),
        ColumnType::Decimal { precision, scale } => sql
            .call("numeric")
            .integer((*precision).into())
            .comma()
            .integer((*scale).into())
            .close(),
        ColumnType::Real => sql.word("real"),
        ColumnType::Double => sql.word("double precision"),
        ColumnType::String { length } => sql.call("varchar").integer((*length).into()).close(),
        ColumnType::Text | ColumnType::Enum { .. } => sql.word("text"),
        ColumnType::Json => sql.word("jsonb"),
        ColumnType::Date => sql.word("date"),
        ColumnType::Time => sql.word("time"),
        ColumnType::Timestamp => sql.word("timestamp"),
        ColumnType::Timestamptz => sql.word("timestamptz"),
        ColumnType::Uuid => sql.word("uuid"),
        ColumnType::Binary { .. } | ColumnType::Blob => sql.word("bytea"),
    };
}

/// The type as the catalogue says it (`format_type`).
pub(super) fn catalogue_type(column_type: &ColumnType) -> String {
    match column_type {
        ColumnType::Id | ColumnType::Bigint => "bigint".to_owned(),
        ColumnType::Bool => "boolean".to_owned(),
        ColumnType::Smallint => "smallint".to_owned(),
        ColumnType::Int => "integer".to_owned(),
        ColumnType::Decimal { precision, scale } => format!("numeric({precision},{scale})"),
        ColumnType::Real => "real".to_owned(),
        ColumnType::Double => "double precision".to_owned(),
        ColumnType::String { length } => format!("character varying({length})"),
        ColumnType::Text | ColumnType::Enum { .. } => "text".to_owned(),
        ColumnType::Json => "jsonb".to_owned(),
        ColumnType::Date => "date".to_owned(),
        ColumnType::Time => "time without time zone".to_owned(),
        ColumnType::Timestamp => "timestamp without time zone".to_owned(),
        ColumnType::Timestamptz => "timestamp with time zone".to_owned(),
        ColumnType::Uuid => "uuid".to_owned(),
        ColumnType::Binary { .. } | ColumnType::Blob => "bytea".to_owned(),
    }
}

/// The collation of a column; none where the type has none.
pub(super) fn collation(column: &Column) -> Option<&'static str> {
    match (column.column_type.kind(), column.collation) {
        (Kind::Text, Collation::Bytes) => Some(BYTES),
        (Kind::Text, Collation::IgnoreCase) => Some(super::table::IGNORE_CASE),
        _ => None,
    }
}

/// The name of the check that keeps the type of a column.
pub(super) fn check_name(column: &Name) -> Identifier {
    prefixed(TYPE_CHECK, column)
}

/// The condition of the check that keeps the type of a column; none where the type is enough.
pub(super) fn check_condition(column: &Name, column_type: &ColumnType) -> Option<SqlWriter> {
    let mut sql = SqlWriter::new(&super::STYLE);
    match column_type {
        ColumnType::Binary { length } => {
            sql.call("octet_length").name(column).close();
            sql.word("<=").integer((*length).into());
        }
        ColumnType::Enum { values } => {
            sql.name(column).word("COLLATE").ident(&BYTES.into());
            sql.word("IN").open();
            for (n, value) in values.iter().enumerate() {
                if n > 0 {
                    sql.comma();
                }
                sql.text(value);
            }
            sql.close();
        }
        _ => return None,
    }
    Some(sql)
}

/// A value as a column or expression of this kind takes it. The server makes a text into a date or a UUID
/// where one belongs.
///
/// # Errors
/// `dialect.literal_invalid`.
pub(super) fn write_literal(sql: &mut SqlWriter, value: &Value, kind: Kind) -> Result<()> {
    match (value, kind) {
        (Value::Null, _) => sql.literal(&Literal::Null),
        (Value::Bool(value), _) => sql.word(if *value { "TRUE" } else { "FALSE" }),
        (Value::Integer(number), Kind::Float) => write_float(sql, &number.to_string())?,
        (Value::Integer(number), _) => sql.integer(*number),
        (Value::Decimal(text), Kind::Float) | (Value::Float(text), _) => write_float(sql, text)?,
        (Value::Decimal(text), _) => write_decimal(sql, text)?,
        (Value::Text(text), kind) => sql.text(&text_of(text, kind)?),
        (Value::Bytes(bytes), _) => sql.literal(&Literal::Bytes(bytes.clone())),
    };
    Ok(())
}

fn write_float<'w>(sql: &'w mut SqlWriter, text: &str) -> Result<&'w mut SqlWriter> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(sql.literal(&Literal::Float(number.to_bits()))),
        _ => refused(
            &DIALECT_LITERAL_INVALID,
            format!("`{}` is not a finite number", display(text)),
        ),
    }
}

fn text_of(text: &str, kind: Kind) -> Result<String> {
    if text.contains('\0') {
        return refused(&DIALECT_LITERAL_INVALID, "a text holds a zero character");
    }
    match kind {
        Kind::Date => fixed_width::date(text),
        Kind::Time => fixed_width::time(text),
        Kind::Timestamp => fixed_width::timestamp(text),
        Kind::Timestamptz => fixed_width::timestamptz(text),
        Kind::Uuid => Ok(text.to_ascii_lowercase()),
        _ => Ok(text.to_owned()),
    }
}

/// The type that a literal of this kind is cast to where it stands alone in an expression; none where
/// its form says enough.
pub(super) fn literal_type(value: &Value, kind: Kind) -> Option<&'static str> {
    match (value, kind) {
        (Value::Text(_), Kind::Date) => Some("date"),
        (Value::Text(_), Kind::Time) => Some("time"),
        (Value::Text(_), Kind::Timestamp) => Some("timestamp"),
        (Value::Text(_), Kind::Timestamptz) => Some("timestamptz"),
        (Value::Text(_), Kind::Uuid) => Some("uuid"),
        (Value::Text(_), Kind::Json) => Some("jsonb"),
        (Value::Text(_), _) => Some("text"),
        (Value::Float(_) | Value::Integer(_) | Value::Decimal(_), Kind::Float) => {
            Some("double precision")
        }
        (Value::Integer(_), _) => Some("bigint"),
        (Value::Decimal(_), _) => Some("numeric"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_would_be_cut_by_the_server_is_cut_here_and_told_apart() {
        let name = |last: char| Name::new(format!("{}{last}", "a".repeat(62))).unwrap();
        let (one, other) = (check_name(&name('x')), check_name(&name('y')));
        assert_ne!(one, other);
        let mut sql = SqlWriter::new(&super::super::STYLE);
        sql.ident(&one);
        assert_eq!(sql.finish().len(), model::name::NAME_BYTES_MAX + 2);
    }
}
