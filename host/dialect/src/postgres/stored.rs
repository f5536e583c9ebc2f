//! Reads the answers to the queries of [`super::server`]: what a PostgreSQL database says about itself, as
//! [`Observed`].
//!
//! Invariant: nothing is left out in silence. What [`Observed`] has no place for is said in the text of
//! the part that has it, or is opaque.

use model::Observed;
use model::observed::{
    ObservedColumn, ObservedForeignKey, ObservedIndex, ObservedTable, ObservedTrigger,
};

use super::server::PART;
use crate::dialect::CatalogueRow;

/// Reads all answers.
pub(super) fn observe(answers: &[Vec<CatalogueRow>]) -> Observed {
    let mut observed = Observed::default();
    let readers: [fn(&mut Observed, &Cells<'_>) -> Option<()>; 7] = [
        read_table,
        read_column,
        read_constraint,
        read_index,
        read_view,
        read_trigger,
        read_other,
    ];
    for (answer, read) in answers.iter().zip(readers) {
        for row in answer {
            if read(&mut observed, &Cells(row)).is_none() {
                let text = format!("{row:?}");
                observed.opaque.insert(format!("row {text}"), text);
            }
        }
    }
    observed
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

    fn is_true(&self, n: usize) -> bool {
        self.text(n) == Some("true")
    }

    fn names(&self, n: usize) -> Vec<String> {
        let text = self.text(n).unwrap_or_default();
        text.split(PART).map(str::to_owned).collect()
    }
}

fn read_table(observed: &mut Observed, row: &Cells<'_>) -> Option<()> {
    let name = row.owned(0)?;
    let kind = match row.text(1)? {
        "r" if row.is_true(5) => "partition",
        "r" => {
            let mut options = Vec::new();
            if row.text(2)? != "p" {
                options.push("unlogged".to_owned());
            }
            options.extend(row.owned(3));
            if row.is_true(4) {
                options.push("row security".to_owned());
            }
            let table = ObservedTable {
                options,
                comment: row.owned(6),
                ..ObservedTable::default()
            };
            observed.tables.insert(name, table);
            return Some(());
        }
        "p" => "partitioned table",
        "m" => "materialized view",
        "f" => "foreign table",
        _ => "relation",
    };
    observed
        .opaque
        .insert(format!("{kind} {name}"), kind.to_owned());
    Some(())
}

fn read_column(observed: &mut Observed, row: &Cells<'_>) -> Option<()> {
    // The columns of what is opaque are opaque with it.
    let Some(table) = observed.tables.get_mut(row.text(0)?) else {
        return Some(());
    };
    let is_generated = !row.text(7)?.is_empty();
    let always = if row.text(6)? == "a" {
        " generated always"
    } else {
        ""
    };
    table.columns.push(ObservedColumn {
        name: row.owned(1)?,
        type_text: format!("{}{always}", row.text(2)?),
        nullable: row.is_true(3),
        default: row.owned(4).filter(|_| !is_generated),
        collation: row.owned(5),
        identity: !row.text(6)?.is_empty(),
        generated: row.owned(4).filter(|_| is_generated),
        comment: row.owned(8),
    });
    Some(())
}

fn read_constraint(observed: &mut Observed, row: &Cells<'_>) -> Option<()> {
    let (table_name, name) = (row.text(0)?, row.owned(1)?);
    let Some(table) = observed.tables.get_mut(table_name) else {
        return Some(());
    };
    let mut oddities = String::new();
    if row.is_true(10) {
        oddities.push_str(" DEFERRABLE");
    }
    if !row.is_true(11) {
        oddities.push_str(" NOT VALID");
    }
    match row.text(2)? {
        "p" => table.primary_key = row.names(3),
        "c" => {
            let condition = format!("{}{oddities}", row.text(9)?);
            table.checks.insert(name, condition);
        }
        "f" => {
            if row.text(8)? != "s" {
                oddities.push_str(" MATCH FULL");
            }
            let key = ObservedForeignKey {
                columns: row.names(3),
                references_table: row.owned(4)?,
                references_columns: row.names(5),
                on_delete: action(row.text(7)?).to_owned(),
                on_update: format!("{}{oddities}", action(row.text(6)?)),
            };
            table.foreign_keys.insert(name, key);
        }
        _ => {
            let definition = row.owned(12).unwrap_or_default();
            let place = format!("constraint {name} of {table_name}");
            observed.opaque.insert(place, definition);
        }
    }
    Some(())
}

fn action(letter: &str) -> &'static str {
    match letter {
        "a" => "NO ACTION",
        "r" => "RESTRICT",
        "c" => "CASCADE",
        "n" => "SET NULL",
        "d" => "SET DEFAULT",
        _ => "?",
    }
}

fn read_index(observed: &mut Observed, row: &Cells<'_>) -> Option<()> {
    let Some(table) = observed.tables.get_mut(row.text(0)?) else {
        return Some(());
    };
    let mut part = match row.text(6) {
        Some(column) => column.to_owned(),
        None => format!("({})", row.text(7)?),
    };
    if let Some(collation) = row.text(9) {
        part.push_str(&format!(" COLLATE {collation}"));
    }
    if let Some(class) = row.text(12) {
        part.push_str(&format!(" {class}"));
    }
    part.push_str(match row.text(8)? {
        "1" => " DESC NULLS LAST",
        "2" => " NULLS FIRST",
        "3" => " DESC",
        _ => "",
    });
    if row.is_true(10) {
        part.push_str(" INCLUDED");
    }
    let (is_unique, filter) = (row.is_true(2), row.owned(4));
    let index = table.indexes.entry(row.owned(1)?);
    let index = index.or_insert_with(|| ObservedIndex {
        columns: Vec::new(),
        unique: is_unique,
        filter,
    });
    if index.columns.is_empty() {
        let method = row.text(5)?;
        for (is_odd, words) in [
            (method != "btree", format!("{method} ")),
            (!row.is_true(3), "INVALID ".to_owned()),
            (row.is_true(11), "NULLS NOT DISTINCT ".to_owned()),
        ] {
            if is_odd {
                part.insert_str(0, &words);
            }
        }
    }
    index.columns.push(part);
    Some(())
}

fn read_view(observed: &mut Observed, row: &Cells<'_>) -> Option<()> {
    let options = match row.text(2) {
        Some(options) if !options.is_empty() => format!(" WITH ({options})"),
        _ => String::new(),
    };
    let query = format!("{}{options}", row.text(1)?);
    observed.views.insert(row.owned(0)?, query);
    Some(())
}

fn read_trigger(observed: &mut Observed, row: &Cells<'_>) -> Option<()> {
    let (name, table) = (row.owned(0)?, row.owned(1)?);
    let state = match row.text(3)? {
        "O" => "",
        "D" => " DISABLED",
        _ => " ENABLED OTHERWISE",
    };
    let definition = format!("{}{state}", row.text(2)?);
    // Names of triggers are unique in a table alone; ours are unique everywhere.
    let key = if observed.triggers.contains_key(&name) {
        format!("{name} on {table}")
    } else {
        name
    };
    observed
        .triggers
        .insert(key, ObservedTrigger { table, definition });
    Some(())
}

fn read_other(observed: &mut Observed, row: &Cells<'_>) -> Option<()> {
    let (kind, name) = (row.text(0)?, row.text(1)?);
    let text = row.owned(2).unwrap_or_default();
    observed.opaque.insert(format!("{kind} {name}"), text);
    Some(())
}
