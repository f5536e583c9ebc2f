//! Leases, and processes that come between each other.

use std::time::Duration;

use database::failure::DATABASE_LOCKED;
use database::{Options, Timeouts};
use model::{LedgerEvent, LedgerRow};

use crate::landlord::Landlord;
use crate::leases::*;
use crate::runs::NewRun;
use crate::tests::home::{Home, everywhere};
use crate::tests::{Frozen, at, component, landlord, registered, run_id};

everywhere! {
    a_lease_is_held_by_one_and_its_token_only_grows,
    of_two_that_ask_for_a_lease_at_once_one_has_it,
    readers_go_on_while_somebody_writes_and_a_second_writer_is_told,
    runs_that_are_recorded_at_once_are_numbered_without_gap,
    a_ledger_that_is_copied_at_once_is_copied_once,
}

async fn a_lease_is_held_by_one_and_its_token_only_grows(home: &Home) {
    let mut landlord = landlord(home).await;
    let tenant = registered(&mut landlord, 2, "acme").await.id;
    let mut change = landlord.begin().await.unwrap();
    let first = change
        .acquire_lease(tenant, "host-a:1", Claim::Wait, at(0), at(30))
        .await
        .unwrap();
    let held = change
        .acquire_lease(tenant, "host-b:2", Claim::Wait, at(29), at(60))
        .await
        .unwrap_err();
    assert!(held.is(&LEASE_HELD));
    assert!(
        held.message().contains("`host-a:1`") && held.message().contains("`acme`"),
        "{held}"
    );
    let first = change.renew_lease(&first, at(40)).await.unwrap();
    assert!(
        change
            .acquire_lease(tenant, "host-b:2", Claim::Wait, at(39), at(60))
            .await
            .is_err()
    );
    let second = change
        .acquire_lease(tenant, "host-b:2", Claim::Wait, at(40), at(60))
        .await
        .unwrap();
    assert!(second.fence > first.fence);
    assert!(
        change
            .renew_lease(&first, at(90))
            .await
            .unwrap_err()
            .is(&LEASE_LOST)
    );
    // A loser that gives back what it no longer has takes nothing from the winner.
    change.release_lease(&first).await.unwrap();
    change.commit().await.unwrap();
    assert_eq!(landlord.lease(tenant).await.unwrap(), Some(second.clone()));
    let mut change = landlord.begin().await.unwrap();
    change.release_lease(&second).await.unwrap();
    change.release_lease(&second).await.unwrap();
    let third = change
        .acquire_lease(tenant, "host-a:1", Claim::Wait, at(41), at(60))
        .await
        .unwrap();
    assert!(third.fence > second.fence);
    let fourth = change
        .acquire_lease(tenant, "host-a:3", Claim::HolderIsDead, at(42), at(60))
        .await
        .unwrap();
    assert!(fourth.fence > third.fence);
    change.commit().await.unwrap();
}

async fn of_two_that_ask_for_a_lease_at_once_one_has_it(home: &Home) {
    let mut first = landlord(home).await;
    let tenant = registered(&mut first, 2, "acme").await.id;
    let asking = |n: u32| {
        let (location, options) = (home.location().clone(), Options::default());
        tokio::spawn(async move {
            let mut landlord = Landlord::open_at(&location, &options, &Frozen).await?;
            let mut change = landlord.begin().await?;
            let holder = format!("process {n}");
            let lease = change
                .acquire_lease(tenant, &holder, Claim::Wait, at(0), at(30))
                .await?;
            change.commit().await?;
            Ok::<_, model::Error>(lease)
        })
    };
    let asked: Vec<_> = (0..4).map(asking).collect();
    let mut held = 0;
    for one in asked {
        match one.await.unwrap() {
            Ok(lease) => {
                assert_eq!(lease.fence, 1);
                held += 1;
            }
            Err(error) => assert!(error.is(&LEASE_HELD), "{error:?}"),
        }
    }
    assert_eq!(held, 1);
}

async fn readers_go_on_while_somebody_writes_and_a_second_writer_is_told(home: &Home) {
    let mut first = landlord(home).await;
    registered(&mut first, 2, "acme").await;
    let timeouts = Timeouts {
        lock: Duration::from_millis(20),
        ..Timeouts::default()
    };
    let options = Options {
        timeouts,
        page_count_max: None,
    };
    let mut second = Landlord::open_at(home.location(), &options, &Frozen)
        .await
        .unwrap();
    let change = first.begin().await.unwrap();
    assert_eq!(second.list_tenants(None, 10).await.unwrap().len(), 1);
    assert!(second.begin().await.unwrap_err().is(&DATABASE_LOCKED));
    change.commit().await.unwrap();
    second.begin().await.unwrap().commit().await.unwrap();
}

async fn runs_that_are_recorded_at_once_are_numbered_without_gap(home: &Home) {
    let mut first = landlord(home).await;
    let tenant = registered(&mut first, 2, "acme").await.id;
    let recording = |n: u128| {
        let (location, options) = (home.location().clone(), Options::default());
        tokio::spawn(async move {
            let mut landlord = Landlord::open_at(&location, &options, &Frozen).await?;
            let new = NewRun {
                id: run_id(100 + n),
                tenant,
                plan: component(1),
                executed_by: format!("process {n}"),
            };
            let mut change = landlord.begin().await?;
            let run = change.record_run(&new, at(1)).await?;
            change.commit().await?;
            Ok::<_, model::Error>(run.batch)
        })
    };
    let recorded: Vec<_> = (0..6).map(recording).collect();
    let mut batches = Vec::new();
    for one in recorded {
        batches.push(one.await.unwrap().unwrap());
    }
    batches.sort_unstable();
    assert_eq!(batches, [1, 2, 3, 4, 5, 6]);
}

async fn a_ledger_that_is_copied_at_once_is_copied_once(home: &Home) {
    let mut first = landlord(home).await;
    let tenant = registered(&mut first, 2, "acme").await.id;
    let row = LedgerRow::following(None, LedgerEvent::RunResumed, run_id(9), at(0)).unwrap();
    let copying = |rows: Vec<LedgerRow>| {
        let (location, options) = (home.location().clone(), Options::default());
        tokio::spawn(async move {
            let mut landlord = Landlord::open_at(&location, &options, &Frozen).await?;
            let mut change = landlord.begin().await?;
            let missing = change.reconcile_ledger(tenant, &rows, at(9)).await?;
            change.commit().await?;
            Ok::<_, model::Error>(missing)
        })
    };
    let copied: Vec<_> = (0..4).map(|_| copying(vec![row.clone()])).collect();
    let mut missing = 0;
    for one in copied {
        missing += one.await.unwrap().unwrap();
    }
    assert_eq!(missing, 1);
    assert_eq!(first.ledger_copy(tenant).await.unwrap(), [row]);
}
