//! How MySQL and MariaDB store each portable type: the type, the check that keeps it, the literal.
//!
//! | type | stored as | check |
//! |---|---|---|
//! | id | `bigint AUTO_INCREMENT`, primary key | – |
//! | bool | `tinyint(1)` | 0 or 1 |
//! | smallint, int, bigint, decimal(p,s), date | the same | – |
//! | real, double | `float`, `double` | – |
//! | string(n), text | `varchar(n)`, `longtext` | – |
//! | json | `json`; on MariaDB that is a `longtext` with the server's own check | – |
//! | time | `time(6)` | – |
//! | timestamp, timestamptz | `datetime(6)`, the latter in UTC | – |
//! | uuid | `char(36)` in ASCII | – |
//! | binary(n), blob | `varbinary(n)`, `longblob` | – |
//! | enum | `enum(…)` | – |
//!
//! Texts compare byte by byte, blanks at their end included; without regard to case is
//! `utf8mb4_unicode_ci`, which has no regard to accents and to blanks at the end either. A string that is
//! too long is refused unless only blanks at its end are: those the servers cut off.

use model::column_type::{ColumnType, Kind};
use model::error::Result;
use model::name::{Name, display};
use model::schema::{Collation, Column};
use model::value::Value;

use super::Flavour;
use crate::decimal::write_decimal;
use crate::error::{DIALECT_LITERAL_INVALID, refused, unsupported};
use crate::fixed_width;
use crate::own_name::{prefixed, told_apart};
use crate::writer::{Identifier, Literal, SqlWriter};

/// The beginning of the name of a check that keeps the type of a column.
const TYPE_CHECK: &str = "strata_type_";

/// The most digits after the point that MySQL keeps.
const SCALE_MAX_MYSQL: u8 = 30;

/// The collation of texts without regard to case, and of tables.
pub(super) const IGNORE_CASE: &str = "utf8mb4_unicode_ci";

/// The collation that compares byte by byte.
pub(super) fn bytes_collation(flavour: Flavour) -> &'static str {
    match flavour {
        Flavour::Mysql => "utf8mb4_0900_bin",
        Flavour::Mariadb => "utf8mb4_nopad_bin",
    }
}

/// Writes the type with its collation.
///
/// # Errors
/// `dialect.unsupported`.
pub(super) fn write_type(sql: &mut SqlWriter, flavour: Flavour, column: &Column) -> Result<()> {
    match &column.column_type {
        ColumnType::Id | ColumnType::Bigint => sql.word("bigint"),
        ColumnType::Bool => sql.word("tinyint(1)"),
        ColumnType::Smallint => sql.word("smallint"),
        ColumnType::Int => sql.word("int"),
        ColumnType::Decimal { precision, scale } => {
            check_scale(flavour, column, *scale)?;
            sql.call("decimal")
                .integer((*precision).into())
                .comma()
                .integer((*scale).into())
                .close()
        }
        ColumnType::Real => sql.word("float"),
        ColumnType::Double => sql.word("double"),
        ColumnType::String { length } => sql.call("varchar").integer((*length).into()).close(),
        ColumnType::Text => sql.word("longtext"),
        ColumnType::Json => sql.word("json"),
        ColumnType::Date => sql.word("date"),
        ColumnType::Time => sql.word("time(6)"),
        ColumnType::Timestamp | ColumnType::Timestamptz => sql.word("datetime(6)"),
        ColumnType::Uuid => sql.word("char(36) CHARACTER SET ascii COLLATE ascii_bin"),
        ColumnType::Binary { length } => sql.call("varbinary").integer((*length).into()).close(),
        ColumnType::Blob => sql.word("longblob"),
        ColumnType::Enum { values } => {
            check_enum(flavour, column, values)?;
            sql.call("enum");
            for (n, value) in values.iter().enumerate() {
                if n > 0 {
                    sql.comma();
                }
                sql.text(value);
            }
            sql.close()
        }
    };
    if column.column_type.kind() == Kind::Text {
        sql.word("CHARACTER SET utf8mb4 COLLATE");
        sql.word(text_collation(flavour, column.collation));
    }
    Ok(())
}

fn check_scale(flavour: Flavour, column: &Column, scale: u8) -> Result<()> {
    if flavour == Flavour::Mysql && scale > SCALE_MAX_MYSQL {
        return unsupported(
            &format!("column `{}` of type {}", column.name, column.column_type),
            flavour.backend(),
            "it keeps at most 30 digits after the point",
            "use a decimal with fewer digits after the point",
        );
    }
    Ok(())
}

fn check_enum(flavour: Flavour, column: &Column, values: &[String]) -> Result<()> {
    let what = format!("column `{}` of type {}", column.name, column.column_type);
    if values.iter().any(|value| value.ends_with(' ')) {
        return unsupported(
            &what,
            flavour.backend(),
            "it cuts blanks off at the end of an enum's values",
            "use values that do not end with a blank, or a string with a check",
        );
    }
    let folded = |n: usize| values.iter().take(n).map(|value| value.to_lowercase());
    let twice =
        |(n, value): (usize, &String)| folded(n).any(|before| before == value.to_lowercase());
    if column.collation == Collation::IgnoreCase && values.iter().enumerate().any(twice) {
        return unsupported(
            &what,
            flavour.backend(),
            "two of its values are the same without regard to case",
            "let the column compare byte by byte",
        );
    }
    Ok(())
}

/// The type as the catalogue says it (`COLUMN_TYPE`), with the check that the server makes by itself.
pub(super) fn catalogue_type(flavour: Flavour, column: &Column) -> String {
    let integer = |name: &str, width: u8| match flavour {
        Flavour::Mysql => name.to_owned(),
        Flavour::Mariadb => format!("{name}({width})"),
    };
    match &column.column_type {
        ColumnType::Id | ColumnType::Bigint => integer("bigint", 20),
        ColumnType::Bool => "tinyint(1)".to_owned(),
        ColumnType::Smallint => integer("smallint", 6),
        ColumnType::Int => integer("int", 11),
        ColumnType::Decimal { precision, scale } => format!("decimal({precision},{scale})"),
        ColumnType::Real => "float".to_owned(),
        ColumnType::Double => "double".to_owned(),
        ColumnType::String { length } => format!("varchar({length})"),
        ColumnType::Text => "longtext".to_owned(),
        ColumnType::Json if flavour == Flavour::Mysql => "json".to_owned(),
        ColumnType::Json => format!("longtext check json_valid(`{}`)", column.name),
        ColumnType::Date => "date".to_owned(),
        ColumnType::Time => "time(6)".to_owned(),
        ColumnType::Timestamp | ColumnType::Timestamptz => "datetime(6)".to_owned(),
        ColumnType::Uuid => "char(36)".to_owned(),
        ColumnType::Binary { length } => format!("varbinary({length})"),
        ColumnType::Blob => "longblob".to_owned(),
        ColumnType::Enum { values } => {
            let quoted = values
                .iter()
                .map(|value| format!("'{}'", value.replace('\'', "''").replace('\\', "\\\\")));
            let quoted: Vec<String> = quoted.collect();
            shown(&format!("enum({})", quoted.join(",")))
        }
    }
}

/// A text as the catalogue shows it, whose own texts have no letters beyond 16 bits. Expressions keep such
/// letters, and are compared as recorded anyway.
pub(super) fn shown(text: &str) -> String {
    text.chars()
        .map(|letter| if letter > '\u{ffff}' { '?' } else { letter })
        .collect()
}

fn text_collation(flavour: Flavour, collation: Collation) -> &'static str {
    match collation {
        Collation::Bytes => bytes_collation(flavour),
        Collation::IgnoreCase => IGNORE_CASE,
    }
}

/// The collation of a column as the catalogue says it; none where the type has none.
pub(super) fn collation(flavour: Flavour, column: &Column) -> Option<&'static str> {
    match (column.column_type.kind(), flavour) {
        (Kind::Text, _) => Some(text_collation(flavour, column.collation)),
        (Kind::Uuid, _) => Some("ascii_bin"),
        (Kind::Json, Flavour::Mariadb) => Some("utf8mb4_bin"),
        _ => None,
    }
}

/// How many bytes a column takes in an index; none where it cannot be indexed whole.
pub(super) fn index_bytes(column_type: &ColumnType) -> Option<u32> {
    Some(match column_type {
        ColumnType::Text | ColumnType::Json | ColumnType::Blob => return None,
        ColumnType::String { length } => length.saturating_mul(4),
        ColumnType::Binary { length } => *length,
        ColumnType::Uuid => 36,
        ColumnType::Decimal { precision, .. } => u32::from(*precision),
        _ => 8,
    })
}

/// The name of the check that keeps the type of a column. Names of checks are unique within a table on
/// MariaDB and within the whole database on MySQL, where the digest of table and column tells them apart.
pub(super) fn check_name(flavour: Flavour, table: &Name, column: &Name) -> Identifier {
    match flavour {
        Flavour::Mariadb => prefixed(TYPE_CHECK, column),
        Flavour::Mysql => {
            let whole = [TYPE_CHECK, column.as_str()].concat();
            let place = [table.as_str(), ".", column.as_str()].concat();
            told_apart(&whole, &place)
        }
    }
}

/// The condition of the check that keeps the type of a column; none where the type is enough.
pub(super) fn check_condition(column: &Name, column_type: &ColumnType) -> Option<SqlWriter> {
    if *column_type != ColumnType::Bool {
        return None;
    }
    let mut sql = SqlWriter::new(&super::STYLE);
    sql.name(column).word("IN").open();
    sql.integer(0).comma().integer(1).close();
    Some(sql)
}

/// A value as a column or expression of this kind takes it. The server makes a text into a date where one
/// belongs.
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
        // Without an exponent it would be an exact number to the server.
        Ok(number) if number.is_finite() => {
            if number.is_sign_negative() {
                sql.word("-");
            }
            Ok(sql.foreign_number(&format!("{:e}", number.abs())))
        }
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
        // The same moment without the letters, which the servers do not read.
        Kind::Timestamptz => {
            fixed_width::timestamptz(text).map(|text| text.replace('T', " ").replace('Z', ""))
        }
        Kind::Uuid => Ok(text.to_ascii_lowercase()),
        _ => Ok(text.to_owned()),
    }
}

/// The type that stands before a literal of this kind where it stands alone in an expression; none where
/// its form says enough.
pub(super) fn literal_type(value: &Value, kind: Kind) -> Option<&'static str> {
    match (value, kind) {
        (Value::Text(_), Kind::Date) => Some("DATE"),
        (Value::Text(_), Kind::Time) => Some("TIME"),
        (Value::Text(_), Kind::Timestamp | Kind::Timestamptz) => Some("TIMESTAMP"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart_and_fit_what_the_servers_keep() {
        let name = |last: char| Name::new(format!("{}{last}", "a".repeat(62))).unwrap();
        let (x, y) = (name('x'), name('y'));
        for flavour in [Flavour::Mysql, Flavour::Mariadb] {
            let (one, other) = (check_name(flavour, &x, &x), check_name(flavour, &x, &y));
            assert_ne!(one, other);
            assert_eq!(one.as_str().len(), model::name::NAME_BYTES_MAX);
        }
        let (a, b, short) = (
            Name::new("a").unwrap(),
            Name::new("b").unwrap(),
            Name::new("c").unwrap(),
        );
        assert_ne!(
            check_name(Flavour::Mysql, &a, &short),
            check_name(Flavour::Mysql, &b, &short)
        );
    }
}
