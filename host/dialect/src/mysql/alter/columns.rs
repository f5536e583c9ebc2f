//! Changes of the columns of a table.

use model::column_type::{ColumnType, Kind};
use model::error::Result;
use model::operation::{AddColumn, AlterColumn, ColumnChange, DropColumn, RenameColumn, require};
use model::schema::{Column, Table};
use model::{Blocks, Schema, Statement, Work};

use super::super::{Flavour, STYLE, statement, table, types};
use super::change::{Change, Way};
use super::with_column_renamed;
use crate::error::unsupported;
use crate::writer::SqlWriter;

/// Up to how many bytes a string's length is kept in one byte.
const SHORT_STRING_BYTES_MAX: u32 = 255;

fn is_checked(column: &Column) -> bool {
    types::check_condition(&column.name, &column.column_type).is_some()
}

/// The way of a change that lays out the rows anew: where a table has a hidden column that is indexed,
/// nothing but copying is sure.
fn unless_hidden(table: &Table, way: Way) -> Way {
    if table.indexes.iter().any(table::has_hidden_column) {
        Way::Copy
    } else {
        way
    }
}

/// `RENAME COLUMN`: on MariaDB everything that names it follows but the name of the check of its type; MySQL
/// renames no column that a check or a hidden column names, so these are made again.
pub(in super::super) fn rename_column(
    flavour: Flavour,
    rename: &RenameColumn,
    before: &Schema,
) -> Result<Vec<Statement>> {
    let old = require::table(before, &rename.table)?;
    let column = require::column(old, &rename.from)?;
    let new = with_column_renamed(old, &rename.from, &rename.to);
    let mut change = Change::of(flavour, &rename.table);
    if is_checked(column) {
        let name = types::check_name(flavour, &rename.table, &rename.from);
        change.clause("DROP CONSTRAINT").ident(&name);
    }
    if flavour == Flavour::Mysql {
        drop_dependents(&mut change, old, column);
    }
    change
        .clause("RENAME COLUMN")
        .name(&rename.from)
        .word("TO")
        .name(&rename.to);
    let renamed = require::column(&new, &rename.to)?;
    if is_checked(column) {
        table::write_type_check(change.clause("ADD"), flavour, &rename.table, renamed);
    }
    let mut way = if is_checked(column) {
        Way::Copy
    } else {
        Way::Instant
    };
    if flavour == Flavour::Mysql && add_dependents(&mut change, old, &new, column)? {
        way = Way::Copy;
    }
    Ok(vec![change.by(way)])
}

fn drop_dependents(change: &mut Change, old: &Table, column: &Column) {
    for check in &old.checks {
        if check.condition.columns().contains(&column.name) {
            change.clause("DROP CONSTRAINT").name(&check.name);
        }
    }
    for index in &old.indexes {
        let filter = index.filter.as_ref().filter(|_| index.unique);
        if filter.is_some_and(|filter| filter.columns().contains(&column.name)) {
            change.clause("DROP INDEX").name(&index.name);
            let hidden = table::hidden_name(index);
            change.clause("DROP COLUMN").ident(&hidden);
        }
    }
}

/// Makes again what [`drop_dependents`] dropped; whether there was anything.
fn add_dependents(change: &mut Change, old: &Table, new: &Table, column: &Column) -> Result<bool> {
    let mut any = false;
    for (before, check) in old.checks.iter().zip(&new.checks) {
        if before.condition.columns().contains(&column.name) {
            table::write_check(change.clause("ADD"), new, check)?;
            any = true;
        }
    }
    for (before, index) in old.indexes.iter().zip(&new.indexes) {
        let filter = before.filter.as_ref().filter(|_| before.unique);
        if filter.is_some_and(|filter| filter.columns().contains(&column.name)) {
            table::write_hidden_column(change.clause("ADD COLUMN"), new, index)?;
            table::write_index(change.clause("ADD"), index);
            any = true;
        }
    }
    Ok(any)
}

/// `ADD COLUMN`: instant with a value as its default; a check or an expression copies the table.
pub(in super::super) fn add_column(
    flavour: Flavour,
    add: &AddColumn,
    before: &Schema,
) -> Result<Vec<Statement>> {
    let old = require::table(before, &add.table)?;
    let mut change = Change::of(flavour, &add.table);
    table::write_column(change.clause("ADD COLUMN"), flavour, &add.column)?;
    let mut way = unless_hidden(old, Way::Instant);
    if is_checked(&add.column) {
        table::write_type_check(change.clause("ADD"), flavour, &add.table, &add.column);
        way = Way::Copy;
    }
    if table::default_is_expression(flavour, &add.column) {
        way = Way::Copy;
    }
    Ok(vec![change.by(way)])
}

/// `DROP COLUMN`, with the check of its type.
pub(in super::super) fn drop_column(
    flavour: Flavour,
    drop: &DropColumn,
    before: &Schema,
) -> Result<Vec<Statement>> {
    let table = require::table(before, &drop.table)?;
    let old = require::column(table, &drop.column)?;
    let mut change = Change::of(flavour, &drop.table);
    let mut way = unless_hidden(table, Way::Instant);
    if is_checked(old) {
        let name = types::check_name(flavour, &drop.table, &drop.column);
        change.clause("DROP CONSTRAINT").ident(&name);
        if flavour == Flavour::Mysql {
            way = Way::Copy;
        }
    }
    change.clause("DROP COLUMN").name(&drop.column);
    Ok(vec![change.by(way)])
}

/// Another type, nullability or default.
pub(in super::super) fn alter_column(
    flavour: Flavour,
    change: &AlterColumn,
    before: &Schema,
) -> Result<Vec<Statement>> {
    let table = require::table(before, &change.table)?;
    let old = require::column(table, &change.column)?;
    let new = change.changed(old);
    let altered = match &change.change {
        ColumnChange::SetType(_) => {
            let guard = refuse_loss(table, old, &new);
            let mut altered = set_type(flavour, table, old, &new)?;
            // What comes after another statement must be one that can be done again, as this one can.
            altered.repeatable |= guard.is_some();
            return Ok(guard.into_iter().chain([altered]).collect());
        }
        ColumnChange::SetNullable(_) => {
            let mut altered = Change::of(flavour, &change.table);
            table::write_column(altered.clause("MODIFY COLUMN"), flavour, &new)?;
            altered.by(if old.nullable == new.nullable {
                Way::Instant
            } else {
                unless_hidden(table, Way::InPlace)
            })
        }
        ColumnChange::SetDefault(_) => {
            let mut altered = Change::of(flavour, &change.table);
            let sql = altered.clause("ALTER COLUMN").name(&change.column);
            match table::default(flavour, &new)? {
                Some(default) => sql.word("SET DEFAULT").fragment(&default),
                // Without any default, a nullable column would have to be named in every INSERT.
                None if new.nullable => sql.word("SET DEFAULT NULL"),
                None => sql.word("DROP DEFAULT"),
            };
            altered.by(Way::Instant)
        }
    };
    Ok(vec![altered])
}

/// How many digits after the point numbers of a kind have.
fn digits(kind: Kind) -> Option<u8> {
    match kind {
        Kind::Decimal { scale } => Some(scale),
        Kind::Integer => Some(0),
        _ => None,
    }
}

/// Fails where a value would lose something, and changes nothing: the server itself would cut blanks at the
/// end of a text and round numbers without a word, in strict mode too. It runs again when the change is
/// taken up after a crash; what is written between the two is not seen.
fn refuse_loss(table: &Table, old: &Column, new: &Column) -> Option<Statement> {
    let mut lossy = SqlWriter::new(&STYLE);
    match (&old.column_type, &new.column_type) {
        (ColumnType::String { length: a }, ColumnType::String { length: b }) if a <= b => None,
        (from, ColumnType::String { length }) if from.kind() == Kind::Text => {
            lossy.call("CHAR_LENGTH").name(&old.name).close();
            lossy.word(">").integer((*length).into());
            Some(())
        }
        (ColumnType::String { .. } | ColumnType::Text, ColumnType::Enum { values }) => {
            // By bytes: some collations see no blanks at the end.
            lossy.call("CAST").name(&old.name).word("AS BINARY").close();
            lossy.word("NOT IN").open();
            for (n, value) in values.iter().enumerate() {
                if n > 0 {
                    lossy.comma();
                }
                lossy.text(value);
            }
            lossy.close();
            Some(())
        }
        (from, to) => match (digits(from.kind()), digits(to.kind())) {
            (Some(a), Some(b)) if a > b => {
                lossy.name(&old.name).word("<>").call("TRUNCATE");
                lossy.name(&old.name).comma().integer(b.into()).close();
                Some(())
            }
            _ => None,
        },
    }?;
    let mut sql = SqlWriter::new(&STYLE);
    sql.word("UPDATE").name(&table.name).word("SET");
    sql.name(&old.name).word("=");
    // No number is that large; and only of a row that would lose something is it asked.
    sql.call("EXP").call("CHAR_LENGTH").name(&old.name).close();
    sql.word("+").integer(EXPONENT_TOO_LARGE).close();
    sql.word("WHERE").fragment(&lossy);
    let mut guard = statement(sql, Work::Scan, Blocks::Writes, vec![table.name.clone()]);
    guard.repeatable = true;
    Some(guard)
}

/// Of which `EXP` is no double any more.
const EXPONENT_TOO_LARGE: i64 = 100_000;

/// Another type: the server takes a value over unchanged or refuses it, in strict mode.
fn set_type(flavour: Flavour, table: &Table, old: &Column, new: &Column) -> Result<Statement> {
    check_conversion(flavour, table, old, new)?;
    let mut after = table.clone();
    for column in &mut after.columns {
        if column.name == new.name {
            *column = new.clone();
        }
    }
    table::check_indexes(flavour, &after)?;
    let mut altered = Change::of(flavour, &table.name);
    if is_checked(old) && !is_checked(new) {
        let name = types::check_name(flavour, &table.name, &old.name);
        altered.clause("DROP CONSTRAINT").ident(&name);
    }
    table::write_column(altered.clause("MODIFY COLUMN"), flavour, new)?;
    if is_checked(new) && !is_checked(old) {
        table::write_type_check(altered.clause("ADD"), flavour, &table.name, new);
    }
    Ok(altered.by(way_of(flavour, &old.column_type, &new.column_type)))
}

/// The way of a change of type.
fn way_of(flavour: Flavour, from: &ColumnType, to: &ColumnType) -> Way {
    use ColumnType as T;
    let bytes = |length: u32, each: u32| length.saturating_mul(each);
    let wider =
        |a: u32, b: u32| a <= b && (a > SHORT_STRING_BYTES_MAX) == (b > SHORT_STRING_BYTES_MAX);
    // MySQL widens a string in place.
    let widening = match flavour {
        Flavour::Mysql => Way::Catalogue,
        Flavour::Mariadb => Way::Instant,
    };
    match (from, to) {
        (a, b) if a == b => Way::Instant,
        (T::String { length: a }, T::String { length: b }) if wider(bytes(*a, 4), bytes(*b, 4)) => {
            widening
        }
        (T::Binary { length: a }, T::Binary { length: b }) if wider(*a, *b) => widening,
        (T::Enum { values: a }, T::Enum { values: b })
            if b.starts_with(a) && b.len() <= ENUM_VALUES_OF_ONE_BYTE =>
        {
            Way::Instant
        }
        (T::Timestamp, T::Timestamptz) | (T::Timestamptz, T::Timestamp) => Way::Instant,
        _ => Way::Copy,
    }
}

/// How many values an enum has whose values are kept in one byte.
const ENUM_VALUES_OF_ONE_BYTE: usize = 255;

/// Refuses changes that would change values, and those on which the databases do not agree.
fn check_conversion(flavour: Flavour, table: &Table, old: &Column, new: &Column) -> Result<()> {
    let (from, to) = (&old.column_type, &new.column_type);
    let what = format!(
        "changing column `{}.{}` from {from} to {to}",
        table.name, old.name
    );
    match (from.kind(), to.kind()) {
        (Kind::Decimal { .. } | Kind::Integer, Kind::Decimal { .. } | Kind::Integer)
        | (Kind::Decimal { .. } | Kind::Integer, Kind::Float)
        | (Kind::Text, Kind::Json)
        | (Kind::Uuid | Kind::Integer, Kind::Text)
        | (Kind::Date, Kind::Timestamp) => Ok(()),
        (a, b) if a == b => Ok(()),
        _ => unsupported(
            &what,
            flavour.backend(),
            "the databases do not agree on what the values become",
            "add a column of the new type, fill it (backfill or raw SQL) and drop the old one",
        ),
    }
}
