//! [`World`]: a real database of its own beside the schema that it should have, the same on every kind.
//!
//! Invariants: after each operation, done or failed, what is observed is what was lowered, on servers
//! expressions compared as they were recorded when they were made; an operation that is not about rows
//! leaves every table with as many as it had. Where schema changes cannot be rolled back, of an
//! operation's statements at most one is not repeatable, the first, unless they are about rows; running
//! the repeatable ones again changes nothing.

pub(crate) mod mysql;
pub(crate) mod postgres;
mod sqlite;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

use dialect::{CatalogueRow, Dialect, for_backend};
use model::column_type::ColumnType;
use model::id::{MigrationId, PluginId};
use model::name::Name;
use model::operation::CreateTable;
use model::recorded::Recorded;
use model::schema::{ForeignKey, Origin, ReferentialAction, Schema, Table};
use model::{Backend, Compiled, ForeignKeys, Observed, Operation, Reverse};

use crate::words::{foreign_key, nullable, table};

pub(crate) struct World {
    pub(crate) schema: Schema,
    pub(crate) recorded: Recorded,
    pub(crate) backend: Backend,
    connection: Connection,
}

enum Connection {
    Sqlite(sqlite::Database),
    Postgres(postgres::Database),
    Mysql(mysql::Database),
}

/// What a variable of the environment names, a server; a run in CI must have every one.
#[expect(
    clippy::disallowed_methods,
    reason = "a test is told where the server is"
)]
fn server_url(variable: &str, kind: &str) -> Option<String> {
    match (std::env::var(variable), std::env::var("CI")) {
        (Ok(url), _) => Some(url),
        (Err(_), Ok(ci)) if ci == "true" => {
            panic!("{variable} names no {kind}, and CI must have one")
        }
        (Err(_), _) => {
            eprintln!("skipped: no {kind} ({variable})");
            None
        }
    }
}

/// The name of a database that no other test has.
fn fresh_name() -> String {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let n = COUNTER.fetch_add(1, Ordering::Relaxed);
    format!("strata_test_{}_{n}", std::process::id())
}

/// Waits for something in a thread of its own, and says what went wrong with the database of this name.
fn wait_for<F>(name: &str, work: F)
where
    F: AsyncFnOnce() -> Result<u64, String> + Send + 'static,
{
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.unwrap().block_on(work())
    });
    if let Ok(Err(error)) = thread.join() {
        eprintln!("{name}: {error}");
    }
}

/// Whether a database of this kind is there.
pub(crate) fn has(backend: Backend) -> bool {
    match backend {
        Backend::Sqlite => true,
        Backend::Postgresql => postgres::url().is_some(),
        Backend::Mariadb => mysql::url().is_some(),
        // No server of the tests is one; its statements are only looked at.
        Backend::Mysql => false,
    }
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
    /// An empty database.
    pub(crate) async fn on(backend: Backend) -> World {
        let connection = match backend {
            Backend::Sqlite => Connection::Sqlite(sqlite::Database::new().await),
            Backend::Postgresql => Connection::Postgres(postgres::Database::new().await),
            Backend::Mariadb | Backend::Mysql => Connection::Mysql(mysql::Database::new().await),
        };
        let mut world = World {
            schema: Schema::empty(),
            recorded: Recorded::new(),
            backend,
            connection,
        };
        world.set_up().await;
        world
    }

    async fn set_up(&mut self) {
        for sql in self.its_dialect().server().connection_set_up {
            self.execute(sql).await.unwrap();
        }
    }

    /// Forgets everything that is in the database, which is quicker than another one.
    pub(crate) async fn empty(&mut self) {
        let statements = match &mut self.connection {
            Connection::Sqlite(database) => {
                *database = sqlite::Database::new().await;
                Vec::new()
            }
            Connection::Postgres(_) => postgres::EMPTIED.map(str::to_owned).to_vec(),
            Connection::Mysql(database) => database.emptied(),
        };
        for sql in statements {
            self.execute(&sql).await.unwrap();
        }
        self.schema = Schema::empty();
        self.recorded = Recorded::new();
        self.set_up().await;
    }

    /// A database with parents (`t0`) and children (`t1`) that would go with them.
    pub(crate) async fn with_family_on(backend: Backend) -> World {
        let mut world = World::on(backend).await;
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

    pub(crate) fn its_dialect(&self) -> &'static dyn Dialect {
        for_backend(self.backend)
    }

    pub(crate) async fn execute(&mut self, sql: &str) -> Result<u64, String> {
        match &mut self.connection {
            Connection::Sqlite(database) => database.execute(sql).await,
            Connection::Postgres(database) => database.execute(sql).await,
            Connection::Mysql(database) => database.execute(sql).await,
        }
    }

    /// The rows of a query, every cell as the database writes it as a text.
    pub(crate) async fn cells(&mut self, sql: &str) -> Vec<CatalogueRow> {
        let rows = match &mut self.connection {
            Connection::Sqlite(database) => database.cells(sql).await,
            Connection::Postgres(database) => database.cells(sql).await,
            Connection::Mysql(database) => database.cells(sql).await,
        };
        rows.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// The rows of a query, each as the text of its only column.
    pub(crate) async fn query(&mut self, sql: &str) -> Vec<String> {
        let rows = self.cells(sql).await.into_iter();
        rows.map(|row| row.into_iter().next().unwrap().unwrap())
            .collect()
    }

    /// A name as this database quotes it.
    pub(crate) fn quoted(&self, name: &Name) -> String {
        match self.backend {
            Backend::Sqlite | Backend::Postgresql => format!("\"{name}\""),
            Backend::Mysql | Backend::Mariadb => format!("`{name}`"),
        }
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
        let compiled = self
            .its_dialect()
            .compile(operation, &self.schema)
            .map_err(|e| format!("{e:?}"))?;
        let counts = self.row_counts().await;
        let ran = self.run(&compiled).await;
        if matches!(self.connection, Connection::Mysql(_)) {
            self.again(operation, &compiled, &ran).await;
        }
        let before = self.its_dialect().lower(&self.schema).unwrap();
        if ran.is_ok() {
            self.schema = after;
        }
        if !operation.is_about_rows() {
            for (table, count) in self.row_counts().await {
                let before = counts.get(&table).unwrap_or(&count);
                assert_eq!(*before, count, "rows of `{table}` after {operation}");
            }
        }
        let lowered = self.its_dialect().lower(&self.schema).unwrap();
        let observed = self.observe().await;
        let expected = match self.backend {
            Backend::Sqlite => lowered,
            Backend::Postgresql | Backend::Mysql | Backend::Mariadb => {
                self.recorded.learn(&before, &lowered, &observed);
                self.recorded.applied_to(&lowered)
            }
        };
        assert_eq!(expected.differences(&observed), [], "after {operation}");
        assert_eq!(expected, observed, "after {operation}");
        ran
    }

    /// What a server demands that cannot roll schema changes back: what ran can be run again.
    async fn again(
        &mut self,
        operation: &Operation,
        compiled: &Compiled,
        ran: &Result<(), String>,
    ) {
        if !operation.is_about_rows() {
            let later = compiled.statements.iter().skip(1);
            let all = later.map(|statement| statement.repeatable);
            assert!(all.into_iter().all(|is| is), "{operation}: {compiled:?}");
        }
        if let Err(error) = ran {
            return mysql::is_for_the_rows(error, operation);
        }
        for again in compiled.statements.iter().filter(|again| again.repeatable) {
            self.execute(&again.sql).await.unwrap();
        }
    }

    /// How many rows each table has.
    async fn row_counts(&mut self) -> BTreeMap<Name, usize> {
        let tables: Vec<Name> = self
            .schema
            .tables()
            .map(|table| table.name.clone())
            .collect();
        let mut counts = BTreeMap::new();
        for table in tables {
            let sql = format!("SELECT 1 FROM {}", self.quoted(&table));
            counts.insert(table, self.cells(&sql).await.len());
        }
        counts
    }

    /// Runs statements as `database` does.
    pub(crate) async fn run(&mut self, compiled: &Compiled) -> Result<(), String> {
        let server = self.its_dialect().server();
        let switch = server
            .foreign_keys
            .filter(|_| compiled.foreign_keys == ForeignKeys::Verified);
        if let Some(switch) = switch {
            self.execute(switch.off).await?;
        }
        self.execute(server.begin).await?;
        let mut result = Ok(());
        for statement in &compiled.statements {
            let ran = self.execute(&statement.sql).await.map(|_| ());
            result = ran.map_err(|error| format!("{error}\n{}", statement.sql));
            if result.is_err() {
                break;
            }
        }
        if let (Ok(()), Some(switch)) = (&result, switch)
            && !self.cells(switch.check).await.is_empty()
        {
            result = Err("foreign keys are broken".to_owned());
        }
        let end = if result.is_ok() {
            server.commit
        } else {
            server.rollback
        };
        self.execute(end).await?;
        if let Some(switch) = switch {
            self.execute(switch.on).await?;
        }
        result
    }

    pub(crate) async fn observe(&mut self) -> Observed {
        let mut answers = Vec::new();
        for sql in self.its_dialect().server().catalogue {
            answers.push(self.cells(sql).await);
        }
        self.its_dialect().observe(&answers)
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

    /// Every key of every table holds, and the database finds nothing broken in itself.
    pub(crate) async fn is_sound(&mut self) {
        let server = self.its_dialect().server();
        if let Some(check) = server.integrity_check {
            assert_eq!(self.query(check).await, ["ok"]);
        }
        if let Some(switch) = server.foreign_keys {
            assert!(self.cells(switch.check).await.is_empty());
        }
        let lost: Vec<String> = self
            .schema
            .tables()
            .flat_map(|table| table.foreign_keys.iter().map(move |key| (table, key)))
            .map(|(table, key)| self.lost_rows(table, key))
            .collect();
        for sql in lost {
            assert!(self.cells(&sql).await.is_empty(), "{sql}");
        }
    }

    /// The query of the rows that point at nothing.
    fn lost_rows(&self, table: &Table, key: &ForeignKey) -> String {
        let pairs = key.columns.iter().zip(&key.references_columns);
        let points = key.columns.iter();
        let points = points.map(|from| format!("c.{} IS NOT NULL", self.quoted(from)));
        let meets = pairs.map(|(from, to)| {
            let (from, to) = (self.quoted(from), self.quoted(to));
            format!("p.{to} = c.{from}")
        });
        format!(
            "SELECT 1 FROM {} c WHERE {} AND NOT EXISTS (SELECT 1 FROM {} p WHERE {})",
            self.quoted(&table.name),
            points.collect::<Vec<_>>().join(" AND "),
            self.quoted(&key.references_table),
            meets.collect::<Vec<_>>().join(" AND ")
        )
    }
}
