//! Who made an object and what changed it since, through renames.

use model::schema::ObjectRef;
use plan::{Entry, Planned, explain};
use serde_json::json;

use crate::world::{Stage, code, column, op, plan_fresh, plugin, table};

fn core() -> Entry {
    plugin(
        "core",
        "basic",
        json!({"migrations": ["0001_init", "0002_names"],
        "extension_points": [{"table": "people", "columns": true}]}),
    )
}

fn club() -> Entry {
    plugin("club", "template", json!({}))
}

fn planned() -> Planned {
    let rename_table = op(json!({"operation": "rename-table", "from": "users", "to": "people"}));
    let rename_column = op(
        json!({"operation": "rename-column", "table": "people", "from": "name", "to": "full_name"}),
    );
    let widen = op(
        json!({"operation": "alter-column", "table": "people", "column": "full_name", "change": {"set-nullable": false}}),
    );
    let badge =
        op(json!({"operation": "add-column", "table": "people", "column": column("club__badge")}));
    let view = op(
        json!({"operation": "create-view", "view": {"name": "names", "query": "SELECT people.id AS id FROM people"}}),
    );
    let stage = Stage::default()
        .plays(&core(), "0001_init", vec![table("users", &["name"])])
        .plays(
            &core(),
            "0002_names",
            vec![rename_table, rename_column, widen, view],
        )
        .plays(&club(), "0001_init", vec![badge]);
    plan_fresh(&[&core(), &club()], &stage).unwrap()
}

fn told(target: &str) -> String {
    let explanation = explain(&planned().schema, target).unwrap();
    let mut lines = vec![format!(
        "{} by {}",
        explanation.object, explanation.record.created
    )];
    lines.extend(
        explanation
            .definition
            .map(|definition| format!("is {definition}")),
    );
    lines.extend(
        explanation
            .record
            .changed
            .iter()
            .map(|(origin, what)| format!("{what} by {origin}")),
    );
    lines.extend(
        explanation
            .parts
            .iter()
            .map(|(part, record)| format!("has {part} by {}", record.created)),
    );
    lines.join("\n")
}

#[test]
fn a_table_is_told_with_its_parts_and_who_made_each_through_a_rename() {
    insta::assert_snapshot!(told("people"), @r#"
    table `people` by core@1.0.0 0001_init
    renamed from `users` by core@1.0.0 0002_names
    column `club__badge` added by club@1.0.0 0001_init
    has column `people.club__badge` by club@1.0.0 0001_init
    has column `people.full_name` by core@1.0.0 0001_init
    has column `people.id` by core@1.0.0 0001_init
    "#);
}

#[test]
fn a_column_is_told_with_its_type_and_every_change_since() {
    insta::assert_snapshot!(told("people.full_name"), @r#"
    column `people.full_name` by core@1.0.0 0001_init
    is text not null
    renamed from `name` by core@1.0.0 0002_names
    made not null by core@1.0.0 0002_names
    "#);
    insta::assert_snapshot!(told("people.club__badge"), @r#"
    column `people.club__badge` by club@1.0.0 0001_init
    is text
    "#);
}

#[test]
fn a_view_is_told_with_its_query() {
    insta::assert_snapshot!(told("names"), @r#"
    view `names` by core@1.0.0 0002_names
    is SELECT people.id FROM people
    "#);
    let explanation = explain(&planned().schema, "names").unwrap();
    assert!(matches!(explanation.object, ObjectRef::View(_)));
}

#[test]
fn what_is_not_there_or_is_no_name_is_refused() {
    let schema = planned().schema;
    for (target, wanted) in [
        ("users", "object.unknown"),
        ("people.name", "object.unknown"),
        ("absent.name", "object.unknown"),
        ("names.id", "object.unknown"),
        ("", "object.invalid"),
        ("people.", "object.invalid"),
        (".name", "object.invalid"),
        ("people.a.b", "object.invalid"),
        ("people; DROP", "object.invalid"),
        ("strata_ledger", "object.invalid"),
    ] {
        assert_eq!(code(explain(&schema, target)), Some(wanted), "{target:?}");
    }
    insta::assert_debug_snapshot!(explain(&schema, "people.name").unwrap_err(), @r#"
    object.unknown: the tenant's schema has no column `people.name`
      hint: `people` has id, full_name, club__badge
    "#);
}
