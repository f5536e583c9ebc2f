//! Changes of a table that stands, all of them by `ALTER TABLE`.
//!
//! Source of work and locks: measured on PostgreSQL 15. All take the table's strongest lock, for a moment
//! where nothing is read or written; a foreign key lets reading go on.

use model::column_type::{ColumnType, Kind};
use model::error::Result;
use model::name::Name;
use model::operation::{
    AddCheck, AddColumn, AddForeignKey, AlterColumn, ColumnChange, DropCheck, DropColumn,
    DropForeignKey, RenameColumn, RenameTable, require,
};
use model::schema::{Column, Table};
use model::{Backend, Blocks, Schema, Statement, Work};

use super::{STYLE, statement, table, types, view};
use crate::error::unsupported;
use crate::writer::{Identifier, SqlWriter};

fn alter(table: &Name) -> SqlWriter {
    let mut sql = SqlWriter::new(&STYLE);
    sql.word("ALTER TABLE").name(table);
    sql
}

fn instant(sql: SqlWriter, table: &Name) -> Statement {
    statement(sql, Work::Instant, Blocks::Reads, vec![table.clone()])
}

/// `RENAME TO`. The triggers carry the table's name in theirs.
pub(super) fn rename_table(rename: &RenameTable, before: &Schema) -> Result<Vec<Statement>> {
    let old = require::table(before, &rename.from)?;
    let mut sql = alter(&rename.from);
    sql.word("RENAME TO").name(&rename.to);
    let locks = vec![rename.from.clone(), rename.to.clone()];
    let mut statements = vec![statement(sql, Work::Instant, Blocks::Reads, locks)];
    if old.append_only {
        let names = table::trigger_names(&rename.from);
        for (from, to) in names.iter().zip(&table::trigger_names(&rename.to)) {
            let mut sql = SqlWriter::new(&STYLE);
            sql.word("ALTER TRIGGER").ident(from);
            sql.word("ON").name(&rename.to).word("RENAME TO").ident(to);
            statements.push(instant(sql, &rename.to));
        }
    }
    Ok(statements)
}

/// `RENAME COLUMN`: everything that names it follows. The check of its type carries its name.
pub(super) fn rename_column(rename: &RenameColumn, before: &Schema) -> Result<Vec<Statement>> {
    let column = require::column(require::table(before, &rename.table)?, &rename.from)?;
    let mut sql = alter(&rename.table);
    sql.word("RENAME COLUMN")
        .name(&rename.from)
        .word("TO")
        .name(&rename.to);
    let mut statements = vec![instant(sql, &rename.table)];
    if types::check_condition(&column.name, &column.column_type).is_some() {
        let mut sql = alter(&rename.table);
        sql.word("RENAME CONSTRAINT")
            .ident(&types::check_name(&rename.from));
        sql.word("TO").ident(&types::check_name(&rename.to));
        statements.push(instant(sql, &rename.table));
    }
    Ok(statements)
}

/// `ADD COLUMN`: instant with any default that the model has; the check of a type reads the rows.
pub(super) fn add_column(add: &AddColumn, before: &Schema) -> Result<Vec<Statement>> {
    require::table(before, &add.table)?;
    let mut statements = table::ignore_case(std::iter::once(&add.column));
    let mut sql = alter(&add.table);
    sql.word("ADD COLUMN");
    table::write_column(&mut sql, &add.column)?;
    let checked = types::check_condition(&add.column.name, &add.column.column_type).is_some();
    let work = if checked { Work::Scan } else { Work::Instant };
    let locks = vec![add.table.clone()];
    statements.push(statement(sql, work, Blocks::Reads, locks));
    statements.extend(table::column_comment(&add.table, &add.column));
    Ok(statements)
}

/// `DROP COLUMN`: the check of its type goes with it; that nothing else names it, `model` has checked.
pub(super) fn drop_column(drop: &DropColumn) -> Vec<Statement> {
    let mut sql = alter(&drop.table);
    sql.word("DROP COLUMN").name(&drop.column);
    vec![instant(sql, &drop.table)]
}

/// Another type, nullability or default.
pub(super) fn alter_column(change: &AlterColumn, before: &Schema) -> Result<Vec<Statement>> {
    let old = require::column(require::table(before, &change.table)?, &change.column)?;
    let new = change.changed(old);
    match &change.change {
        ColumnChange::SetType(_) => set_type(change, old, &new, before),
        ColumnChange::SetNullable(nullable) => {
            let mut sql = alter(&change.table);
            sql.word("ALTER COLUMN").name(&change.column);
            sql.word(if *nullable {
                "DROP NOT NULL"
            } else {
                "SET NOT NULL"
            });
            let work = if *nullable { Work::Instant } else { Work::Scan };
            let locks = vec![change.table.clone()];
            Ok(vec![statement(sql, work, Blocks::Reads, locks)])
        }
        ColumnChange::SetDefault(_) => Ok(vec![set_default(&change.table, &new)?]),
    }
}

fn set_default(table: &Name, new: &Column) -> Result<Statement> {
    let mut sql = alter(table);
    sql.word("ALTER COLUMN").name(&new.name);
    match table::default(new)? {
        Some(default) => sql.word("SET DEFAULT").fragment(&default),
        None => sql.word("DROP DEFAULT"),
    };
    Ok(instant(sql, table))
}

/// Another type: default and the check of the old type go before, those of the new come after, and views
/// over the table are made again, because the server keeps their columns' types.
fn set_type(
    change: &AlterColumn,
    old: &Column,
    new: &Column,
    before: &Schema,
) -> Result<Vec<Statement>> {
    let mut after = before.clone();
    if let Some(table) = after.structure.tables.get_mut(&change.table) {
        let mut columns = table.columns.iter_mut();
        if let Some(column) = columns.find(|column| column.name == change.column) {
            *column = new.clone();
        }
    }
    let (mut statements, mut again) = view::aside(before, &after, &change.table)?;
    let (gone, made) = computed_aside(
        require::table(before, &change.table)?,
        require::table(&after, &change.table)?,
    )?;
    statements.extend(gone);
    again.splice(..0, made);
    if types::check_condition(&old.name, &old.column_type).is_some() {
        let mut sql = alter(&change.table);
        sql.word("DROP CONSTRAINT")
            .ident(&types::check_name(&old.name));
        statements.push(instant(sql, &change.table));
    }
    if old.default.is_some() {
        let mut sql = alter(&change.table);
        sql.word("ALTER COLUMN")
            .name(&change.column)
            .word("DROP DEFAULT");
        statements.push(instant(sql, &change.table));
    }
    let mut sql = alter(&change.table);
    sql.word("ALTER COLUMN").name(&change.column).word("TYPE");
    types::write_type(&mut sql, &new.column_type);
    if let Some(collation) = types::collation(new) {
        sql.word("COLLATE").ident(&collation.into());
    }
    write_using(&mut sql, change, &old.column_type, &new.column_type)?;
    let work = work_of(&old.column_type, &new.column_type);
    let locks = vec![change.table.clone()];
    statements.push(statement(sql, work, Blocks::Reads, locks));
    if new.default.is_some() {
        statements.push(set_default(&change.table, new)?);
    }
    if let Some(condition) = types::check_condition(&new.name, &new.column_type) {
        let mut sql = alter(&change.table);
        sql.word("ADD CONSTRAINT")
            .ident(&types::check_name(&new.name));
        sql.word("CHECK").open().fragment(&condition).close();
        let locks = vec![change.table.clone()];
        statements.push(statement(sql, Work::Scan, Blocks::Reads, locks));
    }
    statements.extend(again);
    Ok(statements)
}

/// Checks and filters that are computed otherwise with the new type: dropped before, made again after. The
/// server keeps the casts that were written for the old one.
fn computed_aside(before: &Table, after: &Table) -> Result<(Vec<Statement>, Vec<Statement>)> {
    let (mut gone, mut made) = (Vec::new(), Vec::new());
    for check in &before.checks {
        let add = |table: &Table| {
            let mut sql = alter(&table.name);
            sql.word("ADD");
            table::write_check(&mut sql, table, check)?;
            Ok(statement(
                sql,
                Work::Scan,
                Blocks::Reads,
                vec![table.name.clone()],
            ))
        };
        let new = add(after)?;
        if add(before)? != new {
            let drop = drop_constraint(&before.name, &Identifier::from(&check.name));
            gone.push(instant(drop, &before.name));
            made.push(new);
        }
    }
    for index in &before.indexes {
        let create = |table: &Table| {
            let sql = table::create_index(table, index)?;
            Ok(statement(
                sql,
                Work::Scan,
                Blocks::Writes,
                vec![table.name.clone()],
            ))
        };
        let new = create(after)?;
        if create(before)? != new {
            let mut drop = SqlWriter::new(&STYLE);
            drop.word("DROP INDEX").name(&index.name);
            gone.push(instant(drop, &before.name));
            made.push(new);
        }
    }
    Ok((gone, made))
}

/// How much of the table the server works through for a change of type.
fn work_of(from: &ColumnType, to: &ColumnType) -> Work {
    use ColumnType as T;
    match (from, to) {
        (T::String { length: a }, T::String { length: b }) if a <= b => Work::Instant,
        (T::String { .. } | T::Text | T::Enum { .. }, T::Text | T::Enum { .. }) => Work::Instant,
        (T::Binary { .. } | T::Blob, T::Binary { .. } | T::Blob) => Work::Instant,
        (
            T::Decimal {
                precision: p1,
                scale: s1,
            },
            T::Decimal {
                precision: p2,
                scale: s2,
            },
        ) if s1 == s2 && p1 <= p2 => Work::Instant,
        _ => Work::Rewrite,
    }
}

/// The value of a column as another type: the same value or an error, never a changed one.
///
/// What `USING` gives is then assigned, and assigning refuses texts that are too long and numbers out of
/// range; only digits after the point would be rounded, so these are looked at.
fn write_using(
    sql: &mut SqlWriter,
    change: &AlterColumn,
    from: &ColumnType,
    to: &ColumnType,
) -> Result<()> {
    let name = &change.column;
    match (from.kind(), to.kind()) {
        (Kind::Decimal { scale: a }, Kind::Decimal { scale: b }) if a > b => {
            sql.word("USING");
            write_exact(sql, name, b);
        }
        (Kind::Decimal { scale }, Kind::Integer) if scale > 0 => {
            sql.word("USING");
            write_exact(sql, name, 0);
        }
        (Kind::Decimal { .. }, Kind::Decimal { .. } | Kind::Integer | Kind::Float)
        | (Kind::Integer, Kind::Decimal { .. } | Kind::Float) => {}
        (Kind::Text, Kind::Text) if let Some(length) = narrower(from, to) => {
            sql.word("USING");
            write_whole(sql, name, length);
        }
        (a, b) if a == b => {}
        (Kind::Text, Kind::Json) => {
            write_cast(sql, name, "jsonb");
        }
        (Kind::Uuid | Kind::Integer, Kind::Text) => {
            write_cast(sql, name, "text");
        }
        (Kind::Date, Kind::Timestamp) => {
            write_cast(sql, name, "timestamp");
        }
        _ => {
            return unsupported(
                &format!(
                    "changing column `{}.{name}` from {from} to {to}",
                    change.table
                ),
                Backend::Postgresql,
                "the databases do not agree on what the values become",
                "add a column of the new type, fill it (backfill or raw SQL) and drop the old one",
            );
        }
    }
    Ok(())
}

fn write_cast(sql: &mut SqlWriter, name: &Name, type_word: &'static str) {
    sql.word("USING").call("CAST").name(name);
    sql.word("AS").word(type_word).close();
}

/// The length that texts must have from now on, where they may be longer yet.
fn narrower(from: &ColumnType, to: &ColumnType) -> Option<u32> {
    match (from, to) {
        (ColumnType::String { length: a }, ColumnType::String { length: b }) if a <= b => None,
        (_, ColumnType::String { length }) => Some(*length),
        _ => None,
    }
}

/// The text where it is short enough; else one that the column does not take. The server itself would cut
/// blanks at its end without a word.
fn write_whole(sql: &mut SqlWriter, name: &Name, length: u32) {
    sql.word("CASE WHEN").call("char_length").name(name);
    sql.close().word(">").integer(length.into()).word("THEN");
    sql.call("repeat").text("x").comma();
    sql.integer(i64::from(length) + 1).close();
    sql.word("ELSE").name(name).word("END");
}

/// The number where it has no more digits than are kept; else one that no column takes.
fn write_exact(sql: &mut SqlWriter, name: &Name, digits: u8) {
    sql.word("CASE WHEN")
        .name(name)
        .word("IS NULL OR")
        .name(name);
    sql.word("=").call("trunc").name(name);
    sql.comma().integer(digits.into()).close();
    sql.word("THEN").name(name).word("ELSE").call("CAST");
    sql.text("Infinity").word("AS numeric").close().word("END");
}

/// `ADD CONSTRAINT … FOREIGN KEY`: reads the rows; nobody writes to either table meanwhile.
pub(super) fn add_foreign_key(add: &AddForeignKey) -> Result<Vec<Statement>> {
    let mut sql = alter(&add.table);
    sql.word("ADD");
    table::write_foreign_key(&mut sql, &add.foreign_key);
    let mut locks = vec![add.table.clone()];
    if add.foreign_key.references_table != add.table {
        locks.push(add.foreign_key.references_table.clone());
    }
    Ok(vec![statement(sql, Work::Scan, Blocks::Writes, locks)])
}

/// `DROP CONSTRAINT` of a foreign key, which locks the table that it points at too.
pub(super) fn drop_foreign_key(drop: &DropForeignKey, before: &Schema) -> Result<Vec<Statement>> {
    let old = require::table(before, &drop.table)?;
    let key = old
        .foreign_keys
        .iter()
        .find(|key| key.name == drop.foreign_key);
    let mut locks = vec![drop.table.clone()];
    locks.extend(
        key.map(|key| key.references_table.clone())
            .filter(|table| *table != drop.table),
    );
    let sql = drop_constraint(&drop.table, &Identifier::from(&drop.foreign_key));
    Ok(vec![statement(sql, Work::Instant, Blocks::Reads, locks)])
}

/// `ADD CONSTRAINT … CHECK`: reads the rows.
pub(super) fn add_check(add: &AddCheck, before: &Schema) -> Result<Vec<Statement>> {
    let mut sql = alter(&add.table);
    sql.word("ADD");
    table::write_check(&mut sql, require::table(before, &add.table)?, &add.check)?;
    let locks = vec![add.table.clone()];
    Ok(vec![statement(sql, Work::Scan, Blocks::Reads, locks)])
}

/// `DROP CONSTRAINT` of a check.
pub(super) fn drop_check(drop: &DropCheck) -> Vec<Statement> {
    let sql = drop_constraint(&drop.table, &Identifier::from(&drop.check));
    vec![instant(sql, &drop.table)]
}

fn drop_constraint(table: &Name, constraint: &Identifier) -> SqlWriter {
    let mut sql = alter(table);
    sql.word("DROP CONSTRAINT").ident(constraint);
    sql
}
