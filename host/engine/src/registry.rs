//! Where a home's registry is: a file of the home, or a PostgreSQL database that several homes of a fleet
//! share, whose URL lies sealed in the home.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use database::server_url::Protocol;
use database::{Location, Secret, Server, ServerUrl, probe};
use landlord::Vault;
use landlord::landlord::LANDLORD_DATABASE;
use model::Result;
use model::error::Error;

mod codes {
    model::codes! {
        LANDLORD_ELSEWHERE = "landlord.elsewhere", Conflict, "The home's registry is somewhere else than where it is asked to be.";
        LANDLORD_URL_INVALID = "landlord.url_invalid", Input, "The URL of a registry is not that of a database on a PostgreSQL server.";
        LANDLORD_URL_UNREADABLE = "landlord.url_unreadable", Unreachable, "The file with the registry's URL cannot be read or written.";
    }
}
pub use codes::*;

/// What the sealed URL is bound to.
const PLACE: &str = "landlord/url";

/// How long the first connection may take.
const PROBE_TIMEOUT: Duration = Duration::from_secs(10);

fn path(root: &Path) -> PathBuf {
    root.join("landlord.url")
}

/// Whether the registry is on a server.
pub(crate) fn is_elsewhere(root: &Path) -> bool {
    path(root).exists()
}

/// Where the registry is.
///
/// # Errors
/// `landlord.url_unreadable`, `secret.unreadable`, `server.url_invalid`.
pub(crate) fn location(root: &Path, vault: &Vault) -> Result<Location> {
    if !is_elsewhere(root) {
        return Location::file(root, LANDLORD_DATABASE);
    }
    let sealed = std::fs::read_to_string(path(root)).map_err(|cause| unreadable(root, cause))?;
    let url = ServerUrl::parse(vault.open(PLACE, sealed.trim())?.expose())?;
    let server = Server::of_registry(url);
    Location::administration(&server, None)
}

/// The database of the registry, where it is on this server.
///
/// # Errors
/// As [`location`].
pub(crate) fn database_on(root: &Path, vault: &Vault, url: &ServerUrl) -> Result<Option<String>> {
    let Location::Server(place) = location(root, vault)? else {
        return Ok(None);
    };
    let own = place.server.url();
    let is_there = own.host == url.host && own.port == url.port;
    Ok(own.database.clone().filter(|_| is_there))
}

/// Writes down where the registry of a new home is; of one that is there, demands that it is the same.
///
/// # Errors
/// `landlord.elsewhere`, `landlord.url_invalid` and those of the server.
pub(crate) async fn settle(root: &Path, vault: &Vault, url: Option<&Secret>) -> Result<()> {
    let Some(url) = url else {
        return Ok(());
    };
    if is_elsewhere(root) {
        let sealed =
            std::fs::read_to_string(path(root)).map_err(|cause| unreadable(root, cause))?;
        let present = vault.open(PLACE, sealed.trim())?;
        return match present == *url {
            true => Ok(()),
            false => Err(elsewhere("on another server, or reached otherwise")),
        };
    }
    if root.join(format!("{LANDLORD_DATABASE}.db")).exists() {
        return Err(elsewhere("a file of the home"));
    }
    let parsed = ServerUrl::parse(url.expose())?;
    if parsed.protocol != Protocol::Postgres || parsed.database.is_none() {
        return Err(Error::new(
            &LANDLORD_URL_INVALID,
            "a registry is a file, or a database of its own on a PostgreSQL server",
        )
        .hint("make an empty database there and name it: postgres://USER@HOST:PORT/DATABASE"));
    }
    probe("landlord", &parsed, PROBE_TIMEOUT).await?;
    let sealed = vault.seal(PLACE, url)?;
    let write = || -> std::io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(root)?;
        file.write_all(sealed.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist_noclobber(path(root))?;
        std::fs::File::open(root)?.sync_all()
    };
    write().map_err(|cause| unreadable(root, cause))
}

fn elsewhere(place: &str) -> Error {
    let what = format!("the registry of this home is {place}");
    Error::new(&LANDLORD_ELSEWHERE, what)
        .hint("choose another home: a registry is not moved by `strata init`")
}

fn unreadable(root: &Path, cause: std::io::Error) -> Error {
    let what = format!("`{}` cannot be read or written", path(root).display());
    Error::new(&LANDLORD_URL_UNREADABLE, what).because(cause)
}
