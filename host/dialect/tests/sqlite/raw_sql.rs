//! Raw SQL: what passes, and that everything else is refused.

use model::operation::{DatabaseSql, RunSql};
use model::{Compiled, Operation, Result, Schema};

use super::words::names;
use super::world::dialect;

fn compile(sql: &str) -> Result<Compiled> {
    compile_for("sqlite", sql)
}

fn compile_for(database: &str, sql: &str) -> Result<Compiled> {
    let operation: Operation = RunSql {
        description: "test".into(),
        texts: vec![DatabaseSql {
            database: database.into(),
            statements: vec![sql.into()],
            reverse: None,
        }],
        touches: names(&["members", "plans"]),
    }
    .into();
    dialect().compile(&operation, &Schema::empty())
}

#[test]
fn changes_of_rows_of_the_named_tables_pass_in_one_spelling() {
    for (sql, expected) in [
        ("delete from members", "delete from members"),
        ("DELETE FROM [members]; ", "DELETE FROM \"members\""),
        (
            "UPDATE members /* all */ SET a = 'it''s; --' WHERE b>1.50 -- end",
            "UPDATE members SET a = 'it''s; --' WHERE b > 1.50",
        ),
        (
            "INSERT INTO plans (a) SELECT coalesce(max(m.b), 0) FROM members m WHERE m.c NOT IN (SELECT a FROM plans)",
            "INSERT INTO plans (a) SELECT coalesce (max (m.b), 0) FROM members m WHERE m.c NOT IN (SELECT a FROM plans)",
        ),
        (
            "INSERT INTO plans (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET a = excluded.a + 1",
            "INSERT INTO plans (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET a = excluded.a + 1",
        ),
        (
            "UPDATE members SET a = CASE WHEN b IS NULL THEN 1 ELSE length(b) END WHERE EXISTS (SELECT 1 FROM plans)",
            "UPDATE members SET a = CASE WHEN b IS NULL THEN 1 ELSE length (b) END WHERE EXISTS (SELECT 1 FROM plans)",
        ),
    ] {
        let compiled = compile(sql).unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        assert_eq!(compiled.statements[0].sql, expected);
        assert_eq!(compiled.statements[0].locks, names(&["members", "plans"]));
    }
}

const REFUSED: &[&str] = &[
    "",
    ";",
    "this is no sql",
    "SELECT 1",
    "DELETE FROM members; DELETE FROM plans",
    "DELETE FROM members; PRAGMA foreign_keys = OFF",
    "PRAGMA foreign_keys = OFF",
    "ATTACH 'x.db' AS x",
    "DETACH x",
    "VACUUM INTO 'x.db'",
    "VACUUM",
    "BEGIN",
    "COMMIT",
    "SAVEPOINT a",
    "DROP TABLE members",
    "ALTER TABLE members ADD COLUMN a",
    "CREATE TABLE a (b)",
    "CREATE TRIGGER a AFTER DELETE ON members BEGIN DELETE FROM users; END",
    "REINDEX members",
    "DELETE FROM users",
    "DELETE FROM sqlite_schema",
    "DELETE FROM sqlite_sequence",
    "DELETE FROM strata_ledger",
    "DELETE FROM main.members",
    "DELETE FROM temp.members",
    "DELETE FROM \"users\"",
    "DELETE FROM members WHERE a IN (SELECT id FROM users)",
    "DELETE FROM members WHERE EXISTS (SELECT 1 FROM strata_meta)",
    "INSERT INTO users (a) VALUES (1)",
    "INSERT INTO members (a) SELECT sql FROM sqlite_master",
    "INSERT INTO members (a) SELECT name FROM pragma_table_info('users')",
    "INSERT INTO members (a) SELECT value FROM json_each('[1]')",
    "INSERT INTO members (a) VALUES ((SELECT secret FROM users))",
    "INSERT INTO members (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET a = (SELECT s FROM users)",
    "INSERT OR REPLACE INTO members (a) VALUES (1)",
    "INSERT OR ROLLBACK INTO members (a) VALUES (1)",
    "REPLACE INTO members (a) VALUES (1)",
    "UPDATE OR ROLLBACK members SET a = 1",
    "UPDATE members SET a = s FROM users",
    "UPDATE users SET a = 1",
    "UPDATE members SET a = 1 RETURNING a",
    "DELETE FROM members RETURNING *",
    "INSERT INTO members (a) VALUES (1) RETURNING a",
    "WITH x AS (SELECT 1) DELETE FROM members",
    "WITH members AS (SELECT * FROM users) INSERT INTO plans SELECT * FROM members",
    "INSERT INTO plans WITH x AS (SELECT 1) SELECT * FROM x",
    "INSERT INTO plans SELECT * FROM (WITH RECURSIVE x(a) AS (SELECT 1 UNION ALL SELECT a FROM x) SELECT a FROM x)",
    "UPDATE members SET a = random()",
    "UPDATE members SET a = datetime('now')",
    "UPDATE members SET a = CURRENT_TIMESTAMP",
    "UPDATE members SET a = last_insert_rowid()",
    "UPDATE members SET a = load_extension('x')",
    "UPDATE members SET a = readfile('/etc/passwd')",
    "UPDATE members SET a = writefile('x', 'y')",
    "UPDATE members SET a = \"load_extension\"('x')",
    "UPDATE members SET a = zeroblob(1000000000)",
    "UPDATE members SET a = b MATCH 'x'",
    "UPDATE members SET a = b REGEXP 'x'",
    "UPDATE members SET a = ?1",
    "UPDATE members SET a = :name",
    "UPDATE members SET a = $1",
    "UPDATE members SET a = 0x10",
    "UPDATE members SET a = X'10'",
    "UPDATE members SET a = E'\\n'",
    "UPDATE members SET a = 'open",
    "DELETE FROM members /* open",
    "UPDATE members SET a = RAISE(ROLLBACK, 'x')",
    "EXPLAIN DELETE FROM members",
    "MERGE INTO members USING plans ON a = b WHEN MATCHED THEN DELETE",
    "TRUNCATE members",
    "DELETE members FROM members",
];

#[test]
fn everything_else_is_refused() {
    for sql in REFUSED {
        let error = match compile(sql) {
            Ok(compiled) => panic!("`{sql}` passes as `{}`", compiled.statements[0].sql),
            Err(error) => error,
        };
        assert!(
            error.is(&dialect::error::DIALECT_RAW_SQL_REFUSED),
            "{sql}: {error:?}"
        );
    }
}

#[test]
fn depth_is_bounded() {
    let nested = format!(
        "UPDATE members SET a = {}1{}",
        "(".repeat(5000),
        ")".repeat(5000)
    );
    assert!(compile(&nested).is_err());
    for operator in ["+", "OR", "||", "="] {
        let chain = |n: usize| {
            format!(
                "UPDATE members SET a = {}1",
                format!("1 {operator} ").repeat(n)
            )
        };
        assert!(compile(&chain(400)).is_ok());
        assert!(compile(&chain(13_000)).is_err(), "{operator}");
    }
    let signs = format!("UPDATE members SET a = {}1", "- ".repeat(30_000));
    assert!(compile(&signs).is_err());
    let selects = format!(
        "DELETE FROM members WHERE a IN (SELECT 1 {})",
        "UNION SELECT 1 ".repeat(4_000)
    );
    let _either = compile(&selects).is_ok();
}

#[test]
fn an_operation_without_a_text_for_sqlite_is_unsupported() {
    let error = compile_for("postgresql", "DELETE FROM members").unwrap_err();
    assert!(error.is(&dialect::error::DIALECT_UNSUPPORTED));
    assert!(
        error.message().contains("run SQL") && error.message().contains("SQLite"),
        "{error:?}"
    );
}
