//! The schema in memory: what it applies, what it refuses, and what it takes back.
#![expect(
    clippy::expect_used,
    reason = "helpers of tests stand outside test functions"
)]

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use strata_sdk::column::ColumnType;
use strata_sdk::prelude::*;
use strata_sdk::testing::{MemorySchema, MemoryTenant, Refused, assert_manifest_matches, logged};
use strata_sdk::{Step, log};

mod plugin;
use plugin::{Fixed, Many, One};

fn tenant() -> MemoryTenant {
    MemoryTenant::new("acme")
}

/// Why a migration is refused on top of [`Fixed`].
fn refusal(step: Step) -> String {
    let mut schema = MemorySchema::new();
    schema
        .apply_all(&Fixed, &tenant())
        .expect("the fixed plugin is fine");
    let before = schema.table_names();
    let refused = schema
        .apply_all(&One(step), &tenant())
        .expect_err("it is refused");
    assert_eq!(
        schema.table_names(),
        before,
        "a refused migration changes nothing"
    );
    refused.to_string()
}

#[test]
fn migrations_are_applied_in_order_and_once() {
    let mut schema = MemorySchema::new();
    schema.apply_all(&Fixed, &tenant()).expect("it is fine");
    assert_eq!(schema.table_names(), ["provinces", "users"]);
    assert_eq!(schema.apply_all(&Fixed, &tenant()), Ok(vec![]));
    let again = schema.apply(&Fixed, "001_provinces", &tenant());
    assert!(matches!(again, Err(Refused::Rule(_))));
}

#[test]
fn defaults_of_settings_come_from_the_manifest() {
    let condition = |tenant: MemoryTenant| {
        let mut schema = MemorySchema::new();
        schema.apply_all(&Fixed, &tenant).expect("it is fine");
        let table = schema.table("users").expect("it is there");
        table
            .check("users_ward_check")
            .expect("it is there")
            .condition
            .clone()
    };
    assert_eq!(condition(tenant()), "ward BETWEEN 1 AND 33");
    assert_eq!(
        condition(tenant().setting("wards", 9)),
        "ward BETWEEN 1 AND 9"
    );
}

#[test]
fn a_migration_reads_the_schema_that_the_ones_before_it_made() {
    let refused = MemorySchema::new().apply(&Fixed, "002_users", &tenant());
    assert_eq!(
        refused,
        Err(Refused::Plugin(PluginError::UnexpectedSchema(
            "there are no provinces".into()
        )))
    );
}

#[test]
fn migrations_are_taken_back_from_the_last() {
    let mut schema = MemorySchema::new();
    schema.apply_all(&Fixed, &tenant()).expect("it is fine");
    assert!(schema.down(&Fixed, "001_provinces", &tenant()).is_err());
    let operations = schema
        .down(&Fixed, "002_users", &tenant())
        .expect("it is fine");
    assert_eq!(
        operations,
        Some(vec![Operation::DropTable {
            name: "users".into()
        }])
    );
    assert_eq!(schema.down(&Fixed, "001_provinces", &tenant()), Ok(None));
    assert!(schema.table_names().is_empty());
}

#[test]
fn a_reverse_that_leads_elsewhere_is_refused() {
    struct Wrong;
    impl strata_sdk::Described for Wrong {
        fn manifest_json(&self) -> &'static str {
            r#"{"id":"wrong"}"#
        }
    }
    impl Plugin for Wrong {
        fn migrations(&self) -> Vec<Migration> {
            let up: Step = |schema, _| {
                schema.create_table("a", |t| t.id());
                Ok(())
            };
            vec![Migration::new("001", up).with_down(|_, _| Ok(()))]
        }
    }
    let mut schema = MemorySchema::new();
    schema.apply_all(&Wrong, &tenant()).expect("it is fine");
    let refused = schema
        .down(&Wrong, "001", &tenant())
        .expect_err("it is refused");
    assert!(
        refused.to_string().contains("does not lead back"),
        "{refused}"
    );
}

#[test]
fn what_does_not_fit_the_schema_is_refused_with_its_reason() {
    let cases: [(Step, &str); 17] = [
        (
            |s, _| {
                s.create_table("users", |t| t.id());
                Ok(())
            },
            "operation 1: there is a table or view `users` already",
        ),
        (
            |s, _| {
                s.drop_table("cats");
                Ok(())
            },
            "operation 1: there is no table `cats`",
        ),
        (
            |s, _| {
                s.drop_table("provinces");
                Ok(())
            },
            "operation 1: table `users` points at table `provinces`",
        ),
        (
            |s, _| {
                s.rename_table("users", "provinces");
                Ok(())
            },
            "operation 1: there is a table or view `provinces` already",
        ),
        (
            |s, _| {
                s.add_column("users", |t| {
                    t.int("ward");
                });
                Ok(())
            },
            "operation 1: table `users` has a column `ward` already",
        ),
        (
            |s, _| {
                s.drop_column("users", "cat");
                Ok(())
            },
            "operation 1: table `users` has no column `cat`",
        ),
        (
            |s, _| {
                s.drop_column("users", "province_id");
                Ok(())
            },
            "operation 1: column `users.province_id` is used by `users_province_id_index`; drop that first",
        ),
        (
            |s, _| {
                s.set_type("users", "cat", ColumnType::BigInt);
                Ok(())
            },
            "operation 1: table `users` has no column `cat`",
        ),
        (
            |s, _| {
                s.create_index("users", ["province_id"]);
                Ok(())
            },
            "operation 1: table `users` has an index, key or check `users_province_id_index` already",
        ),
        (
            |s, _| {
                s.create_index("users", ["cat"]);
                Ok(())
            },
            "operation 1: table `users` has no column `cat`",
        ),
        (
            |s, _| {
                s.add_foreign_key("provinces", ["id"], "users", ["ward"]);
                Ok(())
            },
            "operation 1: foreign key `provinces_id_fk` points at columns of `users` that are neither its primary key nor unique",
        ),
        (
            |s, _| {
                s.drop_check("users", "cat");
                Ok(())
            },
            "operation 1: there is no check `cat`",
        ),
        (
            |s, _| {
                s.drop_view("cat");
                Ok(())
            },
            "operation 1: there is no view `cat`",
        ),
        (
            |s, _| {
                s.insert_rows("provinces", ["key"], rows![{ "name": "x" }]);
                Ok(())
            },
            "operation 1: table `provinces` has no column `name`",
        ),
        (
            |s, _| {
                s.insert_rows("users", ["ward"], rows![{ "ward": 1 }]);
                Ok(())
            },
            "operation 1: (ward) is neither the primary key of `users` nor unique",
        ),
        (
            |s, _| {
                s.insert_rows("users", ["id"], rows![{ "id": 1, "ward": 1 }]);
                Ok(())
            },
            "operation 1: the rows for table `users` do not give `province_id`, which is not null and has no default",
        ),
        (
            |s, _| {
                s.backfill("users", "cat", "1");
                Ok(())
            },
            "operation 1: table `users` has no column `cat`",
        ),
    ];
    for (step, reason) in cases {
        assert_eq!(refusal(step), reason);
    }
}

#[test]
fn renames_take_keys_and_indexes_along() {
    let mut schema = MemorySchema::new();
    schema.apply_all(&Fixed, &tenant()).expect("it is fine");
    let renames = One(|schema, _| {
        schema.rename_table("provinces", "regions");
        schema.rename_column("users", "province_id", "region_id");
        Ok(())
    });
    schema.apply_all(&renames, &tenant()).expect("it is fine");
    let users = schema.table("users").expect("it is there");
    let key = users
        .foreign_key("users_province_id_fk")
        .expect("it keeps its name");
    assert_eq!(
        (key.columns[0].as_str(), key.references_table.as_str()),
        ("region_id", "regions")
    );
    let index = users
        .index("users_province_id_index")
        .expect("it keeps its name");
    assert_eq!(index.columns[0].name, "region_id");
}

#[test]
fn rows_of_an_append_only_table_do_not_change() {
    let plugin = One(|schema, _| {
        schema.create_table("ledger", |t| {
            t.id();
            t.int("amount");
            t.append_only();
        });
        schema.delete_rows("ledger");
        Ok(())
    });
    let refused = MemorySchema::new()
        .apply_all(&plugin, &tenant())
        .expect_err("it is refused");
    assert_eq!(
        refused.to_string(),
        "operation 2: table `ledger` is append-only"
    );
}

#[test]
fn a_migration_that_is_not_pure_is_refused() {
    thread_local! {
        static CALLS: Cell<i64> = const { Cell::new(0) };
    }
    let plugin = One(|schema, _| {
        CALLS.set(CALLS.get() + 1);
        schema.create_table(format!("t{}", CALLS.get()), |t| t.id());
        Ok(())
    });
    let refused = MemorySchema::new()
        .apply_all(&plugin, &tenant())
        .expect_err("it is refused");
    assert!(
        refused
            .to_string()
            .contains("other operations when called again"),
        "{refused}"
    );
}

#[test]
fn table_names_are_read_page_by_page() {
    let names: Vec<String> = (0..2500).map(|number| format!("t{number:04}")).collect();
    let n_calls = Rc::new(RefCell::new(0));
    let schema = Schema::new(Many {
        names: names.clone(),
        n_calls: Rc::clone(&n_calls),
    });
    assert_eq!(schema.table_names(), names);
    assert_eq!(*n_calls.borrow(), 3);
}

#[test]
fn lines_of_the_log_are_kept_for_the_test() {
    log::info("made");
    log::warn("odd");
    assert_eq!(
        logged(),
        [
            (log::Level::Info, "made".to_owned()),
            (log::Level::Warn, "odd".to_owned())
        ]
    );
    assert!(logged().is_empty());
}

#[test]
fn a_manifest_that_lists_the_migrations_in_order_matches() {
    assert_manifest_matches(&Fixed);
}
