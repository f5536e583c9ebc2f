//! [`Session`]: statements on one connection, inside a transaction or not.
//!
//! Who begins and ends transactions is [`crate::transaction`]; who opens and closes, [`crate::connection`].
//!
//! Invariant: after one failure inside a transaction nothing more runs in it. SQLite ends a transaction
//! by itself when the disk is full, and what came after would be kept without the rest.

use std::fmt;
use std::time::Duration;

use dialect::Dialect;
use jiff::Timestamp;
use model::{Error, Result, Statement};

use crate::driver::{Driver, SessionLockStatements};
use crate::failure::{self, DATABASE_FAILED};
use crate::row::Row;

/// How much later than the database itself a statement is given up.
const GRACE: Duration = Duration::from_secs(5);

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
pub struct Session {
    driver: Driver,
    dialect: &'static dyn Dialect,
    statement_timeout: Duration,
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

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

impl Session {
    pub(crate) fn new(
        driver: Driver,
        dialect: &'static dyn Dialect,
        statement_timeout: Duration,
    ) -> Session {
        Session {
            driver,
            dialect,
            statement_timeout,
            state: State::Unsettled,
        }
    }

    /// What writes statements for this database.
    pub fn dialect(&self) -> &'static dyn Dialect {
        self.dialect
    }

    /// Runs a constant query and returns its rows.
    ///
    /// # Errors
    /// Those of [`crate::failure`].
    pub async fn fetch(&mut self, sql: &'static str, parameters: &[Parameter]) -> Result<Vec<Row>> {
        self.demand_sound(sql)?;
        tracing::debug!(target: "strata::sql", sql);
        let fetching = self.driver.fetch(sql, parameters);
        let fetched = bounded(self.statement_timeout, fetching).await;
        self.noted(fetched, sql)
    }

    /// Runs a constant statement and returns how many rows it changed.
    ///
    /// # Errors
    /// Those of [`crate::failure`].
    pub async fn run(&mut self, sql: &'static str, parameters: &[Parameter]) -> Result<u64> {
        self.demand_sound(sql)?;
        tracing::debug!(target: "strata::sql", sql);
        let running = self.driver.run(sql, parameters);
        let done = bounded(self.statement_timeout, running).await;
        self.noted(done, sql)
    }

    /// Runs a statement that `dialect` wrote.
    pub(crate) async fn execute(&mut self, statement: &Statement) -> Result<u64> {
        self.execute_text(&statement.sql).await
    }

    /// Runs a text that `dialect` wrote, whose values are shown nowhere.
    pub(crate) async fn execute_text(&mut self, sql: &str) -> Result<u64> {
        let shown = without_values(sql);
        self.demand_sound(&shown)?;
        tracing::debug!(target: "strata::sql", sql = shown);
        let running = self.driver.execute(sql);
        let done = bounded(self.statement_timeout, running).await;
        self.noted(done, &shown)
    }

    /// Like [`Session::run`], for the statements around transactions: the state does not matter.
    pub(crate) async fn control(&mut self, sql: &'static str) -> Result<()> {
        tracing::debug!(target: "strata::sql", sql);
        let running = self.driver.execute(sql);
        let done = bounded(self.statement_timeout, running).await;
        done.map(|_| ())
            .map_err(|cause| failure::of(&doing(sql), cause))
    }

    /// Sends a statement without waiting for the answer, from where nobody can wait.
    pub(crate) fn control_unheard(&mut self, sql: &'static str) {
        self.driver.execute_unheard(sql);
    }

    pub(crate) fn session_locks(&self) -> Option<SessionLockStatements> {
        self.driver.session_locks()
    }

    pub(crate) fn close_statement(&self) -> Option<&'static str> {
        self.driver.close_statement()
    }

    pub(crate) fn alone_statement(&self) -> Option<&'static str> {
        self.driver.alone_statement()
    }

    pub(crate) fn state(&self) -> State {
        self.state
    }

    pub(crate) fn set_state(&mut self, state: State) {
        self.state = state;
    }

    pub(crate) fn into_driver(self) -> Driver {
        self.driver
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

/// Gives up on a driver that does not answer. Databases stop a statement themselves a little earlier; this
/// is for a server or a network that is gone without a word.
async fn bounded<T>(
    timeout: Duration,
    work: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    let given_up = tokio::time::timeout(timeout.saturating_add(GRACE), work).await;
    given_up.unwrap_or_else(|_elapsed| {
        let silent =
            std::io::Error::new(std::io::ErrorKind::TimedOut, "the database does not answer");
        Err(sqlx::Error::Io(silent))
    })
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
                while let Some(c) = chars.next_if(|c| *c != '\'') {
                    // Where a backslash escapes, the next one ends nothing.
                    if c == '\\' {
                        chars.next();
                    }
                }
                chars.next();
                shown.push('?');
            }
            '"' | '`' => {
                let quote = c;
                shown.push(quote);
                while let Some(c) = chars.next_if(|c| *c != quote) {
                    shown.push(c);
                }
                chars.next();
                shown.push(quote);
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
