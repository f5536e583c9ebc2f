//! Operations on rows, and which of them must not run while foreign keys are off.
//!
//! Statements of authors are [`super::raw`].

use model::error::Result;
use model::expression::Expression;
use model::name::Name;
use model::operation::{
    Assignment, Backfill, DeleteRows, InsertRows, Operation, UpdateRows, require,
};
use model::schema::{ForeignKey, ReferentialAction, Table};
use model::value::Value;
use model::{Compiled, Schema, Work};

use super::{STYLE, enforced, expression, statement, types};
use crate::writer::SqlWriter;

/// The most rows of one INSERT.
const ROWS_PER_STATEMENT: usize = 500;
/// The most bytes of one INSERT, unless one row alone has more.
const BYTES_PER_STATEMENT: usize = 100_000;

/// `INSERT … ON CONFLICT (key) DO NOTHING`: a row that is there already is left as it is, but a conflict
/// on another unique index is an error.
pub(super) fn insert(insert: &InsertRows, before: &Schema) -> Result<Compiled> {
    let table = require::table(before, &insert.table)?;
    let mut statements = Vec::new();
    let mut open: Option<(SqlWriter, usize)> = None;
    for row in &insert.rows {
        let mut values = SqlWriter::new(&STYLE);
        write_row(&mut values, table, &insert.columns, row)?;
        let fits = |(sql, count): &(SqlWriter, usize)| {
            *count < ROWS_PER_STATEMENT && sql.len() + values.len() < BYTES_PER_STATEMENT
        };
        match open.as_mut().filter(|batch| fits(batch)) {
            Some((sql, count)) => {
                sql.comma().line().fragment(&values);
                *count += 1;
            }
            None => {
                let mut sql = SqlWriter::new(&STYLE);
                sql.word("INSERT INTO")
                    .name(&insert.table)
                    .names(&insert.columns)
                    .word("VALUES");
                sql.line().fragment(&values);
                if let Some((full, _)) = open.replace((sql, 1)) {
                    statements.push(end_insert(full, insert));
                }
            }
        }
    }
    if let Some((last, _)) = open {
        statements.push(end_insert(last, insert));
    }
    Ok(enforced(statements))
}

fn write_row(sql: &mut SqlWriter, table: &Table, columns: &[Name], row: &[Value]) -> Result<()> {
    sql.open();
    sql.list(columns.iter().zip(row), |sql, (name, value)| {
        let kind = require::column(table, name)?.column_type.kind();
        sql.literal(&types::literal(value, kind)?);
        Result::Ok(())
    })?;
    sql.close();
    Ok(())
}

fn end_insert(mut sql: SqlWriter, insert: &InsertRows) -> model::Statement {
    sql.line()
        .word("ON CONFLICT")
        .names(&insert.key)
        .word("DO NOTHING");
    statement(sql, Work::Instant, vec![insert.table.clone()])
}

/// `UPDATE`.
pub(super) fn update(update: &UpdateRows, before: &Schema) -> Result<Compiled> {
    let table = require::table(before, &update.table)?;
    assign(table, &update.assignments, update.filter.as_ref())
}

/// `UPDATE` of one column.
pub(super) fn backfill(fill: &Backfill, before: &Schema) -> Result<Compiled> {
    let table = require::table(before, &fill.table)?;
    let assignment = Assignment {
        column: fill.column.clone(),
        value: fill.value.clone(),
    };
    assign(table, &[assignment], Some(&fill.condition()))
}

fn assign(
    table: &Table,
    assignments: &[Assignment],
    filter: Option<&Expression>,
) -> Result<Compiled> {
    let mut sql = SqlWriter::new(&STYLE);
    sql.word("UPDATE").name(&table.name).word("SET");
    sql.list(assignments, |sql, assignment| {
        let kind = require::column(table, &assignment.column)?
            .column_type
            .kind();
        let value = assignment.value.resolve(&[table.scope()], false)?;
        sql.name(&assignment.column).word("=");
        expression::write_assigned(sql, &value, kind)
    })?;
    write_filter(&mut sql, table, filter)?;
    Ok(enforced(vec![statement(
        sql,
        Work::Rewrite,
        vec![table.name.clone()],
    )]))
}

/// `DELETE`.
pub(super) fn delete(delete: &DeleteRows, before: &Schema) -> Result<Compiled> {
    let table = require::table(before, &delete.table)?;
    let mut sql = SqlWriter::new(&STYLE);
    sql.word("DELETE FROM").name(&delete.table);
    write_filter(&mut sql, table, delete.filter.as_ref())?;
    let mut locks = vec![delete.table.clone()];
    for (from, _) in before.references_to(&delete.table) {
        if !locks.contains(&from.name) {
            locks.push(from.name.clone());
        }
    }
    Ok(enforced(vec![statement(sql, Work::Scan, locks)]))
}

fn write_filter(sql: &mut SqlWriter, table: &Table, filter: Option<&Expression>) -> Result<()> {
    if let Some(filter) = filter {
        sql.word("WHERE");
        expression::write(sql, &filter.require_condition(&[table.scope()])?)?;
    }
    Ok(())
}

/// Whether rows of other tables go or change with those of the operation.
pub(super) fn needs_enforced_keys(operation: &Operation, before: &Schema) -> bool {
    let acts = |action| action != ReferentialAction::Restrict;
    let points = |table: &Name, matters: &dyn Fn(&ForeignKey) -> bool| {
        before.references_to(table).any(|(_, key)| matters(key))
    };
    let assigned = |table: &Name, column: &Name| {
        points(table, &|key| {
            acts(key.on_update) && key.references_columns.contains(column)
        })
    };
    match operation {
        Operation::DeleteRows(delete) => points(&delete.table, &|key| acts(key.on_delete)),
        Operation::UpdateRows(update) => update
            .assignments
            .iter()
            .any(|one| assigned(&update.table, &one.column)),
        Operation::Backfill(fill) => assigned(&fill.table, &fill.column),
        Operation::RunSql(run) => run
            .touches
            .iter()
            .any(|table| points(table, &|key| acts(key.on_delete) || acts(key.on_update))),
        _ => false,
    }
}
