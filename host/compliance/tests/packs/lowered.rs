//! An input is made of a plan's own parts, and every field of it is on the page.

use std::collections::BTreeSet;

use compliance::{Input, PluginInput, SchemaInput, StepInput};
use model::operation::Operation;
use model::plan::Plan;
use model::schema::{Origin, Schema};
use model::{Layer, Manifest};
use serde_json::{Value, json};

use crate::{finds_if, input, pack};

const PAGE: &str = include_str!("../../../../docs/compliance.md");
const PLAN: &str = include_str!("../../../model/tests/golden/plan.json");

fn plan() -> Plan {
    let golden: Value = serde_json::from_str(PLAN).unwrap();
    serde_json::from_value(golden["value"].clone()).unwrap()
}

fn schema() -> Schema {
    let mut schema = Schema::empty();
    let origin = Origin {
        plugin: "crm".parse().unwrap(),
        version: "1.0.0".parse().unwrap(),
        migration: "001_init".parse().unwrap(),
        run: None,
    };
    let column = |name: &str, kind: &str| json!({"name": name, "column_type": {"type": kind}, "nullable": name != "id", "comment": "x"});
    let key = json!({"name": "people_boss", "columns": ["boss"], "references_table": "people",
        "references_columns": ["id"], "on_delete": "set-null", "on_update": "restrict"});
    let with_default = json!({"name": "age", "column_type": {"type": "int"}, "nullable": false,
        "default": {"value": {"integer": "0"}}});
    let operations = [
        json!({"operation": "create-table", "table": {"name": "people", "primary_key": ["id"], "comment": "x",
            "columns": [column("id", "id"), column("boss", "bigint"), with_default], "foreign_keys": [key],
            "indexes": [{"name": "people_boss_index", "columns": [{"name": "boss"}], "unique": false, "filter": "age > 5"}],
            "checks": [{"name": "people_age", "condition": "age >= 0"}]}}),
        json!({"operation": "create-view", "view": {"name": "ids", "query": "SELECT people.id AS id FROM people"}}),
    ];
    for operation in operations {
        let operation: Operation = serde_json::from_value(operation).unwrap();
        operation.apply(&mut schema, &origin).unwrap();
    }
    schema
}

fn manifest() -> Manifest {
    let json = json!({"format": "strata/manifest/1", "id": "crm", "version": "1.0.0", "layer": "module", "title": "CRM",
        "publisher": "tests", "contract": "0.1.0", "migrations": ["001_init"], "capabilities": ["raw-sql"],
        "classification": [{"table": "people", "personal": ["age"], "purpose": "x", "retention_years": 2,
            "protection": "access"}]});
    Manifest::parse(json.to_string().as_bytes()).unwrap()
}

fn whole() -> Input {
    let mut whole = input();
    whole.plan.steps = plan().steps.iter().map(StepInput::from).collect();
    whole.after = SchemaInput::from(&schema());
    whole.plugins = vec![PluginInput::from(&manifest())];
    whole
}

#[test]
fn a_plan_a_schema_and_a_manifest_become_what_a_pack_sees() {
    let whole = whole();
    assert!(!whole.plan.steps.is_empty());
    assert_eq!(whole.plugins[0].layer, Layer::Module);
    for condition in [
        "input.after.owners.people == \"crm\"; input.after.owners.ids == \"crm\"",
        "input.after.tables.people.foreign_keys[0].on_delete == \"set-null\"",
        "input.after.tables.people.indexes[0].filter == \"age > 5\"",
        "input.after.views.ids.query",
        "input.plugins[0].classification[0].protection == \"access\"; input.plugins[0].capabilities == [\"raw-sql\"]",
        "count(input.before.tables) == 0; some step in input.plan.steps; step.operations[0].operation",
        "some step in input.plan.steps; some hazard in step.hazards; hazard.kind; is_boolean(step.reversible)",
    ] {
        let found = pack(&finds_if(condition)).judge(&whole).unwrap();
        assert_eq!(found.len(), 1, "{condition}");
    }
}

#[test]
fn an_input_is_read_back_as_it_was_written_and_unknown_fields_are_refused() {
    let whole = whole();
    let json = serde_json::to_value(&whole).unwrap();
    assert_eq!(
        serde_json::from_value::<Input>(json.clone()).unwrap(),
        whole
    );
    for at in [
        "",
        "/plan",
        "/plan/steps/0",
        "/after",
        "/plugins/0",
        "/tenant",
    ] {
        let mut wrong = json.clone();
        wrong.pointer_mut(at).unwrap()["surprise"] = json!(1);
        assert!(serde_json::from_value::<Input>(wrong).is_err(), "{at}");
    }
}

/// The names of the fields below a value; keys of maps by name and operations, which have a page of their own,
/// are left out.
fn fields(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                into.insert(key.clone());
                match key.as_str() {
                    "tables" | "views" => {
                        for relation in value.as_object().unwrap().values() {
                            fields(relation, into);
                        }
                    }
                    "owners" | "facts" | "operations" | "default" => {}
                    _ => fields(value, into),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|item| fields(item, into)),
        _ => {}
    }
}

#[test]
fn every_field_of_an_input_is_on_the_page() {
    let mut all = BTreeSet::new();
    fields(&serde_json::to_value(whole()).unwrap(), &mut all);
    assert!(all.len() > 40, "{all:?}");
    for field in all {
        let is_named = [
            format!("`{field}`"),
            format!(".{field}`"),
            format!("\"{field}\":"),
            format!("`{field}."),
        ]
        .iter()
        .any(|form| PAGE.contains(form));
        assert!(is_named, "`{field}` is not in docs/compliance.md");
    }
}
