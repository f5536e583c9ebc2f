//! [`Server`]: a server of databases, and how many connections one process has to it.
//!
//! Which servers there are is the business of `landlord`; what is done there to databases and roles,
//! of [`crate::administrator`].
//!
//! Invariants: the connections of a process to one server never exceed its cap. Some of them are kept for
//! administrators: whoever is in a tenant's database may wait for one of these, and whoever has one of
//! these waits for nothing, so nobody waits in a circle.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use dialect::DatabaseCollation;
use model::{Backend, Error, Result};
use sqlx::ConnectOptions as _;
use sqlx::mysql::{MySqlConnectOptions, MySqlSslMode};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::driver::{Driver, Mysql, Postgres};
use crate::failure::{self, DATABASE_UNREACHABLE, SERVER_TOO_MANY_CONNECTIONS};
use crate::location::ServerDatabase;
use crate::secret::Secret;
use crate::server_url::{Protocol, ServerUrl, Tls};

mod codes {
    model::codes! {
        SERVER_TOO_OLD = "server.too_old", Input, "A server is older than the oldest version that Strata writes statements for.";
        SERVER_KIND_DIFFERS = "server.kind_differs", Conflict, "A server is of another kind than the one that was added under its name.";
    }
}
pub use codes::*;

/// How many connections a process has to a server when nothing else is said.
pub const CONNECTIONS_DEFAULT: u32 = 20;

/// One in so many connections is kept for administrators.
const ADMINISTRATORS_SHARE: u32 = 5;

/// How long a server's refusal of one more connection is waited out.
const REFUSAL_WAIT: Duration = Duration::from_secs(60);

/// The longest pause between two tries.
const PAUSE_MAX: Duration = Duration::from_secs(1);

/// Who goes to a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The role.
    pub role: String,
    /// Its password.
    pub password: Secret,
}

/// A server of databases.
#[derive(Debug)]
pub struct Server {
    name: String,
    backend: Backend,
    url: ServerUrl,
    collation: Option<DatabaseCollation>,
    cap: Cap,
}

/// What was said about a server when it was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerOptions {
    /// How many connections one process opens to it.
    pub max_connections: u32,
    /// The collation that its databases are made with; none for the usual one.
    pub collation: Option<DatabaseCollation>,
}

/// The connections that this process may have to a server.
#[derive(Debug, Clone)]
struct Cap {
    max_connections: u32,
    tenants: Arc<Semaphore>,
    administrators: Arc<Semaphore>,
}

/// The caps of this process by host and port: whoever opens a server in this process counts against the
/// same one.
static CAPS: Mutex<BTreeMap<(String, u16), Cap>> = Mutex::new(BTreeMap::new());

impl Cap {
    /// The cap of a server. A larger number than before makes a new one; what is open stays open. Two names
    /// for one server have the larger of their numbers together.
    fn of(url: &ServerUrl, max_connections: u32) -> Cap {
        let mut caps = CAPS.lock().unwrap_or_else(PoisonError::into_inner);
        let cap = caps
            .entry((url.host.clone(), url.port))
            .or_insert_with(|| Cap::new(max_connections));
        if cap.max_connections < max_connections {
            *cap = Cap::new(max_connections);
        }
        cap.clone()
    }

    fn new(max_connections: u32) -> Cap {
        let administrators = (max_connections / ADMINISTRATORS_SHARE).max(1);
        let tenants = max_connections.saturating_sub(administrators).max(1);
        let permits = |n: u32| Arc::new(Semaphore::new(usize::try_from(n).unwrap_or(1)));
        Cap {
            max_connections,
            tenants: permits(tenants),
            administrators: permits(administrators),
        }
    }
}

impl Server {
    /// A server that was added before: its kind is known.
    pub fn new(
        name: &str,
        backend: Backend,
        url: ServerUrl,
        options: ServerOptions,
    ) -> Arc<Server> {
        let cap = Cap::of(&url, options.max_connections);
        Arc::new(Server {
            name: name.to_owned(),
            backend,
            url,
            collation: options.collation,
            cap,
        })
    }

    /// The server of a registry, which is a PostgreSQL. Each user of a registry has one connection for as
    /// long as it works, so these do not count against the cap of the server's tenants.
    pub fn of_registry(url: ServerUrl) -> Arc<Server> {
        Arc::new(Server {
            name: "landlord".to_owned(),
            backend: Backend::Postgresql,
            url,
            collation: None,
            cap: Cap::new(ADMINISTRATORS_SHARE),
        })
    }

    /// The collation that its databases are made with; none for the usual one.
    pub fn collation(&self) -> Option<&DatabaseCollation> {
        self.collation.as_ref()
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Which kind it is.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// How it is reached.
    pub fn url(&self) -> &ServerUrl {
        &self.url
    }

    /// Looks at the server again: its version, which must still be that of the same kind.
    ///
    /// # Errors
    /// `server.kind_differs`, `server.too_old` and those of [`crate::failure`].
    pub async fn look_again(&self, timeout: Duration) -> Result<String> {
        let (backend, version) = probe(&self.name, &self.url, timeout).await?;
        if backend == self.backend {
            return Ok(version);
        }
        let what = format!(
            "server `{}` is {} now and was {} when it was added",
            self.name,
            backend.title(),
            self.backend.title()
        );
        Err(Error::new(&SERVER_KIND_DIFFERS, what)
            .hint("correct the URL: remove the server and add it again"))
    }

    /// How many more connections to tenants' databases this process may open now.
    pub fn connections_left(&self) -> usize {
        self.cap.tenants.available_permits()
    }

    /// Opens a connection; it counts until the permit is dropped.
    pub(crate) async fn connect(
        &self,
        place: &ServerDatabase,
        timeout: Duration,
    ) -> Result<(Driver, OwnedSemaphorePermit)> {
        let semaphore = match place.login {
            Some(_) => &self.cap.tenants,
            None => &self.cap.administrators,
        };
        let permit = Arc::clone(semaphore).acquire_owned().await;
        let permit = permit.map_err(|cause| {
            let what = format!("connections to server `{}` are closed", self.name);
            Error::new(&DATABASE_UNREACHABLE, what).because(cause)
        })?;
        let driver = self.connect_patiently(place, timeout).await?;
        Ok((driver, permit))
    }

    /// Tries again while the server says that it has too many connections.
    async fn connect_patiently(&self, place: &ServerDatabase, timeout: Duration) -> Result<Driver> {
        let begun = Instant::now();
        let mut pause = Duration::from_millis(50);
        loop {
            let opening = dial(&self.url, place, timeout).await;
            match opening.map_err(|cause| failure::of(&self.doing(place), cause)) {
                Err(error)
                    if error.is(&SERVER_TOO_MANY_CONNECTIONS) && begun.elapsed() < REFUSAL_WAIT =>
                {
                    tokio::time::sleep(pause.mul_f64(jitter())).await;
                    pause = (pause * 2).min(PAUSE_MAX);
                }
                opened => return opened,
            }
        }
    }

    fn doing(&self, place: &ServerDatabase) -> String {
        let user = place
            .login
            .as_ref()
            .map_or(&self.url.user, |login| &login.role);
        match &place.name {
            Some(name) => format!(
                "connect to database `{name}` on server `{}` as `{user}`",
                self.name
            ),
            None => format!("connect to server `{}` as `{user}`", self.name),
        }
    }
}

/// Which kind of server answers at a URL, and its version: `15.18`.
///
/// # Errors
/// Those of [`crate::failure`], `server.too_old`.
pub async fn probe(name: &str, url: &ServerUrl, timeout: Duration) -> Result<(Backend, String)> {
    let assumed = match url.protocol {
        Protocol::Postgres => Backend::Postgresql,
        Protocol::Mysql => Backend::Mysql,
    };
    let server = Arc::new(Server {
        name: name.to_owned(),
        backend: assumed,
        url: url.clone(),
        collation: None,
        // One connection, and nobody else's count.
        cap: Cap::new(1),
    });
    let place = ServerDatabase {
        server: Arc::clone(&server),
        name: None,
        login: None,
    };
    let (mut driver, _permit) = server.connect(&place, timeout).await?;
    let sql = match url.protocol {
        Protocol::Postgres => "SELECT current_setting('server_version') AS version",
        Protocol::Mysql => "SELECT version() AS version",
    };
    let rows = driver.fetch(sql, &[]).await;
    let rows =
        rows.map_err(|cause| failure::of(&format!("ask server `{name}` for its version"), cause))?;
    let answer = rows.first().and_then(|row| row.get("version"));
    let text = match answer {
        Some(crate::row::Cell::Text(text)) => text.clone(),
        _ => String::new(),
    };
    // Nothing is lost when the goodbye fails.
    let _ = driver.close().await;
    let backend = match assumed {
        Backend::Mysql if text.to_ascii_lowercase().contains("mariadb") => Backend::Mariadb,
        other => other,
    };
    let version = leading_version(&text);
    demand_new_enough(name, backend, &version)?;
    Ok((backend, version))
}

/// The numbers at the beginning of what a server says about its version.
fn leading_version(text: &str) -> String {
    // MariaDB puts `5.5.5-` before its version for the sake of old clients.
    let text = text.strip_prefix("5.5.5-").unwrap_or(text);
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.');
    text[..end.unwrap_or(text.len())].to_owned()
}

fn demand_new_enough(name: &str, backend: Backend, version: &str) -> Result<()> {
    let oldest = dialect::for_backend(backend).capabilities().version;
    let numbers = |text: &str| -> Vec<u32> {
        text.split('.')
            .map(|part| part.parse().unwrap_or(0))
            .collect()
    };
    if numbers(version) >= numbers(&oldest) {
        return Ok(());
    }
    let title = backend.title();
    Err(Error::new(
        &SERVER_TOO_OLD,
        format!("server `{name}` is {title} {version}, and the oldest that works is {oldest}"),
    )
    .hint(format!("upgrade the server to {title} {oldest} or later")))
}

async fn dial(
    url: &ServerUrl,
    place: &ServerDatabase,
    timeout: Duration,
) -> Result<Driver, sqlx::Error> {
    if let Some(file) = &url.authorities {
        // The driver says of a file that is not there only that there is none.
        std::fs::File::open(file).map_err(|cause| {
            let what = format!(
                "the authorities' file `{}` cannot be read: {cause}",
                file.display()
            );
            sqlx::Error::Tls(what.into())
        })?;
    }
    let opening = async {
        match url.protocol {
            Protocol::Postgres => {
                let options = postgres_options(url, place);
                options
                    .connect()
                    .await
                    .map(|connection| Driver::Postgres(Postgres::new(connection)))
            }
            Protocol::Mysql => {
                let options = mysql_options(url, place);
                options
                    .connect()
                    .await
                    .map(|connection| Driver::Mysql(Mysql::new(connection)))
            }
        }
    };
    let opened = tokio::time::timeout(timeout, opening).await;
    opened.unwrap_or_else(|_elapsed| {
        let silent =
            std::io::Error::new(std::io::ErrorKind::TimedOut, "the server does not answer");
        Err(sqlx::Error::Io(silent))
    })
}

fn postgres_options(url: &ServerUrl, place: &ServerDatabase) -> PgConnectOptions {
    let (user, password) = who(url, place);
    let mut options = PgConnectOptions::new_without_pgpass()
        .host(&url.host)
        .port(url.port)
        .username(user)
        .password(password)
        .application_name("strata")
        .ssl_mode(match url.tls {
            Tls::Off => PgSslMode::Disable,
            Tls::Prefer => PgSslMode::Prefer,
            Tls::Unverified => PgSslMode::Require,
            Tls::VerifyAuthority => PgSslMode::VerifyCa,
            Tls::Verify => PgSslMode::VerifyFull,
        })
        // Texts of statements hold values; what may be logged is logged in `session`.
        .disable_statement_logging();
    let database = place.name.as_ref().or(url.database.as_ref());
    options = options.database(database.map_or("postgres", String::as_str));
    match &url.authorities {
        Some(file) => options.ssl_root_cert(file),
        None => options,
    }
}

fn mysql_options(url: &ServerUrl, place: &ServerDatabase) -> MySqlConnectOptions {
    let (user, password) = who(url, place);
    let mut options = MySqlConnectOptions::new()
        .host(&url.host)
        .port(url.port)
        .username(user)
        .password(password)
        .ssl_mode(match url.tls {
            Tls::Off => MySqlSslMode::Disabled,
            Tls::Prefer => MySqlSslMode::Preferred,
            Tls::Unverified => MySqlSslMode::Required,
            Tls::VerifyAuthority => MySqlSslMode::VerifyCa,
            Tls::Verify => MySqlSslMode::VerifyIdentity,
        })
        // `dialect` says how a session is set up.
        .pipes_as_concat(false)
        .no_engine_substitution(false)
        .timezone(None::<String>)
        .disable_statement_logging();
    if let Some(database) = place.name.as_ref().or(url.database.as_ref()) {
        options = options.database(database);
    }
    match &url.authorities {
        Some(file) => options.ssl_ca(file),
        None => options,
    }
}

fn who<'a>(url: &'a ServerUrl, place: &'a ServerDatabase) -> (&'a str, &'a str) {
    match &place.login {
        Some(login) => (&login.role, login.password.expose()),
        None => (
            &url.user,
            url.password
                .as_ref()
                .map_or("", |password| password.expose()),
        ),
    }
}

/// A number between a half and one and a half, so that those who wait do not come back together.
pub fn jitter() -> f64 {
    let random = uuid::Uuid::new_v4().as_u128() % 1_000;
    0.5 + f64::from(u16::try_from(random).unwrap_or(0)) / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_what_stands_before_the_words() {
        for (text, version) in [
            ("15.18 (Debian 15.18-0+deb12u1)", "15.18"),
            ("10.11.19-MariaDB-0+deb12u1", "10.11.19"),
            ("5.5.5-10.6.1-MariaDB", "10.6.1"),
            ("8.0.31", "8.0.31"),
            ("17beta1", "17"),
            ("", ""),
        ] {
            assert_eq!(leading_version(text), version);
        }
    }

    #[test]
    fn a_server_that_is_too_old_is_refused_by_name() {
        let error = demand_new_enough("east", Backend::Sqlite, "3.8.1").unwrap_err();
        assert!(error.is(&SERVER_TOO_OLD));
        assert!(error.message().contains("`east`"), "{error}");
    }

    #[test]
    fn the_cap_is_shared_between_tenants_and_administrators() {
        let url = ServerUrl::parse("postgres://a:b@cap.example").unwrap();
        let options = ServerOptions {
            max_connections: 20,
            collation: None,
        };
        let server = Server::new("east", Backend::Postgresql, url, options);
        assert_eq!(server.cap.tenants.available_permits(), 16);
        assert_eq!(server.cap.administrators.available_permits(), 4);
    }
}
