//! [`Landlord`]: the landlord's database, opened.
//!
//! What is in it stands in the files of the subjects; how its tables come to be, in [`crate::migrations`].
//!
//! Invariant: an open landlord has every migration that this Strata knows, and none that it does not.

use std::path::Path;

use database::failure::{DATABASE_EXISTS, DATABASE_MISSING};
use database::meta::{self, DATABASE_FOREIGN, Meta};
use database::{Connection, Location, Options, Parameter, Row, Session, observe};
use model::ledger::LEDGER_FORMAT;
use model::{Clock, Error, LandlordId, Observed, Recorded, Result, TenantId};

use crate::change::Change;
use crate::upgrade;

mod codes {
    model::codes! {
        LANDLORD_MISSING = "landlord.missing", Input, "There is no landlord here yet.";
        LANDLORD_EXISTS = "landlord.exists", Conflict, "The landlord's database is there and is not a landlord that this Strata can use.";
    }
}
pub use codes::*;

/// The name of the landlord's database; with `.db` it is the file.
pub const LANDLORD_DATABASE: &str = "landlord";

/// The landlord's database.
#[derive(Debug)]
pub struct Landlord {
    connection: Connection,
    id: LandlordId,
}

impl Landlord {
    /// Makes the landlord in a directory and opens it, as [`Landlord::init_at`].
    ///
    /// # Errors
    /// `landlord.exists` when the file is something else, and those of a database.
    pub async fn init(
        directory: &Path,
        id: LandlordId,
        options: &Options,
        clock: &dyn Clock,
    ) -> Result<Landlord> {
        let location = Location::file(directory, LANDLORD_DATABASE)?;
        Landlord::init_at(&location, id, options, clock).await
    }

    /// Makes the landlord in a file that is not there, or in an empty database of a server, and opens it.
    /// One that is there keeps its id and is opened.
    ///
    /// # Errors
    /// `landlord.exists` when something else is there, and those of a database.
    pub async fn init_at(
        location: &Location,
        id: LandlordId,
        options: &Options,
        clock: &dyn Clock,
    ) -> Result<Landlord> {
        let mut connection = match location.as_file() {
            None => Connection::open(location, options).await?,
            Some(file) => match Connection::create(file, options).await {
                Err(error) if error.is(&DATABASE_EXISTS) => {
                    Connection::open(location, options).await?
                }
                created => created?,
            },
        };
        if mark(&mut connection).await?.is_none() {
            // Before anything is in it.
            connection.close_to_others().await?;
            establish(&mut connection, id).await?;
        }
        let marked = mark(&mut connection).await?;
        Landlord::upgraded(connection, marked, clock).await
    }

    /// Opens the landlord of a directory, as [`Landlord::open_at`].
    ///
    /// # Errors
    /// `landlord.missing`, `landlord.exists`, `landlord.newer` and those of a database.
    pub async fn open(directory: &Path, options: &Options, clock: &dyn Clock) -> Result<Landlord> {
        let location = Location::file(directory, LANDLORD_DATABASE)?;
        let opened = Landlord::open_at(&location, options, clock).await;
        opened.map_err(|error| match error.is(&LANDLORD_MISSING) {
            true => missing(&format!("`{}`", directory.display())).because(error),
            false => error,
        })
    }

    /// Opens a landlord and applies its pending migrations.
    ///
    /// # Errors
    /// `landlord.missing`, `landlord.exists`, `landlord.newer` and those of a database.
    pub async fn open_at(
        location: &Location,
        options: &Options,
        clock: &dyn Clock,
    ) -> Result<Landlord> {
        let mut connection = match Connection::open(location, options).await {
            Err(error) if error.is(&DATABASE_MISSING) => {
                return Err(missing(&location.to_string()).because(error));
            }
            opened => opened?,
        };
        match mark(&mut connection).await? {
            None => Err(missing(&location.to_string())),
            marked => Landlord::upgraded(connection, marked, clock).await,
        }
    }

    async fn upgraded(
        mut connection: Connection,
        marked: Option<Meta>,
        clock: &dyn Clock,
    ) -> Result<Landlord> {
        let Some(meta) = marked else {
            return Err(Error::new(
                &LANDLORD_EXISTS,
                "the landlord's database lost its mark while it was made",
            ));
        };
        upgrade::apply_pending(&mut connection, clock.now()).await?;
        Ok(Landlord {
            connection,
            id: meta.landlord,
        })
    }

    /// The landlord's id, written into each of its tenants' databases.
    pub fn id(&self) -> LandlordId {
        self.id
    }

    /// Begins a change: one transaction that no other writer comes between.
    ///
    /// # Errors
    /// `database.locked` and those of a database.
    pub async fn begin(&mut self) -> Result<Change<'_>> {
        let transaction = self.connection.begin_alone().await?;
        Ok(Change::new(transaction))
    }

    /// Closes the landlord so that its file stands alone.
    ///
    /// # Errors
    /// Those of a database.
    pub async fn close(self) -> Result<()> {
        self.connection.close().await
    }

    /// What is wrong with the landlord's database and its references, as sentences; empty when nothing is.
    ///
    /// # Errors
    /// Those of a database.
    pub async fn health(&mut self) -> Result<Vec<String>> {
        let session = self.connection.session().await?;
        let mut findings = observe::integrity_check(session).await?;
        for broken in observe::foreign_key_check(session).await? {
            findings.push(format!(
                "a row of `{}` points at a row of `{}` that is not there",
                broken.table, broken.parent
            ));
        }
        let found = self.connection.observe().await?;
        let expected = upgrade::expected(&mut self.connection).await?;
        let expected = match self.connection.location().as_file() {
            Some(_) => expected,
            // A server keeps expressions in a form of its own, and nothing records those of the landlord:
            // there they are compared by their places.
            None => {
                let mut recorded = Recorded::new();
                recorded.learn(&Observed::default(), &expected, &found);
                recorded.applied_to(&expected)
            }
        };
        for difference in expected.differences(&found) {
            findings.push(format!("{} is not as Strata made it", difference.object));
        }
        Ok(findings)
    }

    pub(crate) async fn session(&mut self) -> Result<&mut Session> {
        self.connection.session().await
    }

    pub(crate) async fn fetch(
        &mut self,
        sql: &'static str,
        with: &[Parameter],
    ) -> Result<Vec<Row>> {
        self.session().await?.fetch(sql, with).await
    }
}

/// The landlord's mark in its own database; none when there is nothing yet.
async fn mark(connection: &mut Connection) -> Result<Option<Meta>> {
    let (place, hint) = match connection.location().as_file() {
        Some(file) => (
            format!("`{}`", file.path().display()),
            "nothing was changed; choose another home, or move the file away",
        ),
        None => (
            connection.location().to_string(),
            "nothing was changed; name another database, which is empty",
        ),
    };
    let session = connection.session().await?;
    let exists = |why: &str| Error::new(&LANDLORD_EXISTS, format!("{place} {why}")).hint(hint);
    // First, because the mark comes with the first tables: what is not empty now has its mark after.
    let was_empty = observe::is_empty(session).await?;
    match meta::read(session).await {
        Ok(Some(meta)) if meta.tenant.0 == meta.landlord.0 => Ok(Some(meta)),
        Ok(Some(_)) => Err(exists("is a tenant's database")),
        Ok(None) if was_empty => Ok(None),
        Ok(None) => Err(exists("is a database that Strata did not make")),
        Err(error) if error.is(&LEDGER_FORMAT) => {
            Err(exists("was written by a newer Strata").because(error))
        }
        Err(error) => Err(error),
    }
}

/// Marks an empty database as this landlord's. Its own tenant id is its own.
async fn establish(connection: &mut Connection, id: LandlordId) -> Result<()> {
    let mut transaction = connection.begin_alone().await?;
    let meta = Meta {
        tenant: TenantId(id.0),
        landlord: id,
        fence: 0,
    };
    match meta::establish(&mut transaction, &meta).await {
        Ok(()) => transaction.commit().await,
        // Another process was faster: its landlord is the one.
        Err(error) if error.is(&DATABASE_FOREIGN) => transaction.rollback().await,
        Err(error) => Err(error),
    }
}

fn missing(place: &str) -> Error {
    Error::new(
        &LANDLORD_MISSING,
        format!("there is no landlord in {place}"),
    )
    .hint("make one with `strata init`")
}
