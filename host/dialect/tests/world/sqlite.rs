//! A SQLite database in memory.

use dialect::CatalogueRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Connection as _, Row as _, SqliteConnection};

pub(crate) struct Database(SqliteConnection);

impl Database {
    pub(super) async fn new() -> Database {
        Database(SqliteConnection::connect("sqlite::memory:").await.unwrap())
    }

    pub(super) async fn execute(&mut self, sql: &str) -> Result<u64, String> {
        let query = sqlx::query(AssertSqlSafe(sql.to_owned()));
        let done = query.execute(&mut self.0).await;
        done.map(|done| done.rows_affected())
            .map_err(|error| error.to_string())
    }

    pub(super) async fn cells(&mut self, sql: &str) -> Result<Vec<CatalogueRow>, String> {
        let rows = sqlx::query(AssertSqlSafe(sql.to_owned()));
        let rows = rows.fetch_all(&mut self.0).await;
        let rows = rows.map_err(|error| error.to_string())?;
        let row = |row: &SqliteRow| (0..row.len()).map(|n| row.get_unchecked(n)).collect();
        Ok(rows.iter().map(row).collect())
    }
}
