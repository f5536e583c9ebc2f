//! Operations on rows.
//!
//! Statements of authors are [`super::raw`].

use model::column_type::ColumnType;
use model::error::Result;
use model::expression::Expression;
use model::name::Name;
use model::operation::{Assignment, Backfill, DeleteRows, InsertRows, UpdateRows, require};
use model::schema::Table;
use model::value::Value;
use model::{Blocks, Schema, Statement, Work};

use super::{STYLE, expression, statement, types};
use crate::writer::SqlWriter;

/// The most rows of one INSERT.
const ROWS_PER_STATEMENT: usize = 500;
/// The most bytes of one INSERT, unless one row alone has more.
const BYTES_PER_STATEMENT: usize = 100_000;

fn written(sql: SqlWriter, work: Work, locks: Vec<Name>) -> Statement {
    // Rows alone: whoever writes the same ones waits, which is what `Writes` says at most.
    statement(sql, work, Blocks::Writes, locks)
}

/// `INSERT … ON CONFLICT (key) DO NOTHING`: a row that is there already is left as it is, but a conflict
/// on another unique index is an error. Identities that were given by hand are passed over afterwards.
pub(super) fn insert(insert: &InsertRows, before: &Schema) -> Result<Vec<Statement>> {
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
    for name in &insert.columns {
        let column = require::column(table, name)?;
        if column.column_type == ColumnType::Id {
            statements.push(pass_over(&insert.table, name));
        }
    }
    Ok(statements)
}

fn write_row(sql: &mut SqlWriter, table: &Table, columns: &[Name], row: &[Value]) -> Result<()> {
    sql.open();
    sql.list(columns.iter().zip(row), |sql, (name, value)| {
        let kind = require::column(table, name)?.column_type.kind();
        types::write_literal(sql, value, kind)
    })?;
    sql.close();
    Ok(())
}

fn end_insert(mut sql: SqlWriter, insert: &InsertRows) -> Statement {
    sql.line()
        .word("ON CONFLICT")
        .names(&insert.key)
        .word("DO NOTHING");
    written(sql, Work::Instant, vec![insert.table.clone()])
}

/// Moves the identities of a table on.
pub(super) fn pass_over_ids(table: &Table) -> impl Iterator<Item = Statement> + '_ {
    let ids = table.columns.iter();
    ids.filter(|column| column.column_type == ColumnType::Id)
        .map(|column| pass_over(&table.name, &column.name))
}

/// Moves an identity on beyond every value that the table holds, never back: a value is not used twice.
fn pass_over(table: &Name, column: &Name) -> Statement {
    let mut quoted = SqlWriter::new(&STYLE);
    quoted.name(table);
    let mut sequence = SqlWriter::new(&STYLE);
    sequence
        .call("CAST")
        .call("pg_get_serial_sequence")
        .text(&quoted.finish())
        .comma()
        .text(column.as_str())
        .close()
        .word("AS regclass")
        .close();
    let mut sql = SqlWriter::new(&STYLE);
    sql.word("SELECT").call("setval").fragment(&sequence);
    sql.comma().word("top").close().word("FROM").open();
    sql.word("SELECT").call("GREATEST").open();
    sql.word("SELECT").call("max").name(column).close();
    sql.word("FROM").name(table).close().comma();
    sql.call("pg_sequence_last_value")
        .fragment(&sequence)
        .close()
        .close();
    sql.word("AS top").close();
    sql.word("AS known WHERE top >= 1");
    let mut statement = written(sql, Work::Instant, vec![table.clone()]);
    statement.repeatable = true;
    statement
}

/// `UPDATE`.
pub(super) fn update(update: &UpdateRows, before: &Schema) -> Result<Vec<Statement>> {
    let table = require::table(before, &update.table)?;
    assign(table, &update.assignments, update.filter.as_ref())
}

/// `UPDATE` of one column.
pub(super) fn backfill(fill: &Backfill, before: &Schema) -> Result<Vec<Statement>> {
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
) -> Result<Vec<Statement>> {
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
    Ok(vec![written(sql, Work::Rewrite, vec![table.name.clone()])])
}

/// `DELETE`.
pub(super) fn delete(delete: &DeleteRows, before: &Schema) -> Result<Vec<Statement>> {
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
    Ok(vec![written(sql, Work::Scan, locks)])
}

fn write_filter(sql: &mut SqlWriter, table: &Table, filter: Option<&Expression>) -> Result<()> {
    if let Some(filter) = filter {
        sql.word("WHERE");
        expression::write(sql, &filter.require_condition(&[table.scope()])?)?;
    }
    Ok(())
}
