//! One valid case of every kind of operation, and what each promises: it applies, it comes back, it is
//! told when it is applied twice.

use std::collections::BTreeSet;

use model::operation::{Operation, Reverse, reverse_all};
use serde_json::json;

use crate::world::{
    column, create_table, create_view, foreign_key, index, nullable, op, origin, text, world,
};

/// A valid operation on the world, and the code of doing it once more; none when that is allowed.
pub(crate) struct Case {
    pub(crate) operation: Operation,
    again: Option<&'static str>,
    /// Whether something takes it back.
    reversible: bool,
}

fn case(operation: Operation, again: Option<&'static str>) -> Case {
    Case {
        operation,
        again,
        reversible: true,
    }
}

fn final_case(operation: Operation, again: Option<&'static str>) -> Case {
    Case {
        operation,
        again,
        reversible: false,
    }
}

const EXISTS: Option<&str> = Some("operation.exists");
const MISSING: Option<&str> = Some("operation.missing");

fn tables_and_columns() -> Vec<Case> {
    let alter = |change| {
        op(
            json!({"operation": "alter-column", "table": "customers", "column": "nick", "change": change}),
        )
    };
    let drop_column = json!({"operation": "drop-column", "table": "orders", "column": "note"});
    vec![
        case(
            create_table(
                "teams",
                vec![column("label", text())],
                json!({"indexes": [index("teams_label", &["label"], false)]}),
            ),
            EXISTS,
        ),
        final_case(
            op(json!({"operation": "drop-table", "table": "loose"})),
            MISSING,
        ),
        case(
            op(json!({"operation": "rename-table", "from": "orders", "to": "purchases"})),
            MISSING,
        ),
        case(
            op(
                json!({"operation": "add-column", "table": "customers", "column": nullable("born", json!({"type": "date"}))}),
            ),
            EXISTS,
        ),
        final_case(op(drop_column), MISSING),
        case(
            op(
                json!({"operation": "rename-column", "table": "customers", "from": "email", "to": "mail"}),
            ),
            MISSING,
        ),
        case(
            alter(json!({"set-type": {"type": "string", "length": 40}})),
            None,
        ),
        final_case(
            alter(json!({"set-type": {"type": "string", "length": 10}})),
            None,
        ),
        case(alter(json!({"set-nullable": false})), None),
        case(
            alter(json!({"set-default": {"value": {"text": "ace"}}})),
            None,
        ),
    ]
}

fn parts_and_views() -> Vec<Case> {
    vec![
        case(
            op(
                json!({"operation": "create-index", "table": "customers", "index": index("customers_nick", &["nick", "name"], false)}),
            ),
            EXISTS,
        ),
        case(
            op(
                json!({"operation": "drop-index", "table": "customers", "index": "customers_score"}),
            ),
            MISSING,
        ),
        case(
            op(json!({"operation": "add-foreign-key", "table": "orders",
                "foreign_key": foreign_key("orders_customer_again", &["customer_id"], "customers", &["id"])})),
            EXISTS,
        ),
        case(
            op(
                json!({"operation": "drop-foreign-key", "table": "orders", "foreign_key": "orders_friend"}),
            ),
            MISSING,
        ),
        case(
            op(json!({"operation": "add-check", "table": "orders",
                "check": {"name": "orders_note_short", "condition": "LENGTH(note) < 100"}})),
            EXISTS,
        ),
        case(
            op(
                json!({"operation": "drop-check", "table": "customers", "check": "customers_score_sane"}),
            ),
            MISSING,
        ),
        case(
            create_view("emails", "SELECT customers.email AS email FROM customers"),
            EXISTS,
        ),
        case(
            op(json!({"operation": "drop-view", "view": "known"})),
            MISSING,
        ),
    ]
}

fn rows() -> Vec<Case> {
    vec![
        final_case(
            op(
                json!({"operation": "insert-rows", "table": "customers", "key": ["email"],
                "columns": ["email", "score"],
                "rows": [[{"text": "a@x"}, {"integer": "7"}], [{"text": "b@x"}, "null"]]}),
            ),
            None,
        ),
        final_case(
            op(
                json!({"operation": "update-rows", "table": "customers", "filter": "score > 5",
                "assignments": [{"column": "tier", "value": "'gold'"}]}),
            ),
            None,
        ),
        final_case(
            op(json!({"operation": "delete-rows", "table": "orders", "filter": "note IS NULL"})),
            None,
        ),
        final_case(
            op(
                json!({"operation": "backfill", "table": "customers", "column": "name", "value": "LOWER(email)"}),
            ),
            None,
        ),
        case(
            op(
                json!({"operation": "run-sql", "description": "tidy", "touches": ["orders"],
                "texts": [{"database": "sqlite", "statements": ["UPDATE orders SET note = ''"],
                    "reverse": ["UPDATE orders SET note = NULL"]}]}),
            ),
            None,
        ),
        final_case(
            op(
                json!({"operation": "run-sql", "description": "tidy", "touches": ["orders"],
                "texts": [{"database": "sqlite", "statements": ["DELETE FROM orders"]}]}),
            ),
            None,
        ),
    ]
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = tables_and_columns();
    cases.extend(parts_and_views());
    cases.extend(rows());
    cases
}

#[test]
fn every_kind_of_operation_has_a_case() {
    let covered: BTreeSet<&str> = cases().iter().map(|case| case.operation.kind()).collect();
    let missing: Vec<&&str> = Operation::KINDS
        .iter()
        .filter(|kind| **kind != "extension" && !covered.contains(**kind))
        .collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
}

#[test]
fn a_valid_operation_applies_and_changes_the_structure_unless_it_is_about_rows() {
    for Case { operation, .. } in cases() {
        let mut schema = world();
        operation
            .apply(&mut schema, &origin("shop", "0002_next"))
            .unwrap_or_else(|e| panic!("{operation}: {e:?}"));
        let changed = schema.structure != world().structure;
        assert_eq!(changed, !operation.is_about_rows(), "{operation}");
    }
}

#[test]
fn an_operation_applied_and_then_reversed_leaves_the_structure_as_it_was() {
    for Case {
        operation,
        reversible,
        ..
    } in cases()
    {
        let before = world();
        let mut schema = before.clone();
        operation
            .apply(&mut schema, &origin("shop", "0002_next"))
            .unwrap();
        match operation.reverse(&before) {
            Reverse::Operations(list) => {
                assert!(reversible, "{operation} is taken back by {list:?}");
                assert!(!list.is_empty(), "{operation}");
                for back in &list {
                    back.apply(&mut schema, &origin("shop", "0002_next"))
                        .unwrap_or_else(|e| panic!("{operation} back by {back}: {e:?}"));
                }
                assert_eq!(schema.structure, before.structure, "{operation}");
            }
            Reverse::Irreversible { why } => {
                assert!(!reversible, "{operation} is irreversible: {why}");
                assert!(
                    why.contains('`') && !why.ends_with('.'),
                    "{operation}: {why}"
                );
            }
        }
        let alone = reverse_all(
            std::slice::from_ref(&operation),
            &before,
            &origin("shop", "0002_next"),
        );
        assert_eq!(alone.unwrap(), operation.reverse(&before), "{operation}");
    }
}

#[test]
fn an_operation_applied_twice_is_refused_where_it_cannot_mean_anything() {
    for Case {
        operation, again, ..
    } in cases()
    {
        let mut schema = world();
        operation
            .apply(&mut schema, &origin("shop", "0002_next"))
            .unwrap();
        let once = schema.clone();
        let second = operation.apply(&mut schema, &origin("shop", "0002_next"));
        assert_eq!(
            second.as_ref().err().map(|e| e.code().name),
            again,
            "{operation}"
        );
        if second.is_err() {
            assert_eq!(schema, once, "{operation} was refused and left a trace");
        } else {
            assert_eq!(schema.structure, once.structure, "{operation}");
        }
    }
}

#[test]
fn every_operation_says_what_it_changes_in_words_that_name_it() {
    for Case { operation, .. } in cases() {
        let words = operation.to_string();
        let named = operation
            .relations()
            .iter()
            .any(|name| words.contains(name.as_str()));
        let described = operation.kind() == "run-sql" && words.contains("tidy");
        assert!(named || described, "{words}");
    }
}

#[test]
fn the_order_in_which_parts_are_added_leaves_no_trace_in_the_digest() {
    let add = |name: &str| {
        op(
            json!({"operation": "create-index", "table": "loose", "index": index(name, &["title"], false)}),
        )
    };
    let check = |name: &str| {
        op(
            json!({"operation": "add-check", "table": "loose", "check": {"name": name, "condition": "title <> ''"}}),
        )
    };
    let fold = |operations: &[Operation]| {
        let mut schema = world();
        for operation in operations {
            operation
                .apply(&mut schema, &origin("shop", "0002_next"))
                .unwrap();
        }
        schema.digest().unwrap()
    };
    let (a, b, c, d) = (
        add("loose_a"),
        add("loose_b"),
        check("loose_c"),
        check("loose_d"),
    );
    assert_eq!(
        fold(&[a.clone(), b.clone(), c.clone(), d.clone()]),
        fold(&[d, b, c, a])
    );
}

#[test]
fn who_made_what_leaves_no_trace_in_the_digest() {
    let operation = create_table("teams", vec![], json!({}));
    let (mut one, mut other) = (world(), world());
    operation
        .apply(&mut one, &origin("shop", "0002_next"))
        .unwrap();
    operation
        .apply(&mut other, &origin("sport", "0009_teams"))
        .unwrap();
    assert_ne!(one, other);
    assert_eq!(one.digest().unwrap(), other.digest().unwrap());
}

#[test]
fn a_comment_with_a_hidden_character_is_refused() {
    for comment in ["a\u{202e}b", "a\u{200b}b", "a\nb"] {
        let create = create_table("t", vec![], json!({"comment": comment}));
        let error = create.check(&world()).unwrap_err();
        assert_eq!(error.code().name, "operation.invalid", "{comment:?}");
    }
}

#[test]
fn views_that_join_the_former_twice_are_resolved_once_each_and_stand_sixteen_deep() {
    let view = |n: usize, below: &str| {
        let query =
            format!("SELECT a.name AS name FROM {below} AS a JOIN {below} AS b ON a.name = b.name");
        create_view(&format!("v{n}"), &query)
    };
    // Resolved once for each use, forty views would take 2^40 steps: the test would not end.
    let origin = origin("shop", "0001_init");
    let mut schema = world();
    let mut chain = Vec::new();
    for n in 0..40 {
        let below = match n % 16 {
            0 => "customers".to_owned(),
            _ => format!("v{}", n - 1),
        };
        let create = view(n, &below);
        create
            .apply(&mut schema, &origin)
            .unwrap_or_else(|e| panic!("{n}: {e:?}"));
        chain.push(create);
    }
    assert_eq!(
        view(40, "v15").check(&schema).unwrap_err().code().name,
        "operation.invalid"
    );
    reverse_all(&chain, &world(), &origin).unwrap();
    let rename = op(
        json!({"operation": "rename-column", "table": "customers", "from": "nick", "to": "other"}),
    );
    rename.check(&schema).unwrap();
    // A schema from before there was a limit is read as quickly.
    for n in 40..80 {
        if let Operation::CreateView(create) = view(n, &format!("v{}", n - 1)) {
            schema
                .structure
                .views
                .insert(create.view.name.clone(), create.view);
        }
    }
    assert!(schema.relation_columns(&"v79".parse().unwrap()).is_some());
}
