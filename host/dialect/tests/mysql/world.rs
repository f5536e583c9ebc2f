//! [`World`]: a database of its own on a real server beside the schema that it should have.
//!
//! Invariants: after each operation, done or failed, what is observed is what was lowered, expressions
//! compared as they were recorded when they were made; an operation that is not about rows leaves every
//! table with as many as it had; of an operation's statements at most one is not repeatable, the first,
//! unless they are about rows; running the repeatable ones again changes nothing.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

use dialect::{CatalogueRow, Dialect, for_backend};
use model::column_type::ColumnType;
use model::id::{MigrationId, PluginId};
use model::name::Name;
use model::operation::CreateTable;
use model::recorded::Recorded;
use model::schema::{Origin, ReferentialAction, Schema, Table};
use model::{Backend, Compiled, Observed, Operation, Reverse};
use sqlx::mysql::{MySqlConnectOptions, MySqlRow};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, MySqlConnection, Row as _};

use super::words::{foreign_key, nullable, table};

static COUNTER: AtomicU32 = AtomicU32::new(0);

pub(crate) struct World {
    pub(crate) schema: Schema,
    pub(crate) recorded: Recorded,
    pub(crate) database: String,
    connection: Option<MySqlConnection>,
}

/// The server of the tests.
pub(crate) fn url() -> Option<MySqlConnectOptions> {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test is told where the server is"
    )]
    let (url, ci) = (std::env::var("STRATA_TEST_MYSQL_URL"), std::env::var("CI"));
    match url {
        Ok(url) => Some(url.parse().unwrap()),
        Err(_) if ci.is_ok_and(|ci| ci == "true") => {
            panic!("STRATA_TEST_MYSQL_URL names no MariaDB or MySQL, and CI must have one")
        }
        Err(_) => {
            eprintln!("skipped: no MariaDB or MySQL (STRATA_TEST_MYSQL_URL)");
            None
        }
    }
}

/// Whether there is a server.
pub(crate) fn is_there() -> bool {
    url().is_some()
}

/// The dialect that is tried.
pub(crate) fn dialect() -> &'static dyn Dialect {
    for_backend(Backend::Mariadb)
}

pub(crate) fn origin() -> Origin {
    Origin {
        plugin: "tests".parse::<PluginId>().unwrap(),
        version: semver::Version::new(1, 0, 0),
        migration: "0001_tests".parse::<MigrationId>().unwrap(),
        run: None,
    }
}

pub(crate) async fn execute_on(connection: &mut MySqlConnection, sql: &str) -> Result<u64, String> {
    let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await;
    done.map(|done| done.rows_affected())
        .map_err(|error| error.to_string())
}

impl World {
    pub(crate) async fn new() -> World {
        let options = url().unwrap();
        let n = COUNTER.fetch_add(1, Ordering::Relaxed);
        let database = format!("strata_test_{}_{n}", std::process::id());
        let mut server = options.connect().await.unwrap();
        let create =
            format!("CREATE DATABASE {database} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci");
        execute_on(&mut server, &create).await.unwrap();
        server.close().await.unwrap();
        let connection = options.database(&database).connect().await.unwrap();
        let mut world = World {
            schema: Schema::empty(),
            recorded: Recorded::new(),
            database,
            connection: Some(connection),
        };
        for sql in dialect().server().connection_set_up {
            world.execute(sql).await.unwrap();
        }
        world
    }

    /// A database with parents (`t0`) and children (`t1`) that would go with them.
    pub(crate) async fn with_family() -> World {
        let mut world = World::new().await;
        let parent = || vec![nullable("parent", ColumnType::Bigint)];
        let key = foreign_key("f0", "parent", ("t0", "id"), ReferentialAction::Cascade);
        let children = Table {
            foreign_keys: vec![key],
            ..table("t1", parent())
        };
        let parents = table("t0", parent());
        world.apply(CreateTable { table: parents }).await;
        world.apply(CreateTable { table: children }).await;
        for sql in [
            "INSERT INTO t0 (id) VALUES (100), (101), (102)",
            "INSERT INTO t1 (parent) VALUES (100), (101), (101), (NULL)",
        ] {
            world.execute(sql).await.unwrap();
        }
        world
    }

    pub(crate) fn connection(&mut self) -> &mut MySqlConnection {
        self.connection.as_mut().unwrap()
    }

    pub(crate) async fn execute(&mut self, sql: &str) -> Result<u64, String> {
        execute_on(self.connection(), sql).await
    }

    /// The rows of a query, each as the text of its only column.
    pub(crate) async fn query(&mut self, sql: &str) -> Vec<String> {
        let rows = sqlx::raw_sql(AssertSqlSafe(sql));
        let rows = rows.fetch_all(self.connection()).await;
        let rows = rows.unwrap_or_else(|error| panic!("{sql}: {error}"));
        rows.iter()
            .map(|row| row.get_unchecked::<String, _>(0))
            .collect()
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
        let compiled = dialect()
            .compile(operation, &self.schema)
            .map_err(|e| format!("{e:?}"))?;
        if !operation.is_about_rows() {
            let later = compiled.statements.iter().skip(1);
            let all = later.map(|statement| statement.repeatable);
            assert!(all.into_iter().all(|is| is), "{operation}: {compiled:?}");
        }
        let counts = self.row_counts().await;
        let ran = self.run(&compiled).await;
        if let Err(error) = &ran {
            is_for_the_rows(error, operation);
        } else {
            for again in compiled.statements.iter().filter(|again| again.repeatable) {
                self.execute(&again.sql).await.unwrap();
            }
        }
        let before = dialect().lower(&self.schema).unwrap();
        if ran.is_ok() {
            self.schema = after;
        }
        if !operation.is_about_rows() {
            for (table, count) in self.row_counts().await {
                let before = counts.get(&table).unwrap_or(&count);
                assert_eq!(*before, count, "rows of `{table}` after {operation}");
            }
        }
        let lowered = dialect().lower(&self.schema).unwrap();
        let observed = self.observe().await;
        self.recorded.learn(&before, &lowered, &observed);
        let expected = self.recorded.applied_to(&lowered);
        assert_eq!(expected.differences(&observed), [], "after {operation}");
        assert_eq!(expected, observed, "after {operation}");
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
            let sql = format!("SELECT CAST(COUNT(*) AS CHAR) FROM `{table}`");
            let count = self.query(&sql).await;
            counts.insert(table, count);
        }
        counts
    }

    /// Runs statements as `database` does.
    pub(crate) async fn run(&mut self, compiled: &Compiled) -> Result<(), String> {
        let server = dialect().server();
        self.execute(server.begin).await?;
        let mut result = Ok(());
        for statement in &compiled.statements {
            let ran = self.execute(&statement.sql).await.map(|_| ());
            result = ran.map_err(|error| format!("{error}\n{}", statement.sql));
            if result.is_err() {
                break;
            }
        }
        let end = if result.is_ok() {
            server.commit
        } else {
            server.rollback
        };
        self.execute(end).await?;
        result
    }

    pub(crate) async fn observe(&mut self) -> Observed {
        let mut answers = Vec::new();
        for sql in dialect().server().catalogue {
            let rows = sqlx::query(*sql).fetch_all(self.connection()).await;
            let rows = rows.unwrap_or_else(|error| panic!("{sql}: {error}"));
            let row = |row: &MySqlRow| (0..row.len()).map(|n| row.get_unchecked(n)).collect();
            answers.push(rows.iter().map(row).collect::<Vec<CatalogueRow>>());
        }
        dialect().observe(&answers)
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

    /// Every key of every table holds: the server says so when it is asked to look again.
    pub(crate) async fn is_sound(&mut self) {
        let keys: Vec<String> = self
            .schema
            .tables()
            .flat_map(|table| table.foreign_keys.iter().map(move |key| (table, key)))
            .map(|(table, key)| {
                let (from, to) = (&key.columns[0], &key.references_columns[0]);
                format!(
                    "SELECT CAST(COUNT(*) AS CHAR) FROM `{}` c WHERE c.`{from}` IS NOT NULL AND NOT EXISTS \
                     (SELECT 1 FROM `{}` p WHERE p.`{to}` = c.`{from}`)",
                    table.name, key.references_table
                )
            })
            .collect();
        for sql in keys {
            assert_eq!(self.query(&sql).await, ["0"], "{sql}");
        }
    }
}

/// A statement that the server refuses for another reason than the rows is a mistake of the dialect.
fn is_for_the_rows(error: &str, operation: &Operation) {
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

impl Drop for World {
    /// Drops the database, from a thread of its own because nothing can be waited for here.
    fn drop(&mut self) {
        let (connection, database) = (self.connection.take(), self.database.clone());
        let dropping = std::thread::spawn(move || {
            drop(connection);
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            let drop = async {
                let mut server = url().unwrap().connect().await.unwrap();
                let sql = format!("DROP DATABASE IF EXISTS {database}");
                execute_on(&mut server, &sql).await
            };
            runtime.unwrap().block_on(drop)
        });
        if let Ok(Err(error)) = dropping.join() {
            eprintln!("{}: {error}", self.database);
        }
    }
}
