//! The driver of SQLite, with a deadline that stops a statement from within.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteRow};
use sqlx::{
    AssertSqlSafe, Connection as _, Row as _, SqlSafeStr as _, TypeInfo as _, ValueRef as _,
};

use crate::row::{Cell, Row, decode, time_text};
use crate::session::Parameter;

/// How many steps of SQLite's machine pass between two looks at the clock.
const STEPS_BETWEEN_LOOKS: i32 = 10_000;

/// A connection to a file.
pub(crate) struct Sqlite {
    connection: SqliteConnection,
    deadline: Arc<Deadline>,
}

impl Sqlite {
    /// Takes an open connection; each statement on it may run so long.
    pub(crate) async fn new(
        mut connection: SqliteConnection,
        statement_timeout: Duration,
    ) -> Result<Sqlite, sqlx::Error> {
        let deadline = Arc::new(Deadline::new(statement_timeout));
        let watched = Arc::clone(&deadline);
        let mut handle = connection.lock_handle().await?;
        handle.set_progress_handler(STEPS_BETWEEN_LOOKS, move || !watched.is_over());
        drop(handle);
        Ok(Sqlite {
            connection,
            deadline,
        })
    }

    pub(super) async fn fetch(
        &mut self,
        sql: &'static str,
        parameters: &[Parameter],
    ) -> Result<Vec<Row>, sqlx::Error> {
        self.deadline.start();
        let fetched = bind(sql, parameters).fetch_all(&mut self.connection).await;
        self.deadline.stop();
        decode(&fetched?, cell)
    }

    pub(super) async fn run(
        &mut self,
        sql: &'static str,
        parameters: &[Parameter],
    ) -> Result<u64, sqlx::Error> {
        self.deadline.start();
        let done = bind(sql, parameters).execute(&mut self.connection).await;
        self.deadline.stop();
        done.map(|done| done.rows_affected())
    }

    pub(super) async fn execute(&mut self, sql: &str) -> Result<u64, sqlx::Error> {
        self.deadline.start();
        let text = AssertSqlSafe(sql).into_sql_str();
        let done = sqlx::query::<sqlx::Sqlite>(text)
            .persistent(false)
            .execute(&mut self.connection)
            .await;
        self.deadline.stop();
        done.map(|done| done.rows_affected())
    }

    pub(super) fn execute_unheard(&mut self, sql: &'static str) {
        let sent = sqlx::query::<sqlx::Sqlite>(sql).execute(&mut self.connection);
        let mut sent = std::pin::pin!(sent);
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        let _ = Future::poll(sent.as_mut(), &mut context);
    }

    pub(super) async fn close(self) -> Result<(), sqlx::Error> {
        self.connection.close().await
    }
}

/// When the running statement must be done; watched from the driver's thread.
#[derive(Debug)]
struct Deadline {
    origin: Instant,
    timeout_ms: u64,
    /// Milliseconds after `origin`; 0 while nothing runs.
    due_ms: AtomicU64,
}

impl Deadline {
    fn new(timeout: Duration) -> Deadline {
        let timeout_ms = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
        Deadline {
            origin: Instant::now(),
            timeout_ms,
            due_ms: AtomicU64::new(0),
        }
    }

    fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.origin.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn start(&self) {
        let due = self.elapsed_ms().saturating_add(self.timeout_ms).max(1);
        self.due_ms.store(due, Ordering::Relaxed);
    }

    fn stop(&self) {
        self.due_ms.store(0, Ordering::Relaxed);
    }

    fn is_over(&self) -> bool {
        let due = self.due_ms.load(Ordering::Relaxed);
        due != 0 && self.elapsed_ms() >= due
    }
}

fn bind<'q>(
    sql: &'static str,
    parameters: &[Parameter],
) -> sqlx::query::Query<'q, sqlx::Sqlite, SqliteArguments> {
    parameters.iter().fold(
        sqlx::query::<sqlx::Sqlite>(sql),
        |query, parameter| match parameter {
            Parameter::Null => query.bind(None::<String>),
            Parameter::Bool(truth) => query.bind(*truth),
            Parameter::Integer(number) => query.bind(*number),
            Parameter::Text(text) => query.bind(text.clone()),
            Parameter::Time(time) => query.bind(time_text(*time)),
        },
    )
}

fn cell(row: &SqliteRow, n: usize) -> Result<Cell, sqlx::Error> {
    let raw = row.try_get_raw(n)?;
    if raw.is_null() {
        return Ok(Cell::Null);
    }
    let stored_as = raw.type_info().name().to_owned();
    match stored_as.as_str() {
        "INTEGER" => row.try_get_unchecked(n).map(Cell::Integer),
        "REAL" => row.try_get_unchecked(n).map(Cell::Real),
        "TEXT" => row.try_get_unchecked(n).map(Cell::Text),
        _ => row.try_get_unchecked(n).map(Cell::Bytes),
    }
}
