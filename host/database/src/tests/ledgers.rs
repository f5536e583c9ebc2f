//! The ledger and the mark of a database.

use model::ledger::{LEDGER_TAMPERED, LEDGER_UNREADABLE};
use model::{Digest, ForeignKeys, LandlordId, LedgerEvent, LedgerRow, TenantId};

use crate::connection::Connection;
use crate::failure::DATABASE_CONSTRAINT;
use crate::meta::{self, DATABASE_FOREIGN, DATABASE_UNMARKED, Meta, TENANT_FENCED};
use crate::tests::{created, meta as acme, run, uuid};
use crate::{ledger, observe};

async fn established(directory: &std::path::Path) -> Connection {
    let mut connection = created(directory).await;
    let mut transaction = connection.begin(ForeignKeys::Enforced).await.unwrap();
    meta::establish(&mut transaction, &acme()).await.unwrap();
    transaction.commit().await.unwrap();
    connection
}

fn resumed(previous: Option<(i64, Digest)>) -> LedgerRow {
    // Nanoseconds, because the hash covers the time as it was written.
    let time = "2026-11-20T13:05:00.123456789Z".parse().unwrap();
    LedgerRow::following(previous, LedgerEvent::RunResumed, run(), time).unwrap()
}

async fn append(connection: &mut Connection, row: &LedgerRow) -> model::Result<()> {
    let mut transaction = connection.begin(ForeignKeys::Enforced).await?;
    ledger::append(&mut transaction, row).await?;
    transaction.commit().await
}

#[tokio::test]
async fn strata_s_own_tables_are_made_once_and_are_not_observed() {
    let home = tempfile::tempdir().unwrap();
    let mut connection = established(home.path()).await;
    let mut transaction = connection.begin(ForeignKeys::Enforced).await.unwrap();
    meta::establish(&mut transaction, &acme()).await.unwrap();
    transaction.commit().await.unwrap();
    let session = connection.session().await.unwrap();
    assert_eq!(meta::read(session).await.unwrap(), Some(acme()));
    assert_eq!(
        observe::observe(session).await.unwrap(),
        model::Observed::default()
    );
}

#[tokio::test]
async fn what_is_appended_is_read_back_as_one_chain() {
    let home = tempfile::tempdir().unwrap();
    let mut connection = established(home.path()).await;
    let first = resumed(None);
    let second = resumed(Some((first.sequence, first.hash)));
    append(&mut connection, &first).await.unwrap();
    append(&mut connection, &second).await.unwrap();
    let again = append(&mut connection, &second).await.unwrap_err();
    assert!(again.is(&LEDGER_TAMPERED));
    let session = connection.session().await.unwrap();
    assert_eq!(ledger::head(session).await.unwrap(), Some((2, second.hash)));
    assert_eq!(ledger::read(session).await.unwrap(), [first, second]);
}

#[tokio::test]
async fn a_ledger_row_can_be_neither_changed_nor_removed() {
    let home = tempfile::tempdir().unwrap();
    let mut connection = established(home.path()).await;
    append(&mut connection, &resumed(None)).await.unwrap();
    let session = connection.session().await.unwrap();
    for sql in [
        "UPDATE strata_ledger SET run = 'x'",
        "DELETE FROM strata_ledger",
        "REPLACE INTO strata_ledger SELECT * FROM strata_ledger",
    ] {
        let error = session.run(sql, &[]).await.unwrap_err();
        assert!(error.is(&DATABASE_CONSTRAINT), "{sql}: {error:?}");
    }
    assert_eq!(ledger::read(session).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_row_that_is_no_event_and_a_row_that_does_not_follow_are_told_apart() {
    let home = tempfile::tempdir().unwrap();
    let mut connection = established(home.path()).await;
    append(&mut connection, &resumed(None)).await.unwrap();
    let copy = "INSERT INTO strata_ledger SELECT sequence + 1, event, format, previous_hash, hash, run, time \
                FROM strata_ledger WHERE sequence = 1";
    let session = connection.session().await.unwrap();
    session.run(copy, &[]).await.unwrap();
    assert!(
        ledger::read(session)
            .await
            .unwrap_err()
            .is(&LEDGER_TAMPERED)
    );
    let nonsense = "INSERT INTO strata_ledger SELECT 3, '{\"event\":\"nonsense\"}', format, previous_hash, hash, run, time \
                    FROM strata_ledger WHERE sequence = 1";
    session.run(nonsense, &[]).await.unwrap();
    let error = ledger::read(session).await.unwrap_err();
    assert!(error.is(&LEDGER_UNREADABLE));
    assert!(
        error.message().contains("`event`") && error.message().contains("`3`"),
        "{error}"
    );
}

#[tokio::test]
async fn a_newer_format_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let mut connection = established(home.path()).await;
    let session = connection.session().await.unwrap();
    session
        .run("UPDATE strata_meta SET format = 3", &[])
        .await
        .unwrap();
    let error = meta::read(session).await.unwrap_err();
    assert!(error.is(&model::ledger::LEDGER_FORMAT));
}

#[tokio::test]
async fn the_database_of_another_tenant_or_landlord_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let mut connection = established(home.path()).await;
    let (ours, theirs) = (acme(), uuid(9));
    let session = connection.session().await.unwrap();
    assert_eq!(
        meta::demand(session, ours.tenant, ours.landlord)
            .await
            .unwrap(),
        ours
    );
    for (tenant, landlord) in [
        (TenantId(theirs), ours.landlord),
        (ours.tenant, LandlordId(theirs)),
    ] {
        let session = connection.session().await.unwrap();
        let error = meta::demand(session, tenant, landlord).await.unwrap_err();
        assert!(error.is(&DATABASE_FOREIGN));
        let mut transaction = connection.begin(ForeignKeys::Enforced).await.unwrap();
        let other = Meta {
            tenant,
            landlord,
            fence: 1,
        };
        let error = meta::establish(&mut transaction, &other).await.unwrap_err();
        assert!(error.is(&DATABASE_FOREIGN));
    }
}

#[tokio::test]
async fn a_database_that_says_nothing_is_not_taken_for_ours() {
    let home = tempfile::tempdir().unwrap();
    let mut connection = created(home.path()).await;
    let session = connection.session().await.unwrap();
    assert!(observe::is_empty(session).await.unwrap());
    let error = meta::demand(session, acme().tenant, acme().landlord)
        .await
        .unwrap_err();
    assert!(error.is(&DATABASE_UNMARKED));
}

#[tokio::test]
async fn a_fence_only_grows() {
    let home = tempfile::tempdir().unwrap();
    let mut connection = established(home.path()).await;
    for (fence, passes) in [(1, true), (5, true), (5, true), (4, false)] {
        let mut transaction = connection.begin(ForeignKeys::Enforced).await.unwrap();
        let advanced = meta::advance_fence(&mut transaction, fence).await;
        assert_eq!(advanced.is_ok(), passes, "{fence}");
        match advanced {
            Ok(()) => transaction.commit().await.unwrap(),
            Err(error) => assert!(error.is(&TENANT_FENCED)),
        }
    }
}
