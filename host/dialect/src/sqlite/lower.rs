//! The expected schema as SQLite would store it.
//!
//! It is written as for a new database and read by the same reader as the real one ([`super::stored`]),
//! so that the two cannot disagree about a form. What the writer says and the reader cannot see would be
//! opaque, and is an error here.

use model::error::Result;
use model::schema::Table;
use model::{Observed, Schema, Statement, Work};

use super::{
    finished,
    stored::{self, StoredRow},
    table, view,
};
use crate::error::{DIALECT_UNREADABLE, refused};

/// What SQLite stores for a schema.
///
/// # Errors
/// Those of types and expressions, and `dialect.unreadable`.
pub(super) fn lower(schema: &Schema) -> Result<Observed> {
    let mut rows = Vec::new();
    let row = |kind: &str, name: &str, table: &str, sql: String| StoredRow {
        kind: kind.to_owned(),
        name: name.to_owned(),
        table: table.to_owned(),
        sql: Some(sql),
    };
    for table in schema.tables() {
        let name = table.name.as_str();
        rows.push(row(
            "table",
            name,
            name,
            table::create(table, &(&table.name).into())?,
        ));
        for index in &table.indexes {
            rows.push(row(
                "index",
                index.name.as_str(),
                name,
                table::create_index(table, index)?,
            ));
        }
        for (trigger, sql) in table::create_triggers(table) {
            rows.push(row("trigger", &trigger, name, sql));
        }
    }
    for view in schema.views() {
        let name = view.name.as_str();
        rows.push(row("view", name, name, view::create(view, schema)?));
    }
    let observed = stored::parse(&rows);
    match observed.opaque.keys().next() {
        None => Ok(observed),
        Some(object) => refused(
            &DIALECT_UNREADABLE,
            format!("the definition of {object} is not read"),
        ),
    }
}

/// The statements that make a table with all that is on it.
///
/// # Errors
/// Those of types and expressions.
pub(super) fn table_statements(table: &Table) -> Result<Vec<Statement>> {
    let create = table::create(table, &(&table.name).into())?;
    let mut statements = vec![finished(create, Work::Instant, table::locks(table))];
    statements.extend(part_statements(table, Work::Instant)?);
    Ok(statements)
}

/// The statements that make what stands beside a table: its indexes and triggers.
///
/// # Errors
/// Those of expressions.
pub(super) fn part_statements(table: &Table, index_work: Work) -> Result<Vec<Statement>> {
    let locks = || vec![table.name.clone()];
    let mut statements = Vec::new();
    for index in &table.indexes {
        statements.push(finished(
            table::create_index(table, index)?,
            index_work,
            locks(),
        ));
    }
    for (_, sql) in table::create_triggers(table) {
        statements.push(finished(sql, Work::Instant, locks()));
    }
    Ok(statements)
}
