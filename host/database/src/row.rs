//! [`Row`]: what a query returned, decoded once, and [`Reading`]: how it becomes types of ours.
//!
//! Invariant: a row is foreign input. What does not parse is an error that names table, key and column,
//! with the code of whoever reads.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use jiff::Timestamp;
use model::{Code, Error, Result};
use sqlx::Column as _;

/// One value of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A whole number.
    Integer(i64),
    /// A floating-point number.
    Real(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// A row of an answer.
#[derive(Debug, Clone)]
pub struct Row {
    names: Arc<[String]>,
    cells: Vec<Cell>,
}

impl Row {
    /// The value of a column; `None` when the answer has no such column.
    pub fn get(&self, column: &str) -> Option<&Cell> {
        let place = self.names.iter().position(|name| name == column)?;
        self.cells.get(place)
    }

    /// All values, in the order of the answer.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }
}

/// Decodes the rows of one answer, cell by cell; they share their column names.
pub(crate) fn decode<R: sqlx::Row>(
    rows: &[R],
    cell: impl Fn(&R, usize) -> Result<Cell, sqlx::Error>,
) -> Result<Vec<Row>, sqlx::Error> {
    let Some(first) = rows.first() else {
        return Ok(Vec::new());
    };
    let names: Arc<[String]> = first
        .columns()
        .iter()
        .map(|c| c.name().to_owned())
        .collect();
    let decode_row = |row: &R| {
        let cells = (0..names.len())
            .map(|n| cell(row, n))
            .collect::<Result<_, _>>()?;
        Ok(Row {
            names: Arc::clone(&names),
            cells,
        })
    };
    rows.iter().map(decode_row).collect()
}

/// A moment in the one form that it has in rows: the order of such texts is that of time.
pub(crate) fn time_text(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()
}

/// A row while it is read: knows where it comes from, for the error.
#[derive(Debug)]
pub struct Reading<'a> {
    row: &'a Row,
    table: &'static str,
    code: &'static Code,
    key: String,
}

impl<'a> Reading<'a> {
    /// Reads a row of `table`; what does not parse is an error with `code`.
    pub fn new(row: &'a Row, table: &'static str, code: &'static Code) -> Reading<'a> {
        let key = row.cells.first().map_or(String::new(), |cell| match cell {
            Cell::Integer(number) => number.to_string(),
            Cell::Text(text) => model::name::display(text),
            Cell::Null | Cell::Real(_) | Cell::Bytes(_) => "?".to_owned(),
        });
        Reading {
            row,
            table,
            code,
            key,
        }
    }

    /// The error for a column that is not what it must be.
    pub fn bad(&self, column: &str, why: impl fmt::Display) -> Error {
        Error::new(
            self.code,
            format!(
                "column `{column}` of row `{}` of `{}` is not readable: {why}",
                self.key, self.table
            ),
        )
        .hint("somebody changed the row by hand; restore it from a backup")
    }

    /// A text, if there is one.
    ///
    /// # Errors
    /// The code of this reading.
    pub fn text_if_any(&self, column: &str) -> Result<Option<&'a str>> {
        match self.row.get(column) {
            Some(Cell::Text(text)) => Ok(Some(text)),
            Some(Cell::Null) => Ok(None),
            Some(_) => Err(self.bad(column, "it is not a text")),
            None => Err(self.bad(column, "the answer does not have it")),
        }
    }

    /// A text.
    ///
    /// # Errors
    /// The code of this reading.
    pub fn text(&self, column: &str) -> Result<&'a str> {
        self.text_if_any(column)?
            .ok_or_else(|| self.bad(column, "it is null"))
    }

    /// A whole number.
    ///
    /// # Errors
    /// The code of this reading.
    pub fn integer<T: TryFrom<i64>>(&self, column: &str) -> Result<T> {
        match self.row.get(column) {
            Some(Cell::Integer(number)) => {
                T::try_from(*number).map_err(|_| self.bad(column, "it is out of range"))
            }
            Some(_) => Err(self.bad(column, "it is not a whole number")),
            None => Err(self.bad(column, "the answer does not have it")),
        }
    }

    /// True or false.
    ///
    /// # Errors
    /// The code of this reading.
    pub fn truth(&self, column: &str) -> Result<bool> {
        match self.integer::<i64>(column)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.bad(column, "it is neither true nor false")),
        }
    }

    /// A text that is parsed, if there is one.
    ///
    /// # Errors
    /// The code of this reading, with what parsing says as its cause.
    pub fn parse_if_any<T>(&self, column: &str) -> Result<Option<T>>
    where
        T: FromStr,
        T::Err: std::error::Error + Send + Sync + 'static,
    {
        let Some(text) = self.text_if_any(column)? else {
            return Ok(None);
        };
        let parsed = text
            .parse()
            .map_err(|cause| self.bad(column, "its text has another form").because(cause));
        parsed.map(Some)
    }

    /// A text that is parsed.
    ///
    /// # Errors
    /// The code of this reading, with what parsing says as its cause.
    pub fn parse<T>(&self, column: &str) -> Result<T>
    where
        T: FromStr,
        T::Err: std::error::Error + Send + Sync + 'static,
    {
        self.parse_if_any(column)?
            .ok_or_else(|| self.bad(column, "it is null"))
    }

    /// A moment, if there is one.
    ///
    /// # Errors
    /// The code of this reading.
    pub fn time_if_any(&self, column: &str) -> Result<Option<Timestamp>> {
        self.parse_if_any(column)
    }

    /// A moment.
    ///
    /// # Errors
    /// The code of this reading.
    pub fn time(&self, column: &str) -> Result<Timestamp> {
        self.parse(column)
    }

    /// A JSON document as a type of ours.
    ///
    /// # Errors
    /// The code of this reading, with what parsing says as its cause.
    pub fn json<T: serde::de::DeserializeOwned>(&self, column: &str) -> Result<T> {
        serde_json::from_str(self.text(column)?)
            .map_err(|cause| self.bad(column, "its JSON has another form").because(cause))
    }
}
