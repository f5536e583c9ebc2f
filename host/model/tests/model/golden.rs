//! Golden files: the canonical JSON and the digest of every stored kind, so that neither can drift. A
//! tenant's ledger, an approval and a fingerprint of years ago must mean the same today.
//!
//! A file changes only together with the format number of its kind.

use std::collections::BTreeSet;

use model::audit::{AuditEntry, AuditEvent};
use model::digest::{Digest, canonical_json};
use model::observed::Observed;
use model::plan::Plan;
use model::schema::Structure;
use serde_json::{Value, json};

const GOLDEN: &[(&str, &str)] = &[
    ("audit", include_str!("../golden/audit.json")),
    ("ledger", include_str!("../golden/ledger.json")),
    ("observed", include_str!("../golden/observed.json")),
    ("plan", include_str!("../golden/plan.json")),
    ("schema", include_str!("../golden/schema.json")),
];

fn golden(kind: &str) -> (String, Value) {
    let (_, text) = GOLDEN.iter().find(|(of, _)| *of == kind).unwrap();
    let file: Value = serde_json::from_str(text).unwrap();
    (
        file["digest"].as_str().unwrap().to_owned(),
        file["value"].clone(),
    )
}

/// Demands that a value made in code still has the JSON and the digest of its golden file.
fn assert_golden<T: serde::Serialize>(kind: &str, value: &T, digest: Digest) {
    let (golden_digest, golden_value) = golden(kind);
    let now = serde_json::to_value(value).unwrap();
    let file = json!({"digest": digest, "value": now});
    let advice = format!(
        "`{kind}` drifted; if its format number changed, tests/golden/{kind}.json is now\n{file:#}"
    );
    assert_eq!(now, golden_value, "{advice}");
    assert_eq!(digest.to_string(), golden_digest, "{advice}");
}

fn observed() -> Observed {
    serde_json::from_value(json!({
        "tables": {"members": {
            "columns": [
                {"name": "id", "type_text": "INTEGER", "nullable": false, "default": null, "collation": null,
                 "identity": true, "generated": null},
                {"name": "näme", "type_text": "TEXT", "nullable": true, "default": "'x'", "collation": "NOCASE",
                 "identity": false, "generated": "lower(id)"}],
            "primary_key": ["id"],
            "indexes": {"members_name": {"columns": ["näme DESC"], "unique": true, "filter": "id > 1"}},
            "foreign_keys": {"members_boss": {"columns": ["id"], "references_table": "members",
                "references_columns": ["id"], "on_delete": "CASCADE", "on_update": "RESTRICT"}},
            "checks": {"members_id": "id > 0"},
            "options": ["strict"]}},
        "views": {"names": "SELECT 1"},
        "triggers": {"kept": {"table": "members", "definition": "BEFORE DELETE"}},
        "opaque": {"table odd": "CREATE TABLE odd (\u{1})"}}))
    .unwrap()
}

fn plan() -> Plan {
    let schema = crate::world::world().digest().unwrap();
    let digest = Digest::of_bytes(b"component");
    let operations: Vec<_> = crate::operations::cases()
        .into_iter()
        .map(|case| case.operation)
        .collect();
    let statement = json!({"operation": 0, "before": schema, "after": schema, "statement":
        {"sql": "DROP TABLE \"a\"", "work": "scan", "blocks": "writes", "locks": ["a"]}});
    let step = json!({"plugin": "shop", "version": "1.0.0", "component": digest, "layer": "basic",
        "migration": "0001_init",
        "reads": [{"question": "slug", "answer": "acme"}, {"question": {"setting": "x"}, "answer": null},
            {"question": {"table-names": [null, 100]}, "answer": "3"}],
        "operations": operations, "statements": [statement], "foreign_keys": "verified",
        "transactional": true, "lock_timeout_ms": 3000, "reverse": {"irreversible": {"why": "rows are gone"}},
        "reverse_by": "derived",
        "hazards": [{"kind": "deletes-data", "object": "a", "message": "a sentence"}],
        "before": schema, "after": schema});
    serde_json::from_value(json!({"format": 1, "base": schema, "target": schema,
        "capabilities": {"backend": "sqlite", "version": "3.51", "transactional_ddl": true,
            "partial_indexes": true, "decimal_precision_max": 18, "alter_rewrites_table": true},
        "lock": [{"id": "shop", "version": "1.0.0", "layer": "basic", "component": digest}],
        "packs": [digest], "steps": [step],
        "findings": [{"code": "a.b", "severity": "warning", "object": "a", "message": "m", "fix": "f"}]}))
    .unwrap()
}

#[test]
fn the_digest_of_a_schema_is_the_golden_one() {
    let schema = crate::world::world();
    assert_golden("schema", &schema.structure, schema.digest().unwrap());
    let read: Structure = serde_json::from_value(golden("schema").1).unwrap();
    assert_eq!(read, schema.structure);
}

#[test]
fn the_digest_of_a_plan_with_every_operation_is_the_golden_one() {
    assert_golden("plan", &plan(), plan().digest().unwrap());
    let read: Plan = serde_json::from_value(golden("plan").1).unwrap();
    assert_eq!(read, plan());
}

#[test]
fn the_fingerprint_of_an_observed_schema_is_the_golden_one() {
    assert_golden("observed", &observed(), observed().fingerprint().unwrap());
}

#[test]
fn the_hashes_of_an_audit_log_are_the_golden_ones() {
    let entry = |head, outcome: &str| {
        let event = AuditEvent {
            actor: "rām".into(),
            roles: vec!["operator".into(), "viewer".into()],
            action: "apply".into(),
            subject: "acme".into(),
            digest: (outcome == "done").then(|| Digest::of_bytes(b"plan")),
            outcome: outcome.into(),
        };
        AuditEntry::following(head, event, "2026-11-20T12:00:00.25Z".parse().unwrap()).unwrap()
    };
    let begun = entry(None, "begun");
    let done = entry(Some((begun.sequence, begun.hash)), "done");
    let last = done.hash;
    assert_golden("audit", &[begun, done], last);
}

#[test]
fn the_hashes_of_a_ledger_are_the_golden_ones() {
    let rows = crate::ledger::chain();
    let shown: Vec<Value> = rows
        .iter()
        .map(|row| json!({"sequence": row.sequence, "event": row.event, "format": row.format,
            "previous_hash": row.previous_hash, "hash": row.hash, "run": row.run, "time": row.time.to_string()}))
        .collect();
    assert_golden("ledger", &shown, rows.last().unwrap().hash);
}

#[test]
fn a_ledger_of_the_first_format_is_still_an_unbroken_chain() {
    let file: Value = serde_json::from_str(include_str!("../golden/ledger-1.json")).unwrap();
    let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
    let rows = file["value"].as_array().unwrap().iter();
    let rows: Vec<model::LedgerRow> = rows
        .map(|row| model::LedgerRow {
            sequence: row["sequence"].as_i64().unwrap(),
            event: serde_json::from_value(row["event"].clone()).unwrap(),
            format: 1,
            previous_hash: text(row, "previous_hash").parse().unwrap(),
            hash: text(row, "hash").parse().unwrap(),
            run: text(row, "run").parse().unwrap(),
            time: text(row, "time").parse().unwrap(),
        })
        .collect();
    assert!(rows.len() > 2);
    model::ledger::verify(&rows).unwrap();
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the test reads the sources of its own room"
)]
fn each_stored_kind_has_a_golden_file() {
    let mut kinds = BTreeSet::new();
    let mut open = vec![std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap();
            let uses = source.split("Digest::of(").skip(1);
            kinds.extend(uses.filter_map(|rest| Some(rest.split('"').nth(1)?.to_owned())));
        }
    }
    let golden: BTreeSet<String> = GOLDEN.iter().map(|(kind, _)| (*kind).to_owned()).collect();
    assert_eq!(kinds, golden);
}

#[test]
fn sentences_for_people_are_no_part_of_a_plans_digest_and_everything_else_is() {
    let whole = plan();
    let digest = whole.digest().unwrap();
    let mut reworded = whole.clone();
    reworded.steps[0].hazards[0].message = "another sentence".to_owned();
    reworded.findings[0].message = "another".to_owned();
    reworded.findings[0].fix = "another".to_owned();
    assert_eq!(reworded.digest().unwrap(), digest);
    let edits: Vec<fn(&mut Plan)> = vec![
        |p| p.base = Digest::of_bytes(b"x"),
        |p| p.target = Digest::of_bytes(b"x"),
        |p| p.capabilities.version.push('0'),
        |p| p.lock.clear(),
        |p| p.packs.clear(),
        |p| p.findings.clear(),
        |p| p.steps.clear(),
        |p| p.steps[0].component = Digest::of_bytes(b"x"),
        |p| p.steps[0].reads[0].answer = Some("other".to_owned()),
        |p| {
            p.steps[0].operations.pop();
        },
        |p| p.steps[0].statements[0].statement.sql.push(' '),
        |p| p.steps[0].statements[0].statement.locks.clear(),
        |p| p.steps[0].transactional = false,
        |p| p.steps[0].lock_timeout_ms = 1,
        |p| p.steps[0].reverse = model::Reverse::Operations(vec![]),
        |p| p.steps[0].reverse_by = model::ReverseBy::Author,
        |p| p.steps[0].foreign_keys = model::ForeignKeys::Enforced,
        |p| p.steps[0].hazards.clear(),
        |p| p.steps[0].hazards[0].object.push('x'),
        |p| p.steps[0].after = Digest::of_bytes(b"x"),
    ];
    for (n, edit) in edits.iter().enumerate() {
        let mut edited = whole.clone();
        edit(&mut edited);
        assert_ne!(edited.digest().unwrap(), digest, "edit {n}");
    }
}

#[test]
fn canonical_json_sorts_keys_and_keeps_no_space() {
    let value = json!({"b": [1, true, null], "a": {"z": "ü\u{1}", "é": "\""}});
    insta::assert_snapshot!(canonical_json(&value).unwrap(), @r#"{"a":{"z":"ü\u0001","é":"\""},"b":[1,true,null]}"#);
}

#[test]
fn the_kind_and_the_format_are_part_of_a_digest() {
    let of = |kind: &str, format: u32| Digest::of(kind, format, &json!({})).unwrap();
    assert!(of("plan", 1) != of("schema", 1) && of("plan", 1) != of("plan", 2));
    assert_eq!(of("plan", 1), Digest::of_bytes(b"strata/plan/1\n{}"));
}
