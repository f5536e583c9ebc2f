//! Literal values and rows of them.
//!
//! What a text means (a date, a UUID, JSON) is decided by the column it goes into, not here.

/// A literal value.
///
/// Dates, times, moments, UUIDs and JSON are texts: `2026-11-20`, `13:05:00`, `2026-11-20T13:05:00Z`.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// No value.
    Null,
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// An exact number as written, such as `-12.50`.
    Decimal(String),
    /// A floating-point number; not NaN, not infinite.
    Float(f64),
    /// Text, and everything that is written as text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

impl Value {
    /// An exact number as written, such as `-12.50`.
    ///
    /// ```
    /// use strata_sdk::Value;
    /// assert_eq!(Value::decimal("12.50"), Value::Decimal("12.50".to_owned()));
    /// ```
    pub fn decimal(written: impl Into<String>) -> Value {
        Value::Decimal(written.into())
    }
}

macro_rules! values_from {
    ($($source:ty => $make:expr;)*) => {
        $(impl From<$source> for Value {
            fn from(value: $source) -> Value {
                $make(value)
            }
        })*
    };
}

values_from! {
    bool => Value::Boolean;
    i64 => Value::Integer;
    i32 => |value| Value::Integer(i64::from(value));
    i16 => |value| Value::Integer(i64::from(value));
    u32 => |value| Value::Integer(i64::from(value));
    u16 => |value| Value::Integer(i64::from(value));
    u8 => |value| Value::Integer(i64::from(value));
    f64 => Value::Float;
    f32 => |value| Value::Float(f64::from(value));
    &str => |value: &str| Value::Text(value.to_owned());
    String => Value::Text;
    &String => |value: &String| Value::Text(value.clone());
    Vec<u8> => Value::Bytes;
    &[u8] => |value: &[u8]| Value::Bytes(value.to_vec());
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

/// A row: column names and their values, in order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row {
    cells: Vec<(String, Value)>,
}

impl Row {
    /// A row without columns.
    pub fn new() -> Row {
        Row::default()
    }

    /// Adds a column and its value.
    #[must_use]
    pub fn with(mut self, column: impl Into<String>, value: impl Into<Value>) -> Row {
        self.cells.push((column.into(), value.into()));
        self
    }

    /// The names of its columns, in order.
    pub fn columns(&self) -> Vec<String> {
        self.cells
            .iter()
            .map(|(column, _)| column.clone())
            .collect()
    }

    /// Whether it has exactly these columns, in this order.
    pub(crate) fn has_columns(&self, columns: &[String]) -> bool {
        self.cells.iter().map(|(column, _)| column).eq(columns)
    }

    /// Its values, in order.
    pub(crate) fn into_values(self) -> Vec<Value> {
        self.cells.into_iter().map(|(_, value)| value).collect()
    }
}

/// Rows as literals: a list of `{ "column": value, … }`, for [`Schema::insert_rows`](crate::Schema::insert_rows).
///
/// A value is anything that becomes a [`Value`]: text, numbers, booleans, `None::<&str>` or
/// `Value::Null`, `Value::decimal("12.50")`.
///
/// ```
/// use strata_sdk::{Row, Value, rows};
///
/// let roles: Vec<Row> = rows![
///     { "key": "admin", "level": 1 },
///     { "key": "guest", "level": Value::Null },
/// ];
/// assert_eq!(roles[0].columns(), ["key", "level"]);
/// ```
#[macro_export]
macro_rules! rows {
    ($({ $($column:literal : $value:expr),* $(,)? }),* $(,)?) => {
        ::std::vec![$($crate::Row::new()$(.with($column, $value))*),*]
    };
}
