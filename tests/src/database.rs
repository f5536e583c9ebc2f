//! Reading and changing SQLite files behind the product's back.

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};

/// The first column of every row, as text; NULL is `NULL`.
pub fn column(file: &Path, sql: &str) -> Vec<String> {
    let sql = format!(
        "SELECT COALESCE(CAST(c AS TEXT), 'NULL') FROM (SELECT 0 AS c WHERE 0 UNION ALL SELECT * FROM ({sql}))"
    );
    on(file, true, async |connection| {
        let query = sqlx::query_scalar(AssertSqlSafe(sql));
        query.fetch_all(&mut *connection).await.unwrap()
    })
}

/// The number that a query gives.
pub fn number(file: &Path, sql: &str) -> i64 {
    column(file, sql)[0].parse().unwrap()
}

/// Runs statements.
pub fn execute(file: &Path, sql: &str) {
    on(file, false, async |connection| {
        let script = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        script.execute(&mut *connection).await.unwrap();
    });
}

/// Holds an exclusive transaction on a database while something else is done.
pub fn while_locked<T>(file: &Path, work: impl FnOnce() -> T) -> T {
    let runtime = runtime();
    let mut connection = runtime.block_on(async {
        let options = SqliteConnectOptions::new().filename(file);
        let mut connection = options.connect().await.unwrap();
        let begin = sqlx::raw_sql("BEGIN EXCLUSIVE");
        begin.execute(&mut connection).await.unwrap();
        connection
    });
    let done = work();
    runtime.block_on(async {
        let end = sqlx::raw_sql("ROLLBACK");
        end.execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    });
    done
}

/// Every row of every table as a line `table: value, value`, in order. The file is read in a copy.
pub fn dump(file: &Path) -> Vec<String> {
    dump_without(file, "")
}

/// Every row of every table as a line `table: value, value`, in order, without the columns of a name. The
/// audit log is left out, where what was refused stands too. The file is read in a copy.
pub fn dump_without(file: &Path, left_out: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.db");
    for end in ["", "-wal", "-journal"] {
        let beside = |path: &Path| format!("{}{end}", path.display());
        if Path::new(&beside(file)).exists() {
            std::fs::copy(beside(file), beside(&copy)).unwrap();
        }
    }
    let tables = column(
        &copy,
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'audit\\_%' ESCAPE '\\' ORDER BY name",
    );
    let rows = |table: &String| {
        let columns = column(
            &copy,
            &format!(
                "SELECT 'quote(\"' || name || '\")' FROM pragma_table_info('{table}') WHERE name <> '{left_out}'"
            ),
        );
        let row = columns.join(" || ', ' || ");
        column(
            &copy,
            &format!("SELECT '{table}: ' || {row} FROM \"{table}\" ORDER BY 1"),
        )
    };
    tables.iter().flat_map(rows).collect()
}

fn on<T>(file: &Path, is_read_only: bool, work: impl AsyncFnOnce(&mut SqliteConnection) -> T) -> T {
    runtime().block_on(async {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .read_only(is_read_only);
        let mut connection = options.connect().await.unwrap();
        let done = work(&mut connection).await;
        connection.close().await.unwrap();
        done
    })
}

fn runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().unwrap()
}
