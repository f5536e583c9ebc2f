//! The plugin `basic` on a schema in memory: its migrations, its rows and what its manifest says.

use plugin_basic::Basic;
use strata_sdk::operation::{InsertRows, Operation};
use strata_sdk::testing::{MemorySchema, MemoryTenant, Refused, assert_manifest_matches, rules};
use strata_sdk::{Described, Value};

/// The core tables (CMP-16) with the tables of assignments and without the word `system` before settings.
const TABLES: [&str; 9] = [
    "audit_logs",
    "organizational_units",
    "permissions",
    "role_permissions",
    "roles",
    "settings",
    "user_permissions",
    "user_roles",
    "users",
];

fn applied() -> Result<(MemorySchema, Vec<Operation>), Refused> {
    let mut schema = MemorySchema::new();
    let operations = schema.apply_all(&Basic, &MemoryTenant::new("acme"))?;
    Ok((schema, operations))
}

fn rows<'a>(operations: &'a [Operation], table: &str) -> Vec<&'a InsertRows> {
    let inserts = operations.iter().filter_map(|operation| match operation {
        Operation::InsertRows(insert) => Some(insert),
        _ => None,
    });
    inserts.filter(|insert| insert.table == table).collect()
}

#[test]
fn the_manifest_lists_the_migrations_of_the_code() {
    assert_manifest_matches(&Basic);
}

#[test]
fn every_migration_applies_in_order_and_gives_the_core_tables() -> Result<(), Refused> {
    let (schema, _) = applied()?;
    assert_eq!(schema.table_names(), TABLES);
    Ok(())
}

#[test]
fn the_schema_keeps_the_rules_of_first_party_plugins() -> Result<(), Refused> {
    let (schema, _) = applied()?;
    assert_eq!(rules::violations(&Basic, &schema), Vec::<String>::new());
    Ok(())
}

#[test]
fn the_core_opens_no_extension_point() {
    assert!(Basic.manifest_json().contains(r#""extension_points":[]"#));
}

#[test]
fn the_audit_log_is_append_only() -> Result<(), Refused> {
    let (schema, _) = applied()?;
    assert!(
        schema
            .table("audit_logs")
            .is_some_and(|table| table.append_only)
    );
    Ok(())
}

#[test]
fn settings_have_their_key_as_primary_key_and_a_nullable_json_value() -> Result<(), Refused> {
    let (schema, _) = applied()?;
    let settings = schema.table("settings");
    assert!(
        settings
            .as_ref()
            .is_some_and(|table| table.primary_key == ["key"])
    );
    let value = settings.as_ref().and_then(|table| table.column("value"));
    assert!(value.is_some_and(|column| column.nullable));
    Ok(())
}

#[test]
fn roles_and_permissions_are_seeded_by_their_keys() -> Result<(), Refused> {
    let (_, operations) = applied()?;
    for (table, count) in [("roles", 5), ("permissions", 12)] {
        let inserts = rows(&operations, table);
        assert_eq!(
            inserts
                .iter()
                .map(|insert| insert.rows.len())
                .sum::<usize>(),
            count,
            "{table}"
        );
        assert!(
            inserts.iter().all(|insert| insert.key == ["key"]),
            "{table}"
        );
    }
    let roles = rows(&operations, "roles");
    let has = |key: &str| {
        let cells = roles.iter().flat_map(|insert| insert.rows.iter().flatten());
        cells.into_iter().any(|value| *value == Value::from(key))
    };
    assert!(
        ["admin", "tenant_admin", "tenant_super_admin", "system"]
            .into_iter()
            .all(has)
    );
    Ok(())
}

#[test]
fn settings_of_the_plugin_become_rows() -> Result<(), Refused> {
    let tenant = MemoryTenant::new("acme").setting("time_zone", "Asia/Kathmandu");
    let mut schema = MemorySchema::new();
    let operations = schema.apply_all(&Basic, &tenant)?;
    let values: Vec<Value> = rows(&operations, "settings")
        .iter()
        .flat_map(|insert| insert.rows.iter().flatten().cloned())
        .collect();
    assert!(values.contains(&Value::from(r#""Asia/Kathmandu""#)));
    assert!(values.contains(&Value::from(r#""en""#)));
    Ok(())
}

#[test]
fn a_time_zone_that_would_break_the_json_is_refused() -> Result<(), Refused> {
    let tenant = MemoryTenant::new("acme").setting("time_zone", "UTC\", \"x\": \"");
    let refused = MemorySchema::new().apply_all(&Basic, &tenant);
    assert!(
        matches!(refused, Err(Refused::Plugin(error)) if error.to_string().contains("time_zone"))
    );
    Ok(())
}
