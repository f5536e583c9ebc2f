//! The documented way to change a table as `ALTER TABLE` cannot: make a new one, copy, drop the old
//! one, give the new one its name, make indexes, triggers and views again.
//!
//! The order is the safe one: renaming the old table away first would turn the keys of other tables
//! after it. Views over the table are dropped first and made again last, because the final rename fails
//! while a view names a table that is not there.
//!
//! Invariants: the number that an `id` gives next is kept; where other tables (or the table itself)
//! point at it, foreign keys must be off meanwhile, or dropping it would delete or change their rows:
//! the group is then [`ForeignKeys::Verified`].

use model::column_type::ColumnType;
use model::error::Result;
use model::name::Name;
use model::schema::{Schema, Table};
use model::{Compiled, ForeignKeys, Work};

use super::super::{STYLE, finished, lower, statement, table, view};
use crate::view_query;
use crate::writer::{Identifier, SqlWriter};

/// The prefix of the name that the new table has until the old one is gone.
const PREFIX: &str = "strata_rebuild_";

/// What a column of the new table is filled from, where it is not the same column.
pub(in crate::sqlite) struct Copy {
    /// The column.
    pub(in crate::sqlite) column: Name,
    /// An expression over the old row.
    pub(in crate::sqlite) source: SqlWriter,
}

/// Replaces `old` by `new`, which has the same name.
///
/// # Errors
/// Those of types and expressions.
pub(in crate::sqlite) fn rebuild(
    schema: &Schema,
    old: &Table,
    new: &Table,
    copies: &[Copy],
) -> Result<Compiled> {
    let name = &old.name;
    let waiting = Identifier::prefixed(PREFIX, name);
    let mut locks = table::locks(new);
    for lock in table::locks(old) {
        if !locks.contains(&lock) {
            locks.push(lock);
        }
    }
    let views = view_query::dependents(schema, name);
    let mut statements = Vec::new();
    for view in &views {
        let mut sql = SqlWriter::new(&STYLE);
        sql.word("DROP VIEW").name(&view.name);
        statements.push(statement(sql, Work::Instant, locks.clone()));
    }
    statements.push(finished(
        table::create(new, &waiting)?,
        Work::Instant,
        locks.clone(),
    ));
    if new
        .columns
        .iter()
        .any(|column| column.column_type == ColumnType::Id)
    {
        statements.push(statement(keep_sequence(name), Work::Instant, locks.clone()));
    }
    statements.push(statement(
        copy(old, new, &waiting, copies),
        Work::Rewrite,
        locks.clone(),
    ));
    let mut sql = SqlWriter::new(&STYLE);
    sql.word("DROP TABLE").name(name);
    statements.push(statement(sql, Work::Scan, locks.clone()));
    let mut sql = SqlWriter::new(&STYLE);
    sql.word("ALTER TABLE")
        .ident(&waiting)
        .word("RENAME TO")
        .name(name);
    statements.push(statement(sql, Work::Instant, locks.clone()));
    statements.extend(lower::part_statements(new, Work::Scan)?);
    for view in views.iter().rev() {
        statements.push(finished(
            view::create(view, schema)?,
            Work::Instant,
            locks.clone(),
        ));
    }
    let pointed_at = schema.references_to(name).next().is_some()
        || new
            .foreign_keys
            .iter()
            .any(|key| &key.references_table == name);
    let foreign_keys = if pointed_at {
        ForeignKeys::Verified
    } else {
        ForeignKeys::Enforced
    };
    Ok(Compiled {
        statements,
        foreign_keys,
    })
}

/// Lets the new table count on from where the old one is, whatever rows are left in it.
fn keep_sequence(name: &Name) -> SqlWriter {
    let mut sql = SqlWriter::new(&STYLE);
    let columns = |sql: &mut SqlWriter| {
        sql.ident(&"name".into()).comma().ident(&"seq".into());
    };
    sql.word("INSERT INTO")
        .ident(&"sqlite_sequence".into())
        .open();
    columns(&mut sql);
    sql.close()
        .word("SELECT")
        .text(&[PREFIX, name.as_str()].concat())
        .comma()
        .ident(&"seq".into());
    sql.word("FROM").ident(&"sqlite_sequence".into());
    sql.word("WHERE")
        .ident(&"name".into())
        .word("=")
        .text(name.as_str());
    sql
}

/// Copies the columns that both tables have; the others get their default.
fn copy(old: &Table, new: &Table, waiting: &Identifier, copies: &[Copy]) -> SqlWriter {
    let kept: Vec<&Name> = new
        .columns
        .iter()
        .map(|column| &column.name)
        .filter(|column| old.column(column).is_some())
        .collect();
    let mut sql = SqlWriter::new(&STYLE);
    sql.word("INSERT INTO")
        .ident(waiting)
        .names(kept.iter().copied())
        .word("SELECT");
    for (n, column) in kept.into_iter().enumerate() {
        if n > 0 {
            sql.comma();
        }
        match copies.iter().find(|copy| &copy.column == column) {
            Some(copy) => sql.fragment(&copy.source),
            None => sql.name(column),
        };
    }
    sql.word("FROM").name(&old.name);
    sql
}
