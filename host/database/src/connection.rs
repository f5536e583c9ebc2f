//! [`Connection`]: one connection to one database.
//!
//! It runs no statement by itself; [`crate::session`] and [`crate::transaction`] do.
//!
//! Invariant: a connection is to the file that was looked at before, and keeps foreign keys unless a
//! transaction asked otherwise.

use std::fmt;
use std::time::{Duration, Instant};

use dialect::Dialect;
use model::{Backend, Capabilities, ForeignKeys, Observed, Result, Statement};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;
use tokio::sync::OwnedSemaphorePermit;

use crate::driver::{Driver, Sqlite};
use crate::failure::{self, DATABASE_LOCKED};
use crate::file::DatabaseFile;
use crate::location::Location;
use crate::row::Cell;
use crate::session::{Session, State};
use crate::transaction::Transaction;
use crate::{lock, observe};

/// How long a connection waits before it tries again to set itself up.
const SET_UP_PAUSE: Duration = Duration::from_millis(5);

/// How long things may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// How long a statement waits for another connection's lock.
    pub lock: Duration,
    /// How long a statement may run.
    pub statement: Duration,
    /// How long opening a connection to a server may take.
    pub connect: Duration,
}

impl Default for Timeouts {
    fn default() -> Timeouts {
        Timeouts {
            lock: Duration::from_secs(5),
            statement: Duration::from_secs(600),
            connect: Duration::from_secs(10),
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
    /// The place among the connections to a server that this one takes.
    _permit: Option<OwnedSemaphorePermit>,
}

impl Connection {
    /// Opens a database that is there.
    ///
    /// # Errors
    /// Those of [`crate::file`], [`crate::server`] and [`crate::failure`].
    pub async fn open(location: impl Into<Location>, options: &Options) -> Result<Connection> {
        let location = location.into();
        let timeouts = options.timeouts;
        let (driver, permit, backend) = match &location {
            Location::File(file) => {
                let driver = open_file(file, options).await?;
                (driver, None, Backend::Sqlite)
            }
            Location::Server(place) => {
                let (driver, permit) = place.server.connect(place, timeouts.connect).await?;
                (driver, Some(permit), place.server.backend())
            }
        };
        let dialect = dialect::for_backend(backend);
        let mut connection = Connection {
            session: Session::new(driver, dialect, timeouts.statement),
            location,
            _permit: permit,
        };
        let set_up = connection.set_up(timeouts).await;
        set_up.map_err(|error| error.within(format!("failed to open {}", connection.location)))?;
        Ok(connection)
    }

    /// Creates an empty file, for this user alone, where nothing was before, and opens it.
    ///
    /// # Errors
    /// `database.exists` and those of [`Connection::open`]; nothing is left behind then, unless another
    /// process found the new file and is at work on it.
    pub async fn create(file: &DatabaseFile, options: &Options) -> Result<Connection> {
        file.create()?;
        match Connection::open(file, options).await {
            Ok(connection) => Ok(connection),
            Err(error) if error.is(&DATABASE_LOCKED) => Err(error),
            Err(error) => {
                if let Err(left) = file.remove() {
                    tracing::warn!(%left, "failed to remove a database that could not be opened");
                }
                Err(error)
            }
        }
    }

    async fn set_up(&mut self, timeouts: Timeouts) -> Result<()> {
        let begun = Instant::now();
        let dialect = self.dialect();
        for sql in dialect.server().connection_set_up {
            // How long this connection waits for locks was said by its options, not by the dialect.
            if sql.starts_with("PRAGMA busy_timeout") {
                continue;
            }
            // SQLite itself does not wait when another process is just changing the journal's mode.
            while let Err(error) = self.session.control(sql).await {
                if !error.is(&DATABASE_LOCKED) || begun.elapsed() >= timeouts.lock {
                    return Err(error);
                }
                tokio::time::sleep(SET_UP_PAUSE).await;
            }
        }
        self.session.set_state(State::Idle);
        for sql in dialect.limits(timeouts.lock, timeouts.statement) {
            self.session.execute_text(&sql).await?;
        }
        Ok(())
    }

    /// Takes the session lock of the database's server, which ends with this connection, however that
    /// ends. Nothing is done where the database is a file: [`crate::SessionLock`] is for these.
    ///
    /// # Errors
    /// `tenant.locked` at once when another session has it, and those of [`crate::failure`].
    pub async fn lock(&mut self) -> Result<()> {
        let Location::Server(place) = &self.location else {
            return Ok(());
        };
        match &place.login {
            Some(login) => {
                let name = lock::session_lock_name(&login.role);
                self.lock_as(&name).await
            }
            None => Ok(()),
        }
    }

    /// Takes a session lock of the server by its name; on PostgreSQL names are those of one database.
    pub(crate) async fn lock_as(&mut self, name: &str) -> Result<()> {
        let Some(locks) = self.session.session_locks() else {
            return Ok(());
        };
        let rows = self
            .session()
            .await?
            .fetch(locks.take, &[name.into()])
            .await?;
        // MariaDB answers null, not no, to what it does not understand.
        match rows.first().and_then(|row| row.get("held")) {
            Some(Cell::Integer(1)) => Ok(()),
            _ => Err(lock::locked_elsewhere(&self.location)),
        }
    }

    /// Gives a session lock back, before the connection ends.
    pub(crate) async fn unlock_as(&mut self, name: &str) -> Result<()> {
        if let Some(locks) = self.session.session_locks() {
            self.session()
                .await?
                .fetch(locks.give_back, &[name.into()])
                .await?;
        }
        Ok(())
    }

    /// Where the database is.
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// What writes statements for this database.
    pub fn dialect(&self) -> &'static dyn Dialect {
        self.session.dialect()
    }

    /// Statements outside a transaction, each kept by itself.
    ///
    /// # Errors
    /// Those of [`crate::failure`], when a transaction that was dropped cannot be tidied away.
    pub async fn session(&mut self) -> Result<&mut Session> {
        self.settle().await?;
        Ok(&mut self.session)
    }

    /// Runs a statement outside a transaction, kept by itself, and returns how many rows it changed.
    ///
    /// # Errors
    /// Those of [`crate::failure`].
    pub async fn execute(&mut self, statement: &Statement) -> Result<u64> {
        self.settle().await?;
        self.session.execute(statement).await
    }

    /// Begins a transaction that writes. With [`ForeignKeys::Verified`] the database does not keep
    /// foreign keys meanwhile, and the commit verifies all of them.
    ///
    /// # Errors
    /// `database.locked` and the others of [`crate::failure`].
    pub async fn begin(&mut self, foreign_keys: ForeignKeys) -> Result<Transaction<'_>> {
        self.settle().await?;
        let server = self.dialect().server();
        self.session.set_state(State::Unsettled);
        if foreign_keys == ForeignKeys::Verified
            && let Some(switch) = server.foreign_keys
        {
            // Without effect inside a transaction, so it comes before.
            self.session.control(switch.off).await?;
        }
        if let Err(error) = self.session.control(server.begin).await {
            self.settle().await?;
            return Err(error.within(format!(
                "failed to begin a transaction on {}",
                self.location
            )));
        }
        self.session.set_state(State::Open);
        Ok(Transaction::new(&mut self.session, foreign_keys))
    }

    /// Closes the database to everybody but its owner; done again, nothing changes. A file has its mode
    /// from the beginning.
    ///
    /// # Errors
    /// Those of [`crate::failure`].
    pub async fn close_to_others(&mut self) -> Result<()> {
        let Some(sql) = self.session.close_statement() else {
            return Ok(());
        };
        // Alone: PostgreSQL refuses one of two that close a database at the same time.
        let mut transaction = self.begin_alone().await?;
        transaction.session().control(sql).await?;
        transaction.commit().await
    }

    /// Begins a transaction that no other one comes between, of those that are begun like this.
    ///
    /// # Errors
    /// `database.locked` and the others of [`crate::failure`].
    pub async fn begin_alone(&mut self) -> Result<Transaction<'_>> {
        let mut transaction = self.begin(ForeignKeys::Enforced).await?;
        if let Some(sql) = transaction.session().alone_statement() {
            transaction.session().fetch(sql, &[]).await?;
        }
        Ok(transaction)
    }

    /// What the database can do: of a file, with the version of the library that is at work; of a server,
    /// with the oldest version that statements are written for, so that a plan outlives its upgrade.
    ///
    /// # Errors
    /// Those of [`crate::failure`].
    pub async fn capabilities(&mut self) -> Result<Capabilities> {
        let dialect = self.dialect();
        let mut capabilities = dialect.capabilities();
        if self.location.as_file().is_some() {
            let version = dialect.server().version;
            let rows = self.session().await?.fetch(version, &[]).await?;
            if let Some(Cell::Text(version)) = rows.first().and_then(|row| row.get("version")) {
                capabilities.version = version.split('.').take(2).collect::<Vec<_>>().join(".");
            }
        }
        Ok(capabilities)
    }

    /// The schema as the database has it, Strata's own tables left out.
    ///
    /// # Errors
    /// Those of [`crate::failure`].
    pub async fn observe(&mut self) -> Result<Observed> {
        self.settle().await?;
        observe::observe(&mut self.session).await
    }

    /// Closes the database so that its file stands alone: what the write-ahead log holds is put into it.
    ///
    /// # Errors
    /// Those of [`crate::failure`].
    pub async fn close(mut self) -> Result<()> {
        self.settle().await?;
        if self.location.as_file().is_some() {
            // Another connection may hold the log; it then puts it into the file itself.
            self.session
                .control("PRAGMA wal_checkpoint(TRUNCATE)")
                .await?;
        }
        let location = self.location;
        let closed = self.session.into_driver().close().await;
        closed.map_err(|cause| failure::of(&format!("close {location}"), cause))
    }

    /// Ends what a dropped transaction left open and sees to it that foreign keys are kept.
    async fn settle(&mut self) -> Result<()> {
        if self.session.state() == State::Idle {
            return Ok(());
        }
        let server = self.dialect().server();
        self.session.set_state(State::Unsettled);
        // Fails when nothing is open, which is what is wanted.
        let _ = self.session.control(server.rollback).await;
        if let Some(switch) = server.foreign_keys {
            self.session.control(switch.on).await?;
        }
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

/// Opens the connection to a file, which must be the one that was looked at before.
async fn open_file(file: &DatabaseFile, options: &Options) -> Result<Driver> {
    let before = file.inspect()?;
    let failed = |cause| failure::of(&format!("open {file}"), cause);
    let mut connect = SqliteConnectOptions::new()
        .filename(file.absolute_path()?)
        .create_if_missing(false)
        .busy_timeout(options.timeouts.lock)
        // Texts of statements hold values; what may be logged is logged in `session`.
        .disable_statement_logging();
    if let Some(pages) = options.page_count_max {
        connect = connect.pragma("max_page_count", pages.to_string());
    }
    let sqlite = connect.connect().await.map_err(failed)?;
    file.demand_same(before)?;
    let sqlite = Sqlite::new(sqlite, options.timeouts.statement).await;
    sqlite.map(Driver::Sqlite).map_err(failed)
}

/// Removes a database that is a file, with everything that belongs to it. One that is not there is no
/// error.
///
/// Whoever calls holds the tenant's [`crate::lock::SessionLock`] and knows that nothing is lost.
///
/// # Errors
/// `database.not_regular`, `database.unreachable`.
pub fn drop_file(file: &DatabaseFile) -> Result<()> {
    file.remove()
}
