//! The servers of a home: adding, checking, removing them, and where on them a tenant's database is.
//!
//! What is done on a server to a tenant's database stands in `place.rs`.
//!
//! Invariants: the URL of a server and the passwords of roles are stored sealed, and leave this module
//! only in values that show nothing.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use database::server::CONNECTIONS_DEFAULT;
use database::server_url::Tls;
use database::{Administrator, DatabaseFile, Secret, Server, ServerOptions, ServerUrl, probe};
use dialect::{DatabaseCollation, Dialect};
use jiff::Timestamp;
use landlord::servers::FILE;
use landlord::{NewServer, RegisteredServer, StoredCredentials, Tenant};
use model::error::Error;
use model::id::{Slug, TenantId};
use model::{Backend, Result};
use serde::Serialize;

use crate::home::Home;
use crate::place::Place;
use crate::server_place::{Passwords, ServerPlace, roles_of};

mod codes {
    model::codes! {
        CREDENTIALS_SHOWN = "tenant.credentials_shown", Conflict, "The password of a tenant's application was shown already; it is shown once.";
        CREDENTIALS_MISSING = "tenant.credentials_missing", Conflict, "A tenant is on a server, and its credentials are not stored.";
        TENANT_IS_A_FILE = "tenant.is_a_file", Input, "A tenant's database is a file, which has no roles and no passwords.";
    }
}
pub use codes::*;

/// How long the first connection to a server may take.
const PROBE_TIMEOUT: Duration = Duration::from_secs(10);

/// A server, for people.
#[derive(Debug, Clone, Serialize)]
pub struct ServerSummary {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: Backend,
    /// Its version when it was last looked at.
    pub version: String,
    /// Its URL without the password.
    pub url: String,
    /// How many connections one process opens to it.
    pub max_connections: u32,
    /// The collation that its databases are made with; none for the usual one.
    pub collation: Option<String>,
    /// How many tenants are on it.
    pub tenants: i64,
    /// When it was added.
    pub added_at: Timestamp,
}

/// What is said about a server when it is added; what is not said stays as it was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AskedOptions {
    /// How many connections one process opens to it.
    pub max_connections: Option<u32>,
    /// The collation that its databases are made with.
    pub collation: Option<DatabaseCollation>,
}

impl AskedOptions {
    fn or_of(self, known: Option<&RegisteredServer>) -> Result<ServerOptions> {
        let max_connections = self
            .max_connections
            .or(known.map(|known| known.max_connections));
        let stored = known.and_then(|known| known.collation.as_deref());
        Ok(ServerOptions {
            max_connections: max_connections.unwrap_or(CONNECTIONS_DEFAULT),
            collation: match self.collation {
                Some(asked) => Some(asked),
                None => stored.map(DatabaseCollation::new).transpose()?,
            },
        })
    }
}

/// How a server is reached, its password aside: another way to protect the connection is another way.
fn way_of(url: &ServerUrl) -> (String, Tls, Option<PathBuf>) {
    (url.to_string(), url.tls, url.authorities.clone())
}

/// The credentials of a new tenant, made and not yet stored.
pub(crate) struct NewCredentials {
    pub(crate) sealed: StoredCredentials,
    pub(crate) place: Place,
}

/// A tenant's login, shown once on request.
#[derive(Debug, Clone)]
pub struct ShownCredentials {
    /// The server.
    pub server: String,
    /// Its host.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The database.
    pub database: String,
    /// The application's role.
    pub role: String,
    /// Its password, where it is shown.
    pub password: Option<Secret>,
}

/// Adds a server after looking at it. One that is there and is reached alike is looked at again, and its
/// password noted, which may be another one now.
///
/// # Errors
/// `server.url_invalid`, `server.name_invalid`, `server.exists_differently`, `server.too_old`,
/// `server.privileges_missing` and those of connections.
pub async fn add(
    home: &mut Home,
    name: &str,
    url: &Secret,
    asked: AskedOptions,
) -> Result<ServerSummary> {
    let parsed = ServerUrl::parse(url.expose())?;
    let known = home.landlord.servers().await?;
    let options = asked.or_of(known.iter().find(|known| known.name == name))?;
    let (backend, version) = probe(name, &parsed, PROBE_TIMEOUT).await?;
    let reached = way_of(&parsed);
    let server = Server::new(name, backend, parsed, options.clone());
    examine(home, &server).await?;
    let new = NewServer {
        name: name.to_owned(),
        backend,
        version,
        url: home.vault.seal(&url_context(name), url)?,
        max_connections: options.max_connections,
        collation: options.collation.map(|one| one.name().to_string()),
    };
    let (now, by) = (home.clock.now(), home.options.executed_by.clone());
    let mut change = home.landlord.begin().await?;
    let is_same = |present: &RegisteredServer| {
        let opened = home.vault.open(&url_context(name), &present.url);
        let present = opened.and_then(|opened| ServerUrl::parse(opened.expose()));
        // The password may be another one: this is how Strata is told of it.
        present.is_ok_and(|present| way_of(&present) == reached)
    };
    change.add_server(&new, is_same, &by, now).await?;
    change.commit().await?;
    let registered = home.landlord.server(name).await?;
    summary(home, &registered)
}

/// All servers in order of their names.
///
/// # Errors
/// `secret.unreadable` and those of the landlord.
pub async fn list(home: &mut Home) -> Result<Vec<ServerSummary>> {
    let registered = home.landlord.servers().await?;
    registered
        .iter()
        .map(|server| summary(home, server))
        .collect()
}

/// Looks at a server: whether it answers, is new enough, and lets its administrator do what tenants need.
///
/// # Errors
/// `server.unknown`, `server.too_old`, `server.kind_differs`, `server.privileges_missing` and those of
/// connections.
pub async fn check(home: &mut Home, name: &str) -> Result<ServerSummary> {
    let registered = home.landlord.server(name).await?;
    let server = open(home, &registered)?;
    let version = server.look_again(PROBE_TIMEOUT).await?;
    examine(home, &server).await?;
    let mut change = home.landlord.begin().await?;
    change.note_server_version(name, &version).await?;
    change.commit().await?;
    let registered = home.landlord.server(name).await?;
    summary(home, &registered)
}

/// Forgets a server that no tenant is on.
///
/// # Errors
/// `server.unknown`, `server.has_tenants`.
pub async fn remove(home: &mut Home, name: &str) -> Result<()> {
    let mut change = home.landlord.begin().await?;
    change.remove_server(name).await?;
    change.commit().await
}

/// Gives both roles of a tenant new passwords and tells the application's, if it is to be shown now.
///
/// The new ones are stored before the server has them, beside nothing: a crash between leaves a server
/// that has the old ones, and the same command again makes it whole.
///
/// # Errors
/// `tenant.unknown`, `tenant.is_a_file`, `tenant.locked` and those of connections.
pub async fn rotate_credentials(
    home: &mut Home,
    slug: &Slug,
    shown: bool,
) -> Result<ShownCredentials> {
    let tenant = home.landlord.tenant(slug).await?;
    let Some(server) = tenant.server.clone() else {
        return Err(is_a_file(slug));
    };
    let right = crate::session::Right::take(home, &tenant).await?;
    let rotated = rotate(home, &tenant, &server).await;
    right.give_back(home).await?;
    rotated?;
    if shown {
        return show_credentials(home, slug).await;
    }
    login(home, &tenant).await
}

async fn rotate(home: &mut Home, tenant: &Tenant, server: &str) -> Result<()> {
    let new = home
        .new_credentials(server, tenant.id, &tenant.database_name)
        .await?;
    let now = home.clock.now();
    let mut change = home.landlord.begin().await?;
    change
        .store_credentials(tenant.id, &new.sealed, now)
        .await?;
    change.commit().await?;
    new.place.set_passwords().await
}

/// The login of a tenant's application with its password, which is shown once.
///
/// # Errors
/// `tenant.unknown`, `tenant.is_a_file`, `tenant.credentials_shown`, `secret.unreadable`.
pub async fn show_credentials(home: &mut Home, slug: &Slug) -> Result<ShownCredentials> {
    let tenant = home.landlord.tenant(slug).await?;
    let mut shown = login(home, &tenant).await?;
    if let Place::Server(place) = home.place(&tenant).await? {
        shown.password = Some(place.passwords.application.clone());
    }
    let now = home.clock.now();
    let mut change = home.landlord.begin().await?;
    let is_first = change.show_credentials(tenant.id, now).await?;
    change.commit().await?;
    if !is_first {
        return Err(Error::new(
            &CREDENTIALS_SHOWN,
            format!("the password of tenant `{slug}` was shown already"),
        )
        .hint(format!(
            "the role is `{}` in the database `{}`",
            shown.role, shown.database
        ))
        .hint(format!(
            "a new password, shown at once: strata tenant rotate-credentials {slug} --show"
        )));
    }
    Ok(shown)
}

/// The login of a tenant's application, without its password.
async fn login(home: &mut Home, tenant: &Tenant) -> Result<ShownCredentials> {
    match home.place(tenant).await? {
        Place::File(..) => Err(is_a_file(&tenant.slug)),
        Place::Server(place) => Ok(ShownCredentials {
            server: place.server.name().to_owned(),
            host: place.server.url().host.clone(),
            port: place.server.url().port,
            database: place.roles.database.to_string(),
            role: place.roles.application.to_string(),
            password: None,
        }),
    }
}

fn is_a_file(slug: &Slug) -> Error {
    Error::new(
        &TENANT_IS_A_FILE,
        format!("the database of tenant `{slug}` is a file and has no credentials"),
    )
    .hint("who may read the file is said by the file system")
}

/// Demands what tenants need of a server's administrator, and makes what all tenants share.
async fn examine(home: &Home, server: &Arc<Server>) -> Result<()> {
    let options = home.database_options();
    let mut administrator = Administrator::connect(server, None, &options).await?;
    administrator.demand_privileges().await?;
    if let Some(collation) = server.collation() {
        administrator.demand_collation(collation).await?;
    }
    administrator.set_up_server().await?;
    administrator.close().await
}

fn open(home: &Home, registered: &RegisteredServer) -> Result<Arc<Server>> {
    let context = url_context(&registered.name);
    let url = home.vault.open(&context, &registered.url)?;
    let url = ServerUrl::parse(url.expose())?;
    Ok(Server::new(
        &registered.name,
        registered.backend,
        url,
        ServerOptions {
            max_connections: registered.max_connections,
            collation: match &registered.collation {
                Some(name) => Some(DatabaseCollation::new(name)?),
                None => None,
            },
        },
    ))
}

fn summary(home: &Home, registered: &RegisteredServer) -> Result<ServerSummary> {
    let server = open(home, registered)?;
    Ok(ServerSummary {
        name: registered.name.clone(),
        kind: registered.backend,
        version: registered.version.clone(),
        url: server.url().to_string(),
        max_connections: registered.max_connections,
        collation: registered.collation.clone(),
        tenants: registered.tenants,
        added_at: registered.added_at,
    })
}

/// What binds a sealed URL to its server.
fn url_context(name: &str) -> String {
    format!("server/{name}/url")
}

/// What binds a sealed password to its tenant and role.
fn password_context(tenant: TenantId, role: &str) -> String {
    format!("tenant/{tenant}/{role}")
}

impl Home {
    /// The server that a new tenant goes to: the one that was asked for, else the one with the fewest
    /// tenants, then by name; none for a file of this home, when there is no server or a file was asked
    /// for.
    ///
    /// # Errors
    /// `server.unknown` and those of the landlord.
    pub(crate) async fn placement(&mut self, asked: Option<&str>) -> Result<Option<String>> {
        match asked {
            Some(FILE) => Ok(None),
            Some(name) => self
                .landlord
                .server(name)
                .await
                .map(|server| Some(server.name)),
            None => self.landlord.placement().await,
        }
    }

    /// What writes statements for tenants of a server, or for files.
    ///
    /// # Errors
    /// `server.unknown` and those of the landlord.
    pub(crate) async fn dialect_of(
        &mut self,
        server: Option<&str>,
    ) -> Result<&'static dyn Dialect> {
        match server {
            None => Ok(database::embedded_dialect()),
            Some(name) => {
                let registered = self.landlord.server(name).await?;
                Ok(dialect::for_backend(registered.backend))
            }
        }
    }

    /// The place of a database that is a file of this home.
    ///
    /// # Errors
    /// `database.name_invalid`.
    pub(crate) fn file_place(&self, database_name: &str) -> Result<Place> {
        let file = DatabaseFile::new(&self.tenants_folder(), database_name)?;
        Ok(Place::File(file, self.database_options()))
    }

    /// Where a tenant's database is.
    ///
    /// # Errors
    /// `server.unknown`, `secret.unreadable`, `tenant.credentials_missing` and those of the landlord.
    pub(crate) async fn place(&mut self, tenant: &Tenant) -> Result<Place> {
        let Some(name) = &tenant.server else {
            return self.file_place(&tenant.database_name);
        };
        let registered = self.landlord.server(name).await?;
        let server = open(self, &registered)?;
        let Some(stored) = self.landlord.credentials(tenant.id).await? else {
            return Err(Error::new(
                &CREDENTIALS_MISSING,
                format!("the credentials of tenant `{}` are not stored", tenant.slug),
            )
            .hint("restore the landlord from a backup"));
        };
        let opened =
            |role: &str, sealed: &str| self.vault.open(&password_context(tenant.id, role), sealed);
        Ok(Place::Server(Box::new(ServerPlace {
            server,
            roles: roles_of(tenant.id, &tenant.database_name)?,
            passwords: Passwords {
                application: opened("application", &stored.application_password)?,
                migration: opened("migration", &stored.migration_password)?,
            },
            options: self.database_options(),
        })))
    }

    /// New credentials for a tenant of a server, sealed to be stored, and the place that they open.
    ///
    /// # Errors
    /// `server.unknown`, `secret.unreadable` and those of the landlord.
    pub(crate) async fn new_credentials(
        &mut self,
        server: &str,
        tenant: TenantId,
        database_name: &str,
    ) -> Result<NewCredentials> {
        let registered = self.landlord.server(server).await?;
        let server = open(self, &registered)?;
        let roles = roles_of(tenant, database_name)?;
        let passwords = Passwords::random();
        let sealed = |role: &str, password: &Secret| {
            self.vault.seal(&password_context(tenant, role), password)
        };
        Ok(NewCredentials {
            sealed: StoredCredentials {
                application_role: roles.application.to_string(),
                migration_role: roles.migration.to_string(),
                application_password: sealed("application", &passwords.application)?,
                migration_password: sealed("migration", &passwords.migration)?,
            },
            place: Place::Server(Box::new(ServerPlace {
                server,
                roles,
                passwords,
                options: self.database_options(),
            })),
        })
    }
}
