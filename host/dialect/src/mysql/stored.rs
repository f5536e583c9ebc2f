//! Reads the answers to the queries of [`super::server`]: what a MySQL or MariaDB database says about
//! itself, as [`Observed`].
//!
//! Invariant: nothing is left out in silence. What [`Observed`] has no place for is said in the text of
//! the part that has it, or is opaque. The hidden column of a unique index over some rows is said as the
//! filter of that index; a hidden column that no index ends with is opaque.

use std::collections::BTreeMap;

use model::Observed;
use model::observed::{
    ObservedColumn, ObservedForeignKey, ObservedIndex, ObservedTable, ObservedTrigger,
};

use super::Flavour;
use super::table::FILTER;
use crate::dialect::CatalogueRow;

/// What has been read so far.
struct Reading {
    flavour: Flavour,
    observed: Observed,
    /// The expressions of hidden columns by table and column, until an index takes them.
    hidden: BTreeMap<(String, String), String>,
}

/// Reads one row; `None` when it cannot.
type Reader = fn(&mut Reading, &Cells<'_>) -> Option<()>;

/// Reads all answers.
pub(super) fn observe(flavour: Flavour, answers: &[Vec<CatalogueRow>]) -> Observed {
    let mut reading = Reading {
        flavour,
        observed: Observed::default(),
        hidden: BTreeMap::new(),
    };
    let readers: [Reader; 8] = [
        read_table,
        read_column,
        read_foreign_key,
        read_check,
        read_index,
        read_view,
        read_trigger,
        read_other,
    ];
    for (answer, read) in answers.iter().zip(readers) {
        for row in answer {
            if read(&mut reading, &Cells(row)).is_none() {
                let text = format!("{row:?}");
                let opaque = &mut reading.observed.opaque;
                opaque.insert(format!("row {text}"), text);
            }
        }
    }
    for ((table, column), expression) in reading.hidden {
        let place = format!("hidden column {table}.{column}");
        reading.observed.opaque.insert(place, expression);
    }
    reading.observed
}

/// The cells of a row.
struct Cells<'a>(&'a CatalogueRow);

impl<'a> Cells<'a> {
    fn text(&self, n: usize) -> Option<&'a str> {
        self.0.get(n)?.as_deref()
    }

    fn owned(&self, n: usize) -> Option<String> {
        self.text(n).map(str::to_owned)
    }

    /// The text of a cell that is there and not empty.
    fn said(&self, n: usize) -> Option<String> {
        self.owned(n).filter(|text| !text.is_empty())
    }
}

fn read_table(reading: &mut Reading, row: &Cells<'_>) -> Option<()> {
    let (name, kind) = (row.owned(0)?, row.text(1)?);
    if kind != "BASE TABLE" {
        let kind = kind.to_lowercase();
        let opaque = &mut reading.observed.opaque;
        opaque.insert(format!("{kind} {name}"), kind);
        return Some(());
    }
    let mut options = vec![row.text(2)?.to_owned(), row.text(3)?.to_owned()];
    options.extend(row.said(4));
    let table = ObservedTable {
        options,
        comment: row.said(5),
        ..ObservedTable::default()
    };
    reading.observed.tables.insert(name, table);
    Some(())
}

fn read_column(reading: &mut Reading, row: &Cells<'_>) -> Option<()> {
    let (table_name, name) = (row.text(0)?, row.owned(1)?);
    // The columns of views and of what is opaque are not read.
    let Some(table) = reading.observed.tables.get_mut(table_name) else {
        return Some(());
    };
    let extra = row.text(6)?.to_lowercase();
    let generated = row.said(7);
    if let (true, Some(expression)) = (name.starts_with(FILTER), &generated) {
        let place = (table_name.to_owned(), name);
        reading.hidden.insert(place, expression.clone());
        return Some(());
    }
    let is_nullable = row.text(3)? == "YES";
    let mut type_text = row.text(2)?.to_owned();
    // What else the server says of the column; that a default is an expression, its text says.
    let known = ["", "auto_increment", "default_generated"];
    for word in extra.split([' ', ',']) {
        if !known.contains(&word) {
            type_text.push(' ');
            type_text.push_str(word);
        }
    }
    let default = match (reading.flavour, row.owned(4)) {
        (Flavour::Mysql, default) => default,
        (Flavour::Mariadb, Some(text)) if text == "NULL" => None,
        // A nullable column that has to be named in every INSERT.
        (Flavour::Mariadb, None) if is_nullable && generated.is_none() => Some("none".to_owned()),
        (Flavour::Mariadb, default) => default,
    };
    table.columns.push(ObservedColumn {
        name,
        type_text,
        nullable: is_nullable,
        default,
        collation: row.owned(5),
        identity: extra.contains("auto_increment"),
        generated,
        comment: row.said(8),
    });
    Some(())
}

fn read_foreign_key(reading: &mut Reading, row: &Cells<'_>) -> Option<()> {
    let Some(table) = reading.observed.tables.get_mut(row.text(0)?) else {
        return Some(());
    };
    let references_table = match row.text(7) {
        None => row.owned(3)?,
        Some(database) => format!("{database}.{}", row.text(3)?),
    };
    // The two words mean the same there.
    let action = |n: usize| match row.text(n) {
        Some("RESTRICT") => Some("NO ACTION".to_owned()),
        action => action.map(str::to_owned),
    };
    let (on_delete, on_update) = (action(5)?, action(6)?);
    let key = table.foreign_keys.entry(row.owned(1)?);
    let key = key.or_insert_with(|| ObservedForeignKey {
        columns: Vec::new(),
        references_table,
        references_columns: Vec::new(),
        on_delete,
        on_update,
    });
    key.columns.push(row.owned(2)?);
    key.references_columns.push(row.owned(4)?);
    Some(())
}

fn read_check(reading: &mut Reading, row: &Cells<'_>) -> Option<()> {
    let (name, condition) = (row.owned(1)?, row.text(2)?);
    let Some(table) = reading.observed.tables.get_mut(row.text(0)?) else {
        return Some(());
    };
    if row.text(3)? == "Column" {
        // A renamed column's check keeps the column's first name; its condition names the column of today.
        let today = condition
            .strip_prefix("json_valid(`")
            .and_then(|rest| rest.strip_suffix("`)"))
            .unwrap_or(&name);
        let mut columns = table.columns.iter_mut();
        let column = columns.find(|column| column.name == today)?;
        column.type_text.push_str(&format!(" check {condition}"));
        return Some(());
    }
    let not = if row.text(4)? == "YES" {
        ""
    } else {
        " NOT ENFORCED"
    };
    table.checks.insert(name, format!("{condition}{not}"));
    Some(())
}

fn read_index(reading: &mut Reading, row: &Cells<'_>) -> Option<()> {
    let (table_name, index_name) = (row.text(0)?, row.owned(1)?);
    let Some(table) = reading.observed.tables.get_mut(table_name) else {
        return Some(());
    };
    let place = (table_name.to_owned(), row.owned(3).unwrap_or_default());
    let is_unique = row.text(2)? == "0";
    let filter = reading.hidden.get(&place).filter(|_| is_unique).cloned();
    if filter.is_some() {
        let index = table.indexes.get_mut(&index_name)?;
        index.filter = filter;
        reading.hidden.remove(&place);
        return Some(());
    }
    let mut part = match row.text(3) {
        Some(column) => column.to_owned(),
        None => format!("({})", row.text(4)?),
    };
    if let Some(prefix) = row.text(6) {
        part.push_str(&format!("({prefix})"));
    }
    if row.text(5) == Some("D") {
        part.push_str(" DESC");
    }
    let kind = row.text(7)?;
    if index_name == "PRIMARY" {
        table.primary_key.push(part);
        return Some(());
    }
    let index = table
        .indexes
        .entry(index_name)
        .or_insert_with(|| ObservedIndex {
            columns: Vec::new(),
            unique: is_unique,
            filter: None,
        });
    if index.columns.is_empty() {
        if kind != "BTREE" {
            part.insert_str(0, &format!("{kind} "));
        }
        if row.text(8)? != "YES" {
            part.insert_str(0, "INVISIBLE ");
        }
    }
    index.columns.push(part);
    Some(())
}

fn read_view(reading: &mut Reading, row: &Cells<'_>) -> Option<()> {
    let database = row.text(4)?.replace('`', "``");
    let mut query = without_database(row.text(1)?, &format!("`{database}`."));
    for (n, usual, words) in [(2, "NONE", "CHECK OPTION"), (3, "INVOKER", "SQL SECURITY")] {
        let found = row.text(n)?;
        if found != usual {
            query.push_str(&format!(" {words} {found}"));
        }
    }
    reading.observed.views.insert(row.owned(0)?, query);
    Some(())
}

/// The query without the name of its database, wherever it stands outside a text: a copy of a database
/// has another one.
fn without_database(query: &str, qualifier: &str) -> String {
    let mut kept = String::with_capacity(query.len());
    let (mut rest, mut quoted) = (query, false);
    while let Some(letter) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix(qualifier).filter(|_| !quoted) {
            rest = after;
            continue;
        }
        kept.push(letter);
        rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        if quoted && letter == '\\' {
            if let Some(escaped) = rest.chars().next() {
                kept.push(escaped);
                rest = rest.get(escaped.len_utf8()..).unwrap_or_default();
            }
        } else if letter == '\'' {
            quoted = !quoted;
        }
    }
    kept
}

fn read_trigger(reading: &mut Reading, row: &Cells<'_>) -> Option<()> {
    let trigger = ObservedTrigger {
        table: row.owned(1)?,
        definition: format!("{} {} {}", row.text(2)?, row.text(3)?, row.text(4)?),
    };
    reading.observed.triggers.insert(row.owned(0)?, trigger);
    Some(())
}

fn read_other(reading: &mut Reading, row: &Cells<'_>) -> Option<()> {
    let (kind, name) = (row.text(0)?, row.text(1)?);
    let text = row.owned(2).unwrap_or_default();
    let opaque = &mut reading.observed.opaque;
    opaque.insert(format!("{kind} {name}"), text);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_the_database_is_taken_out_but_not_out_of_texts() {
        let query = "select `d`.`t`.`a` AS `x`,'`d`.''`d`.\\'`d`.' from `d`.`t`";
        assert_eq!(
            without_database(query, "`d`."),
            "select `t`.`a` AS `x`,'`d`.''`d`.\\'`d`.' from `t`"
        );
    }
}
