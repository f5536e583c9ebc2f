//! [`Driver`]: one connection of one of the drivers, and what every driver can do.
//!
//! It knows no transaction and no state; [`crate::session`] does. Values go in as [`Parameter`]s and come
//! out as [`Row`]s, in the same forms whatever the database is.

mod mysql;
mod postgres;
mod sqlite;

use crate::row::Row;
use crate::session::Parameter;

pub(crate) use mysql::Mysql;
pub(crate) use postgres::Postgres;
pub(crate) use sqlite::Sqlite;

/// How a lock of a server is taken that ends with the session at the latest. `$1` is its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SessionLockStatements {
    /// Tries to take it, without waiting; answers `held`.
    pub(crate) take: &'static str,
    /// Gives it back.
    pub(crate) give_back: &'static str,
}

/// One connection.
pub(crate) enum Driver {
    /// To a file.
    Sqlite(Sqlite),
    /// To a PostgreSQL server.
    Postgres(Postgres),
    /// To a MySQL or MariaDB server.
    Mysql(Mysql),
}

impl Driver {
    /// Runs a constant query with `$n` in it.
    pub(crate) async fn fetch(
        &mut self,
        sql: &'static str,
        parameters: &[Parameter],
    ) -> Result<Vec<Row>, sqlx::Error> {
        match self {
            Driver::Sqlite(driver) => driver.fetch(sql, parameters).await,
            Driver::Postgres(driver) => driver.fetch(sql, parameters).await,
            Driver::Mysql(driver) => driver.fetch(sql, parameters).await,
        }
    }

    /// Runs a constant statement with `$n` in it; returns how many rows it changed.
    pub(crate) async fn run(
        &mut self,
        sql: &'static str,
        parameters: &[Parameter],
    ) -> Result<u64, sqlx::Error> {
        match self {
            Driver::Sqlite(driver) => driver.run(sql, parameters).await,
            Driver::Postgres(driver) => driver.run(sql, parameters).await,
            Driver::Mysql(driver) => driver.run(sql, parameters).await,
        }
    }

    /// Runs a text that `dialect` wrote; returns how many rows it changed.
    pub(crate) async fn execute(&mut self, sql: &str) -> Result<u64, sqlx::Error> {
        match self {
            Driver::Sqlite(driver) => driver.execute(sql).await,
            Driver::Postgres(driver) => driver.execute(sql).await,
            Driver::Mysql(driver) => driver.execute(sql).await,
        }
    }

    /// Sends a statement without waiting for the answer. A server ends a transaction by itself when the
    /// connection goes or is used again, so only a file needs it.
    pub(crate) fn execute_unheard(&mut self, sql: &'static str) {
        if let Driver::Sqlite(driver) = self {
            driver.execute_unheard(sql);
        }
    }

    /// How a lock is taken that ends with the session; none where the database is a file.
    pub(crate) fn session_locks(&self) -> Option<SessionLockStatements> {
        match self {
            Driver::Sqlite(_) => None,
            Driver::Postgres(_) => Some(SessionLockStatements {
                take: "SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS held",
                give_back: "SELECT pg_advisory_unlock(hashtextextended($1, 0)) AS held",
            }),
            Driver::Mysql(_) => Some(SessionLockStatements {
                take: "SELECT GET_LOCK($1, 0) AS held",
                give_back: "SELECT RELEASE_LOCK($1) AS held",
            }),
        }
    }

    /// Waits until no other transaction that asked for it is open, and keeps others waiting until this one
    /// ends. None where a transaction that writes is alone anyway.
    pub(crate) fn alone_statement(&self) -> Option<&'static str> {
        match self {
            Driver::Sqlite(_) => None,
            Driver::Postgres(_) => Some(
                "SELECT pg_advisory_xact_lock(hashtextextended('strata/alone', 0))::text AS held",
            ),
            // Landlords are not on these servers.
            Driver::Mysql(_) => None,
        }
    }

    /// Closes the database of this connection to everybody but its owner. None where nobody has anything
    /// in a database that was not granted it.
    pub(crate) fn close_statement(&self) -> Option<&'static str> {
        match self {
            Driver::Postgres(_) => Some(
                "DO 'BEGIN EXECUTE format(''REVOKE ALL ON DATABASE %I FROM PUBLIC'', current_database()); \
                 REVOKE ALL ON SCHEMA public FROM PUBLIC; END'",
            ),
            Driver::Sqlite(_) | Driver::Mysql(_) => None,
        }
    }

    /// Says goodbye.
    pub(crate) async fn close(self) -> Result<(), sqlx::Error> {
        match self {
            Driver::Sqlite(driver) => driver.close().await,
            Driver::Postgres(driver) => driver.close().await,
            Driver::Mysql(driver) => driver.close().await,
        }
    }
}
