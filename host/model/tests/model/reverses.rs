//! Reverses of whole lists: what was made in the list takes its rows with it, and what comes back must be
//! allowed to come back.

use model::operation::{Operation, Reverse, reverse_all};
use model::schema::Schema;
use serde_json::{Value, json};

use crate::world::{column, create_table, nullable, op, origin, text, world};

fn there_and_back(before: &Schema, operations: &[Operation]) -> Reverse {
    let origin = origin("shop", "0002_next");
    let mut schema = before.clone();
    for operation in operations {
        operation
            .apply(&mut schema, &origin)
            .unwrap_or_else(|e| panic!("{operation}: {e:?}"));
    }
    let reverse = reverse_all(operations, before, &origin).unwrap();
    if let Reverse::Operations(list) = &reverse {
        for back in list {
            back.apply(&mut schema, &origin)
                .unwrap_or_else(|e| panic!("back by {}: {e:?}", json!(back)));
        }
        assert_eq!(schema.structure, before.structure);
    }
    reverse
}

#[test]
fn inserted_rows_are_taken_back_by_a_key_of_any_type() {
    let types: Vec<(Value, Value)> = vec![
        (json!({"type": "bool"}), json!({"bool": true})),
        (json!({"type": "smallint"}), json!({"integer": "-3"})),
        (
            json!({"type": "bigint"}),
            json!({"integer": "-9223372036854775808"}),
        ),
        (
            json!({"type": "decimal", "precision": 10, "scale": 2}),
            json!({"decimal": "-12.50"}),
        ),
        (json!({"type": "double"}), json!({"float": "-1e300"})),
        (
            json!({"type": "string", "length": 20}),
            json!({"text": "it's"}),
        ),
        (text(), json!({"text": "ü`\"\\"})),
        (json!({"type": "date"}), json!({"text": "2026-11-20"})),
        (json!({"type": "time"}), json!({"text": "13:05:00"})),
        (
            json!({"type": "timestamp"}),
            json!({"text": "2026-11-20 13:05:00"}),
        ),
        (
            json!({"type": "timestamptz"}),
            json!({"text": "2026-11-20T13:05:00Z"}),
        ),
        (
            json!({"type": "uuid"}),
            json!({"text": "018f3a5e-0000-7000-8000-000000000000"}),
        ),
        (
            json!({"type": "binary", "length": 4}),
            json!({"bytes": "00ff"}),
        ),
        (json!({"type": "blob"}), json!({"bytes": ""})),
        (
            json!({"type": "enum", "values": ["a", "b"]}),
            json!({"text": "b"}),
        ),
    ];
    for (column_type, value) in types {
        let mut before = world();
        let unique =
            json!({"indexes": [{"name": "t_k", "columns": [{"name": "k"}], "unique": true}]});
        let table = create_table("t", vec![column("k", column_type.clone())], unique);
        table
            .apply(&mut before, &origin("shop", "0001_init"))
            .unwrap();
        let insert = op(
            json!({"operation": "insert-rows", "table": "t", "key": ["k"], "columns": ["k"], "rows": [[value]]}),
        );
        let reverse = there_and_back(&before, &[insert]);
        assert!(
            matches!(reverse, Reverse::Operations(_)),
            "{column_type}: {reverse:?}"
        );
        let text = serde_json::to_string(&reverse).unwrap();
        assert_eq!(
            serde_json::from_str::<Reverse>(&text).unwrap(),
            reverse,
            "{column_type}"
        );
    }
}

#[test]
fn many_rows_with_a_key_of_two_columns_are_taken_back_in_parts() {
    let mut before = world();
    let table = op(
        json!({"operation": "create-table", "table": {"name": "t", "primary_key": ["a", "b"],
        "columns": [column("a", json!({"type": "int"})), column("b", text())]}}),
    );
    table
        .apply(&mut before, &origin("shop", "0001_init"))
        .unwrap();
    let rows: Vec<Value> = (0..500)
        .map(|n| json!([{"integer": n.to_string()}, {"text": "x".repeat(700)}]))
        .collect();
    let insert = op(
        json!({"operation": "insert-rows", "table": "t", "key": ["a", "b"], "columns": ["a", "b"], "rows": rows}),
    );
    let Reverse::Operations(list) = there_and_back(&before, &[insert]) else {
        panic!("irreversible")
    };
    assert!(list.len() > 20, "{} operations", list.len());
}

#[test]
fn rows_for_an_append_only_table_have_no_reverse() {
    let insert = op(
        json!({"operation": "insert-rows", "table": "events", "key": ["id"], "columns": ["id"],
        "rows": [[{"integer": "1"}]]}),
    );
    assert!(matches!(
        there_and_back(&world(), &[insert]),
        Reverse::Irreversible { .. }
    ));
}

#[test]
fn rows_of_what_the_same_list_made_go_with_it() {
    let add = op(
        json!({"operation": "add-column", "table": "customers", "column": nullable("city", text())}),
    );
    let fill = |column: &str| {
        op(
            json!({"operation": "backfill", "table": "customers", "column": column, "value": "LOWER(email)"}),
        )
    };
    let list = [
        create_table(
            "t",
            vec![nullable("a", text())],
            json!({"append_only": false}),
        ),
        op(
            json!({"operation": "insert-rows", "table": "t", "key": ["id"], "columns": ["id"], "rows": [[{"integer": "1"}]]}),
        ),
        op(json!({"operation": "rename-table", "from": "t", "to": "u"})),
        op(
            json!({"operation": "update-rows", "table": "u", "assignments": [{"column": "a", "value": "'x'"}]}),
        ),
        op(json!({"operation": "delete-rows", "table": "u"})),
        add.clone(),
        fill("city"),
        op(
            json!({"operation": "rename-column", "table": "customers", "from": "city", "to": "town"}),
        ),
        fill("town"),
    ];
    let reverse = there_and_back(&world(), &list);
    assert!(
        matches!(&reverse, Reverse::Operations(list) if list.len() == 4),
        "{reverse:?}"
    );
    assert!(matches!(
        there_and_back(&world(), &[add, fill("name")]),
        Reverse::Irreversible { .. }
    ));
}

#[test]
fn a_name_that_passed_to_an_older_table_does_not_make_its_rows_new() {
    let list = [
        create_table("t", vec![], json!({})),
        op(json!({"operation": "rename-table", "from": "t", "to": "u"})),
        op(json!({"operation": "rename-table", "from": "loose", "to": "t"})),
        op(json!({"operation": "delete-rows", "table": "t"})),
    ];
    assert!(matches!(
        there_and_back(&world(), &list),
        Reverse::Irreversible { .. }
    ));
}

#[test]
fn raw_sql_with_the_longest_description_can_still_be_taken_back() {
    let run = op(
        json!({"operation": "run-sql", "description": "x".repeat(1_024), "touches": ["orders"],
        "texts": [{"database": "sqlite", "statements": ["UPDATE orders SET note = ''"], "reverse": ["UPDATE orders SET note = NULL"]}]}),
    );
    assert!(matches!(
        there_and_back(&world(), &[run]),
        Reverse::Operations(_)
    ));
}
