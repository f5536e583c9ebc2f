//! Making and opening a landlord.

use database::Options;
use database::meta::{self, Meta};
use model::{ForeignKeys, LandlordId, Schema, TenantId};

use crate::landlord::{LANDLORD_EXISTS, LANDLORD_MISSING, Landlord};
use crate::migrations;
use crate::tests::home::{Home, everywhere};
use crate::tests::{Frozen, at, landlord, registered, slug, uuid};
use crate::upgrade::LANDLORD_NEWER;

everywhere! {
    a_landlord_made_twice_is_one_landlord,
    two_processes_that_make_the_landlord_at_once_make_one,
    a_landlord_whose_making_was_cut_off_is_finished,
    without_a_landlord_opening_says_how_to_make_one,
    a_tenant_s_database_is_not_taken_for_the_landlord,
    a_foreign_database_is_not_taken_for_the_landlord,
    a_landlord_of_a_newer_strata_is_refused,
    a_table_changed_by_hand_is_seen,
}

async fn a_landlord_made_twice_is_one_landlord(home: &Home) {
    let mut first = landlord(home).await;
    registered(&mut first, 2, "acme").await;
    first.close().await.unwrap();
    let options = Options::default();
    let mut second = Landlord::init_at(home.location(), LandlordId(uuid(9)), &options, &Frozen)
        .await
        .unwrap();
    assert_eq!(second.id(), LandlordId(uuid(1)));
    assert!(second.tenant(&slug("acme")).await.is_ok());
    assert_eq!(second.health().await.unwrap(), Vec::<String>::new());
    second.close().await.unwrap();
    if let Some(folder) = home.folder() {
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), 1);
    }
}

async fn two_processes_that_make_the_landlord_at_once_make_one(home: &Home) {
    let made = |n| {
        let (location, options) = (home.location().clone(), Options::default());
        tokio::spawn(async move {
            Landlord::init_at(&location, LandlordId(uuid(n)), &options, &Frozen).await
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

async fn a_landlord_whose_making_was_cut_off_is_finished(home: &Home) {
    home.empty_database().await.close().await.unwrap();
    let error = Landlord::open_at(home.location(), &Options::default(), &Frozen)
        .await
        .unwrap_err();
    assert!(error.is(&LANDLORD_MISSING));
    // Marked, and cut off before its first migration: opening goes on.
    let mut connection = home.database().await;
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
    let mut opened = Landlord::open_at(home.location(), &Options::default(), &Frozen)
        .await
        .unwrap();
    assert_eq!(opened.id(), id);
    assert!(opened.list_tenants(None, 10).await.unwrap().is_empty());
}

async fn without_a_landlord_opening_says_how_to_make_one(home: &Home) {
    let error = Landlord::open_at(home.location(), &Options::default(), &Frozen)
        .await
        .unwrap_err();
    assert!(error.is(&LANDLORD_MISSING));
    assert!(error.hints()[0].contains("strata init"));
    if let Some(folder) = home.folder() {
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0);
    }
}

/// A landlord is neither made nor opened there.
async fn demand_refused(home: &Home) {
    let (id, options) = (LandlordId(uuid(1)), Options::default());
    let made = Landlord::init_at(home.location(), id, &options, &Frozen).await;
    let opened = Landlord::open_at(home.location(), &options, &Frozen).await;
    for error in [made.unwrap_err(), opened.unwrap_err()] {
        assert!(error.is(&LANDLORD_EXISTS), "{error:?}");
        assert!(error.message().contains("landlord"), "{error}");
        assert!(error.hints()[0].contains("nothing was changed"));
    }
}

async fn a_tenant_s_database_is_not_taken_for_the_landlord(home: &Home) {
    let mut connection = home.empty_database().await;
    let mut transaction = connection.begin(ForeignKeys::Enforced).await.unwrap();
    let mark = Meta {
        tenant: TenantId(uuid(2)),
        landlord: LandlordId(uuid(1)),
        fence: 0,
    };
    meta::establish(&mut transaction, &mark).await.unwrap();
    transaction.commit().await.unwrap();
    connection.close().await.unwrap();
    demand_refused(home).await;
}

async fn a_foreign_database_is_not_taken_for_the_landlord(home: &Home) {
    let mut connection = home.empty_database().await;
    let session = connection.session().await.unwrap();
    let sql = "CREATE TABLE notes (note text)";
    session.run(sql, &[]).await.unwrap();
    connection.close().await.unwrap();
    demand_refused(home).await;
}

async fn a_landlord_of_a_newer_strata_is_refused(home: &Home) {
    let mut ours = landlord(home).await;
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
    let mut connection = home.database().await;
    let mut transaction = connection.begin(ForeignKeys::Enforced).await.unwrap();
    database::ledger::append(&mut transaction, &row)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    connection.close().await.unwrap();
    let error = Landlord::open_at(home.location(), &Options::default(), &Frozen)
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

async fn a_table_changed_by_hand_is_seen(home: &Home) {
    let mut ours = landlord(home).await;
    ours.session()
        .await
        .unwrap()
        .run("CREATE INDEX sneaky ON tenants (name)", &[])
        .await
        .unwrap();
    assert_eq!(ours.health().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_condition_changed_by_hand_is_seen_in_a_file() {
    let home = Home::in_a_file();
    let mut ours = landlord(&home).await;
    let session = ours.session().await.unwrap();
    for sql in [
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_schema SET sql = replace(sql, 'mariadb', 'oracle') WHERE name = 'servers'",
        "PRAGMA writable_schema = RESET",
    ] {
        session.run(sql, &[]).await.unwrap();
    }
    assert_eq!(ours.health().await.unwrap().len(), 1);
}
