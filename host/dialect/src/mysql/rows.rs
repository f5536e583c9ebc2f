//! Operations on rows.
//!
//! Statements of authors are [`super::raw`].

use model::error::Result;
use model::expression::Expression;
use model::name::Name;
use model::operation::{Assignment, Backfill, DeleteRows, InsertRows, UpdateRows, require};
use model::schema::Table;
use model::value::Value;
use model::{Blocks, Schema, Statement, Work};

use super::{Flavour, STYLE, expression, statement, types};
use crate::writer::SqlWriter;

/// The most rows of one INSERT.
const ROWS_PER_STATEMENT: usize = 100;
/// The most bytes of one INSERT, unless one row alone has more.
const BYTES_PER_STATEMENT: usize = 100_000;

fn written(sql: SqlWriter, work: Work, locks: Vec<Name>) -> Statement {
    // Rows alone: whoever writes the same ones waits, which is what `Writes` says at most.
    statement(sql, work, Blocks::Writes, locks)
}

/// `INSERT … SELECT … WHERE NOT EXISTS`: a row whose key is there already is left as it is, but any other
/// conflict is an error. Identities that were given by hand are passed over by the server itself.
pub(super) fn insert(
    _flavour: Flavour,
    insert: &InsertRows,
    before: &Schema,
) -> Result<Vec<Statement>> {
    let table = require::table(before, &insert.table)?;
    let end = |sql| written(sql, Work::Instant, vec![insert.table.clone()]);
    let mut statements = Vec::new();
    let mut open: Option<(SqlWriter, usize)> = None;
    for row in &insert.rows {
        let mut values = SqlWriter::new(&STYLE);
        write_row(&mut values, table, insert, row)?;
        let fits = |(sql, count): &(SqlWriter, usize)| {
            *count < ROWS_PER_STATEMENT && sql.len() + values.len() < BYTES_PER_STATEMENT
        };
        match open.as_mut().filter(|batch| fits(batch)) {
            Some((sql, count)) => {
                sql.line().word("UNION ALL").fragment(&values);
                *count += 1;
            }
            None => {
                let mut sql = SqlWriter::new(&STYLE);
                sql.word("INSERT INTO")
                    .name(&insert.table)
                    .names(&insert.columns);
                sql.line().fragment(&values);
                if let Some((full, _)) = open.replace((sql, 1)) {
                    statements.push(end(full));
                }
            }
        }
    }
    statements.extend(open.map(|(last, _)| end(last)));
    Ok(statements)
}

/// The row, if no row has its key: key and value are compared as the column compares.
fn write_row(sql: &mut SqlWriter, table: &Table, insert: &InsertRows, row: &[Value]) -> Result<()> {
    let values = || insert.columns.iter().zip(row);
    let write = |sql: &mut SqlWriter, name: &Name, value: &Value| {
        let kind = require::column(table, name)?.column_type.kind();
        types::write_literal(sql, value, kind)
    };
    sql.word("SELECT");
    sql.list(values(), |sql, (name, value)| write(sql, name, value))?;
    sql.word("FROM DUAL WHERE NOT EXISTS")
        .open()
        .word("SELECT 1 FROM")
        .name(&insert.table)
        .word("WHERE");
    let keys = values().filter(|(name, _)| insert.key.contains(name));
    for (n, (name, value)) in keys.enumerate() {
        if n > 0 {
            sql.word("AND");
        }
        sql.name(name).word("=");
        write(sql, name, value)?;
    }
    sql.close();
    Ok(())
}

/// `UPDATE`. The server sets one column after the other; that no value names a column set before, `model`
/// has checked.
pub(super) fn update(
    flavour: Flavour,
    update: &UpdateRows,
    before: &Schema,
) -> Result<Vec<Statement>> {
    let table = require::table(before, &update.table)?;
    assign(flavour, table, &update.assignments, update.filter.as_ref())
}

/// `UPDATE` of one column.
pub(super) fn backfill(
    flavour: Flavour,
    fill: &Backfill,
    before: &Schema,
) -> Result<Vec<Statement>> {
    let table = require::table(before, &fill.table)?;
    let assignment = Assignment {
        column: fill.column.clone(),
        value: fill.value.clone(),
    };
    assign(flavour, table, &[assignment], Some(&fill.condition()))
}

fn assign(
    flavour: Flavour,
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
        expression::write_assigned(sql, &value, kind, flavour.backend())
    })?;
    write_filter(&mut sql, table, filter)?;
    Ok(vec![written(sql, Work::Rewrite, vec![table.name.clone()])])
}

/// `DELETE`.
pub(super) fn delete(
    _flavour: Flavour,
    delete: &DeleteRows,
    before: &Schema,
) -> Result<Vec<Statement>> {
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
