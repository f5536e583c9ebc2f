//! Servers: where tenants' databases can be.
//!
//! How a server is reached is stored sealed ([`crate::vault`]); it is opened by whoever connects.
//!
//! Invariant: a server that tenants are on is not forgotten.

use database::{Row, Session};
use jiff::Timestamp;
use model::{Backend, Error, Result};

use crate::change::Change;
use crate::landlord::Landlord;
use crate::stored::reading;

mod codes {
    model::codes! {
        SERVER_UNKNOWN = "server.unknown", Input, "There is no server of this name.";
        SERVER_NAME_INVALID = "server.name_invalid", Input, "The name of a server is not `[a-z0-9][a-z0-9_-]*` of at most 63 bytes, or is `file`.";
        SERVER_EXISTS_DIFFERENTLY = "server.exists_differently", Conflict, "A server of this name is there, added with other arguments.";
        SERVER_HAS_TENANTS = "server.has_tenants", Conflict, "Tenants are on a server that is to be forgotten.";
    }
}
pub use codes::*;

/// The longest name of a server, in bytes.
pub const SERVER_NAME_BYTES_MAX: usize = 63;

/// The name that stands for files of the home, which no server can have.
pub const FILE: &str = "file";

/// A server that is to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewServer {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub backend: Backend,
    /// Its version.
    pub version: String,
    /// How it is reached, sealed.
    pub url: String,
    /// How many connections one process opens to it.
    pub max_connections: u32,
    /// The collation that its databases are made with; none for the usual one.
    pub collation: Option<String>,
}

/// A server that was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredServer {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub backend: Backend,
    /// Its version when it was last looked at.
    pub version: String,
    /// How it is reached, sealed.
    pub url: String,
    /// How many connections one process opens to it.
    pub max_connections: u32,
    /// The collation that its databases are made with; none for the usual one.
    pub collation: Option<String>,
    /// How many tenants are on it.
    pub tenants: i64,
    /// Who added it.
    pub added_by: String,
    /// When.
    pub added_at: Timestamp,
}

macro_rules! select_servers {
    ($rest:literal) => {
        concat!(
            "SELECT name, kind, version, url, max_connections, default_collation, added_by, added_at, ",
            "(SELECT count(*) FROM tenants WHERE tenants.server = servers.name) AS tenants ",
            "FROM servers ",
            $rest
        )
    };
}

impl Landlord {
    /// All servers in order of their names.
    ///
    /// # Errors
    /// `landlord.bad_row` and those of a database.
    pub async fn servers(&mut self) -> Result<Vec<RegisteredServer>> {
        let rows = self.fetch(select_servers!("ORDER BY name"), &[]).await?;
        rows.iter().map(parse).collect()
    }

    /// The server of this name.
    ///
    /// # Errors
    /// `server.unknown`, `landlord.bad_row` and those of a database.
    pub async fn server(&mut self, name: &str) -> Result<RegisteredServer> {
        let sql = select_servers!("WHERE name = $1");
        let rows = self.fetch(sql, &[name.into()]).await?;
        match rows.first() {
            Some(row) => parse(row),
            None => Err(unknown(self.session().await?, name).await),
        }
    }

    /// The server that the next tenant goes to: the one with the fewest tenants, then by name; none when
    /// there is no server.
    ///
    /// # Errors
    /// `landlord.bad_row` and those of a database.
    pub async fn placement(&mut self) -> Result<Option<String>> {
        let servers = self.servers().await?;
        let next = servers.into_iter().min_by_key(|server| server.tenants);
        Ok(next.map(|server| server.name))
    }
}

impl Change<'_> {
    /// Adds a server. One that is there and is reached alike is kept, with its cap, version and password noted; how
    /// two sealed texts open is known to the caller, who says whether they are the same.
    ///
    /// # Errors
    /// `server.name_invalid`, `server.exists_differently` and those of a database.
    pub async fn add_server(
        &mut self,
        new: &NewServer,
        is_same: impl FnOnce(&RegisteredServer) -> bool,
        by: &str,
        now: Timestamp,
    ) -> Result<()> {
        demand_name(&new.name)?;
        let sql = select_servers!("WHERE name = $1");
        let rows = self.fetch(sql, &[new.name.as_str().into()]).await?;
        if let Some(present) = rows.first().map(parse).transpose()? {
            if present.backend.as_str() != new.backend.as_str() || !is_same(&present) {
                let name = &new.name;
                let what = format!("server `{name}` is there, added with other arguments");
                return Err(Error::new(&SERVER_EXISTS_DIFFERENTLY, what)
                    .hint("strata server list")
                    .hint("choose another name, or remove it first if no tenant is on it"));
            }
            let sql = "UPDATE servers SET version = $2, max_connections = $3, url = $4, default_collation = $5 \
                 WHERE name = $1";
            let parameters = [
                new.name.as_str().into(),
                new.version.as_str().into(),
                new.max_connections.into(),
                new.url.as_str().into(),
                new.collation.as_deref().into(),
            ];
            return self.run(sql, &parameters).await.map(|_| ());
        }
        let sql = "INSERT INTO servers (name, kind, version, url, max_connections, added_by, added_at, default_collation) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let parameters = [
            new.name.as_str().into(),
            new.backend.as_str().into(),
            new.version.as_str().into(),
            new.url.as_str().into(),
            new.max_connections.into(),
            by.into(),
            now.into(),
            new.collation.as_deref().into(),
        ];
        self.run(sql, &parameters).await.map(|_| ())
    }

    /// Notes which version a server has now.
    ///
    /// # Errors
    /// `server.unknown` and those of a database.
    pub async fn note_server_version(&mut self, name: &str, version: &str) -> Result<()> {
        let sql = "UPDATE servers SET version = $2 WHERE name = $1";
        match self.run(sql, &[name.into(), version.into()]).await? {
            1 => Ok(()),
            _ => Err(unknown(self.session(), name).await),
        }
    }

    /// Forgets a server. A tenant whose database is gone counts too: its history names the server.
    ///
    /// # Errors
    /// `server.unknown`, `server.has_tenants` and those of a database.
    pub async fn remove_server(&mut self, name: &str) -> Result<()> {
        let sql = select_servers!("WHERE name = $1");
        let rows = self.fetch(sql, &[name.into()]).await?;
        let Some(present) = rows.first().map(parse).transpose()? else {
            return Err(unknown(self.session(), name).await);
        };
        if present.tenants > 0 {
            let what = match present.tenants {
                1 => format!("a tenant is on server `{name}`"),
                n => format!("{n} tenants are on server `{name}`"),
            };
            return Err(
                Error::new(&SERVER_HAS_TENANTS, what).hint("see which with `strata tenant list`")
            );
        }
        let sql = "DELETE FROM servers WHERE name = $1";
        self.run(sql, &[name.into()]).await.map(|_| ())
    }
}

fn demand_name(name: &str) -> Result<()> {
    let first = name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    let letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-".contains(&b);
    if first && name.len() <= SERVER_NAME_BYTES_MAX && name.bytes().all(letter) && name != FILE {
        return Ok(());
    }
    let what = format!(
        "`{}` is not a name for a server",
        model::name::display(name)
    );
    Err(Error::new(&SERVER_NAME_INVALID, what).hint(
        "a name is 1 to 63 of `a-z`, `0-9`, `_` and `-`, begins with a letter or digit, and is not `file`",
    ))
}

/// `server.unknown`, with the names that there are.
async fn unknown(session: &mut Session, name: &str) -> Error {
    let known = match session.fetch(select_servers!("ORDER BY name"), &[]).await {
        Ok(rows) => rows.iter().map(parse).collect::<Result<Vec<_>>>(),
        Err(error) => Err(error),
    };
    let known = match known {
        Ok(known) => known,
        Err(error) => return error,
    };
    let what = format!("there is no server `{}`", model::name::display(name));
    let error = Error::new(&SERVER_UNKNOWN, what);
    if known.is_empty() {
        return error.hint("there is none yet; add one with `strata server add`");
    }
    let names: Vec<String> = known.iter().map(|one| format!("`{}`", one.name)).collect();
    error
        .hint(format!("known are {}", names.join(", ")))
        .hint("add another with `strata server add`")
}

fn parse(row: &Row) -> Result<RegisteredServer> {
    let row = reading(row, "servers");
    Ok(RegisteredServer {
        name: row.text("name")?.to_owned(),
        backend: row.parse("kind")?,
        version: row.text("version")?.to_owned(),
        url: row.text("url")?.to_owned(),
        max_connections: row.integer("max_connections")?,
        collation: row.text_if_any("default_collation")?.map(str::to_owned),
        tenants: row.integer("tenants")?,
        added_by: row.text("added_by")?.to_owned(),
        added_at: row.time("added_at")?,
    })
}
