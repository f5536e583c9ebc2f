//! The chain of the ledger: whatever is removed, edited or moved is noticed.

use model::digest::Digest;
use model::id::RunId;
use model::ledger::{LEDGER_FORMAT_VERSION, LedgerEvent, LedgerRow, genesis, verify};
use serde_json::json;

fn run(n: u128) -> RunId {
    RunId(uuid(n))
}

fn uuid(n: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(n)
}

fn digest(text: &str) -> Digest {
    Digest::of_bytes(text.as_bytes())
}

fn event(json: serde_json::Value) -> LedgerEvent {
    serde_json::from_value(json).unwrap()
}

fn events() -> Vec<LedgerEvent> {
    let create = crate::world::create_table("t", vec![], json!({}));
    vec![
        event(
            json!({"event": "run-started", "plan": digest("plan"), "lock": [
            {"id": "shop", "version": "1.0.0", "layer": "basic", "component": digest("shop")}]}),
        ),
        event(
            json!({"event": "migration-applied", "plugin": "shop", "version": "1.0.0",
            "component": digest("shop"), "layer": "basic", "migration": "0001_init",
            "operations": [create], "reverse": {"operations": [{"operation": "drop-table", "table": "t"}]},
            "before": digest("before"), "after": digest("after")}),
        ),
        event(
            json!({"event": "step-failed", "plugin": "shop", "migration": "0002", "code": "x.y", "message": "no"}),
        ),
        event(
            json!({"event": "migration-undone", "plugin": "shop", "migration": "0001_init", "after": digest("before")}),
        ),
        event(json!({"event": "run-undone", "fingerprint": digest("f")})),
        event(json!({"event": "run-resumed"})),
        event(json!({"event": "run-succeeded", "fingerprint": digest("f")})),
    ]
}

pub(crate) fn chain() -> Vec<LedgerRow> {
    let mut rows: Vec<LedgerRow> = Vec::new();
    for event in events() {
        let previous = rows.last().map(|row| (row.sequence, row.hash));
        let time = "2026-11-20T13:05:00.123456Z".parse().unwrap();
        rows.push(LedgerRow::following(previous, event, run(7), time).unwrap());
    }
    rows
}

fn assert_noticed(rows: &[LedgerRow], what: &str) {
    match verify(rows) {
        Ok(()) => panic!("nobody noticed: {what}"),
        Err(error) => assert_eq!(error.code().name, "ledger.tampered", "{what}"),
    }
}

#[test]
fn a_chain_as_it_was_written_verifies_and_begins_at_one() {
    let rows = chain();
    verify(&rows).unwrap();
    verify(&[]).unwrap();
    assert_eq!((rows[0].sequence, rows[0].previous_hash), (1, genesis()));
}

#[test]
fn a_row_taken_out_is_noticed_unless_it_is_the_last_which_the_head_in_the_landlord_shows() {
    let rows = chain();
    for n in 0..rows.len() - 1 {
        let mut fewer = rows.clone();
        fewer.remove(n);
        assert_noticed(&fewer, &format!("row {n} removed"));
        for (row, sequence) in fewer.iter_mut().zip(1..) {
            row.sequence = sequence;
        }
        assert_noticed(
            &fewer,
            &format!("row {n} removed and the others renumbered"),
        );
    }
    verify(&rows[..rows.len() - 1]).unwrap();
}

#[test]
fn any_two_rows_that_changed_places_are_noticed() {
    let rows = chain();
    for a in 0..rows.len() {
        for b in 0..a {
            let mut swapped = rows.clone();
            swapped.swap(a, b);
            assert_noticed(&swapped, &format!("rows {a} and {b} swapped"));
            let events = (swapped[a].event.clone(), swapped[b].event.clone());
            let mut events_only = rows.clone();
            (events_only[a].event, events_only[b].event) = events;
            assert_noticed(&events_only, &format!("the events of {a} and {b} swapped"));
        }
    }
}

#[test]
fn any_edit_of_any_row_is_noticed() {
    type Edit = (&'static str, fn(&mut LedgerRow));
    let edits: [Edit; 6] = [
        ("sequence", |row| row.sequence += 1),
        ("event", |row| {
            row.event = LedgerEvent::RunSucceeded {
                fingerprint: Digest::of_bytes(b"other"),
                recorded: Default::default(),
            };
        }),
        ("previous hash", |row| {
            row.previous_hash = Digest::of_bytes(b"other")
        }),
        ("hash", |row| row.hash = Digest::of_bytes(b"other")),
        ("run", |row| row.run = RunId(uuid::Uuid::from_u128(8))),
        ("time", |row| {
            row.time = "2026-11-20T13:05:00.123457Z".parse().unwrap()
        }),
    ];
    for n in 0..chain().len() {
        for (what, edit) in edits {
            let mut rows = chain();
            edit(&mut rows[n]);
            assert_noticed(&rows, &format!("{what} of row {n}"));
        }
    }
}

#[test]
fn a_row_forged_with_a_hash_of_its_own_is_noticed_by_the_next() {
    let rows = chain();
    for n in 0..rows.len() - 1 {
        let mut forged = rows.clone();
        let previous = n.checked_sub(1).map(|p| (rows[p].sequence, rows[p].hash));
        let event = LedgerEvent::RunUndone {
            fingerprint: digest("forged"),
            recorded: Default::default(),
        };
        forged[n] = LedgerRow::following(previous, event, run(7), rows[n].time).unwrap();
        assert_noticed(&forged, &format!("row {n} forged"));
    }
}

#[test]
fn a_gap_in_the_sequence_is_noticed_even_when_the_hashes_follow() {
    let rows = chain();
    let event = LedgerEvent::RunResumed;
    let skipping = LedgerRow::following(Some((4, rows[1].hash)), event, run(7), rows[1].time);
    assert_noticed(
        &[rows[0].clone(), rows[1].clone(), skipping.unwrap()],
        "a gap",
    );
}

#[test]
fn a_row_written_by_a_newer_strata_is_refused_as_newer_and_not_as_tampered() {
    let mut rows = chain();
    rows[2].format = LEDGER_FORMAT_VERSION + 1;
    assert_eq!(
        verify(&rows).unwrap_err().code().name,
        "ledger.format_newer"
    );
    rows[2].format = 0;
    assert_noticed(&rows, "the format of row 2");
}

#[test]
fn every_event_comes_back_from_its_json_as_it_was() {
    for event in events() {
        let json = serde_json::to_value(&event).unwrap();
        assert_eq!(serde_json::from_value::<LedgerEvent>(json).unwrap(), event);
    }
}

#[test]
fn a_broken_chain_is_told_by_the_first_row_that_does_not_fit() {
    let mut rows = chain();
    rows.remove(2);
    insta::assert_debug_snapshot!(verify(&rows).unwrap_err(), @r#"
    ledger.tampered: row 4 of the ledger does not follow row 2
      hint: somebody changed the tenant's `strata_ledger` by hand; restore it from a backup
    "#);
}
