//! Reverses of whole lists: what was made in the list takes its rows with it, and what comes back must be
//! allowed to come back.

use model::operation::{Operation, Reverse, reverse_all};
use model::schema::Schema;
use serde_json::json;

use crate::world::{create_table, nullable, op, origin, text, world};

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
fn rows_put_into_a_table_that_stood_before_have_no_reverse() {
    for table in ["customers", "events"] {
        let (key, columns) = match table {
            "customers" => ("email", json!(["email"])),
            _ => ("id", json!(["id"])),
        };
        let row = match table {
            "customers" => json!([{"text": "a@x"}]),
            _ => json!([{"integer": "1"}]),
        };
        let insert = op(
            json!({"operation": "insert-rows", "table": table, "key": [key], "columns": columns, "rows": [row]}),
        );
        let why = format!(
            "rows of `{table}` that were there before cannot be told from those that were added"
        );
        assert_eq!(
            there_and_back(&world(), &[insert]),
            Reverse::Irreversible { why }
        );
    }
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

#[test]
fn a_name_that_passed_to_an_older_table_does_not_make_its_columns_new() {
    let title = nullable("title", text());
    let list = [
        op(json!({"operation": "add-column", "table": "orders", "column": title})),
        op(json!({"operation": "rename-table", "from": "orders", "to": "purchases"})),
        op(json!({"operation": "rename-table", "from": "loose", "to": "orders"})),
        op(json!({"operation": "backfill", "table": "orders", "column": "title", "value": "'x'"})),
    ];
    assert!(matches!(
        there_and_back(&world(), &list),
        Reverse::Irreversible { .. }
    ));
}
