//! [`TestServer`]: a database server that tests may use, and looks into it without Strata.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Row as _};

use crate::strata::{Strata, failure, outcome, with_json};

/// Which server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// PostgreSQL.
    Postgres,
    /// MySQL or MariaDB.
    Mysql,
}

/// A server that tests may use.
#[derive(Debug, Clone)]
pub struct TestServer {
    /// Which.
    pub kind: Kind,
    /// How it is reached, with the password.
    pub url: String,
}

static COUNTER: AtomicU32 = AtomicU32::new(0);

/// Databases on a server that go when this goes, with the roles of their tenants.
#[derive(Debug)]
pub struct Swept {
    server: TestServer,
    databases: Vec<String>,
}

impl TestServer {
    /// Every server that there is. One that is missing is told, and an error where CI runs.
    pub fn all() -> Vec<TestServer> {
        let servers = [Kind::Postgres, Kind::Mysql].map(TestServer::of);
        servers.into_iter().flatten().collect()
    }

    /// The server of a kind, if there is one.
    pub fn of(kind: Kind) -> Option<TestServer> {
        let variable = match kind {
            Kind::Postgres => "STRATA_TEST_POSTGRES_URL",
            Kind::Mysql => "STRATA_TEST_MYSQL_URL",
        };
        match std::env::var(variable) {
            Ok(url) => Some(TestServer { kind, url }),
            Err(_) if std::env::var("CI").is_ok_and(|ci| ci == "true") => {
                panic!("{variable} names no server, and CI must have one")
            }
            Err(_) => {
                eprintln!("skipped: no server ({variable})");
                None
            }
        }
    }

    /// A slug that no other test has.
    pub fn slug(&self, stem: &str) -> String {
        let n = COUNTER.fetch_add(1, Ordering::Relaxed);
        format!("{stem}-{}-{n}", std::process::id())
    }

    /// Adds the server to a home.
    pub fn add_to(&self, strata: &Strata, name: &str, max_connections: u32) {
        let added = self.try_add_to(strata, name, max_connections);
        assert_eq!(added.status, 0, "{}", added.stderr);
    }

    /// Adds the server to a home, which may be refused.
    pub fn try_add_to(
        &self,
        strata: &Strata,
        name: &str,
        max_connections: u32,
    ) -> crate::strata::Outcome {
        let cap = max_connections.to_string();
        self.add_with(strata, name, &["--max-connections", &cap])
    }

    /// Adds the server to a home with more arguments, which may be refused.
    pub fn add_with(&self, strata: &Strata, name: &str, more: &[&str]) -> crate::strata::Outcome {
        let (url, password) = self.parts();
        let mut arguments = vec!["server", "add", name, &url];
        arguments.extend(more);
        let mut command = strata.command(&with_json(&arguments));
        command.env("STRATA_SERVER_PASSWORD", password);
        outcome(&mut command)
    }

    /// Why the server cannot be added.
    pub fn refusal_to_add(&self, strata: &Strata, name: &str) -> crate::strata::Failure {
        failure(&self.try_add_to(strata, name, 5))
    }

    /// The URL without its password, and the password.
    pub fn parts(&self) -> (String, String) {
        let (scheme, rest) = self.url.split_once("://").unwrap();
        let (login, place) = rest.split_once('@').unwrap();
        let (user, password) = login.split_once(':').unwrap_or((login, ""));
        (format!("{scheme}://{user}@{place}"), password.to_owned())
    }

    /// The URL of another database, as another user.
    pub fn url_of(&self, database: &str, login: Option<(&str, &str)>) -> String {
        let (scheme, rest) = self.url.split_once("://").unwrap();
        let (own, place) = rest.split_once('@').unwrap();
        let host = place.split_once('/').map_or(place, |(host, _)| host);
        let login = login.map_or(own.to_owned(), |(user, password)| {
            format!("{user}:{password}")
        });
        format!("{scheme}://{login}@{host}/{database}")
    }

    /// Runs statements as the administrator, in a database.
    pub fn execute(&self, database: &str, sql: &str) -> Result<(), String> {
        on(&self.url_of(database, None), sql).map(|_| ())
    }

    /// The rows of a query as the administrator, each as the text of its first column.
    pub fn query(&self, database: &str, sql: &str) -> Vec<String> {
        on(&self.url_of(database, None), sql).unwrap()
    }

    /// The database in which an administrator asks about the server.
    pub fn home(&self) -> &'static str {
        match self.kind {
            Kind::Postgres => "postgres",
            Kind::Mysql => "mysql",
        }
    }

    /// Whether a database is there.
    pub fn has_database(&self, database: &str) -> bool {
        let sql = match self.kind {
            Kind::Postgres => {
                format!("SELECT datname::text FROM pg_database WHERE datname = '{database}'")
            }
            Kind::Mysql => format!(
                "SELECT CAST(schema_name AS CHAR) FROM information_schema.schemata WHERE schema_name = '{database}'"
            ),
        };
        !self.query(self.home(), &sql).is_empty()
    }

    /// Which of these roles are there.
    pub fn roles(&self, roles: &[String]) -> Vec<String> {
        let list: Vec<String> = roles.iter().map(|role| format!("'{role}'")).collect();
        let list = list.join(", ");
        let sql = match self.kind {
            Kind::Postgres => {
                format!("SELECT rolname::text FROM pg_roles WHERE rolname IN ({list})")
            }
            Kind::Mysql => {
                format!("SELECT CAST(User AS CHAR) FROM mysql.user WHERE User IN ({list})")
            }
        };
        self.query(self.home(), &sql)
    }

    /// How many sessions are in databases of tenants whose slugs begin like this. One that its client has
    /// ended is there a little longer, so only those count that are there twice.
    pub fn sessions_of_tenants(&self, stem: &str) -> usize {
        let stem = stem.replace('-', "\\_");
        let sql = match self.kind {
            Kind::Postgres => {
                format!(
                    "SELECT pid::text FROM pg_stat_activity WHERE datname LIKE 'tenant\\_{stem}%'"
                )
            }
            Kind::Mysql => {
                format!(
                    "SELECT CAST(id AS CHAR) FROM information_schema.processlist WHERE db LIKE 'tenant\\_{stem}%'"
                )
            }
        };
        let before = self.query(self.home(), &sql);
        std::thread::sleep(std::time::Duration::from_millis(20));
        let after = self.query(self.home(), &sql);
        after.iter().filter(|id| before.contains(id)).count()
    }

    /// Removes these tenants' databases and roles when the value goes.
    pub fn sweeping(&self, slugs: &[&str]) -> Swept {
        let database = |slug: &&str| format!("tenant_{}", slug.replace('-', "_"));
        Swept {
            server: self.clone(),
            databases: slugs.iter().map(database).collect(),
        }
    }
}

/// Runs a text on a connection of its own; the first columns of what it returns.
pub fn on(url: &str, sql: &str) -> Result<Vec<String>, String> {
    sqlx::any::install_default_drivers();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let work = async {
        let mut connection = AnyConnection::connect(url).await?;
        let rows = sqlx::raw_sql(AssertSqlSafe(sql))
            .fetch_all(&mut connection)
            .await?;
        let texts = rows
            .iter()
            .map(|row| row.try_get::<String, _>(0).unwrap_or_default());
        let texts: Vec<String> = texts.collect();
        connection.close().await?;
        Ok(texts)
    };
    runtime
        .block_on(work)
        .map_err(|error: sqlx::Error| error.to_string())
}

impl Drop for Swept {
    fn drop(&mut self) {
        let (server, home) = (&self.server, self.server.home());
        for database in &self.databases {
            let swept = match server.kind {
                Kind::Postgres => {
                    let grantees = format!(
                        "SELECT r.rolname::text FROM pg_database d, aclexplode(d.datacl) a, pg_roles r \
                         WHERE d.datname = '{database}' AND r.oid = a.grantee AND r.rolname LIKE 't\\_%'"
                    );
                    let roles = server.query(home, &grantees);
                    let dropped = server.execute(
                        home,
                        &format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)"),
                    );
                    roles.iter().fold(dropped, |done, role| {
                        done.and(server.execute(home, &format!("DROP ROLE IF EXISTS {role}")))
                    })
                }
                Kind::Mysql => {
                    let pattern = database.replace('_', "\\\\_");
                    let users = format!(
                        "SELECT DISTINCT CAST(User AS CHAR) FROM mysql.db WHERE Db = '{pattern}'"
                    );
                    let users = server.query(home, &users);
                    let dropped =
                        server.execute(home, &format!("DROP DATABASE IF EXISTS {database}"));
                    users.iter().fold(dropped, |done, user| {
                        let application = user.replace("_mig", "_app");
                        let drop = format!("DROP USER IF EXISTS '{user}'@'%', '{application}'@'%'");
                        done.and(server.execute(home, &drop))
                    })
                }
            };
            if let Err(error) = swept {
                eprintln!("{database}: {error}");
            }
        }
    }
}
