//! [`World`]: a real database beside the schema that it should have.
//!
//! Invariants: after each operation, done or failed, what is observed is what was lowered; an operation
//! that is not about rows leaves every table with as many as it had.

use std::collections::BTreeMap;

use dialect::{CatalogueRow, Dialect, for_backend};
use model::column_type::ColumnType;
use model::id::{MigrationId, PluginId};
use model::name::Name;
use model::operation::CreateTable;
use model::schema::{Origin, ReferentialAction, Schema, Table};
use model::{Backend, Compiled, ForeignKeys, Observed, Operation, Reverse};
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Connection, Row, SqliteConnection};

use super::words::{foreign_key, nullable, table};

pub(crate) struct World {
    pub(crate) schema: Schema,
    connection: SqliteConnection,
}

pub(crate) fn sqlite() -> &'static dyn Dialect {
    for_backend(Backend::Sqlite)
}

/// The dialect that is tried.
pub(crate) fn dialect() -> &'static dyn Dialect {
    sqlite()
}

/// Whether the database is there: this one always is.
pub(crate) fn is_there() -> bool {
    true
}

pub(crate) fn origin() -> Origin {
    Origin {
        plugin: "tests".parse::<PluginId>().unwrap(),
        version: semver::Version::new(1, 0, 0),
        migration: "0001_tests".parse::<MigrationId>().unwrap(),
        run: None,
    }
}

impl World {
    pub(crate) async fn new() -> World {
        let connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        let mut world = World {
            schema: Schema::empty(),
            connection,
        };
        for pragma in sqlite().server().connection_set_up {
            world.execute(pragma).await.unwrap();
        }
        world
    }

    /// A database with parents (`t0`) and children (`t1`) that would go with them.
    pub(crate) async fn with_family() -> World {
        let mut world = World::new().await;
        let parent = || vec![nullable("parent", ColumnType::Bigint)];
        let cascade = ReferentialAction::Cascade;
        let key = foreign_key("f0", "parent", ("t0", "id"), cascade);
        let children = Table {
            foreign_keys: vec![key],
            ..table("t1", parent())
        };
        world
            .apply(CreateTable {
                table: table("t0", parent()),
            })
            .await;
        world.apply(CreateTable { table: children }).await;
        world
            .execute("INSERT INTO t0 (id) VALUES (0), (1), (2)")
            .await
            .unwrap();
        world
            .execute("INSERT INTO t1 (parent) VALUES (0), (1), (1), (NULL)")
            .await
            .unwrap();
        world
    }

    pub(crate) async fn execute(&mut self, sql: &str) -> Result<u64, String> {
        let query = sqlx::query(AssertSqlSafe(sql.to_owned()));
        let done = query.execute(&mut self.connection).await;
        done.map(|done| done.rows_affected())
            .map_err(|error| error.to_string())
    }

    /// The rows of a query, each as one text: what SQLite's `quote` makes of its only column.
    pub(crate) async fn query(&mut self, sql: &str) -> Vec<String> {
        let rows = sqlx::query(AssertSqlSafe(sql.to_owned()));
        let rows = rows.fetch_all(&mut self.connection).await.unwrap();
        rows.iter().map(|row| row.get::<String, _>(0)).collect()
    }

    /// Runs an operation that must work.
    pub(crate) async fn apply(&mut self, operation: impl Into<Operation>) {
        let operation = operation.into();
        if let Err(error) = self.try_apply(&operation).await {
            panic!("{operation}: {error}");
        }
    }

    /// Runs an operation that the model allows; the database may refuse it for the sake of its rows.
    pub(crate) async fn try_apply(&mut self, operation: &Operation) -> Result<(), String> {
        let mut after = self.schema.clone();
        operation
            .apply(&mut after, &origin())
            .unwrap_or_else(|e| panic!("{operation}: {e:?}"));
        let compiled = sqlite()
            .compile(operation, &self.schema)
            .map_err(|e| format!("{e:?}"))?;
        let counts = self.row_counts().await;
        let ran = self.run(&compiled).await;
        if ran.is_ok() {
            self.schema = after;
        }
        if !operation.is_about_rows() {
            for (table, count) in self.row_counts().await {
                let before = counts.get(&table).unwrap_or(&count);
                assert_eq!(*before, count, "rows of `{table}` after {operation}");
            }
        }
        let lowered = sqlite().lower(&self.schema).unwrap();
        let observed = self.observe().await;
        assert_eq!(lowered.differences(&observed), [], "after {operation}");
        assert_eq!(lowered, observed, "after {operation}");
        ran
    }

    /// How many rows each table has.
    async fn row_counts(&mut self) -> BTreeMap<Name, Vec<String>> {
        let tables: Vec<Name> = self
            .schema
            .tables()
            .map(|table| table.name.clone())
            .collect();
        let mut counts = BTreeMap::new();
        for table in tables {
            let count = self
                .query(&format!("SELECT quote(count(*)) FROM \"{table}\""))
                .await;
            counts.insert(table, count);
        }
        counts
    }

    /// Runs statements as `database` does.
    pub(crate) async fn run(&mut self, compiled: &Compiled) -> Result<(), String> {
        let server = sqlite().server();
        let switch = server.foreign_keys.unwrap();
        let verified = compiled.foreign_keys == ForeignKeys::Verified;
        if verified {
            self.execute(switch.off).await?;
        }
        self.execute(server.begin).await?;
        let mut result = Ok(());
        for statement in &compiled.statements {
            result = self.execute(&statement.sql).await.map(|_| ());
            if result.is_err() {
                break;
            }
        }
        if result.is_ok() && verified && !self.query(switch.check).await.is_empty() {
            result = Err("foreign keys are broken".to_owned());
        }
        self.execute(if result.is_ok() {
            server.commit
        } else {
            server.rollback
        })
        .await?;
        if verified {
            self.execute(switch.on).await?;
        }
        result
    }

    pub(crate) async fn observe(&mut self) -> Observed {
        let mut answers = Vec::new();
        for sql in sqlite().server().catalogue {
            let rows = sqlx::query(*sql).fetch_all(&mut self.connection);
            let rows = rows.await.unwrap();
            let row = |row: &SqliteRow| (0..row.len()).map(|n| row.get(n)).collect();
            answers.push(rows.iter().map(row).collect::<Vec<CatalogueRow>>());
        }
        sqlite().observe(&answers)
    }

    /// Runs an operation and, where it has a reverse, the reverse; the database is then as before.
    pub(crate) async fn there_and_back(&mut self, operation: impl Into<Operation>) {
        let operation = operation.into();
        let before = self.observe().await;
        let reverse = operation.reverse(&self.schema);
        self.apply(operation.clone()).await;
        if let Reverse::Operations(operations) = reverse {
            for reverse in operations {
                self.apply(reverse).await;
            }
            assert_eq!(
                before,
                self.observe().await,
                "after the reverse of {operation}"
            );
        }
    }

    pub(crate) async fn is_sound(&mut self) {
        assert_eq!(
            self.query(sqlite().server().integrity_check.unwrap()).await,
            ["ok"]
        );
        assert!(
            self.query(sqlite().server().foreign_keys.unwrap().check)
                .await
                .is_empty()
        );
    }
}
