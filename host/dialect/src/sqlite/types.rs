//! How SQLite stores each portable type: the type word, the check that keeps it, the literal.
//!
//! Tables are STRICT, so a value of another storage class is refused; the check does the rest. It is an
//! unnamed check of the column itself: `RENAME COLUMN` edits it and `DROP COLUMN` takes it along.
//!
//! | type | stored as | check |
//! |---|---|---|
//! | id | `INTEGER PRIMARY KEY AUTOINCREMENT` | – |
//! | bool | `INT` | 0 or 1 |
//! | smallint, int | `INT` | range |
//! | bigint | `INT` | – |
//! | decimal(p,s), p ≤ 18 | `INT`: the value times 10^s | fewer than 10^p |
//! | real, double | `REAL` (64 bits both) | – |
//! | string(n), text | `TEXT` | characters |
//! | json | `TEXT` | `json_valid` |
//! | date | `TEXT` `2026-11-20` | shape, calendar |
//! | time | `TEXT` `13:05:00.000000` | shape, clock |
//! | timestamp | `TEXT` `2026-11-20 13:05:00.000000` | shape, calendar |
//! | timestamptz | `TEXT` `2026-11-20T13:05:00.000000Z` | shape, calendar |
//! | uuid | `TEXT`, lower case | shape |
//! | binary(n), blob | `BLOB` | bytes |
//! | enum | `TEXT` | one of the values, by bytes |
//!
//! Invariant: `INTEGER` is the word for an id alone. A lone `INTEGER` in a primary key would make it an
//! alias of the row number, and SQLite would invent values where one is missing.

use model::Backend;
use model::column_type::{ColumnType, Kind};
use model::error::Result;
use model::name::{Name, display};
use model::schema::{Collation, Column};
use model::value::{Value, decimal_parts};

use crate::error::{DIALECT_LITERAL_INVALID, refused, unsupported};
use crate::fixed_width;
use crate::writer::{Literal, SqlWriter};

/// The most digits of a decimal: what a 64-bit integer always holds.
pub(super) const DECIMAL_PRECISION_MAX: u8 = 18;

const DAY: &str = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]";
const CLOCK: &str = "[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]";

/// The type word of a column.
///
/// # Errors
/// `dialect.unsupported` for decimals of more than 18 digits.
pub(super) fn type_word(table: &Name, column: &Column) -> Result<&'static str> {
    Ok(match &column.column_type {
        ColumnType::Id => "INTEGER",
        ColumnType::Bool | ColumnType::Smallint | ColumnType::Int | ColumnType::Bigint => "INT",
        ColumnType::Decimal { precision, .. } => {
            if *precision > DECIMAL_PRECISION_MAX {
                return unsupported(
                    &format!("{} in column `{table}.{}`", column.column_type, column.name),
                    Backend::Sqlite,
                    "a decimal is a 64-bit integer there and has at most 18 digits",
                    "use a precision of at most 18, or a PostgreSQL or MySQL database",
                );
            }
            "INT"
        }
        ColumnType::Real | ColumnType::Double => "REAL",
        ColumnType::String { .. }
        | ColumnType::Text
        | ColumnType::Json
        | ColumnType::Date
        | ColumnType::Time
        | ColumnType::Timestamp
        | ColumnType::Timestamptz
        | ColumnType::Uuid
        | ColumnType::Enum { .. } => "TEXT",
        ColumnType::Binary { .. } | ColumnType::Blob => "BLOB",
    })
}

/// Writes the check that keeps the values of a type; nothing where STRICT is enough.
pub(super) fn write_check(sql: &mut SqlWriter, column: &Column) {
    let name = &column.name;
    match &column.column_type {
        ColumnType::Id | ColumnType::Bigint | ColumnType::Real | ColumnType::Double => {}
        ColumnType::Text | ColumnType::Blob => {}
        ColumnType::Bool => {
            check(sql)
                .name(name)
                .word("IN")
                .open()
                .integer(0)
                .comma()
                .integer(1)
                .close()
                .close();
        }
        ColumnType::Smallint => write_range(sql, name, i16::MIN.into(), i16::MAX.into()),
        ColumnType::Int => write_range(sql, name, i32::MIN.into(), i32::MAX.into()),
        ColumnType::Decimal { precision, .. } => {
            let most = 10_i64.saturating_pow((*precision).into()) - 1;
            write_range(sql, name, -most, most);
        }
        ColumnType::String { length } | ColumnType::Binary { length } => {
            check(sql)
                .call("length")
                .name(name)
                .close()
                .word("<=")
                .integer((*length).into())
                .close();
        }
        ColumnType::Json => {
            check(sql).call("json_valid").name(name).close().close();
        }
        ColumnType::Date => write_shape(sql, name, DAY, "%Y-%m-%d", 10),
        ColumnType::Time => write_shape(sql, name, CLOCK, "%H:%M:%S", 8),
        ColumnType::Timestamp => {
            write_shape(
                sql,
                name,
                &[DAY, " ", CLOCK].concat(),
                "%Y-%m-%d %H:%M:%S",
                19,
            );
        }
        ColumnType::Timestamptz => {
            write_shape(
                sql,
                name,
                &[DAY, "T", CLOCK, "Z"].concat(),
                "%Y-%m-%dT%H:%M:%S",
                19,
            );
        }
        ColumnType::Uuid => {
            let groups = [8, 4, 4, 4, 12].map(|digits| "[0-9a-f]".repeat(digits));
            check(sql)
                .name(name)
                .word("GLOB")
                .text(&groups.join("-"))
                .close();
        }
        ColumnType::Enum { values } => write_values(sql, column, values),
    }
}

fn check(sql: &mut SqlWriter) -> &mut SqlWriter {
    sql.word("CHECK").open()
}

fn write_range(sql: &mut SqlWriter, name: &Name, low: i64, high: i64) {
    check(sql)
        .name(name)
        .word("BETWEEN")
        .integer(low)
        .word("AND")
        .integer(high)
        .close();
}

/// A shape, and a calendar or clock that gives the whole seconds back as they are: 31 February is
/// 3 March there. The fraction is left to the shape, because SQLite rounds it to milliseconds; the 24th
/// hour is refused apart, because SQLite takes it.
fn write_shape(sql: &mut SqlWriter, name: &Name, shape: &str, form: &str, whole: i64) {
    let part = |sql: &mut SqlWriter, first: i64, length: i64| {
        sql.call("substr")
            .name(name)
            .comma()
            .integer(first)
            .comma()
            .integer(length)
            .close();
    };
    check(sql).name(name).word("GLOB").text(shape).word("AND");
    sql.call("strftime").text(form).comma();
    part(sql, 1, whole);
    sql.close().word("IS");
    part(sql, 1, whole);
    if form.ends_with("%S") {
        sql.word("AND");
        part(sql, whole - 7, 2);
        sql.word("<").text("24");
    }
    sql.close();
}

fn write_values(sql: &mut SqlWriter, column: &Column, values: &[String]) {
    check(sql).name(&column.name);
    if column.collation == Collation::IgnoreCase {
        // Comparisons ignore case; what is stored is still one of the values.
        sql.word("COLLATE BINARY");
    }
    sql.word("IN").open();
    for (n, value) in values.iter().enumerate() {
        if n > 0 {
            sql.comma();
        }
        sql.text(value);
    }
    sql.close().close();
}

/// A value as a column or expression of this kind stores it.
///
/// # Errors
/// `dialect.literal_invalid`, and `dialect.unsupported` for numbers beyond 64 bits.
pub(super) fn literal(value: &Value, kind: Kind) -> Result<Literal> {
    Ok(match (value, kind) {
        (Value::Null, _) => Literal::Null,
        (Value::Bool(value), _) => Literal::Integer((*value).into()),
        (Value::Integer(number), Kind::Decimal { scale }) => {
            Literal::Integer(scaled(&number.to_string(), scale)?)
        }
        (Value::Integer(number), Kind::Float) => float(&number.to_string())?,
        (Value::Integer(number), _) => Literal::Integer(*number),
        (Value::Decimal(text), Kind::Decimal { scale }) => Literal::Integer(scaled(text, scale)?),
        (Value::Decimal(text), Kind::Integer) => Literal::Integer(scaled(text, 0)?),
        (Value::Decimal(text) | Value::Float(text), _) => float(text)?,
        (Value::Text(text), kind) => Literal::Text(text_of(text, kind)?),
        (Value::Bytes(bytes), _) => Literal::Bytes(bytes.clone()),
    })
}

fn float(text: &str) -> Result<Literal> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(Literal::Float(number.to_bits())),
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
        Kind::Bool
        | Kind::Integer
        | Kind::Decimal { .. }
        | Kind::Float
        | Kind::Text
        | Kind::Json
        | Kind::Bytes => Ok(text.to_owned()),
    }
}

/// A decimal times 10^scale.
fn scaled(text: &str, scale: u8) -> Result<i64> {
    let Some((negative, whole, fraction)) = decimal_parts(text) else {
        return refused(
            &DIALECT_LITERAL_INVALID,
            format!("`{}` is no decimal", display(text)),
        );
    };
    let fraction = fraction.trim_end_matches('0');
    let zeros = usize::from(scale).checked_sub(fraction.len());
    let number = zeros.and_then(|zeros| {
        let digits = [whole, fraction, "0".repeat(zeros).as_str()].concat();
        let digits = digits.trim_start_matches('0');
        let sign = if negative && !digits.is_empty() {
            "-"
        } else {
            ""
        };
        if digits.is_empty() {
            Some(0)
        } else {
            [sign, digits].concat().parse().ok()
        }
    });
    match number {
        Some(number) => Ok(number),
        None => unsupported(
            &format!(
                "the decimal `{}` with {scale} digits after the point",
                display(text)
            ),
            Backend::Sqlite,
            "decimals are 64-bit integers there",
            "write a number of at most 18 digits",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_become_scaled_integers() {
        for (text, scale, expected) in [
            ("12.5", 2, 1250),
            ("-0.01", 2, -1),
            ("0", 6, 0),
            ("-0.000", 2, 0),
            ("1.500", 1, 15),
            ("999999999999999999", 0, 999_999_999_999_999_999),
        ] {
            assert_eq!(scaled(text, scale).unwrap(), expected, "{text}");
        }
        assert!(scaled("0.001", 2).is_err());
        assert!(scaled("99999999999999999999", 0).is_err());
    }
}
