//! The driver of PostgreSQL: values in the types that the server asks for, and back.
//!
//! A constant text says `$1` and no type. The server says which type it takes there, and the value is
//! put into that form; so one text serves a `uuid` here and a text elsewhere.

use jiff::Timestamp;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::{
    PgArgumentBuffer, PgArguments, PgConnection, PgRow, PgTypeInfo, PgValueFormat, PgValueRef,
};
use sqlx::{
    Arguments as _, AssertSqlSafe, Connection as _, Either, Encode, Executor as _, Row as _,
    SqlSafeStr as _, Statement as _, Type, TypeInfo as _, ValueRef as _,
};

use crate::row::{Cell, Row, decode, time_text};
use crate::session::Parameter;

/// Microseconds from 1970 to 2000, where PostgreSQL's moments begin.
const EPOCH_MICROSECONDS: i64 = 946_684_800_000_000;

/// A connection to a PostgreSQL server.
pub(crate) struct Postgres {
    connection: PgConnection,
}

impl Postgres {
    /// Takes an open connection.
    pub(crate) fn new(connection: PgConnection) -> Postgres {
        Postgres { connection }
    }

    pub(super) async fn fetch(
        &mut self,
        sql: &'static str,
        parameters: &[Parameter],
    ) -> Result<Vec<Row>, sqlx::Error> {
        let statement = (&mut self.connection).prepare(sql.into_sql_str()).await?;
        let arguments = arguments(statement.parameters(), parameters)?;
        let query = statement.query_with(arguments);
        let rows = query.fetch_all(&mut self.connection).await?;
        decode(&rows, cell)
    }

    pub(super) async fn run(
        &mut self,
        sql: &'static str,
        parameters: &[Parameter],
    ) -> Result<u64, sqlx::Error> {
        let statement = (&mut self.connection).prepare(sql.into_sql_str()).await?;
        let arguments = arguments(statement.parameters(), parameters)?;
        let query = statement.query_with(arguments);
        let done = query.execute(&mut self.connection).await?;
        Ok(done.rows_affected())
    }

    pub(super) async fn execute(&mut self, sql: &str) -> Result<u64, sqlx::Error> {
        let running = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut self.connection);
        running.await.map(|done| done.rows_affected())
    }

    pub(super) async fn close(self) -> Result<(), sqlx::Error> {
        self.connection.close().await
    }
}

fn arguments(
    wanted: Option<Either<&[PgTypeInfo], usize>>,
    parameters: &[Parameter],
) -> Result<PgArguments, sqlx::Error> {
    let wanted = match wanted {
        Some(Either::Left(types)) => types,
        _ => &[],
    };
    let mut arguments = PgArguments::default();
    for (n, value) in parameters.iter().enumerate() {
        let argument = Argument {
            value,
            wanted: wanted.get(n).cloned(),
        };
        arguments.add(argument).map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

/// A value for a place of a known type.
struct Argument<'a> {
    value: &'a Parameter,
    wanted: Option<PgTypeInfo>,
}

impl Type<sqlx::Postgres> for Argument<'_> {
    fn type_info() -> PgTypeInfo {
        <String as Type<sqlx::Postgres>>::type_info()
    }
}

impl<'q> Encode<'q, sqlx::Postgres> for Argument<'_> {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        let wanted = self.wanted.as_ref().map_or("TEXT", |wanted| wanted.name());
        let encoded = match self.value {
            Parameter::Null => return Ok(IsNull::Yes),
            Parameter::Bool(truth) => of_bool(*truth, wanted),
            Parameter::Integer(number) => of_integer(*number, wanted),
            Parameter::Text(text) => of_text(text, wanted),
            Parameter::Time(time) => of_time(*time, wanted),
        };
        let Some(bytes) = encoded else {
            return Err(format!("a value does not fit where a {wanted} belongs").into());
        };
        buffer.extend_from_slice(&bytes);
        Ok(IsNull::No)
    }

    fn produces(&self) -> Option<PgTypeInfo> {
        self.wanted.clone()
    }
}

fn of_bool(truth: bool, wanted: &str) -> Option<Vec<u8>> {
    match wanted {
        "BOOL" => Some(vec![u8::from(truth)]),
        _ => of_integer(i64::from(truth), wanted),
    }
}

fn of_integer(number: i64, wanted: &str) -> Option<Vec<u8>> {
    match wanted {
        "INT8" => Some(number.to_be_bytes().to_vec()),
        "INT4" => Some(i32::try_from(number).ok()?.to_be_bytes().to_vec()),
        "INT2" => Some(i16::try_from(number).ok()?.to_be_bytes().to_vec()),
        "BOOL" => Some(vec![
            u8::try_from(number).ok().filter(|number| *number < 2)?,
        ]),
        "TEXT" | "VARCHAR" => Some(number.to_string().into_bytes()),
        _ => None,
    }
}

fn of_text(text: &str, wanted: &str) -> Option<Vec<u8>> {
    match wanted {
        "UUID" => Some(text.parse::<uuid::Uuid>().ok()?.as_bytes().to_vec()),
        "TEXT" | "VARCHAR" | "CHAR" | "NAME" | "JSON" | "UNKNOWN" => Some(text.as_bytes().to_vec()),
        // The version of the form stands before the text.
        "JSONB" => Some([&[1], text.as_bytes()].concat()),
        "TIMESTAMPTZ" => of_time(text.parse().ok()?, wanted),
        "INT2" | "INT4" | "INT8" => of_integer(text.parse().ok()?, wanted),
        _ => None,
    }
}

fn of_time(time: Timestamp, wanted: &str) -> Option<Vec<u8>> {
    match wanted {
        "TIMESTAMPTZ" => Some(
            (time.as_microsecond() - EPOCH_MICROSECONDS)
                .to_be_bytes()
                .to_vec(),
        ),
        "TEXT" | "VARCHAR" => Some(time_text(time).into_bytes()),
        _ => None,
    }
}

fn cell(row: &PgRow, n: usize) -> Result<Cell, sqlx::Error> {
    let raw = row.try_get_raw(n)?;
    if raw.is_null() {
        return Ok(Cell::Null);
    }
    decoded(&raw).map_err(|source| sqlx::Error::ColumnDecode {
        index: n.to_string(),
        source,
    })
}

fn decoded(raw: &PgValueRef<'_>) -> Result<Cell, BoxDynError> {
    let bytes = raw.as_bytes().map_err(|_| "a value is missing")?;
    if raw.format() == PgValueFormat::Text {
        return Ok(Cell::Text(std::str::from_utf8(bytes)?.to_owned()));
    }
    let text = || Ok(Cell::Text(std::str::from_utf8(bytes)?.to_owned()));
    match raw.type_info().name() {
        "INT8" => Ok(Cell::Integer(i64::from_be_bytes(bytes.try_into()?))),
        "INT4" => Ok(Cell::Integer(i32::from_be_bytes(bytes.try_into()?).into())),
        "INT2" => Ok(Cell::Integer(i16::from_be_bytes(bytes.try_into()?).into())),
        "OID" => Ok(Cell::Integer(u32::from_be_bytes(bytes.try_into()?).into())),
        "BOOL" => Ok(Cell::Integer(i64::from(bytes == [1]))),
        "FLOAT8" => Ok(Cell::Real(f64::from_be_bytes(bytes.try_into()?))),
        "FLOAT4" => Ok(Cell::Real(f32::from_be_bytes(bytes.try_into()?).into())),
        "UUID" => Ok(Cell::Text(uuid::Uuid::from_slice(bytes)?.to_string())),
        "TIMESTAMPTZ" => {
            let microseconds = i64::from_be_bytes(bytes.try_into()?);
            let since_1970 = microseconds.saturating_add(EPOCH_MICROSECONDS);
            let time = Timestamp::from_microsecond(since_1970)?;
            Ok(Cell::Text(time_text(time)))
        }
        "TEXT" | "VARCHAR" | "CHAR" | "NAME" | "JSON" | "UNKNOWN" => text(),
        "JSONB" => Ok(Cell::Text(
            std::str::from_utf8(bytes.get(1..).unwrap_or_default())?.to_owned(),
        )),
        _ => Ok(Cell::Bytes(bytes.to_vec())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_takes_the_form_of_the_type_that_the_server_asks_for() {
        let id = "0191f3a0-0000-7000-8000-00000000abcd";
        assert_eq!(of_text(id, "UUID").unwrap().len(), 16);
        assert_eq!(of_text(id, "TEXT").unwrap(), id.as_bytes());
        assert_eq!(of_text("{}", "JSONB").unwrap(), b"\x01{}");
        assert_eq!(of_integer(-2, "INT2").unwrap(), [0xff, 0xfe]);
        assert_eq!(of_bool(true, "BOOL").unwrap(), [1]);
        let time: Timestamp = "2000-01-01T00:00:00.000001Z".parse().unwrap();
        assert_eq!(of_time(time, "TIMESTAMPTZ").unwrap(), 1_i64.to_be_bytes());
    }

    #[test]
    fn a_value_that_does_not_fit_is_refused() {
        assert_eq!(of_integer(70_000, "INT2"), None);
        assert_eq!(of_integer(2, "BOOL"), None);
        assert_eq!(of_text("x", "UUID"), None);
        assert_eq!(of_text("x", "FLOAT8"), None);
    }
}
