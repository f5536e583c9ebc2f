//! What a plugin's schema keeps to work well on every database, for tests.
//!
//! It is not the host's judgement, which is complete; it finds early what reviews find late: redundant
//! indexes, foreign keys without an index, indexes that MySQL has no room for, classified columns that
//! do not exist. The plugins that come with Strata keep all of it.

use std::collections::BTreeSet;

use super::{MemorySchema, manifest};
use crate::column::ColumnType;
use crate::plugin::Plugin;
use crate::table::Table;

/// The longest text in an index: 190 characters of four bytes fit MySQL's 767.
const INDEXED_CHARACTERS_MAX: u32 = 190;
/// The most digits of a decimal: what SQLite keeps exactly.
const DECIMAL_DIGITS_MAX: u8 = 18;
/// The longest value of an enumeration in bytes.
const ENUM_VALUE_BYTES_MAX: usize = 63;
/// The longest name in bytes.
const NAME_BYTES_MAX: usize = 63;

/// Everything that is wrong with a schema and with what a plugin's manifest says of it.
pub fn violations(plugin: &dyn Plugin, schema: &MemorySchema) -> Vec<String> {
    let tables: Vec<Table> = schema
        .table_names()
        .iter()
        .filter_map(|name| schema.table(name))
        .collect();
    let mut found: Vec<String> = tables.iter().flat_map(of_table).collect();
    found.extend(of_names(&tables));
    found.extend(of_classification(plugin, schema));
    found
}

/// Everything that is wrong with one table.
fn of_table(table: &Table) -> Vec<String> {
    let mut found = redundant_indexes(table);
    found.extend(unindexed_foreign_keys(table));
    found.extend(indexed_columns(table));
    found.extend(types(table));
    if table.comment.as_deref().is_none_or(str::is_empty) {
        found.push(format!("table `{}` has no comment", table.name));
    }
    found
}

/// Indexes that add nothing: their columns begin another index or the primary key, or begin with all
/// columns of a unique one.
fn redundant_indexes(table: &Table) -> Vec<String> {
    let mut keys: Vec<(&str, Vec<&str>, bool)> = table
        .indexes
        .iter()
        .map(|index| {
            let columns = index
                .columns
                .iter()
                .map(|column| column.name.as_str())
                .collect();
            (index.name.as_str(), columns, index.unique)
        })
        .collect();
    keys.push((
        "the primary key",
        table.primary_key.iter().map(String::as_str).collect(),
        true,
    ));
    let mut found = Vec::new();
    for (name, columns, _) in keys.iter().filter(|(_, _, unique)| !unique) {
        for (other, other_columns, other_unique) in keys.iter().filter(|(other, ..)| other != name)
        {
            let begins = other_columns.starts_with(columns);
            let continues = *other_unique && columns.starts_with(other_columns);
            if begins || continues {
                found.push(format!(
                    "index `{name}` of `{}` is covered by `{other}`",
                    table.name
                ));
            }
        }
    }
    found
}

/// Foreign keys whose columns begin no index.
fn unindexed_foreign_keys(table: &Table) -> Vec<String> {
    let begins = |columns: &[&str], wanted: &[String]| {
        columns.iter().take(wanted.len()).eq(wanted
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .iter())
    };
    let is_indexed = |wanted: &[String]| {
        let primary: Vec<&str> = table.primary_key.iter().map(String::as_str).collect();
        begins(&primary, wanted)
            || table.indexes.iter().any(|index| {
                let columns: Vec<&str> = index
                    .columns
                    .iter()
                    .map(|column| column.name.as_str())
                    .collect();
                begins(&columns, wanted)
            })
    };
    let keys = table
        .foreign_keys
        .iter()
        .filter(|key| !is_indexed(&key.columns));
    keys.map(|key| {
        format!(
            "foreign key `{}` of `{}` has no index",
            key.name, table.name
        )
    })
    .collect()
}

fn indexed_columns(table: &Table) -> Vec<String> {
    let indexed: BTreeSet<&str> = table
        .indexes
        .iter()
        .flat_map(|index| index.columns.iter().map(|column| column.name.as_str()))
        .chain(table.primary_key.iter().map(String::as_str))
        .collect();
    let is_wide = |column_type: &ColumnType| match column_type {
        ColumnType::String(characters) => *characters > INDEXED_CHARACTERS_MAX,
        ColumnType::Text | ColumnType::Json | ColumnType::Blob => true,
        _ => false,
    };
    let columns = table
        .columns
        .iter()
        .filter(|column| indexed.contains(column.name.as_str()));
    columns
        .filter(|column| is_wide(&column.column_type))
        .map(|column| {
            format!(
                "column `{}.{}` is too wide for an index",
                table.name, column.name
            )
        })
        .collect()
}

fn types(table: &Table) -> Vec<String> {
    let is_wrong = |column_type: &ColumnType| match column_type {
        ColumnType::Decimal { precision, .. } => *precision > DECIMAL_DIGITS_MAX,
        ColumnType::Enumeration(values) => {
            values.is_empty()
                || values
                    .iter()
                    .any(|value| value.len() > ENUM_VALUE_BYTES_MAX)
        }
        _ => false,
    };
    let columns = table
        .columns
        .iter()
        .filter(|column| is_wrong(&column.column_type));
    columns
        .map(|column| {
            format!(
                "column `{}.{}` does not fit every database",
                table.name, column.name
            )
        })
        .collect()
}

fn of_names(tables: &[Table]) -> Vec<String> {
    let is_name = |name: &str| {
        let is_inner = |b: u8| b == b'_' || b.is_ascii_lowercase() || b.is_ascii_digit();
        name.len() <= NAME_BYTES_MAX
            && name
                .bytes()
                .next()
                .is_some_and(|first| !first.is_ascii_digit())
            && name.bytes().all(is_inner)
    };
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for table in tables {
        let indexes = table.indexes.iter().map(|index| &index.name);
        let keys = table.foreign_keys.iter().map(|key| &key.name);
        let checks = table.checks.iter().map(|check| &check.name);
        for name in std::iter::once(&table.name)
            .chain(indexes)
            .chain(keys)
            .chain(checks)
        {
            if !seen.insert(name) {
                found.push(format!("the name `{name}` is there twice"));
            }
            if !is_name(name) {
                found.push(format!("the name `{name}` is not allowed"));
            }
        }
        let columns = table.columns.iter().filter(|column| !is_name(&column.name));
        found.extend(columns.map(|column| format!("the name `{}` is not allowed", column.name)));
    }
    found
}

fn of_classification(plugin: &dyn Plugin, schema: &MemorySchema) -> Vec<String> {
    let mut found = Vec::new();
    for (name, personal) in manifest::classified(plugin) {
        let Some(table) = schema.table(&name) else {
            found.push(format!("classified table `{name}` does not exist"));
            continue;
        };
        let absent = personal
            .iter()
            .filter(|column| table.column(column).is_none());
        found.extend(
            absent.map(|column| format!("classified column `{name}.{column}` does not exist")),
        );
    }
    found
}
