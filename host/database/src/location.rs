//! [`Location`]: where a database is, a file or on a server.
//!
//! It opens nothing; [`crate::connection`] does.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use model::{Error, Result};

use crate::file::DatabaseFile;
use crate::server::{Login, Server};

mod codes {
    model::codes! {
        DATABASE_NAME_INVALID = "database.name_invalid", Input, "The name of a database is not `[a-z0-9_]+` of at most 63 bytes.";
    }
}
pub use codes::*;

/// The longest name of a database in bytes: PostgreSQL's limit, kept everywhere.
pub const DATABASE_NAME_BYTES_MAX: usize = 63;

/// Where a database is.
#[derive(Debug, Clone)]
pub enum Location {
    /// A file of this machine.
    File(DatabaseFile),
    /// A database on a server.
    Server(ServerDatabase),
}

/// A database on a server, and who goes there.
#[derive(Debug, Clone)]
pub struct ServerDatabase {
    /// The server.
    pub server: Arc<Server>,
    /// The database; none means the one that the server's URL names.
    pub name: Option<String>,
    /// Who goes there; none means the server's administrator.
    pub login: Option<Login>,
}

impl Location {
    /// The database `<directory>/<database_name>.db`.
    ///
    /// # Errors
    /// `database.name_invalid`.
    pub fn file(directory: &Path, database_name: &str) -> Result<Location> {
        DatabaseFile::new(directory, database_name).map(Location::File)
    }

    /// A database on a server, as one of its roles.
    ///
    /// # Errors
    /// `database.name_invalid`.
    pub fn on_server(server: &Arc<Server>, database_name: &str, login: Login) -> Result<Location> {
        Ok(Location::Server(ServerDatabase {
            server: Arc::clone(server),
            name: Some(checked_name(database_name)?),
            login: Some(login),
        }))
    }

    /// A database on a server as its administrator; without a name, the one that the server's URL names.
    ///
    /// # Errors
    /// `database.name_invalid`.
    pub fn administration(server: &Arc<Server>, database_name: Option<&str>) -> Result<Location> {
        Ok(Location::Server(ServerDatabase {
            server: Arc::clone(server),
            name: database_name.map(checked_name).transpose()?,
            login: None,
        }))
    }

    /// The name of the database.
    pub fn name(&self) -> &str {
        match self {
            Location::File(file) => file.name(),
            Location::Server(place) => place.name.as_deref().unwrap_or_default(),
        }
    }

    /// The file, where it is one.
    pub fn as_file(&self) -> Option<&DatabaseFile> {
        match self {
            Location::File(file) => Some(file),
            Location::Server(_) => None,
        }
    }
}

impl From<&Location> for Location {
    fn from(location: &Location) -> Location {
        location.clone()
    }
}

impl From<&DatabaseFile> for Location {
    fn from(file: &DatabaseFile) -> Location {
        Location::File(file.clone())
    }
}

/// A name that both file systems and servers take as it is.
pub(crate) fn checked_name(database_name: &str) -> Result<String> {
    let letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    let fits = (1..=DATABASE_NAME_BYTES_MAX).contains(&database_name.len());
    if fits && database_name.bytes().all(letter) {
        return Ok(database_name.to_owned());
    }
    Err(Error::new(
        &DATABASE_NAME_INVALID,
        format!(
            "`{}` is not a name of a database",
            model::name::display(database_name)
        ),
    ))
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Location::File(file) => file.fmt(f),
            Location::Server(place) => match &place.name {
                Some(name) => write!(f, "database `{name}` on server `{}`", place.server.name()),
                None => write!(f, "server `{}`", place.server.name()),
            },
        }
    }
}
