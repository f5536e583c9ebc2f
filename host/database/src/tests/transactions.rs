//! What transactions keep, forget and leave behind.

use model::ForeignKeys;

use crate::failure::*;
use crate::observe;
use crate::row::Cell;
use crate::tests::{apply, child, count, name, with_family};
use crate::transaction::DATABASE_FOREIGN_KEYS_BROKEN;
use model::Value;
use model::operation::InsertRows;

async fn keys_are_enforced(connection: &mut crate::connection::Connection) -> bool {
    let session = connection.session().await.unwrap();
    let rows = session
        .fetch("SELECT foreign_keys FROM pragma_foreign_keys", &[])
        .await
        .unwrap();
    rows[0].get("foreign_keys") == Some(&Cell::Integer(1))
}

fn parent(id: i64) -> model::Operation {
    let row = vec![Value::Integer(id)];
    InsertRows {
        table: name("parents"),
        key: vec![name("id")],
        columns: vec![name("id")],
        rows: vec![row],
    }
    .into()
}

#[tokio::test]
async fn a_dropped_transaction_leaves_nothing() {
    let home = tempfile::tempdir().unwrap();
    let (mut connection, mut schema) = with_family(home.path()).await;
    for foreign_keys in [ForeignKeys::Enforced, ForeignKeys::Verified] {
        let mut transaction = connection.begin(foreign_keys).await.unwrap();
        apply(&mut transaction, &mut schema, &[parent(1)])
            .await
            .unwrap();
        drop(transaction);
        assert_eq!(count(&mut connection, "SELECT id FROM parents").await, 0);
        assert!(keys_are_enforced(&mut connection).await);
    }
}

#[tokio::test]
async fn a_rollback_leaves_nothing_and_a_commit_everything() {
    let home = tempfile::tempdir().unwrap();
    let (mut connection, mut schema) = with_family(home.path()).await;
    let mut transaction = connection.begin(ForeignKeys::Verified).await.unwrap();
    apply(&mut transaction, &mut schema, &[parent(1)])
        .await
        .unwrap();
    transaction.rollback().await.unwrap();
    assert_eq!(count(&mut connection, "SELECT id FROM parents").await, 0);
    let mut transaction = connection.begin(ForeignKeys::Verified).await.unwrap();
    apply(&mut transaction, &mut schema, &[parent(1)])
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(count(&mut connection, "SELECT id FROM parents").await, 1);
    assert!(keys_are_enforced(&mut connection).await);
}

#[tokio::test]
async fn broken_references_are_not_kept_and_enforcement_comes_back() {
    let home = tempfile::tempdir().unwrap();
    let (mut connection, mut schema) = with_family(home.path()).await;
    let mut transaction = connection.begin(ForeignKeys::Verified).await.unwrap();
    apply(&mut transaction, &mut schema, &[child(1, 99)])
        .await
        .unwrap();
    let error = transaction.commit().await.unwrap_err();
    assert!(error.is(&DATABASE_FOREIGN_KEYS_BROKEN));
    assert!(
        error.message().contains("`children`") && error.message().contains("`parents`"),
        "{error}"
    );
    assert_eq!(count(&mut connection, "SELECT id FROM children").await, 0);
    assert!(keys_are_enforced(&mut connection).await);
    let mut transaction = connection.begin(ForeignKeys::Enforced).await.unwrap();
    let error = apply(&mut transaction, &mut schema, &[child(1, 99)])
        .await
        .unwrap_err();
    assert!(error.is(&DATABASE_CONSTRAINT), "{error:?}");
}

#[tokio::test]
async fn rows_that_wait_for_their_parent_are_kept_when_it_comes() {
    let home = tempfile::tempdir().unwrap();
    let (mut connection, mut schema) = with_family(home.path()).await;
    let mut transaction = connection.begin(ForeignKeys::Verified).await.unwrap();
    apply(&mut transaction, &mut schema, &[child(1, 7), parent(7)])
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    let session = connection.session().await.unwrap();
    assert!(
        observe::foreign_key_check(session)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(count(&mut connection, "SELECT id FROM children").await, 1);
}

#[tokio::test]
async fn after_a_failed_statement_nothing_runs_and_nothing_is_kept() {
    let home = tempfile::tempdir().unwrap();
    let (mut connection, mut schema) = with_family(home.path()).await;
    let mut transaction = connection.begin(ForeignKeys::Enforced).await.unwrap();
    apply(&mut transaction, &mut schema, &[parent(1)])
        .await
        .unwrap();
    let error = apply(&mut transaction, &mut schema, &[child(1, 99)])
        .await
        .unwrap_err();
    assert!(
        error.message().contains("INSERT INTO \"children\""),
        "{error}"
    );
    assert!(!error.message().contains("99"), "{error}");
    assert!(
        apply(&mut transaction, &mut schema, &[parent(2)])
            .await
            .unwrap_err()
            .is(&DATABASE_FAILED)
    );
    assert!(transaction.commit().await.unwrap_err().is(&DATABASE_FAILED));
    assert_eq!(count(&mut connection, "SELECT id FROM parents").await, 0);
}

#[tokio::test]
async fn a_transaction_that_is_leaked_is_ended_by_the_next_use() {
    let home = tempfile::tempdir().unwrap();
    let (mut connection, mut schema) = with_family(home.path()).await;
    let mut transaction = connection.begin(ForeignKeys::Verified).await.unwrap();
    apply(&mut transaction, &mut schema, &[parent(1)])
        .await
        .unwrap();
    std::mem::forget(transaction);
    assert!(keys_are_enforced(&mut connection).await);
    assert_eq!(count(&mut connection, "SELECT id FROM parents").await, 0);
}
