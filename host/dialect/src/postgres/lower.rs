//! The expected schema as PostgreSQL's catalogue says it.
//!
//! Everything is predicted but how the server writes expressions: those are given as they are written
//! here, and compared as recorded ([`model::recorded`]).

use std::collections::BTreeMap;

use model::column_type::ColumnType;
use model::error::Result;
use model::observed::{
    ObservedColumn, ObservedForeignKey, ObservedIndex, ObservedTable, ObservedTrigger,
};
use model::schema::{Column, Table};
use model::{Observed, Schema};

use super::{STYLE, expression, table, types, view};
use crate::writer::SqlWriter;

/// What the catalogue says for a schema.
///
/// # Errors
/// Those of types and expressions.
pub(super) fn lower(schema: &Schema) -> Result<Observed> {
    let mut observed = Observed::default();
    for table in schema.tables() {
        let name = table.name.to_string();
        observed.tables.insert(name, lower_table(table)?);
        for (trigger, statement) in table::create_triggers(table) {
            let Some(trigger) = trigger else { continue };
            let lowered = ObservedTrigger {
                table: table.name.to_string(),
                definition: statement.sql,
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

fn lower_table(table: &Table) -> Result<ObservedTable> {
    let columns = table.columns.iter().map(lower_column);
    let mut checks = BTreeMap::new();
    for column in &table.columns {
        if let Some(condition) = types::check_condition(&column.name, &column.column_type) {
            let name = types::check_name(&column.name);
            checks.insert(name.as_str().to_owned(), condition.finish());
        }
    }
    for check in &table.checks {
        let condition = check.condition.require_condition(&[table.scope()])?;
        let mut sql = SqlWriter::new(&STYLE);
        expression::write(&mut sql, &condition)?;
        checks.insert(check.name.to_string(), sql.finish());
    }
    let mut indexes = BTreeMap::new();
    for index in &table.indexes {
        let filter = match &index.filter {
            None => None,
            Some(filter) => {
                let mut sql = SqlWriter::new(&STYLE);
                expression::write(&mut sql, &filter.require_condition(&[table.scope()])?)?;
                Some(sql.finish())
            }
        };
        let part = |part: &model::schema::IndexColumn| {
            let down = if part.descending { " DESC" } else { "" };
            format!("{}{down}", part.name)
        };
        let lowered = ObservedIndex {
            columns: index.columns.iter().map(part).collect(),
            unique: index.unique,
            filter,
        };
        indexes.insert(index.name.to_string(), lowered);
    }
    let texts = |names: &[model::Name]| names.iter().map(ToString::to_string).collect();
    let keys = table.foreign_keys.iter().map(|key| {
        let lowered = ObservedForeignKey {
            columns: texts(&key.columns),
            references_table: key.references_table.to_string(),
            references_columns: texts(&key.references_columns),
            on_delete: table::action(key.on_delete).to_owned(),
            on_update: table::action(key.on_update).to_owned(),
        };
        (key.name.to_string(), lowered)
    });
    Ok(ObservedTable {
        columns: columns.collect::<Result<_>>()?,
        primary_key: texts(&table.primary_key),
        indexes,
        foreign_keys: keys.collect(),
        checks,
        options: Vec::new(),
        comment: table.comment.clone(),
    })
}

fn lower_column(column: &Column) -> Result<ObservedColumn> {
    Ok(ObservedColumn {
        name: column.name.to_string(),
        type_text: types::catalogue_type(&column.column_type),
        nullable: column.nullable,
        default: table::default(column)?.map(SqlWriter::finish),
        collation: types::collation(column).map(str::to_owned),
        identity: column.column_type == ColumnType::Id,
        generated: None,
        comment: column.comment.clone(),
    })
}
