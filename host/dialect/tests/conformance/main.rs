//! The one list of cases that every database is held to: each operation, each type of column, each way
//! back. What is special to one database is tried by the binaries beside this one.
//!
//! A page of a snapshot shows a group of cases with the statements of all databases side by side.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "helpers of tests stand outside test functions"
)]

mod append_only;
mod case;
mod columns;
mod indexes;
mod keys;
mod names;
mod page;
mod play;
mod row_changes;
mod stored;
mod type_changes;
mod types;
mod views;
#[path = "../world/words.rs"]
#[allow(dead_code, reason = "one list of words for several binaries")]
mod words;
#[path = "../world/mod.rs"]
#[allow(dead_code, reason = "one world for several binaries")]
mod world;

use std::collections::BTreeSet;

use dialect::error::DIALECT_UNSUPPORTED;
use dialect::for_backend;
use model::column_type::ColumnType;
use model::operation::Extension;
use model::{Backend, Operation};

use case::Case;

macro_rules! words_of_types {
    ($($variant:ident),*) => {
        /// The word of each type; a type that is not here does not compile.
        const TYPES: &[&str] = &[$(stringify!($variant)),*];

        fn type_word(column_type: &ColumnType) -> &'static str {
            match column_type { $(ColumnType::$variant { .. } => stringify!($variant),)* }
        }
    };
}

words_of_types!(
    Id,
    Bool,
    Smallint,
    Int,
    Bigint,
    Decimal,
    Real,
    Double,
    String,
    Text,
    Json,
    Date,
    Time,
    Timestamp,
    Timestamptz,
    Uuid,
    Binary,
    Blob,
    Enum
);

/// A test for each page or set of pages, and the list of them all.
macro_rules! groups {
    ($($test:ident: $groups:expr;)*) => {
        fn all_groups() -> Vec<(String, Vec<Case>)> {
            [$($groups),*].concat()
        }

        $(#[tokio::test]
        async fn $test() {
            for (name, cases) in $groups {
                play::group(&name, cases).await;
            }
        })*
    };
}

fn one(page: &str, cases: Vec<Case>) -> Vec<(String, Vec<Case>)> {
    vec![(page.to_owned(), cases)]
}

groups! {
    columns_of_numbers_are_the_same_everywhere: columns::pages(types::numbers());
    columns_of_texts_are_the_same_everywhere: columns::pages(types::texts());
    columns_of_times_are_the_same_everywhere: columns::pages(types::times());
    columns_of_bytes_are_the_same_everywhere: columns::pages(types::bytes());
    identities_the_current_time_and_either_case_are_the_same_everywhere:
        one("column_others", columns::others());
    a_column_becomes_another_type_with_the_same_values_everywhere: type_changes::pages();
    a_type_that_a_value_does_not_fit_is_refused_everywhere:
        one("type_others", type_changes::others());
    primary_keys_are_the_same_everywhere: one("keys_primary", keys::primary());
    foreign_keys_are_made_the_same_everywhere: one("keys_made", keys::made());
    foreign_keys_are_added_the_same_everywhere: one("keys_added", keys::added());
    foreign_keys_are_dropped_the_same_everywhere: one("keys_dropped", keys::dropped());
    foreign_keys_take_the_same_rows_along_everywhere: one("keys_rows", keys::rows_that_go());
    indexes_are_the_same_everywhere: one("indexes", indexes::all());
    every_type_is_indexed_or_refused_with_a_reason: one("index_types", indexes::of_types());
    checks_are_the_same_everywhere: one("checks", indexes::checks());
    views_are_the_same_everywhere: one("views", views::made());
    views_over_views_outlive_changes_below_them_everywhere:
        one("views_over_others", views::over_others());
    append_only_tables_are_so_everywhere: one("append_only", append_only::all());
    rows_are_added_the_same_everywhere: one("rows_added", row_changes::added());
    conditions_find_the_same_rows_everywhere: one("rows_changed", row_changes::changed());
    rows_are_filled_and_removed_the_same_everywhere:
        one("rows_filled_and_removed", row_changes::filled_and_removed());
    raw_sql_is_for_the_databases_that_it_has_texts_for: one("raw_sql", row_changes::raw_sql());
    renames_take_everything_along_everywhere: one("renames", names::renames());
    comments_are_kept_everywhere: one("comments", names::comments());
}

#[test]
fn what_becomes_no_other_type_becomes_none_on_any_database() {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("type_refused", type_changes::refused());
    });
}

#[test]
fn an_operation_of_a_later_contract_is_refused_by_the_model_and_every_database() {
    let later: Operation = Extension {
        kind: "later".into(),
        version: 1,
        payload: "{}".into(),
    }
    .into();
    let empty = model::Schema::empty();
    let refused = later.check(&empty).unwrap_err();
    assert!(refused.is(&model::operation::require::OPERATION_UNKNOWN));
    let (sqlite, postgresql) = (Backend::Sqlite, Backend::Postgresql);
    for backend in [sqlite, postgresql, Backend::Mysql, Backend::Mariadb] {
        let refused = for_backend(backend).compile(&later, &empty).unwrap_err();
        assert!(refused.is(&DIALECT_UNSUPPORTED) && !refused.hints().is_empty());
    }
}

#[test]
fn every_kind_of_operation_but_extensions_has_a_case() {
    let cases = all_groups().into_iter().flat_map(|(_, cases)| cases);
    let tried: BTreeSet<&str> = cases.map(|case| case.does.kind()).collect();
    let wanted = Operation::KINDS.iter().copied();
    assert_eq!(tried, wanted.filter(|kind| *kind != "extension").collect());
}

#[test]
fn every_type_has_a_case_in_which_it_is_made_and_one_in_which_it_is_added() {
    let cases: Vec<Case> = all_groups()
        .into_iter()
        .flat_map(|(_, cases)| cases)
        .collect();
    let types = |of: &dyn Fn(&Operation) -> Vec<ColumnType>| {
        let types = cases.iter().flat_map(|case| of(&case.does));
        types.map(|t| type_word(&t)).collect::<BTreeSet<&str>>()
    };
    let made = types(&|operation| match operation {
        Operation::CreateTable(create) => {
            let columns = create.table.columns.iter();
            columns.map(|column| column.column_type.clone()).collect()
        }
        _ => vec![],
    });
    let added = types(&|operation| match operation {
        Operation::AddColumn(add) => vec![add.column.column_type.clone()],
        _ => vec![],
    });
    let all: BTreeSet<&str> = TYPES.iter().copied().collect();
    assert_eq!(made, all);
    assert_eq!(
        added,
        all.into_iter().filter(|word| *word != "Id").collect()
    );
}

#[test]
fn no_two_cases_say_the_same() {
    let mut said = BTreeSet::new();
    for (page, cases) in all_groups() {
        for case in cases {
            assert!(said.insert(case.says.clone()), "{page}: {}", case.says);
        }
    }
}
