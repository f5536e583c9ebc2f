//! Making and opening a landlord.

use database::location::Location;
use database::meta::{self, Meta};
use database::{Connection, Options};
use model::{ForeignKeys, LandlordId, Schema, TenantId};

use crate::landlord::{LANDLORD_EXISTS, LANDLORD_MISSING, Landlord};
use crate::migrations;
use crate::tests::{Frozen, at, landlord, registered, slug, uuid};
use crate::upgrade::LANDLORD_NEWER;

#[tokio::test]
async fn a_landlord_made_twice_is_one_landlord() {
    let home = tempfile::tempdir().unwrap();
    let mut first = landlord(home.path()).await;
    registered(&mut first, 2, "acme").await;
    first.close().await.unwrap();
    let options = Options::default();
    let mut second = Landlord::init(home.path(), LandlordId(uuid(9)), &options, &Frozen)
        .await
        .unwrap();
    assert_eq!(second.id(), LandlordId(uuid(1)));
    assert!(second.tenant(&slug("acme")).await.is_ok());
    assert_eq!(second.health().await.unwrap(), Vec::<String>::new());
    second.close().await.unwrap();
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn two_processes_that_make_the_landlord_at_once_make_one() {
    let home = tempfile::tempdir().unwrap();
    let made = |n| {
        let directory = home.path().to_owned();
        tokio::spawn(async move {
            Landlord::init(
                &directory,
                LandlordId(uuid(n)),
                &Options::default(),
                &Frozen,
            )
            .await
        })
    };
    let (a, b, c) = (made(1), made(2), made(3));
    let ids = [
        a.await.unwrap().unwrap().id(),
        b.await.unwrap().unwrap().id(),
        c.await.unwrap().unwrap().id(),
    ];
    assert!(ids[0] == ids[1] && ids[1] == ids[2], "{ids:?}");
}

#[tokio::test]
async fn a_landlord_whose_making_was_cut_off_is_finished() {
    let home = tempfile::tempdir().unwrap();
    let location = Location::file(home.path(), "landlord").unwrap();
    Connection::create(&location, &Options::default())
        .await
        .unwrap()
        .close()
        .await
        .unwrap();
    let error = Landlord::open(home.path(), &Options::default(), &Frozen)
        .await
        .unwrap_err();
    assert!(error.is(&LANDLORD_MISSING));
    // Marked, and cut off before its first migration: opening goes on.
    let mut connection = Connection::open(&location, &Options::default())
        .await
        .unwrap();
    let mut transaction = connection.begin(ForeignKeys::Enforced).await.unwrap();
    let id = LandlordId(uuid(5));
    let mark = Meta {
        tenant: TenantId(id.0),
        landlord: id,
        fence: 0,
    };
    meta::establish(&mut transaction, &mark).await.unwrap();
    transaction.commit().await.unwrap();
    connection.close().await.unwrap();
    let mut opened = Landlord::open(home.path(), &Options::default(), &Frozen)
        .await
        .unwrap();
    assert_eq!(opened.id(), id);
    assert!(opened.list_tenants(None, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn without_a_landlord_opening_says_how_to_make_one() {
    let home = tempfile::tempdir().unwrap();
    let error = Landlord::open(home.path(), &Options::default(), &Frozen)
        .await
        .unwrap_err();
    assert!(error.is(&LANDLORD_MISSING));
    assert!(error.hints()[0].contains("strata init"));
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_tenant_s_database_and_a_foreign_one_are_not_taken_for_the_landlord() {
    for mark in [Some((2, 1)), None] {
        let home = tempfile::tempdir().unwrap();
        let location = Location::file(home.path(), "landlord").unwrap();
        let mut connection = Connection::create(&location, &Options::default())
            .await
            .unwrap();
        match mark {
            Some((tenant, landlord)) => {
                let mut transaction = connection.begin(ForeignKeys::Enforced).await.unwrap();
                let (tenant, landlord) = (TenantId(uuid(tenant)), LandlordId(uuid(landlord)));
                let mark = Meta {
                    tenant,
                    landlord,
                    fence: 0,
                };
                meta::establish(&mut transaction, &mark).await.unwrap();
                transaction.commit().await.unwrap();
            }
            None => {
                let session = connection.session().await.unwrap();
                session.run("CREATE TABLE notes (text)", &[]).await.unwrap();
            }
        }
        connection.close().await.unwrap();
        let id = LandlordId(uuid(1));
        let error = Landlord::init(home.path(), id, &Options::default(), &Frozen)
            .await
            .unwrap_err();
        assert!(error.is(&LANDLORD_EXISTS), "{error:?}");
        let error = Landlord::open(home.path(), &Options::default(), &Frozen)
            .await
            .unwrap_err();
        assert!(error.is(&LANDLORD_EXISTS), "{error:?}");
    }
}

#[tokio::test]
async fn a_landlord_of_a_newer_strata_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let mut ours = landlord(home.path()).await;
    let session = ours.session().await.unwrap();
    let rows = database::ledger::read(session).await.unwrap();
    let mut event = rows.last().unwrap().event.clone();
    if let model::LedgerEvent::MigrationApplied(applied) = &mut event {
        applied.migration = "m999_of_tomorrow".parse().unwrap();
        applied.operations.clear();
    }
    let head = rows.last().map(|row| (row.sequence, row.hash));
    let row = model::LedgerRow::following(head, event, rows[0].run, at(2)).unwrap();
    ours.close().await.unwrap();
    let location = Location::file(home.path(), "landlord").unwrap();
    let mut connection = Connection::open(&location, &Options::default())
        .await
        .unwrap();
    let mut transaction = connection.begin(ForeignKeys::Enforced).await.unwrap();
    database::ledger::append(&mut transaction, &row)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    connection.close().await.unwrap();
    let error = Landlord::open(home.path(), &Options::default(), &Frozen)
        .await
        .unwrap_err();
    assert!(error.is(&LANDLORD_NEWER), "{error:?}");
}

#[test]
fn every_migration_can_be_taken_back() {
    let mut schema = Schema::empty();
    for migration in migrations::all().unwrap() {
        let origin = model::Origin {
            plugin: "landlord".parse().unwrap(),
            version: semver::Version::new(1, 0, 0),
            migration: migration.id.clone(),
            run: None,
        };
        let before = schema.digest().unwrap();
        let reverse =
            model::operation::reverse_all(&migration.operations, &schema, &origin).unwrap();
        for operation in &migration.operations {
            operation.apply(&mut schema, &origin).unwrap();
        }
        let model::Reverse::Operations(back) = reverse else {
            panic!("{}", migration.id)
        };
        let mut returned = schema.clone();
        for operation in &back {
            operation.apply(&mut returned, &origin).unwrap();
        }
        assert_eq!(returned.digest().unwrap(), before, "{}", migration.id);
    }
}

#[tokio::test]
async fn a_table_changed_by_hand_is_seen() {
    let home = tempfile::tempdir().unwrap();
    let mut ours = landlord(home.path()).await;
    ours.session()
        .await
        .unwrap()
        .run("CREATE INDEX sneaky ON tenants (name)", &[])
        .await
        .unwrap();
    assert_eq!(ours.health().await.unwrap().len(), 1);
}
