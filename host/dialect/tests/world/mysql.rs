//! A database of its own on the MariaDB or MySQL server that `STRATA_TEST_MYSQL_URL` names.

use dialect::CatalogueRow;
use model::Operation;
use sqlx::mysql::{MySqlConnectOptions, MySqlRow};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, MySqlConnection, Row as _};

pub(crate) struct Database {
    name: String,
    connection: Option<MySqlConnection>,
}

/// The server of the tests.
pub(crate) fn url() -> Option<MySqlConnectOptions> {
    let url = super::server_url("STRATA_TEST_MYSQL_URL", "MariaDB or MySQL")?;
    Some(url.parse().unwrap())
}

pub(crate) async fn execute_on(connection: &mut MySqlConnection, sql: &str) -> Result<u64, String> {
    let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await;
    done.map(|done| done.rows_affected())
        .map_err(|error| error.to_string())
}

fn create(name: &str) -> String {
    format!("CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
}

impl Database {
    pub(super) async fn new() -> Database {
        let options = url().unwrap();
        let name = super::fresh_name();
        let mut server = options.connect().await.unwrap();
        execute_on(&mut server, &create(&name)).await.unwrap();
        server.close().await.unwrap();
        let connection = options.database(&name).connect().await.unwrap();
        Database {
            name,
            connection: Some(connection),
        }
    }

    /// What makes the database as empty as a new one.
    pub(super) fn emptied(&self) -> Vec<String> {
        let (drop, enter) = (
            format!("DROP DATABASE {}", self.name),
            format!("USE {}", self.name),
        );
        vec![drop, create(&self.name), enter]
    }

    fn connection(&mut self) -> &mut MySqlConnection {
        self.connection.as_mut().unwrap()
    }

    pub(super) async fn execute(&mut self, sql: &str) -> Result<u64, String> {
        execute_on(self.connection(), sql).await
    }

    pub(super) async fn cells(&mut self, sql: &str) -> Result<Vec<CatalogueRow>, String> {
        let rows = sqlx::raw_sql(AssertSqlSafe(sql));
        let rows = rows.fetch_all(self.connection()).await;
        let rows = rows.map_err(|error| error.to_string())?;
        let row = |row: &MySqlRow| (0..row.len()).map(|n| row.get_unchecked(n)).collect();
        Ok(rows.iter().map(row).collect())
    }
}

/// A statement that the server refuses for another reason than the rows is a mistake of the dialect.
pub(super) fn is_for_the_rows(error: &str, operation: &Operation) {
    let reasons = [
        "Data truncated",
        "Data too long",
        "Out of range",
        "out of range",
        "Duplicate entry",
        "CONSTRAINT",
        "foreign key constraint fails",
        "Incorrect",
        "cannot be null",
        "append-only",
        "Invalid JSON",
        // What the server says about equal rows while it copies a table that others point at.
        "Cannot delete rows from table which is parent",
    ];
    assert!(
        reasons.iter().any(|reason| error.contains(reason)),
        "{operation}: {error}"
    );
}

impl Drop for Database {
    /// Drops the database, from a thread of its own because nothing can be waited for here.
    fn drop(&mut self) {
        let (connection, name) = (self.connection.take(), self.name.clone());
        super::wait_for(&self.name, async move || {
            drop(connection);
            let mut server = url().unwrap().connect().await.unwrap();
            let sql = format!("DROP DATABASE IF EXISTS {name}");
            execute_on(&mut server, &sql).await
        });
    }
}
