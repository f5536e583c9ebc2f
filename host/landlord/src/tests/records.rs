//! Plans, runs, history, events and the copy of ledgers.

use model::ledger::LEDGER_TAMPERED;
use model::status::{RunEvent, RunStatus, STATUS_ILLEGAL};
use model::{
    Backend, BoundPlan, Capabilities, Digest, DigestPrefix, Layer, LedgerEvent, LedgerRow, Plan,
    TenantId,
};

use crate::events::{Event, Level};
use crate::history::{Action, HistoryEntry, Outcome};
use crate::landlord::Landlord;
use crate::ledger_copy::LEDGER_DIVERGED;
use crate::plans::{PLAN_AMBIGUOUS, PLAN_UNKNOWN};
use crate::runs::{NewRun, RUN_UNKNOWN, RunFailure};
use crate::stored::LANDLORD_BAD_ROW;
use crate::tests::home::{Home, everywhere};
use crate::tests::{at, component, landlord, registered, run_id, slug};

everywhere! {
    a_plan_is_found_by_the_beginning_of_its_digest,
    a_stored_plan_that_was_changed_by_hand_is_refused,
    runs_of_a_tenant_are_numbered_and_go_their_way,
    history_and_events_are_only_added_to,
    the_copy_of_a_ledger_takes_what_is_missing_and_refuses_another_past,
}

fn plan(tenant: TenantId, text: &str, target: &[u8]) -> BoundPlan {
    let plan = Plan {
        format: 1,
        base: Digest::of_bytes(b"base"),
        target: Digest::of_bytes(target),
        capabilities: Capabilities {
            backend: Backend::Sqlite,
            version: "3.51".to_owned(),
            transactional_ddl: true,
            partial_indexes: true,
            decimal_precision_max: 18,
            alter_rewrites_table: true,
        },
        lock: Vec::new(),
        settings: Default::default(),
        packs: Vec::new(),
        steps: Vec::new(),
        findings: Vec::new(),
    };
    let digest = plan.digest().unwrap();
    BoundPlan {
        tenant,
        slug: slug(text),
        plan,
        digest,
    }
}

fn prefix(digest: &Digest) -> DigestPrefix {
    digest.short().parse().unwrap()
}

async fn stored(landlord: &mut Landlord, plans: &[&BoundPlan]) {
    let mut change = landlord.begin().await.unwrap();
    for plan in plans {
        change.store_plan(plan, "tests", at(1)).await.unwrap();
        change.store_plan(plan, "again", at(2)).await.unwrap();
    }
    change.commit().await.unwrap();
}

async fn a_plan_is_found_by_the_beginning_of_its_digest(home: &Home) {
    let mut landlord = landlord(home).await;
    let (a, b) = (
        registered(&mut landlord, 2, "a").await.id,
        registered(&mut landlord, 3, "b").await.id,
    );
    let (own, shared_a, shared_b) = (
        plan(a, "a", b"own"),
        plan(a, "a", b"shared"),
        plan(b, "b", b"shared"),
    );
    assert_eq!(shared_a.digest, shared_b.digest);
    stored(&mut landlord, &[&own, &shared_a, &shared_b]).await;
    let found = landlord.plan(&prefix(&own.digest), None).await.unwrap();
    assert_eq!(
        (&found.plan, found.created_by.as_str(), found.created_at),
        (&own, "tests", at(1))
    );
    let error = landlord
        .plan(&prefix(&shared_a.digest), None)
        .await
        .unwrap_err();
    assert!(error.is(&PLAN_AMBIGUOUS));
    assert!(
        error.message().contains("`a`") && error.message().contains("`b`"),
        "{error}"
    );
    assert_eq!(
        landlord
            .plan(&prefix(&shared_a.digest), Some(b))
            .await
            .unwrap()
            .plan,
        shared_b
    );
    for (digest, of) in [(Digest::of_bytes(b"none"), None), (own.digest, Some(b))] {
        assert!(
            landlord
                .plan(&prefix(&digest), of)
                .await
                .unwrap_err()
                .is(&PLAN_UNKNOWN)
        );
    }
}

async fn a_stored_plan_that_was_changed_by_hand_is_refused(home: &Home) {
    let mut landlord = landlord(home).await;
    let tenant = registered(&mut landlord, 2, "acme").await.id;
    let plan = plan(tenant, "acme", b"target");
    stored(&mut landlord, &[&plan]).await;
    let body = model::digest::canonical_json(&plan).unwrap();
    let changed = body.replace("\"3.51\"", "\"3.52\"");
    assert_ne!(changed, body);
    let session = landlord.session().await.unwrap();
    let sql = "UPDATE plans SET body = $1";
    session.run(sql, &[changed.into()]).await.unwrap();
    let error = landlord
        .plan(&prefix(&plan.digest), None)
        .await
        .unwrap_err();
    assert!(error.is(&LANDLORD_BAD_ROW), "{error:?}");
}

async fn runs_of_a_tenant_are_numbered_and_go_their_way(home: &Home) {
    let mut landlord = landlord(home).await;
    let tenant = registered(&mut landlord, 2, "acme").await.id;
    let other = registered(&mut landlord, 3, "other").await.id;
    let mut change = landlord.begin().await.unwrap();
    // The order of ids is not that of runs.
    for (n, of, batch) in [(9, tenant, 1), (8, tenant, 2), (7, other, 1)] {
        let new = NewRun {
            id: run_id(n),
            tenant: of,
            plan: component(1),
            executed_by: "tests".to_owned(),
        };
        let run = change.record_run(&new, at(1)).await.unwrap();
        assert_eq!((run.batch, run.status), (batch, RunStatus::Planned));
    }
    let failure = RunFailure {
        code: "database.full".to_owned(),
        message: "no room".to_owned(),
    };
    for (event, failure, status) in [
        (RunEvent::Started, None, RunStatus::Running),
        (RunEvent::StepApplied, None, RunStatus::Running),
        (RunEvent::StepFailed, Some(&failure), RunStatus::Undoing),
        (RunEvent::Undone, None, RunStatus::Undone),
    ] {
        assert_eq!(
            change
                .run_event(run_id(8), event, failure, at(5))
                .await
                .unwrap(),
            status
        );
    }
    let error = change
        .run_event(run_id(8), RunEvent::Started, None, at(6))
        .await
        .unwrap_err();
    assert!(error.is(&STATUS_ILLEGAL));
    assert!(
        change
            .run_event(run_id(1), RunEvent::Started, None, at(6))
            .await
            .unwrap_err()
            .is(&RUN_UNKNOWN)
    );
    change.commit().await.unwrap();
    let run = landlord.run(run_id(8)).await.unwrap();
    assert_eq!((run.finished_at, run.failure), (Some(at(5)), Some(failure)));
    assert_eq!(
        landlord.last_run(tenant).await.unwrap().unwrap().id,
        run_id(8)
    );
    assert_eq!(
        landlord.list_runs(tenant, Some(2), 10).await.unwrap()[0].id,
        run_id(9)
    );
    let open: Vec<_> = landlord
        .open_runs()
        .await
        .unwrap()
        .into_iter()
        .map(|run| run.id)
        .collect();
    assert_eq!(open, [run_id(7), run_id(9)]);
}

fn history_entry(tenant: TenantId) -> HistoryEntry {
    HistoryEntry {
        tenant,
        run: run_id(9),
        batch: 1,
        plugin: "forum".parse().unwrap(),
        version: "1.0.0".parse().unwrap(),
        migration: "m1".parse().unwrap(),
        layer: Layer::Module,
        component: component(1),
        action: Action::Apply,
        status: Outcome::Succeeded,
        duration_ms: 12,
        executed_by: "tests".to_owned(),
        executed_at: at(3),
        operations: component(2),
    }
}

fn event(tenant: TenantId) -> Event {
    Event {
        tenant,
        run: Some(run_id(9)),
        time: at(3),
        level: Level::Warning,
        event: "step.failed".to_owned(),
        message: serde_json::json!({"code": "database.full"}),
    }
}

async fn history_and_events_are_only_added_to(home: &Home) {
    let mut landlord = landlord(home).await;
    let tenant = registered(&mut landlord, 2, "acme").await.id;
    let (entry, event) = (history_entry(tenant), event(tenant));
    let mut change = landlord.begin().await.unwrap();
    let new = NewRun {
        id: run_id(9),
        tenant,
        plan: component(1),
        executed_by: "tests".to_owned(),
    };
    change.record_run(&new, at(1)).await.unwrap();
    let undone = HistoryEntry {
        action: Action::Rollback,
        status: Outcome::Failed,
        ..entry.clone()
    };
    change.record_history(&entry).await.unwrap();
    change.record_history(&undone).await.unwrap();
    change.record_event(&event).await.unwrap();
    change.record_event(&event).await.unwrap();
    change.commit().await.unwrap();
    let history = landlord.list_history(tenant, None, 10).await.unwrap();
    assert_eq!(
        history.iter().map(|(_, entry)| entry).collect::<Vec<_>>(),
        [&undone, &entry]
    );
    assert_eq!(
        landlord
            .list_history(tenant, Some(history[0].0), 10)
            .await
            .unwrap(),
        history[1..]
    );
    let events = landlord.list_events(tenant, None, 1).await.unwrap();
    assert_eq!(events[0].1, event);
    assert_eq!(
        landlord
            .list_events(tenant, Some(events[0].0), 10)
            .await
            .unwrap()
            .len(),
        1
    );
    let session = landlord.session().await.unwrap();
    for sql in [
        "DELETE FROM tenant_migration_history",
        "UPDATE provisioning_events SET level = 'info'",
        "DELETE FROM tenants",
    ] {
        assert!(session.run(sql, &[]).await.is_err(), "{sql}");
    }
}

fn chain(events: usize) -> Vec<LedgerRow> {
    let mut rows: Vec<LedgerRow> = Vec::new();
    for n in 0..events {
        let head = rows.last().map(|row| (row.sequence, row.hash));
        let time = at(n as i64);
        rows.push(LedgerRow::following(head, LedgerEvent::RunResumed, run_id(9), time).unwrap());
    }
    rows
}

async fn the_copy_of_a_ledger_takes_what_is_missing_and_refuses_another_past(home: &Home) {
    let mut landlord = landlord(home).await;
    let tenant = registered(&mut landlord, 2, "acme").await.id;
    let rows = chain(4);
    let mut change = landlord.begin().await.unwrap();
    for (upto, missing) in [(0, 0), (2, 2), (2, 0), (4, 2), (4, 0)] {
        let copied = change
            .reconcile_ledger(tenant, &rows[..upto], at(9))
            .await
            .unwrap();
        assert_eq!(copied, missing);
    }
    let set_back = change
        .reconcile_ledger(tenant, &rows[..3], at(9))
        .await
        .unwrap_err();
    assert!(set_back.is(&LEDGER_DIVERGED));
    let other_past: Vec<LedgerRow> = {
        let first = LedgerRow::following(None, LedgerEvent::RunResumed, run_id(8), at(0)).unwrap();
        let mut all = vec![first];
        for n in 1..5 {
            let head = all.last().map(|row| (row.sequence, row.hash));
            all.push(
                LedgerRow::following(head, LedgerEvent::RunResumed, run_id(8), at(n)).unwrap(),
            );
        }
        all
    };
    assert!(
        change
            .reconcile_ledger(tenant, &other_past, at(9))
            .await
            .unwrap_err()
            .is(&LEDGER_DIVERGED)
    );
    let gap = [rows[0].clone(), rows[2].clone()];
    assert!(
        change
            .reconcile_ledger(tenant, &gap, at(9))
            .await
            .unwrap_err()
            .is(&LEDGER_TAMPERED)
    );
    change.commit().await.unwrap();
    assert_eq!(landlord.ledger_copy(tenant).await.unwrap(), rows);
    let head = landlord.tenant_by_id(tenant).await.unwrap().ledger_head;
    assert_eq!(head, rows.last().map(|row| (row.sequence, row.hash)));
    let sql = "UPDATE tenants SET ledger_sequence = 3";
    landlord
        .session()
        .await
        .unwrap()
        .run(sql, &[])
        .await
        .unwrap();
    assert!(
        landlord
            .ledger_copy(tenant)
            .await
            .unwrap_err()
            .is(&LEDGER_TAMPERED)
    );
}
