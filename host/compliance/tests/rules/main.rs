//! The core rules, one case that breaks each and those that keep to them.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;

use compliance::{Parties, judge, judge_reverse};
use model::operation::Operation;
use model::schema::{Origin, Schema};
use model::{Manifest, Severity};
use serde_json::{Value, json};

mod write;

use write::{
    add_column, cascading, create, foreign_key, index, insert, named, on_column, on_part, op, raw,
    rename_column, update, view,
};

fn manifest(id: &str, layer: &str, more: Value) -> Manifest {
    let mut json = json!({"format": "strata/manifest/1", "id": id, "version": "1.0.0", "layer": layer,
        "title": id, "publisher": "tests", "contract": "0.1.0", "migrations": ["0001_init"]});
    json.as_object_mut()
        .unwrap()
        .extend(more.as_object().cloned().unwrap());
    Manifest::parse(json.to_string().as_bytes()).unwrap()
}

/// A core, a shop that opens its items and must keep its invoices, an addon that depends on the shop and
/// may do everything that a manifest can ask for, and a stranger that depends on nobody.
fn manifests() -> Vec<Manifest> {
    let all = json!(["destructive", "raw-sql"]);
    vec![
        manifest("core", "basic", json!({"capabilities": all})),
        manifest(
            "shop",
            "module",
            json!({
            "depends": [{"id": "core", "requirement": "^1"}],
            "capabilities": all,
            "extension_points": [{"table": "items", "columns": true, "indexes": true}],
            "classification": [{"table": "invoices", "retention_years": 10}, {"table": "receipts", "retention_years": 10}]}),
        ),
        manifest(
            "addon",
            "module",
            json!({"depends": [{"id": "shop", "requirement": "^1"}], "capabilities": all}),
        ),
        manifest("stranger", "module", json!({})),
    ]
}

fn schema() -> Schema {
    let mut schema = Schema::empty();
    let mut make = |plugin: &str, operation: Operation| {
        let origin = Origin {
            plugin: plugin.parse().unwrap(),
            version: "1.0.0".parse().unwrap(),
            migration: "0001_init".parse().unwrap(),
            run: None,
        };
        operation
            .apply(&mut schema, &origin)
            .unwrap_or_else(|e| panic!("{operation}: {e:?}"));
    };
    make("core", create("users", None));
    // Receipts go with lines, and lines with orders.
    for (table, parent) in [
        ("orders", None),
        ("lines", Some("orders")),
        ("receipts", Some("lines")),
    ] {
        make("shop", cascading(table, parent));
    }
    for table in ["items", "invoices", "secrets"] {
        make("shop", create(table, None));
    }
    make(
        "shop",
        on_part(
            "add-check",
            "check",
            "items",
            json!({"name": "items_sane", "condition": "title <> ''"}),
        ),
    );
    make(
        "shop",
        on_part(
            "add-foreign-key",
            "foreign_key",
            "items",
            foreign_key("items_key", "invoices"),
        ),
    );
    make(
        "shop",
        on_part(
            "create-index",
            "index",
            "items",
            json!({"name": "items_title", "columns": [{"name": "title"}], "unique": false}),
        ),
    );
    make("shop", view("item_ids", "SELECT items.id AS id FROM items"));
    make(
        "addon",
        view("titles", "SELECT items.title AS title FROM items"),
    );
    make("addon", create("extras", None));
    make("addon", add_column("items", "addon__label"));
    make(
        "addon",
        on_part(
            "create-index",
            "index",
            "items",
            json!({"name": "addon_title", "columns": [{"name": "title"}], "unique": false}),
        ),
    );
    schema
}

/// The codes of what the rules say when `plugin` does it.
fn codes(plugin: &str, operation: &Operation) -> Vec<String> {
    let acting = manifests()
        .into_iter()
        .find(|m| m.id.as_str() == plugin)
        .unwrap();
    let findings = judge(operation, &schema(), &acting, &Parties::new(manifests()));
    for finding in &findings {
        assert_eq!(finding.severity, Severity::Error);
        assert!(
            !finding.object.is_empty() && !finding.fix.is_empty(),
            "{finding:?}"
        );
        assert_eq!(compliance::code_of(finding).unwrap().name, finding.code);
    }
    findings.into_iter().map(|finding| finding.code).collect()
}

type Case = (&'static str, Operation, &'static str);

fn foreign_tables_and_columns() -> Vec<Case> {
    const TABLE: &str = "ownership.foreign_table";
    let default = || json!({"change": {"set-default": null}});
    vec![
        ("addon", named("drop-table", "table", "secrets"), TABLE),
        (
            "addon",
            op(json!({"operation": "rename-table", "from": "items", "to": "things"})),
            TABLE,
        ),
        ("addon", add_column("secrets", "addon__x"), TABLE),
        (
            "addon",
            on_column("drop-column", "items", "note", json!({})),
            TABLE,
        ),
        (
            "addon",
            on_column("alter-column", "items", "note", default()),
            TABLE,
        ),
        (
            "addon",
            rename_column("items", "note", "addon__note"),
            TABLE,
        ),
        (
            "shop",
            on_column("drop-column", "items", "addon__label", json!({})),
            TABLE,
        ),
    ]
}

fn foreign_parts() -> Vec<Case> {
    const TABLE: &str = "ownership.foreign_table";
    vec![
        ("addon", index("secrets", &["title"], false), TABLE),
        (
            "addon",
            on_part("drop-index", "index", "items", json!("items_title")),
            TABLE,
        ),
        (
            "shop",
            on_part("drop-index", "index", "items", json!("addon_title")),
            TABLE,
        ),
        (
            "addon",
            on_part(
                "add-foreign-key",
                "foreign_key",
                "items",
                foreign_key("x", "items"),
            ),
            TABLE,
        ),
        (
            "addon",
            on_part(
                "drop-foreign-key",
                "foreign_key",
                "items",
                json!("items_key"),
            ),
            TABLE,
        ),
        (
            "addon",
            on_part(
                "add-check",
                "check",
                "items",
                json!({"name": "x", "condition": "title <> ''"}),
            ),
            TABLE,
        ),
        (
            "addon",
            on_part("drop-check", "check", "items", json!("items_sane")),
            TABLE,
        ),
        ("addon", named("drop-view", "view", "item_ids"), TABLE),
    ]
}

fn foreign_rows() -> Vec<Case> {
    const ROWS: &str = "ownership.foreign_rows";
    vec![
        ("addon", insert("items"), ROWS),
        ("addon", update("items", "note"), ROWS),
        ("addon", named("delete-rows", "table", "items"), ROWS),
        (
            "addon",
            on_column("backfill", "items", "note", json!({"value": "'x'"})),
            ROWS,
        ),
        ("addon", raw("items"), ROWS),
    ]
}

fn names_and_needs() -> Vec<Case> {
    const DEPEND: &str = "ownership.undeclared_dependency";
    vec![
        (
            "addon",
            add_column("items", "label"),
            "ownership.column_name",
        ),
        (
            "addon",
            add_column("items", "shop__label"),
            "ownership.column_name",
        ),
        (
            "addon",
            add_column("items", "addon_label"),
            "ownership.column_name",
        ),
        (
            "addon",
            rename_column("items", "addon__label", "label"),
            "ownership.column_name",
        ),
        (
            "addon",
            index("items", &["title"], true),
            "ownership.unique_index",
        ),
        (
            "addon",
            index("items", &["title", "addon__label"], true),
            "ownership.unique_index",
        ),
        ("stranger", create("x", Some("items")), DEPEND),
        (
            "stranger",
            view("x_view", "SELECT items.id AS id FROM items"),
            DEPEND,
        ),
        (
            "shop",
            view(
                "x_view",
                "SELECT items.id AS id FROM items JOIN extras ON items.id = extras.id",
            ),
            DEPEND,
        ),
        (
            "shop",
            on_part(
                "add-foreign-key",
                "foreign_key",
                "items",
                foreign_key("x", "extras"),
            ),
            DEPEND,
        ),
    ]
}

fn kept_and_asked_for() -> Vec<Case> {
    const CORE: &str = "core.immutable";
    vec![
        ("shop", add_column("users", "shop__x"), CORE),
        ("shop", named("drop-table", "table", "users"), CORE),
        ("shop", insert("users"), CORE),
        ("shop", update("users", "title"), CORE),
        ("addon", raw("users"), CORE),
        ("shop", index("users", &["title"], false), CORE),
        (
            "shop",
            named("drop-table", "table", "invoices"),
            "retention.kept",
        ),
        (
            "shop",
            named("delete-rows", "table", "invoices"),
            "retention.kept",
        ),
        ("shop", raw("invoices"), "retention.kept"),
        (
            "shop",
            op(json!({"operation": "rename-table", "from": "invoices", "to": "old"})),
            "retention.kept",
        ),
        (
            "shop",
            on_column("drop-column", "invoices", "note", json!({})),
            "retention.kept",
        ),
        (
            "shop",
            named("delete-rows", "table", "orders"),
            "retention.kept",
        ),
        ("shop", raw("orders"), "retention.kept"),
        (
            "stranger",
            named("drop-table", "table", "own"),
            "capability.destructive",
        ),
        (
            "stranger",
            on_column("drop-column", "own", "x", json!({})),
            "capability.destructive",
        ),
        (
            "stranger",
            named("delete-rows", "table", "own"),
            "capability.destructive",
        ),
        ("stranger", raw("own"), "capability.raw_sql"),
    ]
}

fn all_cases() -> Vec<Case> {
    let lists = [
        foreign_tables_and_columns(),
        foreign_parts(),
        foreign_rows(),
        names_and_needs(),
        kept_and_asked_for(),
    ];
    lists.into_iter().flatten().collect()
}

#[test]
fn what_breaks_a_rule_is_found_with_the_code_of_that_rule_and_no_other() {
    for (plugin, operation, wanted) in all_cases() {
        assert_eq!(codes(plugin, &operation), [wanted], "{plugin}: {operation}");
    }
}

#[test]
fn every_code_of_the_room_has_a_case() {
    let cases: BTreeSet<&str> = all_cases().into_iter().map(|(_, _, code)| code).collect();
    let all: BTreeSet<&str> = compliance::ALL.iter().map(|code| code.name).collect();
    assert_eq!(cases, all);
}

#[test]
fn a_plugin_may_do_with_its_own_what_it_asked_for() {
    for (plugin, operation) in [
        ("addon", named("drop-table", "table", "extras")),
        (
            "addon",
            op(json!({"operation": "rename-table", "from": "extras", "to": "more"})),
        ),
        (
            "addon",
            on_column("drop-column", "extras", "note", json!({})),
        ),
        ("addon", index("extras", &["title"], true)),
        ("addon", insert("extras")),
        ("addon", raw("extras")),
        ("shop", named("drop-table", "table", "secrets")),
        ("shop", insert("invoices")),
        ("core", add_column("users", "more")),
        ("core", named("delete-rows", "table", "users")),
        ("stranger", create("own", None)),
        ("addon", named("drop-view", "view", "titles")),
    ] {
        assert_eq!(
            codes(plugin, &operation),
            Vec::<String>::new(),
            "{plugin}: {operation}"
        );
    }
}

#[test]
fn what_an_owner_opened_is_open_to_others() {
    for operation in [
        add_column("items", "addon__more"),
        index("items", &["title"], false),
        index("items", &["addon__label"], true),
        on_column("drop-column", "items", "addon__label", json!({})),
        on_column(
            "alter-column",
            "items",
            "addon__label",
            json!({"change": {"set-default": {"value": {"text": "x"}}}}),
        ),
        rename_column("items", "addon__label", "addon__tag"),
        on_column(
            "backfill",
            "items",
            "addon__label",
            json!({"value": "title"}),
        ),
        update("items", "addon__label"),
        on_part("drop-index", "index", "items", json!("addon_title")),
        create("more", Some("items")),
        create("even_more", Some("users")),
        view(
            "x_view",
            "SELECT items.id AS id FROM items JOIN users ON items.id = users.id",
        ),
    ] {
        assert_eq!(
            codes("addon", &operation),
            Vec::<String>::new(),
            "{operation}"
        );
    }
}

#[test]
fn a_column_on_anothers_table_never_becomes_one_that_the_owner_must_fill() {
    let change = |change: Value| {
        on_column(
            "alter-column",
            "items",
            "addon__label",
            json!({"change": change}),
        )
    };
    assert_eq!(
        codes("addon", &change(json!({"set-nullable": false}))),
        ["ownership.foreign_table"]
    );
    assert_eq!(
        codes("addon", &change(json!({"set-nullable": true}))),
        Vec::<String>::new()
    );
}

#[test]
fn every_kind_of_operation_that_changes_something_of_another_is_judged() {
    let cases: Vec<Operation> = all_cases()
        .into_iter()
        .map(|(_, operation, _)| operation)
        .collect();
    let judged: BTreeSet<&str> = cases.iter().map(Operation::kind).collect();
    let unjudged: Vec<&&str> = Operation::KINDS
        .iter()
        .filter(|kind| !judged.contains(**kind))
        .collect();
    assert_eq!(unjudged, [&"extension"]);
}

#[test]
fn a_unique_index_on_anothers_table_needs_a_column_that_the_owners_rows_leave_null() {
    let apply = |schema: &mut Schema, operation: &Operation| {
        let origin = Origin {
            plugin: "addon".parse().unwrap(),
            version: "1.0.0".parse().unwrap(),
            migration: "0002_more".parse().unwrap(),
            run: None,
        };
        operation.apply(schema, &origin).unwrap();
    };
    let told = |schema: &Schema, operation: &Operation| {
        let all = manifests();
        let acting = all.iter().find(|m| m.id.as_str() == "addon").unwrap();
        let findings = judge(operation, schema, acting, &Parties::new(manifests()));
        findings.into_iter().map(|f| f.code).collect::<Vec<_>>()
    };
    let change = |change: Value| {
        on_column(
            "alter-column",
            "items",
            "addon__label",
            json!({"change": change}),
        )
    };
    let default = change(json!({"set-default": {"value": {"text": "x"}}}));
    let mut defaulted = schema();
    apply(&mut defaulted, &default);
    let unique = index("items", &["addon__label"], true);
    assert_eq!(told(&defaulted, &unique), ["ownership.unique_index"]);

    let mut indexed = schema();
    assert_eq!(told(&indexed, &unique), Vec::<String>::new());
    apply(&mut indexed, &unique);
    for refused in [default, change(json!({"set-nullable": false}))] {
        assert_eq!(
            told(&indexed, &refused),
            ["ownership.unique_index"],
            "{refused}"
        );
    }
    for taken in [json!({"set-default": null}), json!({"set-nullable": true})] {
        assert_eq!(told(&indexed, &change(taken)), Vec::<String>::new());
    }
}

#[test]
fn a_reverse_takes_back_without_asking_only_what_its_own_migration_made() {
    let origin = |migration: &str| Origin {
        plugin: "stranger".parse().unwrap(),
        version: "1.0.0".parse().unwrap(),
        migration: migration.parse().unwrap(),
        run: None,
    };
    let mut schema = schema();
    let rename = op(json!({"operation": "rename-table", "from": "older", "to": "moved"}));
    for (migration, operation) in [
        ("0001_init", create("older", None)),
        ("0002_next", rename),
        ("0002_next", add_column("moved", "more")),
        ("0002_next", create("newer", None)),
    ] {
        operation.apply(&mut schema, &origin(migration)).unwrap();
    }
    let all = manifests();
    let acting = all.iter().find(|m| m.id.as_str() == "stranger").unwrap();
    let told = |operation: &Operation| {
        let parties = Parties::new(manifests());
        let findings = judge_reverse(operation, &schema, acting, &parties, &origin("0002_next"));
        findings.into_iter().map(|f| f.code).collect::<Vec<_>>()
    };
    for free in [
        named("drop-table", "table", "newer"),
        named("delete-rows", "table", "newer"),
        on_column("drop-column", "newer", "note", json!({})),
        on_column("drop-column", "moved", "more", json!({})),
    ] {
        assert_eq!(told(&free), Vec::<String>::new(), "{free}");
    }
    for asked in [
        named("drop-table", "table", "moved"),
        named("delete-rows", "table", "moved"),
        on_column("drop-column", "moved", "note", json!({})),
    ] {
        assert_eq!(told(&asked), ["capability.destructive"], "{asked}");
    }
    assert_eq!(told(&raw("newer")), ["capability.raw_sql"]);
}
