//! Tables, indexes and triggers as SQLite definitions.
//!
//! Everything on a table is said in its `CREATE TABLE` but indexes and triggers. Changing one is
//! [`super::alter`] and [`super::rebuild`]. Comments are for people and not stored.
//!
//! Invariant: the order is that of the model (parts by name), so equal tables have equal texts.

use model::column_type::ColumnType;
use model::error::Result;
use model::name::Name;
use model::schema::{
    Check, Collation, Column, ColumnDefault, ForeignKey, Index, ReferentialAction, Table,
};

use super::{STYLE, expression, types};
use crate::writer::{Identifier, SqlWriter};

/// The prefixes of the names of the two triggers of an append-only table.
const APPEND_ONLY: [(&str, &str); 2] = [
    ("strata_append_only_update_", "BEFORE UPDATE ON"),
    ("strata_append_only_delete_", "BEFORE DELETE ON"),
];

/// `CREATE TABLE`, under the table's own name or, while it is being rebuilt, another.
///
/// # Errors
/// Those of types and expressions.
pub(super) fn create(table: &Table, name: &Identifier) -> Result<String> {
    let mut sql = SqlWriter::new(&STYLE);
    sql.word("CREATE TABLE").ident(name).open();
    for (n, column) in table.columns.iter().enumerate() {
        if n > 0 {
            sql.comma();
        }
        sql.line();
        write_column(&mut sql, table, column)?;
    }
    let has_id = table
        .columns
        .iter()
        .any(|column| column.column_type == ColumnType::Id);
    if !has_id {
        sql.comma()
            .line()
            .word("PRIMARY KEY")
            .names(&table.primary_key);
    }
    for key in &table.foreign_keys {
        sql.comma().line();
        write_foreign_key(&mut sql, key);
    }
    for check in &table.checks {
        sql.comma().line();
        write_check(&mut sql, table, check)?;
    }
    sql.close().word("STRICT");
    Ok(sql.finish())
}

/// A column as it stands in `CREATE TABLE` and in `ADD COLUMN`.
///
/// # Errors
/// Those of types and literals.
pub(super) fn write_column(sql: &mut SqlWriter, table: &Table, column: &Column) -> Result<()> {
    sql.name(&column.name)
        .word(types::type_word(&table.name, column)?);
    if column.column_type == ColumnType::Id {
        sql.word("PRIMARY KEY AUTOINCREMENT");
        return Ok(());
    }
    if !column.nullable {
        sql.word("NOT NULL");
    }
    match &column.default {
        None => {}
        Some(ColumnDefault::Value(value)) => {
            sql.word("DEFAULT")
                .literal(&types::literal(value, column.column_type.kind())?);
        }
        Some(ColumnDefault::CurrentTimestamp) => write_now(sql, &column.column_type),
    }
    if column.collation == Collation::IgnoreCase {
        sql.word("COLLATE NOCASE");
    }
    types::write_check(sql, column);
    Ok(())
}

/// The moment of the statement. SQLite knows milliseconds; three zeros give it the width of all others.
fn write_now(sql: &mut SqlWriter, column_type: &ColumnType) {
    let (form, end) = match column_type {
        ColumnType::Timestamptz => ("%Y-%m-%dT%H:%M:%f", "000Z"),
        _ => ("%Y-%m-%d %H:%M:%f", "000"),
    };
    sql.word("DEFAULT")
        .open()
        .call("strftime")
        .text(form)
        .comma()
        .text("now")
        .close();
    sql.word("||").text(end).close();
}

fn write_foreign_key(sql: &mut SqlWriter, key: &ForeignKey) {
    sql.word("CONSTRAINT")
        .name(&key.name)
        .word("FOREIGN KEY")
        .names(&key.columns);
    sql.word("REFERENCES")
        .name(&key.references_table)
        .names(&key.references_columns);
    sql.word("ON DELETE").word(action(key.on_delete));
    sql.word("ON UPDATE").word(action(key.on_update));
}

/// `Restrict` is NO ACTION: refused at the end of the statement. SQLite's RESTRICT looks at each row at
/// once, so that whether a statement passes would hang on the order of its rows.
fn action(action: ReferentialAction) -> &'static str {
    match action {
        ReferentialAction::Restrict => "NO ACTION",
        ReferentialAction::Cascade => "CASCADE",
        ReferentialAction::SetNull => "SET NULL",
    }
}

fn write_check(sql: &mut SqlWriter, table: &Table, check: &Check) -> Result<()> {
    let condition = check.condition.require_condition(&[table.scope()])?;
    sql.word("CONSTRAINT")
        .name(&check.name)
        .word("CHECK")
        .open();
    expression::write(sql, &condition)?;
    sql.close();
    Ok(())
}

/// `CREATE INDEX`.
///
/// # Errors
/// Those of expressions.
pub(super) fn create_index(table: &Table, index: &Index) -> Result<String> {
    let mut sql = SqlWriter::new(&STYLE);
    sql.word(if index.unique {
        "CREATE UNIQUE INDEX"
    } else {
        "CREATE INDEX"
    });
    sql.name(&index.name).word("ON").name(&table.name).open();
    for (n, part) in index.columns.iter().enumerate() {
        if n > 0 {
            sql.comma();
        }
        sql.name(&part.name);
        if part.descending {
            sql.word("DESC");
        }
    }
    sql.close();
    if let Some(filter) = &index.filter {
        sql.word("WHERE");
        expression::write(&mut sql, &filter.require_condition(&[table.scope()])?)?;
    }
    Ok(sql.finish())
}

/// The triggers of an append-only table, by name.
pub(super) fn create_triggers(table: &Table) -> Vec<(String, String)> {
    if !table.append_only {
        return Vec::new();
    }
    let create = |(prefix, event): (&'static str, &'static str)| {
        let name = [prefix, table.name.as_str()].concat();
        let message = ["table ", table.name.as_str(), " is append-only"].concat();
        let mut sql = SqlWriter::new(&STYLE);
        sql.word("CREATE TRIGGER")
            .ident(&Identifier::prefixed(prefix, &table.name))
            .word(event)
            .name(&table.name);
        sql.word("BEGIN SELECT")
            .call("RAISE")
            .word("ABORT")
            .comma()
            .text(&message)
            .close();
        sql.word("; END");
        (name, sql.finish())
    };
    APPEND_ONLY.map(create).to_vec()
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
