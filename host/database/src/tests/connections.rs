//! What a connection sets up, and what its failures are called.

use std::fs;
use std::time::Duration;

use model::ForeignKeys;

use crate::connection::{Connection, Options, Timeouts};
use crate::failure::*;
use crate::observe;
use crate::row::Cell;
use crate::tests::{apply, child, created, family, impatient, location, with_family};

#[tokio::test]
async fn a_connection_keeps_foreign_keys_and_survives_a_power_failure() {
    let home = tempfile::tempdir().unwrap();
    let mut connection = created(home.path()).await;
    let sql = "SELECT (SELECT foreign_keys FROM pragma_foreign_keys) AS keys, \
               (SELECT journal_mode FROM pragma_journal_mode) AS journal, \
               (SELECT synchronous FROM pragma_synchronous) AS synchronous, \
               (SELECT timeout FROM pragma_busy_timeout) AS timeout, \
               (SELECT trusted_schema FROM pragma_trusted_schema) AS trusted";
    let rows = connection
        .session()
        .await
        .unwrap()
        .fetch(sql, &[])
        .await
        .unwrap();
    let get = |column| rows[0].get(column).cloned().unwrap();
    assert_eq!(get("keys"), Cell::Integer(1));
    assert_eq!(get("journal"), Cell::Text("wal".to_owned()));
    assert_eq!(get("synchronous"), Cell::Integer(2));
    assert_eq!(get("timeout"), Cell::Integer(20));
    assert_eq!(get("trusted"), Cell::Integer(0));
}

#[tokio::test]
async fn capabilities_tell_the_version_that_is_at_work() {
    let home = tempfile::tempdir().unwrap();
    let capabilities = created(home.path()).await.capabilities().await.unwrap();
    let (major, minor) = capabilities.version.split_once('.').unwrap();
    assert_eq!(major, "3");
    assert!(minor.parse::<u32>().unwrap() >= 51);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_corrupt_and_stays_as_it_is() {
    let home = tempfile::tempdir().unwrap();
    let text =
        "this is not a database, and it is longer than a header of one hundred bytes. ".repeat(20);
    fs::write(location(home.path()).path(), &text).unwrap();
    let error = Connection::open(&location(home.path()), &Options::default())
        .await
        .unwrap_err();
    assert!(error.is(&DATABASE_CORRUPT), "{error:?}");
    assert_eq!(
        fs::read_to_string(location(home.path()).path()).unwrap(),
        text
    );
}

#[tokio::test]
async fn a_second_writer_is_told_that_the_database_is_locked() {
    let home = tempfile::tempdir().unwrap();
    let mut first = created(home.path()).await;
    let mut second = Connection::open(&location(home.path()), &impatient())
        .await
        .unwrap();
    let writing = first.begin(ForeignKeys::Enforced).await.unwrap();
    let error = second.begin(ForeignKeys::Verified).await.unwrap_err();
    assert!(error.is(&DATABASE_LOCKED), "{error:?}");
    drop(writing);
    // Dropping alone ends the lock, without a further use of the first connection.
    let patient = Options::default();
    let mut third = Connection::open(&location(home.path()), &patient)
        .await
        .unwrap();
    third
        .begin(ForeignKeys::Enforced)
        .await
        .unwrap()
        .commit()
        .await
        .unwrap();
}

#[tokio::test]
async fn a_full_disk_leaves_the_database_as_it_was_and_the_connection_usable() {
    let home = tempfile::tempdir().unwrap();
    let (connection, mut schema) = with_family(home.path()).await;
    connection.close().await.unwrap();
    let options = Options {
        page_count_max: Some(1),
        ..impatient()
    };
    let mut connection = Connection::open(&location(home.path()), &options)
        .await
        .unwrap();
    let mut transaction = connection.begin(ForeignKeys::Verified).await.unwrap();
    let mut error = None;
    for n in 0..10_000 {
        if let Err(full) = apply(&mut transaction, &mut schema, &[child(n, 1)]).await {
            error = Some(full);
            break;
        }
    }
    assert!(error.unwrap().is(&DATABASE_FULL));
    // SQLite may have rolled back by itself: nothing may run outside the transaction now.
    let after = apply(&mut transaction, &mut schema, &[child(20_000, 1)])
        .await
        .unwrap_err();
    assert!(after.is(&DATABASE_FAILED));
    assert!(transaction.commit().await.is_err());
    let session = connection.session().await.unwrap();
    assert!(
        session
            .fetch("SELECT id FROM children", &[])
            .await
            .unwrap()
            .is_empty()
    );
    let enforced = session
        .fetch("SELECT foreign_keys FROM pragma_foreign_keys", &[])
        .await
        .unwrap();
    assert_eq!(enforced[0].get("foreign_keys"), Some(&Cell::Integer(1)));
}

#[tokio::test]
async fn a_statement_that_runs_too_long_is_stopped() {
    let home = tempfile::tempdir().unwrap();
    created(home.path()).await.close().await.unwrap();
    let timeouts = Timeouts {
        statement: Duration::from_millis(30),
        ..Timeouts::default()
    };
    let options = Options {
        timeouts,
        page_count_max: None,
    };
    let mut connection = Connection::open(&location(home.path()), &options)
        .await
        .unwrap();
    let endless =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    let session = connection.session().await.unwrap();
    assert!(
        session
            .fetch(endless, &[])
            .await
            .unwrap_err()
            .is(&DATABASE_TIMEOUT)
    );
    assert_eq!(
        session.fetch("SELECT 1 AS one", &[]).await.unwrap().len(),
        1
    );
}

#[tokio::test]
async fn what_is_observed_is_what_was_lowered() {
    let home = tempfile::tempdir().unwrap();
    let (mut connection, schema) = with_family(home.path()).await;
    let dialect = connection.dialect();
    let session = connection.session().await.unwrap();
    let observed = observe::observe(session).await.unwrap();
    let expected = dialect.lower(&schema).unwrap();
    assert_eq!(expected.differences(&observed), []);
    assert_eq!(
        expected.fingerprint().unwrap(),
        observed.fingerprint().unwrap()
    );
    assert_eq!(observed.tables.len(), family().len());
    assert!(observe::integrity_check(session).await.unwrap().is_empty());
    assert!(
        observe::foreign_key_check(session)
            .await
            .unwrap()
            .is_empty()
    );
}
