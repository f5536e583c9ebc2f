//! [`Home`]: where the landlord of a test is, a file or a database on a real server, which go with it.
//!
//! `everywhere!` runs tests against both. The server is the one that `STRATA_TEST_POSTGRES_URL` names.

use std::sync::atomic::{AtomicU32, Ordering};

use database::{Connection, Location, Options, Server, ServerOptions, ServerUrl};
use model::Backend;
use tempfile::TempDir;

use crate::landlord::LANDLORD_DATABASE;

/// Makes of functions of a [`Home`] tests of a landlord in a file and of one on PostgreSQL.
macro_rules! everywhere {
    ($($test:ident),* $(,)?) => {
        mod in_a_file {
            $(
                #[tokio::test]
                async fn $test() {
                    super::$test(&crate::tests::home::Home::in_a_file()).await;
                }
            )*
        }

        mod on_postgresql {
            $(
                #[tokio::test]
                async fn $test() {
                    if let Some(home) = crate::tests::home::Home::on_postgresql().await {
                        super::$test(&home).await;
                    }
                }
            )*
        }
    };
}
pub(crate) use everywhere;

/// More than all tests need at once, so that none waits for another's.
const CONNECTIONS: u32 = 1_000;

static COUNTER: AtomicU32 = AtomicU32::new(0);

/// Where the landlord of a test is.
pub(crate) struct Home {
    location: Location,
    folder: Option<TempDir>,
    _database: Option<TestDatabase>,
}

impl Home {
    pub(crate) fn in_a_file() -> Home {
        let folder = tempfile::tempdir().unwrap();
        Home {
            location: Location::file(folder.path(), LANDLORD_DATABASE).unwrap(),
            folder: Some(folder),
            _database: None,
        }
    }

    /// An empty database of its own; none without a server.
    pub(crate) async fn on_postgresql() -> Option<Home> {
        let mut url = server_url()?;
        let n = COUNTER.fetch_add(1, Ordering::Relaxed);
        let name = format!("strata_landlord_{}_{n}", std::process::id());
        let database = TestDatabase {
            url: url.clone(),
            name: name.clone(),
        };
        execute(&url, format!("CREATE DATABASE {name} TEMPLATE template0")).await;
        url.database = Some(name);
        let server = Server::new("landlord", Backend::Postgresql, url, options());
        Some(Home {
            location: Location::administration(&server, None).unwrap(),
            folder: None,
            _database: Some(database),
        })
    }

    pub(crate) fn location(&self) -> &Location {
        &self.location
    }

    /// The folder of a landlord in a file.
    pub(crate) fn folder(&self) -> Option<&std::path::Path> {
        self.folder.as_ref().map(TempDir::path)
    }

    /// An empty database where the landlord is going to be.
    pub(crate) async fn empty_database(&self) -> Connection {
        let options = Options::default();
        match self.location.as_file() {
            Some(file) => Connection::create(file, &options).await.unwrap(),
            None => self.database().await,
        }
    }

    /// The landlord's database.
    pub(crate) async fn database(&self) -> Connection {
        let options = Options::default();
        Connection::open(&self.location, &options).await.unwrap()
    }
}

/// A database on the server that goes when this goes.
struct TestDatabase {
    url: ServerUrl,
    name: String,
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let (url, sql) = (
            self.url.clone(),
            format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name),
        );
        // A runtime of its own, for the test's cannot be waited for from here.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(execute(&url, sql));
        });
        // Its panic is printed; the database stays behind then.
        let _ = dropping.join();
    }
}

/// The server of the tests, if there is one.
#[expect(
    clippy::print_stderr,
    reason = "whoever runs the tests sees what was skipped"
)]
fn server_url() -> Option<ServerUrl> {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test is told where the server is"
    )]
    let (url, ci) = (
        std::env::var("STRATA_TEST_POSTGRES_URL"),
        std::env::var("CI"),
    );
    match url {
        Ok(url) => Some(ServerUrl::parse(&url).unwrap()),
        Err(_) if ci.is_ok_and(|ci| ci == "true") => {
            panic!("STRATA_TEST_POSTGRES_URL names no PostgreSQL, and CI must have one")
        }
        Err(_) => {
            eprintln!("skipped: no PostgreSQL (STRATA_TEST_POSTGRES_URL)");
            None
        }
    }
}

/// Runs a statement as the server's administrator.
async fn execute(url: &ServerUrl, sql: String) {
    let server = Server::new("tests", Backend::Postgresql, url.clone(), options());
    let location = Location::administration(&server, None).unwrap();
    let options = Options::default();
    let mut connection = Connection::open(&location, &options).await.unwrap();
    // A session takes constant texts alone; a test may keep one for good.
    let sql: &'static str = Box::leak(sql.into_boxed_str());
    let session = connection.session().await.unwrap();
    session.run(sql, &[]).await.unwrap();
    connection.close().await.unwrap();
}

/// How the tests use a server.
fn options() -> ServerOptions {
    ServerOptions {
        max_connections: CONNECTIONS,
        collation: None,
    }
}
