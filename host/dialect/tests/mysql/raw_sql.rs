//! Raw SQL: what is vetted is what runs, whatever the server reads into comments and backslashes.

use dialect::error::DIALECT_RAW_SQL_REFUSED;
use model::Operation;
use model::operation::{CreateTable, DatabaseSql, RunSql};

use super::tables::{insert_plans, plans};
use super::words::names;
use super::world::{World, dialect, is_there};

fn raw(database: &str, sql: &str) -> Operation {
    RunSql {
        description: "by hand".into(),
        texts: vec![DatabaseSql {
            database: database.into(),
            statements: vec![sql.into()],
            reverse: None,
        }],
        touches: names(&["plans"]),
    }
    .into()
}

#[test]
fn what_is_not_one_plain_statement_over_the_tables_is_refused() {
    for sql in [
        "DROP TABLE plans",
        "UPDATE plans SET note = 'a'; DROP TABLE plans",
        "UPDATE plans SET note = 'a' /*!; DROP TABLE plans */",
        "UPDATE plans SET note = (SELECT 1 FROM mysql.user)",
        "UPDATE plans SET note = load_file('/etc/hosts')",
        "UPDATE plans SET note = sleep(100)",
        "UPDATE plans SET note = 'a' # comment",
        "REPLACE INTO plans (id) VALUES (1)",
        "INSERT IGNORE INTO plans (id) VALUES (1)",
        "INSERT INTO plans (note) SELECT 'a' INTO OUTFILE '/tmp/strata_trial'",
        "DELETE plans FROM plans JOIN plans p",
        "UPDATE plans SET note = X'10'",
    ] {
        let compiled = dialect().compile(&raw("mysql", sql), &model::Schema::empty());
        let error = compiled.expect_err(sql);
        assert!(error.is(&DIALECT_RAW_SQL_REFUSED), "{sql}: {error:?}");
    }
}

#[tokio::test]
async fn texts_with_backslashes_and_quotes_arrive_as_they_were_written() {
    if !is_there() {
        return;
    }
    let mut world = World::new().await;
    world.apply(CreateTable { table: plans() }).await;
    world.apply(insert_plans()).await;
    for (written, kept) in [
        ("'it''s'", "it's"),
        ("'it\\'s'", "it's"),
        ("'a\\\\'", "a\\"),
        ("'a' /* b */", "a"),
        ("concat('a', 'b')", "ab"),
    ] {
        for database in ["mysql", "mariadb"] {
            let sql = format!("UPDATE plans SET note = {written} WHERE id = 1");
            world.apply(raw(database, &sql)).await;
            let rows = world.query("SELECT note FROM plans WHERE id = 1").await;
            assert_eq!(rows, [kept], "{written}");
        }
    }
}
