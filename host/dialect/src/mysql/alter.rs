//! Changes of a table that stands: each operation is one `ALTER TABLE` ([`change::Change`]).
//!
//! Which way each change takes ([`change::Way`]) was measured on MariaDB 10.11; for MySQL it is what its
//! manual says, and copying where the manual leaves it open.

mod change;
mod columns;

use model::error::Result;
use model::name::Name;
use model::operation::{
    AddCheck, AddForeignKey, CreateIndex, DropCheck, DropForeignKey, DropIndex, RenameTable,
    require,
};
use model::schema::Table;
use model::{Blocks, Schema, Statement, Work};

use super::{Flavour, STYLE, statement, table, types};
use crate::writer::{Identifier, SqlWriter};
use change::{Change, Way};

pub(super) use columns::{add_column, alter_column, drop_column, rename_column};

/// `RENAME TABLE`. Triggers carry the table's name in theirs, and on MySQL so do the checks of types.
pub(super) fn rename_table(
    flavour: Flavour,
    rename: &RenameTable,
    before: &Schema,
) -> Result<Vec<Statement>> {
    let old = require::table(before, &rename.from)?;
    let new = Table {
        name: rename.to.clone(),
        ..old.clone()
    };
    let locks = vec![rename.from.clone(), rename.to.clone()];
    let checked = old.columns.iter().filter(|column| {
        types::check_condition(&column.name, &column.column_type).is_some()
            && flavour == Flavour::Mysql
    });
    let mut change = Change::of(flavour, &rename.from);
    for column in checked {
        let name = types::check_name(flavour, &rename.from, &column.name);
        change.clause("DROP CONSTRAINT").ident(&name);
        table::write_type_check(change.clause("ADD"), flavour, &rename.to, column);
    }
    let renamed = if change.is_empty() {
        let mut sql = SqlWriter::new(&STYLE);
        sql.word("RENAME TABLE").name(&rename.from);
        sql.word("TO").name(&rename.to);
        statement(sql, Work::Instant, Blocks::Reads, locks)
    } else {
        change.clause("RENAME TO").name(&rename.to);
        let mut renamed = change.by(Way::Copy);
        renamed.locks = locks;
        renamed
    };
    let mut statements = vec![renamed];
    statements.extend(table::create_triggers(flavour, &new));
    if old.append_only {
        statements.extend(table::drop_triggers(&rename.from, &rename.to));
    }
    Ok(statements)
}

/// `ADD CONSTRAINT … FOREIGN KEY` with its index: reads the rows; nobody writes meanwhile.
pub(super) fn add_foreign_key(
    flavour: Flavour,
    add: &AddForeignKey,
    before: &Schema,
) -> Result<Vec<Statement>> {
    let old = require::table(before, &add.table)?;
    let key = &add.foreign_key;
    let target = require::table(before, &key.references_table)?;
    let mut new = old.clone();
    new.foreign_keys.push(key.clone());
    table::check_indexes(flavour, &new)?;
    table::check_foreign_key(flavour, &new, key, target)?;
    let mut change = Change::of(flavour, &add.table);
    table::write_key_index(change.clause("ADD"), key);
    table::write_foreign_key(change.clause("ADD"), &new, key);
    change.locks(&key.references_table);
    Ok(vec![change.by(Way::Copy)])
}

/// `DROP FOREIGN KEY` with its index.
pub(super) fn drop_foreign_key(
    flavour: Flavour,
    drop: &DropForeignKey,
    before: &Schema,
) -> Result<Vec<Statement>> {
    let old = require::table(before, &drop.table)?;
    let mut change = Change::of(flavour, &drop.table);
    change.clause("DROP FOREIGN KEY").name(&drop.foreign_key);
    change.clause("DROP INDEX").name(&drop.foreign_key);
    if let Some(key) = old.foreign_key(&drop.foreign_key) {
        change.locks(&key.references_table);
    }
    Ok(vec![change.by(Way::Index)])
}

/// `ADD CONSTRAINT … CHECK`: copies the table.
pub(super) fn add_check(
    flavour: Flavour,
    add: &AddCheck,
    before: &Schema,
) -> Result<Vec<Statement>> {
    let old = require::table(before, &add.table)?;
    let mut new = old.clone();
    new.checks.push(add.check.clone());
    let what = format!("the check `{}` of `{}`", add.check.name, add.table);
    table::check_condition(flavour, old, &what, &add.check.condition)?;
    if flavour == Flavour::Mysql {
        for key in &old.foreign_keys {
            let target = require::table(before, &key.references_table)?;
            table::check_foreign_key(flavour, &new, key, target)?;
        }
    }
    let mut change = Change::of(flavour, &add.table);
    table::write_check(change.clause("ADD"), old, &add.check)?;
    Ok(vec![change.by(Way::Copy)])
}

/// `DROP CONSTRAINT` of a check.
pub(super) fn drop_check(flavour: Flavour, drop: &DropCheck) -> Vec<Statement> {
    let mut change = Change::of(flavour, &drop.table);
    let check = Identifier::from(&drop.check);
    change.clause("DROP CONSTRAINT").ident(&check);
    vec![change.by(Way::Catalogue)]
}

/// `ADD INDEX`, with its hidden column where it needs one.
pub(super) fn create_index(
    flavour: Flavour,
    create: &CreateIndex,
    before: &Schema,
) -> Result<Vec<Statement>> {
    let mut new = require::table(before, &create.table)?.clone();
    new.indexes.push(create.index.clone());
    table::check_indexes(flavour, &new)?;
    let mut change = Change::of(flavour, &create.table);
    let way = if table::has_hidden_column(&create.index) {
        table::write_hidden_column(change.clause("ADD COLUMN"), &new, &create.index)?;
        Way::Copy
    } else {
        Way::Index
    };
    table::write_index(change.clause("ADD"), &create.index);
    Ok(vec![change.by(way)])
}

/// `DROP INDEX`, with its hidden column where it has one.
pub(super) fn drop_index(
    flavour: Flavour,
    drop: &DropIndex,
    before: &Schema,
) -> Result<Vec<Statement>> {
    let old = require::table(before, &drop.table)?;
    let mut change = Change::of(flavour, &drop.table);
    change.clause("DROP INDEX").name(&drop.index);
    let hidden = old
        .index(&drop.index)
        .filter(|index| table::has_hidden_column(index));
    let way = match hidden {
        None => Way::Catalogue,
        Some(index) => {
            let column = table::hidden_name(index);
            change.clause("DROP COLUMN").ident(&column);
            Way::Copy
        }
    };
    Ok(vec![change.by(way)])
}

/// The table with a column under another name, wherever its parts name it.
fn with_column_renamed(table: &Table, from: &Name, to: &Name) -> Table {
    let mut new = table.clone();
    for column in &mut new.columns {
        if column.name == *from {
            column.name = to.clone();
        }
    }
    for index in &mut new.indexes {
        if let Some(filter) = &mut index.filter {
            filter.rename_column(None, from, to);
        }
    }
    for check in &mut new.checks {
        check.condition.rename_column(None, from, to);
    }
    new
}
