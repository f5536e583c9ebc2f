//! [`Connection`]: one connection to one database.
//!
//! It runs no statement by itself; [`crate::session`] and [`crate::transaction`] do.
//!
//! Invariant: a connection is to the file that was looked at before, and keeps foreign keys unless a
//! transaction asked otherwise.

use std::fmt;
use std::time::{Duration, Instant};

use dialect::Dialect;
use model::{Backend, Capabilities, ForeignKeys, Observed, Result};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

use crate::failure::{self, DATABASE_LOCKED};
use crate::location::Location;
use crate::observe;
use crate::row::Cell;
use crate::session::{Session, State};
use crate::transaction::Transaction;

/// How long a connection waits before it tries again to set itself up.
const SET_UP_PAUSE: Duration = Duration::from_millis(5);

/// How long things may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// How long a statement waits for another connection's lock.
    pub lock: Duration,
    /// How long a statement may run.
    pub statement: Duration,
}

impl Default for Timeouts {
    fn default() -> Timeouts {
        Timeouts {
            lock: Duration::from_secs(5),
            statement: Duration::from_secs(600),
        }
    }
}

/// How a database is opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// How long things may take.
    pub timeouts: Timeouts,
    /// How many pages the file may have; a test's way to a full disk.
    pub page_count_max: Option<u32>,
}

/// An open database.
pub struct Connection {
    session: Session,
    location: Location,
    dialect: &'static dyn Dialect,
}

impl Connection {
    /// Opens a database that is there.
    ///
    /// # Errors
    /// Those of [`crate::location`] and [`crate::failure`].
    pub async fn open(location: &Location, options: &Options) -> Result<Connection> {
        let before = location.inspect()?;
        let failed = |cause| failure::of(&format!("open {location}"), cause);
        let mut connect = SqliteConnectOptions::new()
            .filename(location.absolute_path()?)
            .create_if_missing(false)
            .busy_timeout(options.timeouts.lock)
            // Texts of statements hold values; what may be logged is logged in `session`.
            .disable_statement_logging();
        if let Some(pages) = options.page_count_max {
            connect = connect.pragma("max_page_count", pages.to_string());
        }
        let sqlite = connect.connect().await.map_err(failed)?;
        location.demand_same(before)?;
        let session = Session::new(sqlite, options.timeouts.statement)
            .await
            .map_err(failed)?;
        let dialect = embedded_dialect();
        let mut connection = Connection {
            session,
            location: location.clone(),
            dialect,
        };
        connection
            .set_up(options.timeouts.lock)
            .await
            .map_err(|error| error.within(format!("failed to open {location}")))?;
        Ok(connection)
    }

    /// Creates an empty database, for this user alone, where nothing was before, and opens it.
    ///
    /// # Errors
    /// `database.exists` and those of [`Connection::open`]; nothing is left behind then, unless another
    /// process found the new file and is at work on it.
    pub async fn create(location: &Location, options: &Options) -> Result<Connection> {
        location.create()?;
        match Connection::open(location, options).await {
            Ok(connection) => Ok(connection),
            Err(error) if error.is(&DATABASE_LOCKED) => Err(error),
            Err(error) => {
                if let Err(left) = location.remove() {
                    tracing::warn!(%left, "failed to remove a database that could not be opened");
                }
                Err(error)
            }
        }
    }

    async fn set_up(&mut self, lock_timeout: Duration) -> Result<()> {
        let begun = Instant::now();
        for sql in self.dialect.server().connection_set_up {
            // How long this connection waits for locks was said by its options, not by the dialect.
            if sql.starts_with("PRAGMA busy_timeout") {
                continue;
            }
            // SQLite itself does not wait when another process is just changing the journal's mode.
            while let Err(error) = self.session.control(sql).await {
                if !error.is(&DATABASE_LOCKED) || begun.elapsed() >= lock_timeout {
                    return Err(error);
                }
                tokio::time::sleep(SET_UP_PAUSE).await;
            }
        }
        self.session.set_state(State::Idle);
        Ok(())
    }

    /// Where the database is.
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// What writes statements for this database.
    pub fn dialect(&self) -> &'static dyn Dialect {
        self.dialect
    }

    /// Statements outside a transaction, each kept by itself.
    ///
    /// # Errors
    /// Those of [`crate::failure`], when a transaction that was dropped cannot be tidied away.
    pub async fn session(&mut self) -> Result<&mut Session> {
        self.settle().await?;
        Ok(&mut self.session)
    }

    /// Begins a transaction that writes. With [`ForeignKeys::Verified`] the database does not keep
    /// foreign keys meanwhile, and the commit verifies all of them.
    ///
    /// # Errors
    /// `database.locked` and the others of [`crate::failure`].
    pub async fn begin(&mut self, foreign_keys: ForeignKeys) -> Result<Transaction<'_>> {
        self.settle().await?;
        let server = self.dialect.server();
        self.session.set_state(State::Unsettled);
        if foreign_keys == ForeignKeys::Verified {
            // Without effect inside a transaction, so it comes before.
            self.session.control(server.foreign_keys_off).await?;
        }
        if let Err(error) = self.session.control(server.begin).await {
            self.settle().await?;
            return Err(error.within(format!(
                "failed to begin a transaction on {}",
                self.location
            )));
        }
        self.session.set_state(State::Open);
        Ok(Transaction::new(
            &mut self.session,
            self.dialect,
            foreign_keys,
        ))
    }

    /// What the database can do, with the version of the library that is at work.
    ///
    /// # Errors
    /// Those of [`crate::failure`].
    pub async fn capabilities(&mut self) -> Result<Capabilities> {
        let session = self.session().await?;
        let rows = session
            .fetch("SELECT sqlite_version() AS version", &[])
            .await?;
        let mut capabilities = self.dialect.capabilities();
        if let Some(Cell::Text(version)) = rows.first().and_then(|row| row.get("version")) {
            capabilities.version = version.split('.').take(2).collect::<Vec<_>>().join(".");
        }
        Ok(capabilities)
    }

    /// The schema as the database has it, Strata's own tables left out.
    ///
    /// # Errors
    /// Those of [`crate::failure`].
    pub async fn observe(&mut self) -> Result<Observed> {
        self.settle().await?;
        observe::observe(&mut self.session, self.dialect).await
    }

    /// Closes the database so that its file stands alone: what the write-ahead log holds is put into it.
    ///
    /// # Errors
    /// Those of [`crate::failure`].
    pub async fn close(mut self) -> Result<()> {
        self.settle().await?;
        // Another connection may hold the log; it then puts it into the file itself.
        self.session
            .control("PRAGMA wal_checkpoint(TRUNCATE)")
            .await?;
        let location = self.location;
        let closed = self.session.into_driver().close().await;
        closed.map_err(|cause| failure::of(&format!("close {location}"), cause))
    }

    /// Ends what a dropped transaction left open and sees to it that foreign keys are kept.
    async fn settle(&mut self) -> Result<()> {
        if self.session.state() == State::Idle {
            return Ok(());
        }
        let server = self.dialect.server();
        self.session.set_state(State::Unsettled);
        // Fails when nothing is open, which is what is wanted.
        let _ = self.session.control(server.rollback).await;
        self.session.control(server.foreign_keys_on).await?;
        self.session.set_state(State::Idle);
        Ok(())
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("location", &self.location)
            .finish_non_exhaustive()
    }
}

/// What writes statements for databases that are files, before one is open.
pub fn embedded_dialect() -> &'static dyn Dialect {
    dialect::for_backend(Backend::Sqlite)
}

/// Removes a database with everything that belongs to it. One that is not there is no error.
///
/// Whoever calls holds the tenant's [`crate::lock::SessionLock`] and knows that nothing is lost.
///
/// # Errors
/// `database.not_regular`, `database.unreachable`.
pub fn drop_database(location: &Location) -> Result<()> {
    location.remove()
}
