//! The expected schema as the catalogues of MySQL and MariaDB say it.
//!
//! Everything is predicted but how the server writes expressions: those are given as they are written
//! here, and compared as recorded ([`model::recorded`]).

use std::collections::BTreeMap;

use model::column_type::ColumnType;
use model::error::Result;
use model::observed::{
    ObservedColumn, ObservedForeignKey, ObservedIndex, ObservedTable, ObservedTrigger,
};
use model::schema::{Column, ForeignKey, Table};
use model::{Observed, Schema};

use super::{Flavour, STYLE, expression, table, types, view};
use crate::writer::SqlWriter;

/// What the catalogue says for a schema.
///
/// # Errors
/// Those of types and expressions.
pub(super) fn lower(flavour: Flavour, schema: &Schema) -> Result<Observed> {
    let mut observed = Observed::default();
    for table in schema.tables() {
        let name = table.name.to_string();
        observed
            .tables
            .insert(name.clone(), lower_table(flavour, table)?);
        if !table.append_only {
            continue;
        }
        let events = table::APPEND_ONLY.map(|(_, event)| event);
        for (trigger, event) in table::trigger_names(&table.name).iter().zip(events) {
            let lowered = ObservedTrigger {
                table: name.clone(),
                definition: format!("{event} {}", table::REFUSE_CHANGE),
            };
            observed
                .triggers
                .insert(trigger.as_str().to_owned(), lowered);
        }
    }
    for view in schema.views() {
        let query = view::query(view, schema)?.finish();
        observed.views.insert(view.name.to_string(), query);
    }
    Ok(observed)
}

fn lower_table(flavour: Flavour, table: &Table) -> Result<ObservedTable> {
    let columns = table
        .columns
        .iter()
        .map(|column| lower_column(flavour, column));
    let texts = |names: &[model::Name]| names.iter().map(ToString::to_string).collect();
    let keys = table
        .foreign_keys
        .iter()
        .map(|key| (key.name.to_string(), lower_key(table, key)));
    Ok(ObservedTable {
        columns: columns.collect::<Result<_>>()?,
        primary_key: texts(&table.primary_key),
        indexes: lower_indexes(table)?,
        foreign_keys: keys.collect(),
        checks: lower_checks(flavour, table)?,
        options: vec!["InnoDB".to_owned(), types::IGNORE_CASE.to_owned()],
        comment: table.comment.as_deref().map(types::shown),
    })
}

fn lower_checks(flavour: Flavour, table: &Table) -> Result<BTreeMap<String, String>> {
    let mut checks = BTreeMap::new();
    for column in &table.columns {
        if let Some(condition) = types::check_condition(&column.name, &column.column_type) {
            let name = types::check_name(flavour, &table.name, &column.name);
            checks.insert(name.as_str().to_owned(), condition.finish());
        }
    }
    for check in &table.checks {
        let condition = check.condition.require_condition(&[table.scope()])?;
        let mut sql = SqlWriter::new(&STYLE);
        expression::write(&mut sql, &condition)?;
        checks.insert(check.name.to_string(), sql.finish());
    }
    Ok(checks)
}

/// The declared indexes and those of the foreign keys.
fn lower_indexes(table: &Table) -> Result<BTreeMap<String, ObservedIndex>> {
    let mut indexes = BTreeMap::new();
    for index in &table.indexes {
        let part = |part: &model::schema::IndexColumn| {
            let down = if part.descending { " DESC" } else { "" };
            format!("{}{down}", part.name)
        };
        let lowered = ObservedIndex {
            columns: index.columns.iter().map(part).collect(),
            unique: index.unique,
            filter: table::hidden_expression(table, index)?.map(SqlWriter::finish),
        };
        indexes.insert(index.name.to_string(), lowered);
    }
    for key in &table.foreign_keys {
        let lowered = ObservedIndex {
            columns: key.columns.iter().map(ToString::to_string).collect(),
            unique: false,
            filter: None,
        };
        indexes.insert(key.name.to_string(), lowered);
    }
    Ok(indexes)
}

fn lower_key(table: &Table, key: &ForeignKey) -> ObservedForeignKey {
    ObservedForeignKey {
        columns: key.columns.iter().map(ToString::to_string).collect(),
        references_table: key.references_table.to_string(),
        references_columns: key
            .references_columns
            .iter()
            .map(ToString::to_string)
            .collect(),
        on_delete: table::action(table, key.on_delete).to_owned(),
        on_update: table::action(table, key.on_update).to_owned(),
    }
}

fn lower_column(flavour: Flavour, column: &Column) -> Result<ObservedColumn> {
    Ok(ObservedColumn {
        name: column.name.to_string(),
        type_text: types::catalogue_type(flavour, column),
        nullable: column.nullable,
        default: table::default(flavour, column)?.map(SqlWriter::finish),
        collation: types::collation(flavour, column).map(str::to_owned),
        identity: column.column_type == ColumnType::Id,
        generated: None,
        comment: column.comment.as_deref().map(types::shown),
    })
}
