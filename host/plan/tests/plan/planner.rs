//! Plans: the same request gives the same digest, what is read is part of it, what a plugin wants back
//! must lead back, and what a rule forbids is told as forbidden.

use model::Reverse;
use model::plan::ReverseBy;
use plan::{Entry, History};
use serde_json::json;

use crate::world::{
    Stage, applied, code, column, op, plan_for, plan_fresh, plugin, plugin_at, table, tenant,
};

fn core() -> Entry {
    plugin(
        "core",
        "basic",
        json!({"extension_points": [{"table": "users", "columns": true, "indexes": true}]}),
    )
}

fn club() -> Entry {
    plugin(
        "club",
        "template",
        json!({"depends": [{"id": "core", "requirement": "^1"}]}),
    )
}

fn stage() -> Stage {
    Stage::default()
        .plays(&core(), "0001_init", vec![table("users", &["name"])])
        .plays(&club(), "0001_init", vec![table("members", &["since"])])
}

#[test]
fn the_same_request_gives_the_same_plan_and_digest() {
    let (one, two) = (
        plan_fresh(&[&core(), &club()], &stage()).unwrap(),
        plan_fresh(&[&core(), &club()], &stage()).unwrap(),
    );
    assert_eq!(one.plan, two.plan);
    assert_eq!(one.plan.digest().unwrap(), two.plan.digest().unwrap());
    assert_eq!(one.plan.steps.len(), 2);
    assert!(
        !one.plan.is_empty()
            && one
                .plan
                .steps
                .iter()
                .all(|step| !step.statements.is_empty())
    );
}

#[test]
fn steps_and_statements_hang_together_from_base_to_target() {
    let planned = plan_fresh(&[&core(), &club()], &stage()).unwrap();
    let mut at = model::Schema::empty().digest().unwrap();
    for step in &planned.plan.steps {
        assert_eq!(step.before, at);
        for planned in &step.statements {
            assert!(planned.before == at || planned.after == at);
            at = planned.after;
        }
        assert_eq!(step.after, at);
    }
    assert_eq!(planned.plan.target, at);
    assert_eq!(planned.schema.digest().unwrap(), at);
}

#[test]
fn the_tenant_is_no_part_of_the_digest_unless_a_plugin_read_it() {
    let digest = |slug: &str, stage: &Stage| {
        let planned = plan_for(slug, &[&core(), &club()], stage, &History::default()).unwrap();
        planned.plan.digest().unwrap()
    };
    assert_eq!(digest("acme", &stage()), digest("other", &stage()));
    let curious = Stage {
        reads_slug: true,
        ..stage()
    };
    assert_ne!(digest("acme", &curious), digest("other", &curious));
    assert_ne!(digest("acme", &curious), digest("acme", &stage()));
}

#[test]
fn a_setting_changes_the_digest_whether_it_was_read_or_not() {
    let digest = |limit: u32, reads: Option<&'static str>| {
        let settings = [(
            model::PluginId::new("core").unwrap(),
            [("limit".to_owned(), json!(limit))].into(),
        )]
        .into();
        let resolved = plan::Resolved {
            plugins: vec![core()],
            settings,
        };
        let history = History::default();
        let request = plan::Request {
            tenant: &tenant("acme"),
            resolved: &resolved,
            history: &history,
            judging: &plan::Judging::default(),
        };
        let stage = Stage {
            reads_setting: reads,
            ..stage()
        };
        let planned = plan::plan(
            &request,
            &stage,
            dialect::for_backend(model::Backend::Sqlite),
        );
        planned.unwrap().plan.digest().unwrap()
    };
    assert_eq!(digest(1, None), digest(1, None));
    assert_ne!(digest(1, None), digest(2, None));
    assert_eq!(digest(1, Some("limit")), digest(1, Some("limit")));
    assert_ne!(digest(1, Some("limit")), digest(2, Some("limit")));
}

#[test]
fn the_component_and_the_operations_are_part_of_the_digest() {
    let digest = |entry: &Entry, columns: &[&str]| {
        let stage = Stage::default().plays(entry, "0001_init", vec![table("users", columns)]);
        plan_fresh(&[entry], &stage).unwrap().plan.digest().unwrap()
    };
    let rebuilt = Entry {
        component: model::Digest::of_bytes(b"other bytes"),
        ..core()
    };
    assert_ne!(digest(&core(), &["a"]), digest(&rebuilt, &["a"]));
    assert_ne!(digest(&core(), &["a"]), digest(&core(), &["b"]));
}

#[test]
fn only_what_is_not_applied_yet_is_planned() {
    let first = plan_fresh(&[&core(), &club()], &stage()).unwrap();
    let history = applied(&first);
    let again = plan_for("acme", &[&core(), &club()], &stage(), &history).unwrap();
    assert!(again.plan.is_empty());
    assert_eq!(again.plan.target, first.plan.target);
    assert_ne!(again.plan.base, first.plan.base);
    let next = plugin_at(
        "club",
        "1.1.0",
        "template",
        json!({"migrations": ["0001_init", "0002_more"]}),
    );
    let stage = stage().plays(&next, "0002_more", vec![table("teams", &[])]);
    let more = plan_for("acme", &[&core(), &next], &stage, &history).unwrap();
    assert_eq!(more.plan.steps.len(), 1);
    assert_eq!(more.plan.steps[0].migration.as_str(), "0002_more");
    assert_eq!(more.plan.steps[0].before, first.plan.target);
}

#[test]
fn a_reverse_is_derived_when_the_author_gives_none() {
    let planned = plan_fresh(&[&core()], &stage()).unwrap();
    let step = &planned.plan.steps[0];
    assert_eq!(step.reverse_by, ReverseBy::Derived);
    let drop = op(json!({"operation": "drop-table", "table": "users"}));
    assert_eq!(step.reverse, Reverse::Operations(vec![drop]));
}

#[test]
fn a_reverse_of_the_author_must_lead_back() {
    let drop = |table: &str| op(json!({"operation": "drop-table", "table": table}));
    let right = plan_fresh(
        &[&core()],
        &stage().undoes(&core(), "0001_init", vec![drop("users")]),
    )
    .unwrap();
    assert_eq!(right.plan.steps[0].reverse_by, ReverseBy::Author);
    let nothing = stage().undoes(&core(), "0001_init", vec![]);
    assert_eq!(
        code(plan_fresh(&[&core()], &nothing)),
        Some("migration.down_wrong")
    );
    let too_much = stage().undoes(
        &core(),
        "0001_init",
        vec![drop("users"), table("users", &[])],
    );
    assert_eq!(
        code(plan_fresh(&[&core()], &too_much)),
        Some("migration.down_wrong")
    );
    let impossible = stage().undoes(&core(), "0001_init", vec![drop("absent")]);
    let error = plan_fresh(&[&core()], &impossible).unwrap_err();
    insta::assert_debug_snapshot!(error, @r#"
    operation.missing: the plugin's own `down` of `core@1.0.0 0001_init`
      caused by: `core@1.0.0 0001_init`, operation 1: drop table `absent`
      caused by: table `absent` is not in the schema
      hint: a plugin that builds on another's table lists it under `depends`
    "#);
}

#[test]
fn an_operation_that_does_not_apply_is_told_with_plugin_migration_and_place() {
    let add = op(json!({"operation": "add-column", "table": "members", "column": column("since")}));
    let stage = stage().plays(
        &club(),
        "0001_init",
        vec![table("members", &["since"]), add],
    );
    insta::assert_debug_snapshot!(plan_fresh(&[&core(), &club()], &stage).unwrap_err(), @r#"
    operation.exists: `club@1.0.0 0001_init`, operation 2: add column `members.since`
      caused by: column `members.since` is there already
      hint: one name has one owner; choose another name
    "#);
}

#[test]
fn what_a_rule_forbids_is_refused_with_the_code_of_the_rule() {
    let wild = op(
        json!({"operation": "add-check", "table": "users", "check": {"name": "x", "condition": "name <> ''"}}),
    );
    let stage = stage().plays(&club(), "0001_init", vec![wild]);
    insta::assert_debug_snapshot!(plan_fresh(&[&core(), &club()], &stage).unwrap_err(), @r#"
    core.immutable: plugin `club` would add check `x` on `users`, but `users` belongs to `core`
      hint: change only what the plugin made itself, or ask the owner for an extension point
    "#);
}

#[test]
fn what_is_forbidden_is_told_as_forbidden_whatever_else_is_wrong_with_it() {
    let twice = op(json!({"operation": "drop-column", "table": "users", "column": "id"}));
    let stage_one = stage().plays(&club(), "0001_init", vec![twice]);
    assert_eq!(
        code(plan_fresh(&[&core(), &club()], &stage_one)),
        Some("capability.destructive")
    );
    let raw = op(
        json!({"operation": "run-sql", "description": "x", "touches": ["users"],
        "texts": [{"database": "sqlite", "statements": ["DROP TABLE users"]}]}),
    );
    let stage_two = stage().plays(&core(), "0001_init", vec![table("users", &[]), raw]);
    assert_eq!(
        code(plan_fresh(&[&core()], &stage_two)),
        Some("capability.raw_sql")
    );
}

#[test]
fn a_column_at_an_extension_point_is_planned_when_it_is_named_after_its_plugin() {
    let add = |name: &str| {
        op(json!({"operation": "add-column", "table": "users", "column": column(name)}))
    };
    let good = stage().plays(&club(), "0001_init", vec![add("club__badge")]);
    assert!(plan_fresh(&[&core(), &club()], &good).is_ok());
    let bad = stage().plays(&club(), "0001_init", vec![add("badge")]);
    assert_eq!(
        code(plan_fresh(&[&core(), &club()], &bad)),
        Some("ownership.column_name")
    );
}

#[test]
fn one_name_has_one_owner() {
    let stage = stage().plays(&club(), "0001_init", vec![table("users", &[])]);
    let error = plan_fresh(&[&core(), &club()], &stage).unwrap_err();
    assert_eq!(error.code().name, "operation.exists");
    assert!(
        error
            .causes()
            .iter()
            .any(|cause| cause.contains("made by `core`")),
        "{error:?}"
    );
}

#[test]
fn a_reverse_of_the_author_needs_the_capability_to_delete_what_stood_before() {
    let next = |capabilities: serde_json::Value| {
        plugin_at(
            "core",
            "1.1.0",
            "basic",
            json!({"migrations": ["0001_init", "0002_more"], "capabilities": capabilities}),
        )
    };
    let rename = op(json!({"operation": "rename-table", "from": "users", "to": "people"}));
    let down = vec![
        op(json!({"operation": "drop-table", "table": "people"})),
        table("users", &["name"]),
    ];
    let history = applied(&plan_fresh(&[&core()], &stage()).unwrap());
    let planned = |entry: &Entry| {
        let stage = stage()
            .plays(entry, "0002_more", vec![rename.clone()])
            .undoes(entry, "0002_more", down.clone());
        plan_for("acme", &[entry], &stage, &history)
    };
    assert_eq!(
        code(planned(&next(json!([])))),
        Some("capability.destructive")
    );
    let allowed = planned(&next(json!(["destructive"]))).unwrap();
    assert_eq!(allowed.plan.steps[0].reverse_by, ReverseBy::Author);
}

#[test]
fn rows_put_into_an_older_table_make_a_step_irreversible() {
    let insert = op(
        json!({"operation": "insert-rows", "table": "users", "key": ["id"], "columns": ["id"], "rows": [[{"integer": "1"}]]}),
    );
    let next = plugin_at(
        "core",
        "1.1.0",
        "basic",
        json!({"migrations": ["0001_init", "0002_more"]}),
    );
    let history = applied(&plan_fresh(&[&core()], &stage()).unwrap());
    let with_rows = stage().plays(&next, "0002_more", vec![insert.clone()]);
    let planned = plan_for("acme", &[&next], &with_rows, &history).unwrap();
    assert!(matches!(
        planned.plan.steps[0].reverse,
        Reverse::Irreversible { .. }
    ));
    let same = stage().plays(&core(), "0001_init", vec![table("users", &[]), insert]);
    let planned = plan_fresh(&[&core()], &same).unwrap();
    assert!(matches!(
        planned.plan.steps[0].reverse,
        Reverse::Operations(_)
    ));
}

#[test]
fn a_reverse_is_compiled_while_planning() {
    let next = plugin_at(
        "core",
        "1.1.0",
        "basic",
        json!({"migrations": ["0001_init", "0002_more"], "capabilities": ["destructive"]}),
    );
    let mut child = serde_json::to_value(table("notes", &[])).unwrap();
    child["table"]["columns"]
        .as_array_mut()
        .unwrap()
        .push(json!({"name": "user_id", "column_type": {"type": "bigint"}, "nullable": true}));
    child["table"]["foreign_keys"] = json!([{"name": "notes_user", "columns": ["user_id"],
        "references_table": "users", "references_columns": ["id"], "on_delete": "cascade", "on_update": "restrict"}]);
    let mut users = serde_json::to_value(table("users", &["name"])).unwrap();
    users["table"]["columns"]
        .as_array_mut()
        .unwrap()
        .push(json!({"name": "day", "column_type": {"type": "date"}, "nullable": true}));
    let stage = || {
        Stage::default().plays(
            &core(),
            "0001_init",
            vec![op(users.clone()), op(child.clone())],
        )
    };
    let history = applied(&plan_fresh(&[&core()], &stage()).unwrap());
    let alter = |column: &str, change: serde_json::Value| {
        op(
            json!({"operation": "alter-column", "table": "users", "column": column, "change": change}),
        )
    };
    let to = |column_type: &str| json!({"set-type": {"type": column_type}});
    let derived = stage().plays(&next, "0002_more", vec![alter("day", to("timestamp"))]);
    let planned = plan_for("acme", &[&next], &derived, &history).unwrap();
    assert!(
        matches!(planned.plan.steps[0].reverse, Reverse::Irreversible { .. }),
        "{:?}",
        planned.plan.steps[0].reverse
    );
    let strict = alter("name", json!({"set-nullable": false}));
    let delete = op(json!({"operation": "delete-rows", "table": "users"}));
    let loose = alter("name", json!({"set-nullable": true}));
    let mixed = stage().plays(&next, "0002_more", vec![strict]).undoes(
        &next,
        "0002_more",
        vec![delete, loose],
    );
    assert_eq!(
        code(plan_for("acme", &[&next], &mixed, &history)),
        Some("migration.mixed_rebuild")
    );
    let unsupported = stage()
        .plays(&next, "0002_more", vec![alter("day", to("timestamp"))])
        .undoes(&next, "0002_more", vec![alter("day", to("date"))]);
    assert_eq!(
        code(plan_for("acme", &[&next], &unsupported, &history)),
        Some("dialect.unsupported")
    );
}
