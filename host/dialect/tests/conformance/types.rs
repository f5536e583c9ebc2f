//! Every type of column with values that it takes and literals that it does not, on any database.

use model::column_type::ColumnType as T;
use model::value::Value;

use crate::case::integer;
use crate::words::{decimal, text};

/// A type, two values of it, and SQL literals that every database keeps out of it.
pub(crate) type Sample = (T, [Value; 2], &'static [&'static str]);

/// All types but the id, which is never a plain column.
pub(crate) fn samples() -> Vec<Sample> {
    [numbers(), texts(), times(), bytes()].concat()
}

pub(crate) fn choice(values: &[&str]) -> T {
    T::Enum {
        values: values.iter().map(ToString::to_string).collect(),
    }
}

pub(crate) fn numbers() -> Vec<Sample> {
    let float = |number| Value::float(number).unwrap();
    let narrow = T::Decimal {
        precision: 5,
        scale: 2,
    };
    let wide = T::Decimal {
        precision: 38,
        scale: 4,
    };
    let long = "1234567890123456789012345678901234.5";
    vec![
        (T::Bool, [Value::Bool(true), Value::Bool(false)], &["2"]),
        (T::Smallint, [-32768, 7].map(integer), &["32768", "'x'"]),
        (T::Int, [2_147_483_647, -7].map(integer), &["2147483648"]),
        (T::Bigint, [i64::MIN, i64::MAX].map(integer), &["'x'"]),
        (narrow, ["-999.99", "0.5"].map(decimal), &["100000"]),
        (wide, [long, "-0.0001"].map(decimal), &["1e34"]),
        (T::Real, [1.5, -0.25].map(float), &["'x'"]),
        (T::Double, [1e300, -0.1].map(float), &["'x'"]),
    ]
}

pub(crate) fn texts() -> Vec<Sample> {
    let odd = "it's \\ \"b\" \u{1F600}";
    vec![
        (
            T::String { length: 20 },
            ["añ'\\", ""].map(text),
            &["'a text of 21 letters.'"],
        ),
        (T::Text, [odd, "x"].map(text), &["NULL"]),
        (
            T::Json,
            ["{\"a\":[1,\"it's\"]}", "null"].map(text),
            &["'{'", "''"],
        ),
        (
            choice(&["a'b", "c", "\\"]),
            ["a'b", "\\"].map(text),
            &["'C'", "'d'", "''"],
        ),
        (
            T::Uuid,
            [
                "0191F3A0-0000-7000-8000-00000000ABCD",
                "00000000-0000-0000-0000-000000000000",
            ]
            .map(text),
            &["NULL"],
        ),
    ]
}

pub(crate) fn times() -> Vec<Sample> {
    vec![
        (
            T::Date,
            ["2024-02-29", "0001-01-01"].map(text),
            &["'2026-02-29'", "''", "'x'"],
        ),
        (
            T::Time,
            ["23:59:59.999999", "13:05:00"].map(text),
            &["'13:61:00.000000'", "'x'"],
        ),
        (
            T::Timestamp,
            ["2026-11-20 13:05:00", "1999-12-31 23:59:59.999999"].map(text),
            &["'2026-11-31 13:05:00.000000'", "'x'"],
        ),
        (
            T::Timestamptz,
            ["2026-11-20T13:05:00.5+05:45", "1999-12-31T23:59:59Z"].map(text),
            &["'2026-11-31T13:05:00.000000Z'", "'x'"],
        ),
    ]
}

pub(crate) fn bytes() -> Vec<Sample> {
    vec![
        (
            T::Binary { length: 2 },
            [vec![0, 255], vec![]].map(Value::Bytes),
            // A text of three letters is refused by SQLite and three bytes to the others.
            &["'abc'", "NULL"],
        ),
        (
            T::Blob,
            [vec![92, 39, 0], vec![]].map(Value::Bytes),
            &["NULL"],
        ),
    ]
}
