//! [`Place`]: where a tenant's database is, and what is done there that is not SQL of operations: whether
//! it is there, making it, closing it to others, granting, dropping it.
//!
//! What is done on servers stands in [`crate::server_place`]. Which server and which credentials a tenant
//! has is known to `landlord` and put together in [`crate::home`].
//!
//! Invariant: nothing here drops a database or a role by anything but its whole name, and whoever calls
//! knows that this run made it.

use database::failure::DATABASE_EXISTS;
use database::{Connection, DatabaseFile, Meta, Options, drop_file};
use dialect::{Access, Dialect, Relation};
use model::Result;
use model::error::Error;
use model::schema::Schema;

use crate::progress::{Point, Progress};
use crate::server_place::{Held, ServerPlace};

/// Where a tenant's database is.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// A file of this home.
    File(DatabaseFile, Options),
    /// On a server.
    Server(Box<ServerPlace>),
}

impl Place {
    /// What writes statements there.
    pub(crate) fn dialect(&self) -> &'static dyn Dialect {
        match self {
            Place::File(..) => database::embedded_dialect(),
            Place::Server(place) => dialect::for_backend(place.server.backend()),
        }
    }

    /// Opens the database as the role that runs migrations, and takes the server's session lock.
    ///
    /// # Errors
    /// `database.missing`, `tenant.locked` and those of connections.
    pub(crate) async fn open(&self) -> Result<Connection> {
        match self {
            Place::File(file, options) => Connection::open(file, options).await,
            Place::Server(place) => {
                let mut connection = place.connect().await?;
                connection.lock().await?;
                Ok(connection)
            }
        }
    }

    /// Opens the database to look at it: no lock is taken.
    ///
    /// # Errors
    /// `database.missing` and those of connections.
    pub(crate) async fn open_to_look(&self) -> Result<Connection> {
        match self {
            Place::File(file, options) => Connection::open(file, options).await,
            Place::Server(place) => Connection::open(place.location()?, &place.options).await,
        }
    }

    /// Demands that nothing is there yet where a new tenant's database would be.
    ///
    /// # Errors
    /// `database.exists`, `server.role_exists`, `server.privileges_missing` and those of connections.
    pub(crate) async fn demand_free(&self) -> Result<()> {
        match self {
            Place::File(file, _) if file.exists() => Err(Error::new(
                &DATABASE_EXISTS,
                format!("{file} is there already, and no tenant has it"),
            )
            .hint("Strata fills no file that it did not make; move it away")),
            Place::File(..) => Ok(()),
            Place::Server(place) => place.demand_free().await,
        }
    }

    /// Makes the database if it is not there, and opens it; whether it was made now. On a server its
    /// roles are made first, so that whatever is there is closed to others from the beginning, and a
    /// database that is there is touched only when it is empty or this tenant's.
    ///
    /// # Errors
    /// `database.foreign`, `database.unmarked`, `tenant.locked` and those of connections.
    pub(crate) async fn open_or_make(
        &self,
        whose: &Meta,
        progress: &dyn Progress,
    ) -> Result<(Connection, bool)> {
        match self {
            Place::File(file, options) if file.exists() => {
                Ok((Connection::open(file, options).await?, false))
            }
            Place::File(file, options) => Ok((Connection::create(file, options).await?, true)),
            Place::Server(place) => {
                let is_new = place.make(whose, progress).await?;
                Ok((self.open().await?, is_new))
            }
        }
    }

    /// Gives the tenant's application what it may do with these tables and views, and nothing else.
    ///
    /// # Errors
    /// Those of connections.
    pub(crate) async fn grant(&self, schema: &Schema, progress: &dyn Progress) -> Result<()> {
        let Place::Server(place) = self else {
            return Ok(());
        };
        let relations = relations(schema);
        progress.reach(Point::BeforeServer);
        let mut administrator = place.administrator(true).await?;
        administrator.grant(&place.roles, &relations).await?;
        administrator.close().await?;
        progress.reach(Point::AfterServer);
        Ok(())
    }

    /// Gives the roles the passwords that this place has. Done again, nothing changes.
    ///
    /// # Errors
    /// Those of connections.
    pub(crate) async fn set_passwords(&self) -> Result<()> {
        let Place::Server(place) = self else {
            return Ok(());
        };
        let mut administrator = place.administrator(false).await?;
        place.set_passwords(&mut administrator).await?;
        administrator.close().await
    }

    /// Keeps everybody else from the database, before it is dropped. Of a file whoever calls has the
    /// lock already.
    ///
    /// # Errors
    /// `tenant.locked` when somebody is at work there, `database.foreign`, and those of connections.
    pub(crate) async fn hold(&self, whose: &Meta) -> Result<Hold<'_>> {
        Ok(match self {
            Place::File(file, _) => Hold::File(file),
            Place::Server(place) => Hold::Server(Box::new(place.hold(whose).await?)),
        })
    }
}

/// A database that is kept from everybody else.
pub(crate) enum Hold<'p> {
    /// A file.
    File(&'p DatabaseFile),
    /// On a server.
    Server(Box<Held<'p>>),
}

impl Hold<'_> {
    /// Drops the database, and on a server the tenant's roles. What is not there is no error.
    ///
    /// # Errors
    /// Those of connections and files.
    pub(crate) async fn drop_all(self) -> Result<()> {
        match self {
            Hold::File(file) => drop_file(file),
            Hold::Server(held) => held.drop_all().await,
        }
    }
}

/// What an application may do with the tables and views of a schema.
fn relations(schema: &Schema) -> Vec<Relation> {
    let tables = schema.tables().map(|table| Relation {
        name: table.name.clone(),
        access: if table.append_only {
            Access::Append
        } else {
            Access::Rows
        },
    });
    let views = schema.views().map(|view| Relation {
        name: view.name.clone(),
        access: Access::Read,
    });
    tables.chain(views).collect()
}
