//! The fold of a ledger: what stands, with undone migrations gone; what does not fold is told.

use model::digest::Digest;
use model::ledger::{LedgerEvent, LedgerRow, verify};
use plan::{Entry, History, Planned};
use serde_json::json;

use crate::world::{Stage, append, code, id, ledger_of, plan_fresh, plugin, plugin_at, run, table};

fn core() -> Entry {
    plugin(
        "core",
        "basic",
        json!({"migrations": ["0001_a", "0002_b", "0003_c"]}),
    )
}

fn planned() -> Planned {
    let stage = Stage::default()
        .plays(&core(), "0001_a", vec![table("a", &[])])
        .plays(&core(), "0002_b", vec![table("b", &[])])
        .plays(&core(), "0003_c", vec![table("c", &[])]);
    plan_fresh(&[&core()], &stage).unwrap()
}

fn undone(migration: &str, after: Digest) -> LedgerEvent {
    let event = json!({"event": "migration-undone", "plugin": "core", "migration": migration, "after": after});
    serde_json::from_value(event).unwrap()
}

fn failed(migration: &str) -> LedgerEvent {
    let event = json!({"event": "step-failed", "plugin": "core", "migration": migration, "code": "a.b", "message": "no"});
    serde_json::from_value(event).unwrap()
}

/// Two migrations applied, the third fails, the second is undone, then a second run does both.
fn eventful() -> Vec<LedgerRow> {
    let planned = planned();
    let mut rows = ledger_of(&planned, 2);
    append(&mut rows, failed("0003_c"));
    append(&mut rows, undone("0002_b", planned.plan.steps[0].after));
    append(
        &mut rows,
        LedgerEvent::RunUndone {
            fingerprint: Digest::of_bytes(b"f"),
            recorded: Default::default(),
        },
    );
    let again = ledger_of(&planned, 3);
    append(&mut rows, again[0].event.clone());
    append(&mut rows, LedgerEvent::RunResumed);
    append(&mut rows, again[2].event.clone());
    append(&mut rows, again[3].event.clone());
    append(
        &mut rows,
        LedgerEvent::RunSucceeded {
            fingerprint: Digest::of_bytes(b"f"),
            recorded: Default::default(),
        },
    );
    verify(&rows).unwrap();
    rows
}

#[test]
fn a_ledger_folds_into_what_was_planned_with_its_run() {
    let planned = planned();
    let history = History::fold(&ledger_of(&planned, 3)).unwrap();
    assert_eq!(history.schema.structure, planned.schema.structure);
    assert_eq!(history.lock, planned.plan.lock);
    assert!(
        history
            .schema
            .provenance
            .iter()
            .all(|(_, record)| record.created.run == Some(run()))
    );
}

#[test]
fn undone_migrations_do_not_stand_and_can_be_applied_again() {
    let rows = eventful();
    let standing = |rows: &[LedgerRow]| {
        let history = History::fold(rows).unwrap();
        history
            .of(&id("core"))
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    assert_eq!(standing(&rows[..3]), ["0001_a", "0002_b"]);
    assert_eq!(standing(&rows[..6]), ["0001_a"]);
    assert_eq!(standing(&rows), ["0001_a", "0002_b", "0003_c"]);
    let after_undo = History::fold(&rows[..6]).unwrap();
    assert_eq!(
        after_undo.schema.digest().unwrap(),
        planned().plan.steps[0].after
    );
    assert_eq!(after_undo.pending(&core().manifest).unwrap().len(), 2);
}

#[test]
fn moving_on_row_by_row_is_the_same_as_folding_from_the_start() {
    let rows = eventful();
    let mut moving = History::default();
    for n in 1..=rows.len() {
        moving.push(&rows[..n]).unwrap();
        let folded = History::fold(&rows[..n]).unwrap();
        assert_eq!(moving.schema, folded.schema, "after row {n}");
        assert_eq!(moving.lock, folded.lock, "after row {n}");
        assert_eq!(moving.applied.len(), folded.applied.len(), "after row {n}");
    }
}

#[test]
fn an_undo_of_what_was_not_applied_last_does_not_fold() {
    let planned = planned();
    for migration in ["0001_a", "0003_c", "9999"] {
        let mut rows = ledger_of(&planned, 2);
        append(&mut rows, undone(migration, planned.plan.steps[0].after));
        assert_eq!(
            code(History::fold(&rows)),
            Some("history.broken"),
            "{migration}"
        );
        let mut moving = History::fold(&rows[..3]).unwrap();
        assert_eq!(
            code(moving.push(&rows)),
            Some("history.broken"),
            "{migration}, row by row"
        );
    }
}

#[test]
fn a_migration_that_leads_elsewhere_than_was_recorded_does_not_fold() {
    let mut planned = planned();
    planned.plan.steps[1].after = Digest::of_bytes(b"elsewhere");
    let error = History::fold(&ledger_of(&planned, 2)).unwrap_err();
    insta::assert_debug_snapshot!(error, @r#"
    history.broken: the ledger is not a history: `core@1.0.0 0002_b` does not fold into the schema that was recorded
      hint: restore the tenant's database from a backup
    "#);
    planned.plan.steps[1].operations = vec![table("a", &[])];
    assert_eq!(
        code(History::fold(&ledger_of(&planned, 2))),
        Some("history.broken")
    );
}

#[test]
fn a_version_must_begin_with_what_the_tenant_has_of_it() {
    let history = History::fold(&ledger_of(&planned(), 2)).unwrap();
    let pending = |migrations: &[&str]| {
        let entry = plugin_at("core", "2.0.0", "basic", json!({"migrations": migrations}));
        history.pending(&entry.manifest).map(<[_]>::len)
    };
    assert_eq!(pending(&["0001_a", "0002_b"]).unwrap(), 0);
    assert_eq!(pending(&["0001_a", "0002_b", "x"]).unwrap(), 1);
    for wrong in [
        &["0001_a"] as &[&str],
        &["0002_b", "0001_a"],
        &["0001_a", "x", "0002_b"],
        &[],
    ] {
        assert_eq!(code(pending(wrong)), Some("history.mismatch"), "{wrong:?}");
    }
}
