//! What the builders make of what an author says, seen as operations.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests stand outside test functions"
)]

use strata_sdk::column::{Collation, Column, ColumnDefault, ColumnType};
use strata_sdk::operation::{Backfill, ColumnChange, DatabaseSql, RunSql, TablePart};
use strata_sdk::prelude::*;
use strata_sdk::table::{ForeignKey, Index, IndexColumn, Table};
use strata_sdk::testing::{MemorySchema, MemoryTenant, Refused};

mod plugin;
use plugin::emit;

fn table(define: fn(&mut TableBuilder)) -> Table {
    let operations = emit(|schema| schema.create_table("users", define)).expect("it is a table");
    let Some(Operation::CreateTable(table)) = operations.into_iter().next() else {
        panic!("a table is made");
    };
    table
}

fn problem(define: impl Fn(&mut Schema)) -> String {
    match emit(define) {
        Err(PluginError::Failed(message)) => message,
        other => panic!("it is refused, not {other:?}"),
    }
}

#[test]
fn an_id_is_the_first_column_and_the_primary_key() {
    let table = table(|t| t.id());
    assert_eq!(table.columns, [Column::new("id", ColumnType::Id)]);
    assert_eq!(table.primary_key, ["id"]);
}

#[test]
fn columns_are_not_null_and_compare_by_bytes_unless_said_otherwise() {
    let table = table(|t| {
        t.id();
        t.string("name", 255);
        t.text("email")
            .nullable()
            .ignore_case()
            .comment("Where to write.");
    });
    assert_eq!(
        table.columns[1],
        Column::new("name", ColumnType::String(255))
    );
    assert_eq!(
        table.columns[2],
        Column {
            nullable: true,
            collation: Collation::IgnoreCase,
            comment: Some("Where to write.".into()),
            ..Column::new("email", ColumnType::Text)
        }
    );
}

#[test]
fn each_type_has_its_method() {
    let table = table(|t| {
        t.id();
        t.boolean("a");
        t.smallint("b");
        t.int("c");
        t.bigint("d");
        t.decimal("e", 12, 2);
        t.real("f");
        t.double("g");
        t.string("h", 20);
        t.text("i");
        t.json("j");
        t.date("k");
        t.time("l");
        t.timestamp("m");
        t.timestamptz("n");
        t.uuid("o");
        t.binary("p", 16);
        t.blob("q");
        t.enumeration("r", ["x", "y"]);
    });
    let types: Vec<ColumnType> = table
        .columns
        .into_iter()
        .map(|column| column.column_type)
        .collect();
    assert_eq!(
        types,
        [
            ColumnType::Id,
            ColumnType::Boolean,
            ColumnType::SmallInt,
            ColumnType::Int,
            ColumnType::BigInt,
            ColumnType::Decimal {
                precision: 12,
                scale: 2
            },
            ColumnType::Real,
            ColumnType::Double,
            ColumnType::String(20),
            ColumnType::Text,
            ColumnType::Json,
            ColumnType::Date,
            ColumnType::Time,
            ColumnType::Timestamp,
            ColumnType::TimestampTz,
            ColumnType::Uuid,
            ColumnType::Binary(16),
            ColumnType::Blob,
            ColumnType::enumeration(["x", "y"]),
        ]
    );
}

#[test]
fn a_default_of_a_decimal_is_exact() {
    let table = table(|t| {
        t.id();
        t.decimal("fee", 12, 2).default("12.50");
        t.decimal("tax", 12, 2).default(0);
        t.enumeration("status", ["active", "blocked"])
            .default("active");
        t.timestamptz("seen_at").default_now();
    });
    let defaults: Vec<_> = table
        .columns
        .into_iter()
        .filter_map(|column| column.default)
        .collect();
    assert_eq!(
        defaults,
        [
            ColumnDefault::Literal(Value::decimal("12.50")),
            ColumnDefault::Literal(Value::decimal("0")),
            ColumnDefault::Literal(Value::Text("active".into())),
            ColumnDefault::CurrentTimestamp,
        ]
    );
}

#[test]
fn timestamps_are_two_moments_with_the_insert_as_default() {
    let table = table(|t| {
        t.id();
        t.timestamps();
    });
    for name in ["created_at", "updated_at"] {
        let column = table.column(name).expect("it is there");
        assert_eq!(column.column_type, ColumnType::TimestampTz);
        assert_eq!(column.default, Some(ColumnDefault::CurrentTimestamp));
        assert!(!column.nullable);
    }
}

#[test]
fn a_unique_column_has_an_index_named_after_table_and_column() {
    let table = table(|t| {
        t.id();
        t.string("email", 255).unique();
    });
    let index = Index {
        name: "users_email_unique".into(),
        columns: vec![IndexColumn {
            name: "email".into(),
            descending: false,
        }],
        unique: true,
        filter: None,
    };
    assert_eq!(table.indexes, [index]);
}

#[test]
fn a_reference_is_a_bigint_with_a_key_and_an_index() {
    let table = table(|t| {
        t.id();
        t.reference("province_id", "provinces")
            .nullable()
            .on_delete(Action::SetNull);
    });
    assert_eq!(
        table.columns[1],
        Column {
            nullable: true,
            ..Column::new("province_id", ColumnType::BigInt)
        }
    );
    assert_eq!(
        table.foreign_keys,
        [ForeignKey {
            name: "users_province_id_fk".into(),
            columns: vec!["province_id".into()],
            references_table: "provinces".into(),
            references_columns: vec!["id".into()],
            on_delete: Action::SetNull,
            on_update: Action::Restrict,
        }]
    );
    assert!(table.index("users_province_id_index").is_some());
}

#[test]
fn a_reference_can_do_without_an_index_or_with_a_unique_one() {
    let table = table(|t| {
        t.id();
        t.reference("a_id", "a").without_index();
        t.reference("b_id", "b").unique();
    });
    let names: Vec<&str> = table
        .indexes
        .iter()
        .map(|index| index.name.as_str())
        .collect();
    assert_eq!(names, ["users_b_id_unique"]);
    assert!(table.indexes[0].unique);
}

#[test]
fn indexes_and_keys_over_several_columns_say_more() {
    let table = table(|t| {
        t.string("a", 20);
        t.string("b", 20);
        t.primary_key(["a", "b"]);
        t.index(["a", "b"]).descending("b").filter("a <> ''");
        t.unique(["b", "a"]);
        t.index(["b"]).name("by_b").unique();
        t.foreign_key(["a", "b"], "others", ["x", "y"])
            .on_update(Action::Cascade);
        t.check("users_a_check", "a <> b");
        t.append_only();
        t.comment("Whoever.");
    });
    assert_eq!(table.primary_key, ["a", "b"]);
    let index = table.index("users_a_b_index").expect("it is there");
    assert!(index.columns[1].descending && !index.columns[0].descending);
    assert_eq!(index.filter.as_deref(), Some("a <> ''"));
    assert!(table.index("users_b_a_unique").expect("it is there").unique);
    assert!(table.index("by_b").expect("it is there").unique);
    let key = table.foreign_key("users_a_b_fk").expect("it is there");
    assert_eq!(key.references_columns, ["x", "y"]);
    assert_eq!(key.on_update, Action::Cascade);
    assert_eq!(
        table.check("users_a_check").expect("it is there").condition,
        "a <> b"
    );
    assert!(table.append_only);
    assert_eq!(table.comment.as_deref(), Some("Whoever."));
}

#[test]
fn a_table_without_a_primary_key_fails_the_migration() {
    let message = problem(|schema| {
        schema.create_table("users", |t| {
            t.text("name");
        });
    });
    assert_eq!(message, "table `users` has no primary key");
}

#[test]
fn a_table_with_an_id_and_another_primary_key_fails_the_migration() {
    let message = problem(|schema| {
        schema.create_table("users", |t| {
            t.id();
            t.primary_key(["a"]);
        });
    });
    assert!(message.starts_with("table `users` has both"), "{message}");
}

#[test]
fn adding_columns_adds_their_indexes_keys_and_checks_after_them() {
    let operations = emit(|schema| {
        schema.add_column("members", |t| {
            t.string("x__y", 20).nullable().unique();
            t.reference("z_id", "z").nullable();
            t.check("members_x__y_check", "x__y <> ''");
        });
    })
    .expect("it is fine");
    let kinds: Vec<&str> = operations
        .iter()
        .map(|operation| match operation {
            Operation::AddColumn { column, .. } => column.name.as_str(),
            Operation::CreateIndex { index, .. } => index.name.as_str(),
            Operation::AddForeignKey { foreign_key, .. } => foreign_key.name.as_str(),
            Operation::AddCheck { check, .. } => check.name.as_str(),
            other => panic!("{other:?} is not expected"),
        })
        .collect();
    assert_eq!(
        kinds,
        [
            "x__y",
            "z_id",
            "members_x__y_unique",
            "members_z_id_index",
            "members_z_id_fk",
            "members_x__y_check"
        ]
    );
}

#[test]
fn what_only_a_new_table_has_cannot_be_added() {
    let message = problem(|schema| {
        schema.add_column("members", |t| {
            t.id();
            t.append_only();
        });
    });
    assert_eq!(
        message,
        "table `members` exists; an id cannot be added to it; \
         table `members` exists; append-only cannot be added to it"
    );
}

#[test]
fn rows_give_their_columns_once() {
    let operations = emit(|schema| {
        schema.insert_rows(
            "roles",
            ["key"],
            rows![{ "key": "admin", "level": 1 }, { "key": "guest", "level": Value::Null }],
        );
        schema.insert_rows("roles", ["key"], rows![]);
    })
    .expect("it is fine");
    let [Operation::InsertRows(insert)] = &operations[..] else {
        panic!("one insert, nothing for no rows: {operations:?}");
    };
    assert_eq!(insert.key, ["key"]);
    assert_eq!(insert.columns, ["key", "level"]);
    assert_eq!(
        insert.rows[0],
        [Value::Text("admin".into()), Value::Integer(1)]
    );
    assert_eq!(insert.rows[1], [Value::Text("guest".into()), Value::Null]);
}

#[test]
fn rows_of_different_columns_fail_the_migration() {
    let message = problem(|schema| {
        schema.insert_rows(
            "roles",
            ["key"],
            rows![{ "key": "a", "level": 1 }, { "key": "b" }],
        );
    });
    assert_eq!(
        message,
        "row 2 for table `roles` has other columns than the first: key instead of key, level"
    );
}

#[test]
fn every_other_operation_has_a_method() {
    let operations = emit(|schema| {
        schema.drop_table("a");
        schema.rename_table("a", "b");
        schema.drop_column("a", "x");
        schema.rename_column("a", "x", "y");
        schema.set_type("a", "x", ColumnType::BigInt);
        schema.set_nullable("a", "x", false);
        schema.set_default("a", "x", 1);
        schema.set_default_now("a", "x");
        schema.drop_default("a", "x");
        schema
            .create_index("a", ["x", "y"])
            .unique()
            .filter("x > 0");
        schema.drop_index("a", "a_x_index");
        schema
            .add_foreign_key("a", ["x"], "b", ["id"])
            .on_delete(Action::Cascade);
        schema.drop_foreign_key("a", "a_x_fk");
        schema.add_check("a", "a_x_check", "x > 0");
        schema.drop_check("a", "a_x_check");
        schema
            .create_view("v", "SELECT x AS x FROM a")
            .comment("All x.");
        schema.drop_view("v");
        schema.update_rows("a", [("x", "x + 1")]).filter("x < 0");
        schema.delete_rows("a").filter("x IS NULL");
        schema.backfill("a", "y", "x * 2");
        schema
            .run_sql("trim", ["a"])
            .on(Database::Sqlite, ["UPDATE a SET t = trim(t)"])
            .reversible_on(
                Database::MySql,
                ["INSERT INTO a VALUES (1)"],
                ["DELETE FROM a"],
            );
        schema.extension("comment", 1, "{}");
    })
    .expect("it is fine");
    assert_eq!(operations.len(), 22);
    assert_eq!(
        operations[2],
        Operation::DropColumn(TablePart {
            table: "a".into(),
            name: "x".into()
        })
    );
    assert_eq!(
        operations[6],
        Operation::AlterColumn {
            table: "a".into(),
            column: "x".into(),
            change: ColumnChange::SetDefault(Some(ColumnDefault::Literal(Value::Integer(1)))),
        }
    );
    let Operation::CreateIndex { index, .. } = &operations[9] else {
        panic!("an index")
    };
    assert_eq!(index.name, "a_x_y_unique");
    assert_eq!(
        operations[19],
        Operation::Backfill(Backfill {
            table: "a".into(),
            column: "y".into(),
            value: "x * 2".into(),
            filter: None
        })
    );
    let Operation::RunSql(RunSql { texts, .. }) = &operations[20] else {
        panic!("sql")
    };
    assert_eq!(
        texts[1],
        DatabaseSql {
            database: Database::MySql,
            statements: vec!["INSERT INTO a VALUES (1)".into()],
            reverse: Some(vec!["DELETE FROM a".into()]),
        }
    );
}

#[test]
fn a_setting_of_another_type_is_an_error_that_names_it() {
    let tenant = MemoryTenant::new("acme").setting("wards", "many");
    let read: strata_sdk::Result<Option<u32>> = strata_sdk::Context::new(tenant).setting("wards");
    let Err(PluginError::InvalidSetting(setting)) = read else {
        panic!("{read:?}")
    };
    assert_eq!(setting.key, "wards");
}

#[test]
fn an_unknown_migration_is_an_error() {
    let refused = MemorySchema::new().apply(&plugin::Fixed, "nothing", &MemoryTenant::new("acme"));
    assert_eq!(
        refused,
        Err(Refused::Plugin(PluginError::UnknownMigration(
            "nothing".into()
        )))
    );
}
