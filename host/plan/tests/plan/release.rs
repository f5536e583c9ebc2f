//! A new version keeps the migrations of the older ones, with the same operations.

use plan::Entry;
use plan::release::compare;
use serde_json::json;

use crate::world::{Stage, code, plugin_at, table};

fn version(version: &str, migrations: &[&str]) -> Entry {
    plugin_at("core", version, "basic", json!({"migrations": migrations}))
}

#[test]
fn a_version_that_adds_migrations_at_the_end_is_taken_whichever_is_named_first() {
    let (old, new) = (
        version("1.0.0", &["a", "b"]),
        version("1.1.0", &["a", "b", "c"]),
    );
    let stage = Stage::default()
        .plays(&old, "a", vec![table("t", &["x"])])
        .plays(&new, "a", vec![table("t", &["x"])])
        .plays(&new, "c", vec![table("u", &[])]);
    compare(&old, &new, &stage).unwrap();
    compare(&new, &old, &stage).unwrap();
}

#[test]
fn a_migration_that_is_missing_or_out_of_place_is_refused() {
    let old = version("1.0.0", &["a", "b"]);
    for migrations in [
        &["a"] as &[&str],
        &["b", "a"],
        &["a", "c", "b"],
        &["c", "a", "b"],
    ] {
        let new = version("1.1.0", migrations);
        for (one, other) in [(&old, &new), (&new, &old)] {
            assert_eq!(
                code(compare(one, other, &Stage::default())),
                Some("migration.missing"),
                "{migrations:?}"
            );
        }
    }
    insta::assert_debug_snapshot!(compare(&old, &version("1.1.0", &["a"]), &Stage::default()).unwrap_err(), @r#"
    migration.missing: plugin `core@1.1.0` does not list migration `b` of 1.0.0 in the same place
      hint: list all migrations of the older version first, in the same order
    "#);
}

#[test]
fn a_migration_with_other_operations_is_refused() {
    let (old, new) = (version("1.0.0", &["a", "b"]), version("1.1.0", &["a", "b"]));
    let same = Stage::default().plays(&old, "b", vec![table("t", &["x"])]);
    for changed in [
        vec![table("t", &["y"])],
        vec![],
        vec![table("t", &["x"]), table("u", &[])],
    ] {
        let stage = Stage::default()
            .plays(&old, "b", vec![table("t", &["x"])])
            .plays(&new, "b", changed);
        assert_eq!(code(compare(&old, &new, &stage)), Some("migration.changed"));
    }
    insta::assert_debug_snapshot!(compare(&old, &new, &same).unwrap_err(), @r#"
    migration.changed: plugin `core@1.1.0` gives other operations for migration `b` than 1.0.0 does
      hint: a migration that was released never changes; add a new one instead
    "#);
}
