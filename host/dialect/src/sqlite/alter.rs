//! Changes of a table that stands: natively where `ALTER TABLE` can, else by [`super::rebuild`].
//!
//! Which of the two is decided by the shape of the change alone, never by trying: on an empty table
//! SQLite allows what it refuses on one with rows.

mod rebuild;

use model::column_type::{ColumnType, Kind};
use model::error::Result;
use model::operation::{
    AddCheck, AddColumn, AddForeignKey, AlterColumn, ColumnChange, DropCheck, DropColumn,
    DropForeignKey, RenameColumn, RenameTable, require,
};
use model::schema::{ColumnDefault, Table};
use model::{Backend, Compiled, Schema, Work};

use self::rebuild::{Copy, rebuild};
use super::{STYLE, enforced, expression, finished, statement, table};
use crate::error::unsupported;
use crate::writer::{Identifier, SqlWriter};

/// `RENAME TO`. The triggers carry the table's name in theirs, so they are made anew.
pub(super) fn rename_table(rename: &RenameTable, before: &Schema) -> Result<Compiled> {
    let old = require::table(before, &rename.from)?;
    let renamed = Table {
        name: rename.to.clone(),
        ..old.clone()
    };
    let locks = || vec![rename.from.clone(), rename.to.clone()];
    let mut statements = Vec::new();
    for (trigger, _) in table::create_triggers(old) {
        let mut sql = SqlWriter::new(&STYLE);
        sql.word("DROP TRIGGER")
            .ident(&Identifier::foreign(&trigger));
        statements.push(statement(sql, Work::Instant, locks()));
    }
    let mut sql = SqlWriter::new(&STYLE);
    sql.word("ALTER TABLE")
        .name(&rename.from)
        .word("RENAME TO")
        .name(&rename.to);
    statements.push(statement(sql, Work::Instant, locks()));
    for (_, sql) in table::create_triggers(&renamed) {
        statements.push(finished(sql, Work::Instant, locks()));
    }
    Ok(enforced(statements))
}

/// `RENAME COLUMN`: SQLite edits indexes, checks and the keys of other tables.
pub(super) fn rename_column(rename: &RenameColumn, before: &Schema) -> Result<Compiled> {
    let mut locks = vec![rename.table.clone()];
    for (from, _) in before.references_to(&rename.table) {
        if !locks.contains(&from.name) {
            locks.push(from.name.clone());
        }
    }
    let mut sql = SqlWriter::new(&STYLE);
    sql.word("ALTER TABLE").name(&rename.table);
    sql.word("RENAME COLUMN")
        .name(&rename.from)
        .word("TO")
        .name(&rename.to);
    Ok(enforced(vec![statement(sql, Work::Instant, locks)]))
}

/// `ADD COLUMN` with a constant default or none; SQLite then reads all rows once, because the table is
/// STRICT. A default that is computed needs a rebuild.
pub(super) fn add_column(add: &AddColumn, before: &Schema) -> Result<Compiled> {
    let old = require::table(before, &add.table)?;
    if add.column.default == Some(ColumnDefault::CurrentTimestamp) {
        let mut new = old.clone();
        new.columns.push(add.column.clone());
        return rebuild(before, old, &new, &[]);
    }
    let mut sql = SqlWriter::new(&STYLE);
    sql.word("ALTER TABLE").name(&add.table).word("ADD COLUMN");
    table::write_column(&mut sql, old, &add.column)?;
    Ok(enforced(vec![statement(
        sql,
        Work::Scan,
        vec![add.table.clone()],
    )]))
}

/// `DROP COLUMN`: the check of its type goes with it; that nothing else names it, `model` has checked.
pub(super) fn drop_column(drop: &DropColumn) -> Compiled {
    let mut sql = SqlWriter::new(&STYLE);
    sql.word("ALTER TABLE")
        .name(&drop.table)
        .word("DROP COLUMN")
        .name(&drop.column);
    enforced(vec![statement(
        sql,
        Work::Rewrite,
        vec![drop.table.clone()],
    )])
}

/// Another type, nullability or default, by a rebuild.
pub(super) fn alter_column(alter: &AlterColumn, before: &Schema) -> Result<Compiled> {
    let old = require::table(before, &alter.table)?;
    let column = require::column(old, &alter.column)?;
    let mut new = old.clone();
    for column in new
        .columns
        .iter_mut()
        .filter(|column| column.name == alter.column)
    {
        *column = alter.changed(column);
    }
    let mut copies = Vec::new();
    if let ColumnChange::SetType(to) = &alter.change {
        let mut sql = SqlWriter::new(&STYLE);
        write_converted(&mut sql, alter, &column.column_type, to)?;
        copies.push(Copy {
            column: alter.column.clone(),
            source: sql,
        });
    }
    rebuild(before, old, &new, &copies)
}

/// The value of a column as another type: the same value or an error, never a changed one.
fn write_converted(
    sql: &mut SqlWriter,
    alter: &AlterColumn,
    from: &ColumnType,
    to: &ColumnType,
) -> Result<()> {
    let name = &alter.column;
    match (from.kind(), to.kind()) {
        (a, b) if a == b => {
            sql.name(name);
        }
        (Kind::Text, Kind::Json) | (Kind::Uuid, Kind::Text) => {
            sql.name(name);
        }
        (Kind::Integer, Kind::Decimal { scale }) => write_scaled_up(sql, alter, scale)?,
        (Kind::Decimal { scale }, Kind::Integer) => write_scaled_down(sql, alter, scale)?,
        (Kind::Decimal { scale: a }, Kind::Decimal { scale: b }) if a < b => {
            write_scaled_up(sql, alter, b - a)?;
        }
        (Kind::Decimal { scale: a }, Kind::Decimal { scale: b }) => {
            write_scaled_down(sql, alter, a - b)?;
        }
        (Kind::Integer, Kind::Float) => {
            sql.call("CAST").name(name).word("AS REAL").close();
        }
        (Kind::Decimal { scale }, Kind::Float) => {
            sql.call("CAST")
                .name(name)
                .word("AS REAL")
                .close()
                .word("/");
            sql.literal(&expression::float_power_of_ten(scale));
        }
        (Kind::Integer, Kind::Text) => {
            sql.call("CAST").name(name).word("AS TEXT").close();
        }
        (Kind::Date, Kind::Timestamp) => {
            sql.name(name).word("||").text(" 00:00:00.000000");
        }
        _ => {
            return unsupported(
                &format!(
                    "changing column `{}.{name}` from {from} to {to}",
                    alter.table
                ),
                Backend::Sqlite,
                "the databases do not agree on what the values become",
                "add a column of the new type, fill it (backfill or raw SQL) and drop the old one",
            );
        }
    }
    Ok(())
}

fn write_scaled_up(sql: &mut SqlWriter, alter: &AlterColumn, power: u8) -> Result<()> {
    sql.name(&alter.column)
        .word("*")
        .integer(expression::power_of_ten(power)?);
    Ok(())
}

/// Divides where nothing is lost; else the value becomes a text, which the STRICT table refuses.
fn write_scaled_down(sql: &mut SqlWriter, alter: &AlterColumn, power: u8) -> Result<()> {
    let (name, factor) = (&alter.column, expression::power_of_ten(power)?);
    sql.word("CASE WHEN")
        .name(name)
        .word("IS NULL THEN NULL WHEN");
    sql.name(name)
        .word("%")
        .integer(factor)
        .word("=")
        .integer(0);
    sql.word("THEN").name(name).word("/").integer(factor);
    sql.word("ELSE").text("digits would be lost").word("END");
    Ok(())
}

/// A foreign key more, by a rebuild.
pub(super) fn add_foreign_key(add: &AddForeignKey, before: &Schema) -> Result<Compiled> {
    change(before, require::table(before, &add.table)?, |table| {
        table.foreign_keys.push(add.foreign_key.clone());
    })
}

/// A foreign key less, by a rebuild.
pub(super) fn drop_foreign_key(drop: &DropForeignKey, before: &Schema) -> Result<Compiled> {
    change(before, require::table(before, &drop.table)?, |table| {
        table
            .foreign_keys
            .retain(|key| key.name != drop.foreign_key);
    })
}

/// A check more, by a rebuild.
pub(super) fn add_check(add: &AddCheck, before: &Schema) -> Result<Compiled> {
    change(before, require::table(before, &add.table)?, |table| {
        table.checks.push(add.check.clone());
    })
}

/// A check less, by a rebuild.
pub(super) fn drop_check(drop: &DropCheck, before: &Schema) -> Result<Compiled> {
    change(before, require::table(before, &drop.table)?, |table| {
        table.checks.retain(|check| check.name != drop.check);
    })
}

fn change(before: &Schema, old: &Table, edit: impl FnOnce(&mut Table)) -> Result<Compiled> {
    let mut new = old.clone();
    edit(&mut new);
    new.sort_parts();
    rebuild(before, old, &new, &[])
}
