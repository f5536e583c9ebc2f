//! Properties over random lists of operations: proposed blindly over a few names, kept when `check` takes
//! them.
//!
//! 256 cases; `STRATA_PROPTEST_CASES` raises that.

use model::operation::{Operation, Reverse, reverse_all};
use model::schema::Schema;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::invariants;
use crate::world::{
    column, create_table, create_view, foreign_key, index, nullable, op, origin, text,
};

const TABLES: &[&str] = &["ta", "tb", "tc"];
const COLUMNS: &[&str] = &["ca", "cb", "cc", "id"];
/// What foreign keys point at: mostly what is a key.
const KEYS: &[&str] = &["id", "id", "ca"];
const PARTS: &[&str] = &["pa", "pb", "pc", "ta"];
const VIEWS: &[&str] = &["va", "vb", "tb"];

#[expect(
    clippy::disallowed_methods,
    reason = "the number of cases is a setting of the test run"
)]
pub(crate) fn config() -> ProptestConfig {
    let asked = std::env::var("STRATA_PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: asked.unwrap_or(256),
        failure_persistence: None,
        ..Default::default()
    }
}

fn pick(from: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop::sample::select(from)
}

fn any_type() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!({"type": "int"}),
        json!({"type": "bigint"}),
        json!({"type": "bigint"}),
        json!({"type": "string", "length": 8}),
        text(),
        json!({"type": "json"}),
    ])
}

fn any_column() -> impl Strategy<Value = Value> {
    (pick(COLUMNS), any_type(), any::<bool>()).prop_map(|(name, column_type, null)| {
        if null {
            nullable(name, column_type)
        } else {
            column(name, column_type)
        }
    })
}

fn condition(column: &str) -> String {
    format!("{column} IS NOT NULL")
}

fn about_tables() -> impl Strategy<Value = Operation> {
    let create = (
        pick(TABLES),
        prop::collection::vec(any_column(), 0..4),
        pick(PARTS),
        pick(COLUMNS),
        any::<bool>(),
    )
        .prop_map(|(table, columns, part, over, unique)| {
            let parts = if unique {
                json!({"indexes": [index(part, &[over], true)]})
            } else {
                json!({})
            };
            create_table(table, columns, parts)
        });
    prop_oneof![
        4 => create,
        1 => pick(TABLES).prop_map(|t| op(json!({"operation": "drop-table", "table": t}))),
        2 => (pick(TABLES), pick(TABLES)).prop_map(|(a, b)| op(json!({"operation": "rename-table", "from": a, "to": b}))),
        2 => (pick(VIEWS), pick(TABLES), pick(COLUMNS)).prop_map(|(v, t, c)| create_view(v, &format!("SELECT {t}.{c} AS {c} FROM {t}"))),
        1 => (pick(VIEWS), pick(VIEWS), pick(COLUMNS)).prop_map(|(v, t, c)| create_view(v, &format!("SELECT {t}.{c} AS {c} FROM {t}"))),
        1 => pick(VIEWS).prop_map(|v| op(json!({"operation": "drop-view", "view": v}))),
    ]
}

fn about_columns() -> impl Strategy<Value = Operation> {
    let change = prop_oneof![
        any_type().prop_map(|to| json!({"set-type": to})),
        any::<bool>().prop_map(|to| json!({"set-nullable": to})),
        Just(json!({"set-default": null})),
        Just(json!({"set-default": {"value": {"integer": "1"}}})),
    ];
    prop_oneof![
        3 => (pick(TABLES), any_column()).prop_map(|(t, c)| op(json!({"operation": "add-column", "table": t, "column": c}))),
        1 => (pick(TABLES), pick(COLUMNS)).prop_map(|(t, c)| op(json!({"operation": "drop-column", "table": t, "column": c}))),
        3 => (pick(TABLES), pick(COLUMNS), pick(COLUMNS))
            .prop_map(|(t, a, b)| op(json!({"operation": "rename-column", "table": t, "from": a, "to": b}))),
        3 => (pick(TABLES), pick(COLUMNS), change)
            .prop_map(|(t, c, change)| op(json!({"operation": "alter-column", "table": t, "column": c, "change": change}))),
    ]
}

fn about_parts() -> impl Strategy<Value = Operation> {
    let part = |kind: &'static str, field: &'static str| {
        (pick(TABLES), pick(PARTS))
            .prop_map(move |(t, p)| op(json!({"operation": kind, "table": t, field: p})))
    };
    let create = (
        pick(TABLES),
        pick(PARTS),
        pick(COLUMNS),
        pick(COLUMNS),
        any::<bool>(),
    )
        .prop_map(|(t, p, a, b, unique)| {
            let mut index = index(p, &[a], unique);
            if a != b {
                index["filter"] = json!(condition(b));
            }
            op(json!({"operation": "create-index", "table": t, "index": index}))
        });
    let key = (pick(TABLES), pick(PARTS), pick(COLUMNS), pick(TABLES), pick(KEYS)).prop_map(|(t, p, a, to, b)| {
        op(json!({"operation": "add-foreign-key", "table": t, "foreign_key": foreign_key(p, &[a], to, &[b])}))
    });
    let check = (pick(TABLES), pick(PARTS), pick(COLUMNS)).prop_map(|(t, p, c)| {
        op(json!({"operation": "add-check", "table": t, "check": {"name": p, "condition": condition(c)}}))
    });
    prop_oneof![
        3 => create,
        3 => key,
        2 => check,
        3 => part("drop-index", "index"),
        3 => part("drop-foreign-key", "foreign_key"),
        3 => part("drop-check", "check"),
    ]
}

fn about_rows() -> impl Strategy<Value = Operation> {
    let value = prop_oneof![
        Just(json!("null")),
        Just(json!({"integer": "7"})),
        Just(json!({"text": "x"}))
    ];
    prop_oneof![
        (pick(TABLES), pick(COLUMNS), value).prop_map(|(t, c, v)| {
            op(json!({"operation": "insert-rows", "table": t, "key": [c], "columns": [c], "rows": [[v]]}))
        }),
        (pick(TABLES), pick(COLUMNS)).prop_map(|(t, c)| {
            op(json!({"operation": "update-rows", "table": t, "assignments": [{"column": c, "value": "NULL"}]}))
        }),
        (pick(TABLES), pick(COLUMNS)).prop_map(|(t, c)| {
            op(json!({"operation": "backfill", "table": t, "column": c, "value": "1"}))
        }),
        pick(TABLES).prop_map(|t| op(json!({"operation": "delete-rows", "table": t}))),
    ]
}

fn proposals() -> impl Strategy<Value = Vec<Operation>> {
    let any = prop_oneof![2 => about_tables(), 3 => about_columns(), 5 => about_parts(), 1 => about_rows()];
    prop::collection::vec(any, 40..120)
}

/// Applies the proposals that `check` takes and returns them with the schema.
fn keep(schema: &mut Schema, proposals: Vec<Operation>) -> Result<Vec<Operation>, TestCaseError> {
    let origin = origin("shop", "0001_init");
    let mut kept = Vec::new();
    for operation in proposals {
        if operation.check(schema).is_err() {
            continue;
        }
        if let Err(error) = operation.apply(schema, &origin) {
            return Err(TestCaseError::fail(format!(
                "{operation} passed its check, then: {error:?}"
            )));
        }
        invariants::check(schema)
            .map_err(|why| TestCaseError::fail(format!("after {operation}: {why}")))?;
        kept.push(operation);
    }
    Ok(kept)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn whatever_passes_its_check_keeps_every_invariant_and_a_record_of_exactly_what_is_there(list in proposals()) {
        let mut schema = Schema::empty();
        keep(&mut schema, list)?;
    }

    #[test]
    fn the_same_operations_give_the_same_schema_and_digest(list in proposals()) {
        let mut schema = Schema::empty();
        let kept = keep(&mut schema, list)?;
        let mut again = Schema::empty();
        for operation in &kept {
            operation.apply(&mut again, &origin("shop", "0001_init")).unwrap();
        }
        prop_assert_eq!(again.digest().unwrap(), schema.digest().unwrap());
        prop_assert_eq!(again, schema);
    }

    #[test]
    fn a_derived_reverse_gives_back_the_structure_before(list in proposals(), at in 0_usize..60) {
        let mut before = Schema::empty();
        let mut list = list;
        let rest = list.split_off(at.min(list.len()));
        keep(&mut before, list)?;
        let mut schema = before.clone();
        let mut kept = keep(&mut schema, rest)?;
        // One that nothing takes back ends the list: the part before it must still come back.
        let origin = origin("shop", "0001_init");
        while let Reverse::Irreversible { why } = reverse_all(&kept, &before, &origin).unwrap() {
            prop_assert!(!why.is_empty());
            kept.pop();
        }
        let mut schema = before.clone();
        for operation in &kept {
            operation.apply(&mut schema, &origin).unwrap();
        }
        let Reverse::Operations(back) = reverse_all(&kept, &before, &origin).unwrap() else {
            return Err(TestCaseError::fail("no reverse"));
        };
        for operation in &back {
            if let Err(error) = operation.apply(&mut schema, &origin) {
                return Err(TestCaseError::fail(format!("{operation} of the reverse of {kept:?}: {error:?}")));
            }
        }
        prop_assert_eq!(schema.structure, before.structure);
    }

    #[test]
    fn a_schema_comes_back_from_its_json_as_it_was(list in proposals()) {
        let mut schema = Schema::empty();
        keep(&mut schema, list)?;
        let json = serde_json::to_string(&schema.structure).unwrap();
        let back: model::schema::Structure = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(back, schema.structure);
    }
}

#[test]
fn the_proposals_reach_every_kind_of_operation_often_enough_to_mean_something() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut kinds = std::collections::BTreeMap::<&str, usize>::new();
    for _ in 0..500 {
        let list = proposals().new_tree(&mut runner).unwrap().current();
        for operation in keep(&mut Schema::empty(), list).unwrap() {
            *kinds
                .entry(
                    Operation::KINDS
                        .iter()
                        .find(|k| **k == operation.kind())
                        .unwrap(),
                )
                .or_default() += 1;
        }
    }
    for kind in Operation::KINDS
        .iter()
        .filter(|kind| !["run-sql", "extension"].contains(kind))
    {
        assert!(
            kinds.get(kind).is_some_and(|n| *n >= 5),
            "{kind} is hardly reached: {kinds:?}"
        );
    }
}
