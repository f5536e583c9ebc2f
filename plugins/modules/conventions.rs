//! What every template and module in these folders keeps beyond `strata_sdk::testing::rules`, for their tests.
//!
//! Not a package: each package's `src/tests.rs` includes this file by its path, so that a convention is
//! said once. What the host judges (expressions, types, ownership) is not repeated.

use strata_sdk::Plugin;
use strata_sdk::column::{ColumnDefault, ColumnType};
use strata_sdk::operation::Operation;
use strata_sdk::table::{Action, Table};
use strata_sdk::testing::{MemorySchema, MemoryTenant, Refused, assert_manifest_matches, rules};

/// Columns that need no comment, because they mean the same everywhere.
const PLAIN_COLUMNS: [&str; 3] = ["id", "created_at", "updated_at"];

/// A tenant with nothing but defaults.
pub(crate) fn tenant() -> MemoryTenant {
    MemoryTenant::new("acme").locale("ne-NP")
}

/// A schema with everything that other plugins make.
pub(crate) fn schema_of(others: &[&dyn Plugin]) -> Result<MemorySchema, Refused> {
    let mut schema = MemorySchema::new();
    for other in others {
        schema.apply_all(*other, &tenant())?;
    }
    Ok(schema)
}

/// Applies all migrations in order and takes them back in reverse order.
pub(crate) fn assert_can_be_taken_back(
    plugin: &dyn Plugin,
    others: &[&dyn Plugin],
) -> Result<(), Refused> {
    let mut schema = schema_of(others)?;
    let before = schema.table_names();
    schema.apply_all(plugin, &tenant())?;
    for migration in plugin.migrations().iter().rev() {
        schema.down(plugin, migration.id(), &tenant())?;
    }
    assert_eq!(schema.table_names(), before);
    Ok(())
}

/// Applies all migrations, asserts all conventions, and gives the schema.
pub(crate) fn assert_conventions(
    plugin: &dyn Plugin,
    others: &[&dyn Plugin],
) -> Result<MemorySchema, Refused> {
    assert_manifest_matches(plugin);
    let mut schema = schema_of(others)?;
    let operations = schema.apply_all(plugin, &tenant())?;
    assert_eq!(rules::violations(plugin, &schema), Vec::<String>::new());
    let mut own = Vec::new();
    for operation in &operations {
        match operation {
            Operation::CreateTable(table) => own.extend(schema.table(&table.name)),
            Operation::CreateView(view) => {
                assert!(
                    view.comment.is_some(),
                    "view `{}` has no comment",
                    view.name
                );
            }
            _ => {}
        }
    }
    assert!(!own.is_empty());
    own.iter().for_each(assert_table);
    assert_manifest_fits(plugin, &own);
    Ok(schema)
}

fn assert_table(table: &Table) {
    let name = &table.name;
    for column in &table.columns {
        let is_long = matches!(
            column.column_type,
            ColumnType::Text | ColumnType::Json | ColumnType::Blob
        );
        let has_value = matches!(column.default, Some(ColumnDefault::Literal(_)));
        assert!(
            !(is_long && has_value),
            "MySQL gives `{name}.{}` no default",
            column.name
        );
        let is_plain = PLAIN_COLUMNS.contains(&column.name.as_str());
        assert!(
            is_plain || column.comment.is_some(),
            "`{name}.{}` has no comment",
            column.name
        );
    }
    for check in &table.checks {
        let own = &check.name;
        assert!(
            own.starts_with(name.as_str()),
            "`{own}` is not named after `{name}`"
        );
        let words = || {
            check
                .condition
                .split(|c: char| !c.is_alphanumeric() && c != '_')
        };
        assert!(
            words().all(|word| word != "id"),
            "MySQL checks no identity: `{own}`"
        );
        let changed = table
            .foreign_keys
            .iter()
            .filter(|key| key.on_delete != Action::Restrict);
        for column in changed.flat_map(|key| &key.columns) {
            let is_free = words().all(|word| word != column);
            assert!(
                is_free,
                "MySQL checks no column that a key changes: `{own}`"
            );
        }
    }
}

/// The manifest speaks of tables that the plugin makes, and each setting explains itself.
fn assert_manifest_fits(plugin: &dyn Plugin, own: &[Table]) {
    let manifest: serde_json::Value =
        serde_json::from_str(plugin.manifest_json()).unwrap_or_default();
    for field in ["extension_points", "classification"] {
        for entry in manifest[field].as_array().into_iter().flatten() {
            let name = entry["table"].as_str().unwrap_or_default();
            assert!(
                own.iter().any(|table| table.name == name),
                "{field}: `{name}` is not its own"
            );
        }
    }
    for (key, setting) in manifest["settings"]["properties"]
        .as_object()
        .into_iter()
        .flatten()
    {
        assert!(
            setting.get("default").is_some(),
            "setting `{key}` has no default"
        );
        assert!(
            setting.get("description").is_some(),
            "setting `{key}` has no description"
        );
    }
}
