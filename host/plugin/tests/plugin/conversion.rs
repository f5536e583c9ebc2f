//! What a plugin returns becomes `model`'s, or an error that says where it is wrong.

use model::operation::Operation;

use crate::support::{crime, down, up};

#[test]
fn bad_names_are_refused_with_operation_and_field() {
    for id in [
        "name_quote",
        "name_nul",
        "name_control",
        "name_bidi",
        "name_long",
        "name_reserved",
        "name_empty",
    ] {
        let error = crime(id);
        assert_eq!(error.code().name, "plugin.bad_output", "{id}");
        let place = "operation 2 (`create-table`), field `name` cannot be taken";
        assert_eq!(error.causes()[0], place, "{id}");
        assert!(!error.hints().is_empty(), "{id} says what a name is");
    }
}

#[test]
fn texts_and_values_that_not_every_database_keeps_are_refused() {
    for (id, field) in [
        ("text_nul", "comment"),
        ("text_huge", "comment"),
        ("float_nan", "columns[1].default-value"),
        ("decimal_bad", "columns[1].default-value"),
        ("rows_many", "rows"),
        ("expression_bad", "checks[0].condition"),
        ("expression_deep", "checks[0].condition"),
        ("query_bad", "query"),
    ] {
        let error = crime(id);
        assert_eq!(error.code().name, "plugin.bad_output", "{id}");
        assert!(
            error.causes()[0].contains(&format!("field `{field}` ")),
            "{id}: {error:?}"
        );
    }
}

#[test]
fn operations_on_what_belongs_to_others_are_handed_on_to_be_judged() {
    let create = up("create_foreign").unwrap().value.operations;
    assert_eq!(create[0].to_string(), "create table `members`");
    let drop = up("drop_foreign").unwrap().value.operations;
    assert_eq!(drop[0].to_string(), "drop table `members`");
    let extension = up("extension").unwrap().value.operations;
    assert_eq!(extension[0].kind(), "extension");
}

#[test]
fn every_operation_of_the_contract_becomes_its_own_kind() {
    let operations = up("everything").unwrap().value.operations;
    let mut kinds: Vec<&str> = operations.iter().map(Operation::kind).collect();
    kinds.dedup();
    let all: Vec<&str> = Operation::KINDS
        .iter()
        .copied()
        .filter(|kind| *kind != "extension")
        .collect();
    assert_eq!(kinds, all);
    let Operation::CreateTable(create) = &operations[0] else {
        panic!("{:?}", operations[0])
    };
    let types: Vec<String> = create
        .table
        .columns
        .iter()
        .map(|column| column.column_type.to_string())
        .collect();
    assert_eq!(
        types.join(" "),
        "id bool smallint int bigint decimal(12,2) real double string(40) text json date time timestamp \
         timestamptz uuid binary(16) blob enum(open, closed)"
    );
    let Some(Operation::InsertRows(insert)) = operations
        .iter()
        .find(|operation| operation.kind() == "insert-rows")
    else {
        panic!("no rows")
    };
    let values: Vec<String> = insert.rows.iter().map(|row| row[0].to_string()).collect();
    assert_eq!(
        values,
        [
            "NULL",
            "TRUE",
            "-9223372036854775808",
            "-12.50",
            "1.5",
            "'it''s'",
            "X'00ff'"
        ]
    );
}

#[test]
fn down_says_nothing_or_gives_operations() {
    assert_eq!(down("calm").unwrap().value.operations, None);
    let own = down("own_down").unwrap().value.operations.unwrap();
    assert_eq!(own[0].to_string(), "drop table `evil_own_down`");
}
