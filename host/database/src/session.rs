//! [`Session`]: statements on one connection, inside a transaction or not.
//!
//! Who begins and ends transactions is [`crate::transaction`]; who opens and closes, [`crate::connection`].
//!
//! Invariant: after one failure inside a transaction nothing more runs in it. SQLite ends a transaction
//! by itself when the disk is full, and what came after would be kept without the rest.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use model::{Error, Result, Statement};
use sqlx::sqlite::{Sqlite, SqliteArguments, SqliteConnection};
use sqlx::{AssertSqlSafe, SqlSafeStr};

use crate::failure::{self, DATABASE_FAILED};
use crate::row::{self, Row};

/// How many steps of SQLite's machine pass between two looks at the clock.
const STEPS_BETWEEN_LOOKS: i32 = 10_000;

/// The most of a statement that an error shows, in characters.
const HEADING_CHARS_MAX: usize = 60;

/// A value bound to a `$n` of a constant text.
#[derive(Debug, Clone, PartialEq)]
pub enum Parameter {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Text; also digests, ids and versions.
    Text(String),
    /// A moment.
    Time(Timestamp),
}

/// Statements on one connection.
#[derive(Debug)]
pub struct Session {
    sqlite: SqliteConnection,
    deadline: Arc<Deadline>,
    state: State,
}

/// What a transaction left behind or has open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// No transaction is open, and foreign keys are enforced.
    Idle,
    /// A transaction is open.
    Open,
    /// A statement of the open transaction failed.
    Failed,
    /// A transaction was dropped, or foreign keys may still be off.
    Unsettled,
}

impl Session {
    pub(crate) async fn new(
        mut sqlite: SqliteConnection,
        statement_timeout: Duration,
    ) -> Result<Session, sqlx::Error> {
        let deadline = Arc::new(Deadline::new(statement_timeout));
        let watched = Arc::clone(&deadline);
        let mut handle = sqlite.lock_handle().await?;
        handle.set_progress_handler(STEPS_BETWEEN_LOOKS, move || !watched.is_over());
        drop(handle);
        Ok(Session {
            sqlite,
            deadline,
            state: State::Unsettled,
        })
    }

    /// Runs a constant query and returns its rows.
    ///
    /// # Errors
    /// Those of [`crate::failure`].
    pub async fn fetch(&mut self, sql: &'static str, parameters: &[Parameter]) -> Result<Vec<Row>> {
        self.demand_sound(sql)?;
        tracing::debug!(target: "strata::sql", sql);
        self.deadline.start();
        let fetched = bind(sql, parameters).fetch_all(&mut self.sqlite).await;
        self.deadline.stop();
        let decoded = fetched.and_then(|rows| row::decode(&rows));
        self.noted(decoded, sql)
    }

    /// Runs a constant statement and returns how many rows it changed.
    ///
    /// # Errors
    /// Those of [`crate::failure`].
    pub async fn run(&mut self, sql: &'static str, parameters: &[Parameter]) -> Result<u64> {
        self.demand_sound(sql)?;
        tracing::debug!(target: "strata::sql", sql);
        self.deadline.start();
        let done = bind(sql, parameters).execute(&mut self.sqlite).await;
        self.deadline.stop();
        self.noted(done, sql).map(|done| done.rows_affected())
    }

    /// Runs a statement that `dialect` wrote.
    pub(crate) async fn execute(&mut self, statement: &Statement) -> Result<u64> {
        let shown = without_values(&statement.sql);
        self.demand_sound(&shown)?;
        tracing::debug!(target: "strata::sql", sql = shown);
        self.deadline.start();
        let text = AssertSqlSafe(statement.sql.as_str()).into_sql_str();
        let done = sqlx::query::<Sqlite>(text)
            .persistent(false)
            .execute(&mut self.sqlite)
            .await;
        self.deadline.stop();
        self.noted(done, &shown).map(|done| done.rows_affected())
    }

    /// Like [`Session::run`], for the statements around transactions: the state does not matter.
    pub(crate) async fn control(&mut self, sql: &'static str) -> Result<()> {
        tracing::debug!(target: "strata::sql", sql);
        let done = sqlx::query::<Sqlite>(sql).execute(&mut self.sqlite).await;
        done.map(|_| ())
            .map_err(|cause| failure::of(&doing(sql), cause))
    }

    /// Sends a statement without waiting for the answer, from where nobody can wait.
    pub(crate) fn control_unheard(&mut self, sql: &'static str) {
        let mut sent = std::pin::pin!(sqlx::query::<Sqlite>(sql).execute(&mut self.sqlite));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        let _ = std::future::Future::poll(sent.as_mut(), &mut context);
    }

    pub(crate) fn state(&self) -> State {
        self.state
    }

    pub(crate) fn set_state(&mut self, state: State) {
        self.state = state;
    }

    pub(crate) fn into_driver(self) -> SqliteConnection {
        self.sqlite
    }

    fn demand_sound(&self, shown: &str) -> Result<()> {
        if self.state != State::Failed {
            return Ok(());
        }
        let message = format!(
            "failed to {}: an earlier statement of its transaction failed",
            doing(shown)
        );
        Err(Error::new(&DATABASE_FAILED, message))
    }

    fn noted<T>(&mut self, done: Result<T, sqlx::Error>, shown: &str) -> Result<T> {
        if done.is_err() && self.state == State::Open {
            self.state = State::Failed;
        }
        done.map_err(|cause| failure::of(&doing(shown), cause))
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
) -> sqlx::query::Query<'q, Sqlite, SqliteArguments> {
    parameters.iter().fold(
        sqlx::query::<Sqlite>(sql),
        |query, parameter| match parameter {
            Parameter::Null => query.bind(None::<String>),
            Parameter::Bool(truth) => query.bind(*truth),
            Parameter::Integer(number) => query.bind(*number),
            Parameter::Text(text) => query.bind(text.clone()),
            // The one width that a `timestamptz` has on SQLite, so that the order of texts is that of time.
            Parameter::Time(time) => {
                query.bind(time.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string())
            }
        },
    )
}

/// What is being done, after «failed to».
fn doing(sql: &str) -> String {
    let mut words = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = words.char_indices().nth(HEADING_CHARS_MAX) {
        words.truncate(end);
        words.push('…');
    }
    format!("run «{words}»")
}

/// A statement with its literals blanked out: what may stand in a log.
fn without_values(sql: &str) -> String {
    let mut shown = String::with_capacity(sql.len());
    let mut chars = sql.chars().peekable();
    let mut in_word = false;
    while let Some(c) = chars.next() {
        match c {
            '\'' => {
                // A doubled quote ends one literal and begins the next, which is all the same here.
                while chars.next_if(|c| *c != '\'').is_some() {}
                chars.next();
                shown.push('?');
            }
            '"' => {
                shown.push('"');
                while let Some(c) = chars.next_if(|c| *c != '"') {
                    shown.push(c);
                }
                chars.next();
                shown.push('"');
            }
            c if c.is_ascii_digit() && !in_word => {
                while chars
                    .next_if(|c| c.is_ascii_alphanumeric() || *c == '.')
                    .is_some()
                {}
                shown.push('?');
            }
            c => shown.push(c),
        }
        in_word = c.is_alphanumeric() || c == '_';
    }
    shown
}

impl From<&str> for Parameter {
    fn from(text: &str) -> Parameter {
        Parameter::Text(text.to_owned())
    }
}

impl From<String> for Parameter {
    fn from(text: String) -> Parameter {
        Parameter::Text(text)
    }
}

impl From<i64> for Parameter {
    fn from(number: i64) -> Parameter {
        Parameter::Integer(number)
    }
}

impl From<u32> for Parameter {
    fn from(number: u32) -> Parameter {
        Parameter::Integer(i64::from(number))
    }
}

impl From<bool> for Parameter {
    fn from(truth: bool) -> Parameter {
        Parameter::Bool(truth)
    }
}

impl From<Timestamp> for Parameter {
    fn from(time: Timestamp) -> Parameter {
        Parameter::Time(time)
    }
}

impl<T: Into<Parameter>> From<Option<T>> for Parameter {
    fn from(value: Option<T>) -> Parameter {
        value.map_or(Parameter::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logged_statement_shows_names_and_no_values() {
        let shown = without_values(
            "INSERT INTO \"t1\" (\"a\", b2) VALUES ('it''s a secret', 12.5e3, X'00ff', -7, NULL)",
        );
        assert_eq!(
            shown,
            "INSERT INTO \"t1\" (\"a\", b2) VALUES (??, ?, X?, -?, NULL)"
        );
    }

    #[test]
    fn an_error_shows_the_first_words_of_a_statement() {
        assert_eq!(doing("SELECT\n  1"), "run «SELECT 1»");
        assert!(doing(&"x".repeat(1_000)).len() < 80);
    }
}
