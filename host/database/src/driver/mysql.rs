//! The driver of MySQL and MariaDB: constant texts with `$n` become texts with `?`.

use sqlx::mysql::{MySqlArguments, MySqlConnection, MySqlRow};
use sqlx::{
    Arguments as _, AssertSqlSafe, Connection as _, MySql, Row as _, SqlSafeStr as _,
    TypeInfo as _, ValueRef as _,
};

use crate::row::{Cell, Row, decode};
use crate::session::Parameter;

/// A connection to a MySQL or MariaDB server.
pub(crate) struct Mysql {
    connection: MySqlConnection,
}

impl Mysql {
    /// Takes an open connection.
    pub(crate) fn new(connection: MySqlConnection) -> Mysql {
        Mysql { connection }
    }

    pub(super) async fn fetch(
        &mut self,
        sql: &'static str,
        parameters: &[Parameter],
    ) -> Result<Vec<Row>, sqlx::Error> {
        let (text, arguments) = placed(sql, parameters)?;
        let query = sqlx::query_with::<MySql, _>(AssertSqlSafe(text).into_sql_str(), arguments);
        let rows = query.fetch_all(&mut self.connection).await?;
        decode(&rows, cell)
    }

    pub(super) async fn run(
        &mut self,
        sql: &'static str,
        parameters: &[Parameter],
    ) -> Result<u64, sqlx::Error> {
        let (text, arguments) = placed(sql, parameters)?;
        let query = sqlx::query_with::<MySql, _>(AssertSqlSafe(text).into_sql_str(), arguments);
        let done = query.execute(&mut self.connection).await?;
        Ok(done.rows_affected())
    }

    pub(super) async fn execute(&mut self, sql: &str) -> Result<u64, sqlx::Error> {
        // Not prepared: several definitions cannot be.
        let running = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut self.connection);
        running.await.map(|done| done.rows_affected())
    }

    pub(super) async fn close(self) -> Result<(), sqlx::Error> {
        self.connection.close().await
    }
}

/// The text with `?` for each `$n`, and the values in the order in which they stand.
fn placed(
    sql: &'static str,
    parameters: &[Parameter],
) -> Result<(String, MySqlArguments), sqlx::Error> {
    let (text, places) = placeholders(sql);
    let mut arguments = MySqlArguments::default();
    for place in places {
        let Some(value) = parameters.get(place - 1) else {
            return Err(sqlx::Error::Encode("a place without a value".into()));
        };
        let added = match value {
            Parameter::Null => arguments.add(None::<String>),
            Parameter::Bool(truth) => arguments.add(*truth),
            Parameter::Integer(number) => arguments.add(*number),
            Parameter::Text(text) => arguments.add(text.clone()),
            // What a `datetime` takes: without a zone, which is that of the session, UTC.
            Parameter::Time(time) => {
                arguments.add(time.strftime("%Y-%m-%d %H:%M:%S.%6f").to_string())
            }
        };
        added.map_err(sqlx::Error::Encode)?;
    }
    Ok((text, arguments))
}

fn placeholders(sql: &str) -> (String, Vec<usize>) {
    let mut text = String::with_capacity(sql.len());
    let mut places = Vec::new();
    let mut quoted = false;
    let mut chars = sql.chars().peekable();
    while let Some(c) = chars.next() {
        quoted ^= c == '\'';
        let mut digits = String::new();
        if c == '$' && !quoted {
            while let Some(digit) = chars.next_if(char::is_ascii_digit) {
                digits.push(digit);
            }
        }
        match digits.parse::<usize>() {
            Ok(place) if place > 0 => {
                text.push('?');
                places.push(place);
            }
            _ => text.extend(std::iter::once(c).chain(digits.chars())),
        }
    }
    (text, places)
}

fn cell(row: &MySqlRow, n: usize) -> Result<Cell, sqlx::Error> {
    let raw = row.try_get_raw(n)?;
    if raw.is_null() {
        return Ok(Cell::Null);
    }
    let kind = raw.type_info().name().to_owned();
    match kind.as_str() {
        "BOOLEAN" | "TINYINT" | "SMALLINT" | "MEDIUMINT" | "INT" | "BIGINT" => {
            row.try_get_unchecked(n).map(Cell::Integer)
        }
        "TINYINT UNSIGNED" | "SMALLINT UNSIGNED" | "MEDIUMINT UNSIGNED" | "INT UNSIGNED"
        | "BIGINT UNSIGNED" => {
            let number: u64 = row.try_get_unchecked(n)?;
            i64::try_from(number)
                .map(Cell::Integer)
                .map_err(|cause| sqlx::Error::Decode(cause.into()))
        }
        "DOUBLE" | "FLOAT" => row.try_get_unchecked(n).map(Cell::Real),
        "CHAR" | "VARCHAR" | "TINYTEXT" | "TEXT" | "MEDIUMTEXT" | "LONGTEXT" | "ENUM" | "SET"
        | "JSON" | "DECIMAL" => row.try_get_unchecked(n).map(Cell::Text),
        _ => {
            // Names in the catalogue may come as bytes.
            let bytes: Vec<u8> = row.try_get_unchecked(n)?;
            Ok(match String::from_utf8(bytes) {
                Ok(text) => Cell::Text(text),
                Err(bytes) => Cell::Bytes(bytes.into_bytes()),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_numbered_in_the_order_in_which_they_stand() {
        let (text, places) = placeholders("UPDATE t SET a = $2, b = '$1' WHERE c = $1 AND d <= $2");
        assert_eq!(text, "UPDATE t SET a = ?, b = '$1' WHERE c = ? AND d <= ?");
        assert_eq!(places, [2, 1, 2]);
    }
}
