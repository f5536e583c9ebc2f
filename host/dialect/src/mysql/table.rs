//! Tables, indexes and triggers as MySQL and MariaDB definitions.
//!
//! Invariants: every part has the name that the model gives it; where the server would choose a name that
//! matters (checks of types, indexes of foreign keys, triggers), it is chosen here. Every foreign key has an
//! index of its own with its own name, whatever other indexes there are, so that no operation on an
//! index has to think of keys.
//!
//! An index over some rows does not exist there. Where it is unique, its last part is a hidden column that
//! is null for the rows that do not count, and what is null is never equal. Where it is not unique, all
//! rows are in it, which changes no answer.

use model::column_type::ColumnType;
use model::error::Result;
use model::expression::Expression;
use model::name::Name;
use model::operation::require;
use model::schema::{Check, Column, ColumnDefault, ForeignKey, Index, ReferentialAction, Table};
use model::{Blocks, Schema, Statement, Work};

use super::{Flavour, STYLE, expression, statement, types};
use crate::error::unsupported;
use crate::own_name;
use crate::writer::{Identifier, SqlWriter};

/// The beginning of the name of the hidden column of a unique index over some rows.
pub(super) const FILTER: &str = "strata_filter_";

/// How every table is stored.
const OPTIONS: &str = "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci";

/// The most bytes that the parts of an index have together.
const INDEX_BYTES_MAX: u32 = 3072;

/// The most parts of an index.
const INDEX_PARTS_MAX: usize = 16;

/// The triggers of an append-only table: the beginning of the name, when it fires, what it does.
pub(super) const APPEND_ONLY: [(&str, &str); 2] = [
    ("strata_append_only_update_", "BEFORE UPDATE"),
    ("strata_append_only_delete_", "BEFORE DELETE"),
];

/// What the triggers of an append-only table do.
pub(super) const REFUSE_CHANGE: &str =
    "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the table is append-only'";

/// The statements that make a table with all that is on it.
///
/// # Errors
/// Those of types and expressions, `dialect.unsupported`.
pub(super) fn statements(
    flavour: Flavour,
    table: &Table,
    before: &Schema,
) -> Result<Vec<Statement>> {
    check_indexes(flavour, table)?;
    for check in &table.checks {
        let what = format!("the check `{}` of `{}`", check.name, table.name);
        check_condition(flavour, table, &what, &check.condition)?;
    }
    for key in &table.foreign_keys {
        let target = if key.references_table == table.name {
            table
        } else {
            require::table(before, &key.references_table)?
        };
        check_foreign_key(flavour, table, key, target)?;
    }
    let create = create(flavour, table)?;
    let create = statement(create, Work::Instant, Blocks::Writes, locks(table));
    let mut statements = vec![create];
    statements.extend(create_triggers(flavour, table));
    Ok(statements)
}

fn create(flavour: Flavour, table: &Table) -> Result<SqlWriter> {
    let mut sql = SqlWriter::new(&STYLE);
    sql.word("CREATE TABLE").name(&table.name).open();
    for (n, column) in table.columns.iter().enumerate() {
        if n > 0 {
            sql.comma();
        }
        sql.line();
        write_column(&mut sql, flavour, column)?;
    }
    for index in &table.indexes {
        if has_hidden_column(index) {
            sql.comma().line();
            write_hidden_column(&mut sql, table, index)?;
        }
    }
    sql.comma()
        .line()
        .word("PRIMARY KEY")
        .names(&table.primary_key);
    for index in &table.indexes {
        sql.comma().line();
        write_index(&mut sql, index);
    }
    for key in &table.foreign_keys {
        sql.comma().line();
        write_key_index(&mut sql, key);
    }
    for key in &table.foreign_keys {
        sql.comma().line();
        write_foreign_key(&mut sql, table, key);
    }
    for column in &table.columns {
        if types::check_condition(&column.name, &column.column_type).is_some() {
            sql.comma().line();
            write_type_check(&mut sql, flavour, &table.name, column);
        }
    }
    for check in &table.checks {
        sql.comma().line();
        write_check(&mut sql, table, check)?;
    }
    sql.close().line().word(OPTIONS);
    if let Some(comment) = &table.comment {
        sql.word("COMMENT =").text(comment);
    }
    Ok(sql)
}

/// A column as it stands in `CREATE TABLE`, `ADD COLUMN` and `MODIFY COLUMN`, without the check of its type.
///
/// # Errors
/// Those of types and literals.
pub(super) fn write_column(sql: &mut SqlWriter, flavour: Flavour, column: &Column) -> Result<()> {
    sql.name(&column.name);
    types::write_type(sql, flavour, column)?;
    if !column.nullable {
        sql.word("NOT NULL");
    }
    if column.column_type == ColumnType::Id {
        sql.word("AUTO_INCREMENT");
    }
    if let Some(default) = default(flavour, column)? {
        sql.word("DEFAULT").fragment(&default);
    }
    if let Some(comment) = &column.comment {
        sql.word("COMMENT").text(comment);
    }
    Ok(())
}

/// The default of a column, as it is written.
///
/// # Errors
/// Those of literals.
pub(super) fn default(flavour: Flavour, column: &Column) -> Result<Option<SqlWriter>> {
    let mut sql = SqlWriter::new(&STYLE);
    match &column.default {
        None => return Ok(None),
        Some(ColumnDefault::Value(value)) => {
            let is_expression = default_is_expression(flavour, column);
            if is_expression {
                sql.open();
            }
            types::write_literal(&mut sql, value, column.column_type.kind())?;
            if is_expression {
                sql.close();
            }
        }
        // In UTC, whatever the zone of the session is.
        Some(ColumnDefault::CurrentTimestamp) => {
            sql.open().word("UTC_TIMESTAMP(6)").close();
        }
    }
    Ok(Some(sql))
}

/// Whether the default of a column is an expression to the server, which then works through the rows to
/// add the column.
pub(super) fn default_is_expression(flavour: Flavour, column: &Column) -> bool {
    match column.default {
        None => false,
        Some(ColumnDefault::CurrentTimestamp) => true,
        Some(ColumnDefault::Value(_)) => {
            flavour == Flavour::Mysql
                && matches!(
                    column.column_type,
                    ColumnType::Text | ColumnType::Blob | ColumnType::Json
                )
        }
    }
}

/// The check that keeps the type of a column, as it stands in `CREATE TABLE` and after `ADD`.
pub(super) fn write_type_check(
    sql: &mut SqlWriter,
    flavour: Flavour,
    table: &Name,
    column: &Column,
) {
    if let Some(condition) = types::check_condition(&column.name, &column.column_type) {
        sql.word("CONSTRAINT")
            .ident(&types::check_name(flavour, table, &column.name));
        sql.word("CHECK").open().fragment(&condition).close();
    }
}

/// A foreign key as it stands in `CREATE TABLE` and after `ADD`.
pub(super) fn write_foreign_key(sql: &mut SqlWriter, table: &Table, key: &ForeignKey) {
    sql.word("CONSTRAINT")
        .name(&key.name)
        .word("FOREIGN KEY")
        .names(&key.columns);
    sql.word("REFERENCES")
        .name(&key.references_table)
        .names(&key.references_columns);
    sql.word("ON DELETE").word(action(table, key.on_delete));
    sql.word("ON UPDATE").word(action(table, key.on_update));
}

/// The action of a foreign key of this table. No trigger fires for rows that a key changes, so a key may
/// not change those of an append-only table: what its triggers would refuse, the key refuses.
pub(super) fn action(table: &Table, action: ReferentialAction) -> &'static str {
    match action {
        _ if table.append_only => "NO ACTION",
        ReferentialAction::Restrict => "NO ACTION",
        ReferentialAction::Cascade => "CASCADE",
        ReferentialAction::SetNull => "SET NULL",
    }
}

/// The index of a foreign key, as it stands in `CREATE TABLE` and after `ADD`.
pub(super) fn write_key_index(sql: &mut SqlWriter, key: &ForeignKey) {
    sql.word("INDEX").name(&key.name).names(&key.columns);
}

/// A check as it stands in `CREATE TABLE` and after `ADD`.
///
/// # Errors
/// Those of expressions.
pub(super) fn write_check(sql: &mut SqlWriter, table: &Table, check: &Check) -> Result<()> {
    sql.word("CONSTRAINT")
        .name(&check.name)
        .word("CHECK")
        .open();
    expression::write(sql, &check.condition.require_condition(&[table.scope()])?)?;
    sql.close();
    Ok(())
}

/// Whether the index needs a hidden column: it is unique, over some rows.
pub(super) fn has_hidden_column(index: &Index) -> bool {
    index.unique && index.filter.is_some()
}

/// The name of the hidden column of an index.
pub(super) fn hidden_name(index: &Index) -> Identifier {
    own_name::prefixed(FILTER, &index.name)
}

/// What the hidden column of an index holds; nothing where the index has no filter.
///
/// # Errors
/// Those of expressions.
pub(super) fn hidden_expression(table: &Table, index: &Index) -> Result<Option<SqlWriter>> {
    let Some(filter) = index.filter.as_ref().filter(|_| index.unique) else {
        return Ok(None);
    };
    let mut sql = SqlWriter::new(&STYLE);
    sql.word("CASE WHEN");
    expression::write(&mut sql, &filter.require_condition(&[table.scope()])?)?;
    sql.word("THEN 1 END");
    Ok(Some(sql))
}

/// The hidden column of an index, as it stands in `CREATE TABLE` and `ADD COLUMN`.
///
/// # Errors
/// Those of expressions.
pub(super) fn write_hidden_column(sql: &mut SqlWriter, table: &Table, index: &Index) -> Result<()> {
    if let Some(expression) = hidden_expression(table, index)? {
        sql.ident(&hidden_name(index))
            .word("tinyint(1) GENERATED ALWAYS AS")
            .open();
        sql.fragment(&expression).close().word("VIRTUAL INVISIBLE");
    }
    Ok(())
}

/// An index as it stands in `CREATE TABLE` and after `ADD`.
pub(super) fn write_index(sql: &mut SqlWriter, index: &Index) {
    sql.word(if index.unique {
        "UNIQUE INDEX"
    } else {
        "INDEX"
    });
    sql.name(&index.name).open();
    for (n, part) in index.columns.iter().enumerate() {
        if n > 0 {
            sql.comma();
        }
        sql.name(&part.name);
        if part.descending {
            sql.word("DESC");
        }
    }
    if has_hidden_column(index) {
        sql.comma().ident(&hidden_name(index));
    }
    sql.close();
}

/// Refuses what the server would index in part only.
///
/// # Errors
/// `dialect.unsupported`.
pub(super) fn check_indexes(flavour: Flavour, table: &Table) -> Result<()> {
    let key: Vec<&Name> = table.primary_key.iter().collect();
    check_parts(flavour, table, "the primary key", &key)?;
    for index in &table.indexes {
        let parts: Vec<&Name> = index.columns.iter().map(|part| &part.name).collect();
        let what = format!("the index `{}`", index.name);
        check_parts(flavour, table, &what, &parts)?;
        if let Some(filter) = index.filter.as_ref().filter(|_| index.unique) {
            let what = format!("{what} of `{}`", table.name);
            check_condition(flavour, table, &what, filter)?;
        }
    }
    for key in &table.foreign_keys {
        let parts: Vec<&Name> = key.columns.iter().collect();
        let what = format!("the foreign key `{}`", key.name);
        check_parts(flavour, table, &what, &parts)?;
    }
    Ok(())
}

/// Refuses a condition of a check or filter that names an identity: the server makes its values too late
/// to look at them.
///
/// # Errors
/// `dialect.unsupported`.
pub(super) fn check_condition(
    flavour: Flavour,
    table: &Table,
    what: &str,
    condition: &Expression,
) -> Result<()> {
    for name in condition.columns() {
        if require::column(table, &name)?.column_type == ColumnType::Id {
            return unsupported(
                what,
                flavour.backend(),
                &format!("its condition names the id `{name}`, which it cannot look at"),
                "leave the id out of the condition",
            );
        }
    }
    Ok(())
}

fn check_parts(flavour: Flavour, table: &Table, what: &str, parts: &[&Name]) -> Result<()> {
    let what = format!("{what} of `{}`", table.name);
    let mut bytes = 0_u32;
    for part in parts {
        let column = require::column(table, part)?;
        let Some(own) = types::index_bytes(&column.column_type) else {
            return unsupported(
                &what,
                flavour.backend(),
                &format!("it indexes no whole `{}`", column.column_type),
                &format!("make `{part}` a string of at most 768 characters"),
            );
        };
        bytes = bytes.saturating_add(own);
    }
    if bytes > INDEX_BYTES_MAX || parts.len() >= INDEX_PARTS_MAX {
        return unsupported(
            &what,
            flavour.backend(),
            "an index has at most 3072 bytes, four for each character of a string, and 15 columns",
            "make the strings in it shorter, together at most 768 characters, or index fewer columns",
        );
    }
    Ok(())
}

/// Refuses a foreign key that the server would not make.
///
/// # Errors
/// `dialect.unsupported`.
pub(super) fn check_foreign_key(
    flavour: Flavour,
    table: &Table,
    key: &ForeignKey,
    target: &Table,
) -> Result<()> {
    let what = format!("the foreign key `{}` of `{}`", key.name, table.name);
    let columns = &key.references_columns;
    let is_index = |index: &Index| {
        let parts = index.columns.iter().map(|part| &part.name);
        index.unique && index.filter.is_none() && parts.eq(columns.iter())
    };
    if target.primary_key != *columns && !target.indexes.iter().any(is_index) {
        return unsupported(
            &what,
            flavour.backend(),
            "it points at columns in another order than that of their index",
            "name the columns in the order of the index",
        );
    }
    let changes = [key.on_delete, key.on_update].map(|action| self::action(table, action));
    let changes_own = changes[0] == "SET NULL" || changes[1] != "NO ACTION";
    if flavour == Flavour::Mysql && changes_own {
        return check_actions(table, key, &what);
    }
    Ok(())
}

/// MySQL refuses a check on a column that a foreign key changes.
fn check_actions(table: &Table, key: &ForeignKey, what: &str) -> Result<()> {
    let checked = |check: &&Check| {
        let columns = check.condition.columns();
        key.columns.iter().any(|column| columns.contains(column))
    };
    match table.checks.iter().find(checked) {
        Some(check) => unsupported(
            what,
            Flavour::Mysql.backend(),
            &format!("it changes a column that the check `{}` names", check.name),
            "let the key refuse the change (`restrict`), or drop the check",
        ),
        None => Ok(()),
    }
}

/// The names of the triggers that a table of this name has when it is append-only.
pub(super) fn trigger_names(table: &Name) -> [Identifier; 2] {
    APPEND_ONLY.map(|(prefix, _)| own_name::prefixed(prefix, table))
}

/// The statements that make the triggers of an append-only table; they can be run again.
pub(super) fn create_triggers(flavour: Flavour, table: &Table) -> Vec<Statement> {
    if !table.append_only {
        return Vec::new();
    }
    let triggers = APPEND_ONLY.map(|(prefix, event)| {
        let mut sql = SqlWriter::new(&STYLE);
        sql.word(match flavour {
            Flavour::Mysql => "CREATE TRIGGER IF NOT EXISTS",
            Flavour::Mariadb => "CREATE OR REPLACE TRIGGER",
        });
        sql.ident(&own_name::prefixed(prefix, &table.name))
            .word(event);
        sql.word("ON")
            .name(&table.name)
            .word("FOR EACH ROW")
            .word(REFUSE_CHANGE);
        let locks = vec![table.name.clone()];
        let mut made = statement(sql, Work::Instant, Blocks::Writes, locks);
        made.repeatable = true;
        made
    });
    triggers.to_vec()
}

/// The statements that drop the triggers that an append-only table had under another name.
pub(super) fn drop_triggers(old: &Name, table: &Name) -> Vec<Statement> {
    let drops = trigger_names(old).map(|name| {
        let mut sql = SqlWriter::new(&STYLE);
        sql.word("DROP TRIGGER IF EXISTS").ident(&name);
        let mut drop = statement(sql, Work::Instant, Blocks::Writes, vec![table.clone()]);
        drop.repeatable = true;
        drop
    });
    drops.to_vec()
}

/// The tables that a statement on this table's definition locks: itself and those it points at.
pub(super) fn locks(table: &Table) -> Vec<Name> {
    let mut locks = vec![table.name.clone()];
    for key in &table.foreign_keys {
        if !locks.contains(&key.references_table) {
            locks.push(key.references_table.clone());
        }
    }
    locks
}
