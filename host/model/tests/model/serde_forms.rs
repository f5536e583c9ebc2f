//! The JSON of operations and of what else is stored: it comes back the same, and nothing unknown is let
//! through in silence.

use model::column_type::ColumnType;
use model::ledger::LedgerEvent;
use model::operation::Operation;
use serde_json::{Value, json};

use crate::operations::cases;
use crate::world::op;

fn extension() -> Operation {
    op(json!({"operation": "extension", "kind": "future", "version": 1, "payload": "{}"}))
}

#[test]
fn every_operation_comes_back_from_its_json_as_it_was() {
    let all = cases().into_iter().map(|case| case.operation);
    for operation in all.chain([extension()]) {
        let json = serde_json::to_value(&operation).unwrap();
        assert_eq!(json["operation"], operation.kind());
        let back: Operation = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(back, operation);
        assert_eq!(serde_json::to_value(&back).unwrap(), json);
    }
}

#[test]
fn an_operation_with_an_unknown_field_is_refused_at_any_depth() {
    for case in cases() {
        let whole = serde_json::to_value(&case.operation).unwrap();
        let objects = places(&whole, "");
        assert!(!objects.is_empty());
        for place in objects {
            let mut broken = whole.clone();
            let object = broken
                .pointer_mut(&place)
                .and_then(Value::as_object_mut)
                .unwrap();
            object.insert("surprise".to_owned(), json!(1));
            let read: Result<Operation, _> = serde_json::from_value(broken);
            assert!(
                read.is_err(),
                "{} took an unknown field at `{place}`",
                case.operation.kind()
            );
        }
    }
}

/// The pointers of all objects within a value.
fn places(value: &Value, at: &str) -> Vec<String> {
    match value {
        Value::Object(object) => {
            let inner = object
                .iter()
                .flat_map(|(key, inner)| places(inner, &format!("{at}/{key}")));
            std::iter::once(at.to_owned()).chain(inner).collect()
        }
        Value::Array(list) => {
            let inner = list.iter().enumerate();
            inner
                .flat_map(|(n, inner)| places(inner, &format!("{at}/{n}")))
                .collect()
        }
        _ => Vec::new(),
    }
}

#[test]
fn an_unknown_kind_of_operation_is_refused() {
    let read: Result<Operation, _> = serde_json::from_value(json!({"operation": "drop-database"}));
    assert!(read.is_err());
}

#[test]
fn a_type_without_parameters_takes_none() {
    for (json, fits) in [
        (json!({"type": "text"}), true),
        (json!({"type": "text", "length": 5}), false),
        (json!({"type": "id", "nullable": true}), false),
        (json!({"type": "string", "length": 5}), true),
        (
            json!({"type": "string", "length": 5, "collation": "x"}),
            false,
        ),
    ] {
        let read: Result<ColumnType, _> = serde_json::from_value(json.clone());
        assert_eq!(read.is_ok(), fits, "{json}");
    }
}

#[test]
fn a_ledger_event_takes_no_unknown_field() {
    assert!(serde_json::from_value::<LedgerEvent>(json!({"event": "run-resumed"})).is_ok());
    let read: Result<LedgerEvent, _> =
        serde_json::from_value(json!({"event": "run-resumed", "by": "me"}));
    assert!(read.is_err());
}

#[test]
fn integers_are_written_as_text_so_that_no_digit_is_lost() {
    let value = model::Value::Integer(9_007_199_254_740_993);
    let json = serde_json::to_value(&value).unwrap();
    assert_eq!(json, json!({"integer": "9007199254740993"}));
    assert_eq!(serde_json::from_value::<model::Value>(json).unwrap(), value);
}
