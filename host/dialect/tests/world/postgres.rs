//! A database of its own on the PostgreSQL server that `STRATA_TEST_POSTGRES_URL` names.

use dialect::CatalogueRow;
use sqlx::postgres::{PgConnectOptions, PgRow};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, Row as _};

pub(crate) struct Database {
    name: String,
    connection: Option<PgConnection>,
}

/// What makes a database as empty as a new one.
pub(super) const EMPTIED: [&str; 2] = ["DROP SCHEMA public CASCADE", "CREATE SCHEMA public"];

/// The server of the tests.
pub(crate) fn url() -> Option<PgConnectOptions> {
    let url = super::server_url("STRATA_TEST_POSTGRES_URL", "PostgreSQL")?;
    Some(url.parse().unwrap())
}

pub(crate) async fn execute_on(connection: &mut PgConnection, sql: &str) -> Result<u64, String> {
    let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await;
    done.map(|done| done.rows_affected())
        .map_err(|error| error.to_string())
}

impl Database {
    pub(super) async fn new() -> Database {
        let options = url().unwrap();
        let name = super::fresh_name();
        let mut server = options.connect().await.unwrap();
        let create =
            format!("CREATE DATABASE {name} TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");
        execute_on(&mut server, &create).await.unwrap();
        server.close().await.unwrap();
        let connection = options.database(&name).connect().await.unwrap();
        Database {
            name,
            connection: Some(connection),
        }
    }

    fn connection(&mut self) -> &mut PgConnection {
        self.connection.as_mut().unwrap()
    }

    pub(super) async fn execute(&mut self, sql: &str) -> Result<u64, String> {
        execute_on(self.connection(), sql).await
    }

    pub(super) async fn cells(&mut self, sql: &str) -> Result<Vec<CatalogueRow>, String> {
        let rows = sqlx::raw_sql(AssertSqlSafe(sql));
        let rows = rows.fetch_all(self.connection()).await;
        let rows = rows.map_err(|error| error.to_string())?;
        let row = |row: &PgRow| (0..row.len()).map(|n| row.get_unchecked(n)).collect();
        Ok(rows.iter().map(row).collect())
    }
}

impl Drop for Database {
    /// Drops the database, from a thread of its own because nothing can be waited for here.
    fn drop(&mut self) {
        let (connection, name) = (self.connection.take(), self.name.clone());
        super::wait_for(&self.name, async move || {
            drop(connection);
            let mut server = url().unwrap().connect().await.unwrap();
            let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            execute_on(&mut server, &sql).await
        });
    }
}
