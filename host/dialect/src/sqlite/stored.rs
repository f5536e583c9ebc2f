//! Reads `sqlite_schema`: what a SQLite database says about itself, as [`Observed`].
//!
//! Only `sqlite_schema.sql` knows everything (the pragmas hide checks, names of keys and collations), so
//! the definitions are read, token by token. The expected side is read by the same code
//! ([`super::lower`]).
//!
//! Invariant: nothing is left out in silence. A definition with a clause that [`Observed`] has no place
//! for is opaque as a whole, with its text, and so is one that cannot be read.

mod cursor;
mod tokens;

use std::collections::BTreeMap;

use model::Observed;
use model::observed::{
    ObservedColumn, ObservedForeignKey, ObservedIndex, ObservedTable, ObservedTrigger,
};

use self::cursor::{Cursor, split};
use self::tokens::Token;
use crate::dialect::CatalogueRow;

/// The key of the check that keeps the type of a column: it has no name in the database.
const TYPE_CHECK: &str = "strata_type_";

/// A row of `sqlite_schema`.
#[derive(Debug)]
pub(super) struct StoredRow {
    /// `table`, `index`, `view` or `trigger`.
    pub(super) kind: String,
    /// The name of the object.
    pub(super) name: String,
    /// The table that it belongs to; its own name for tables and views.
    pub(super) table: String,
    /// Its definition; none for an index that stands for a constraint.
    pub(super) sql: Option<String>,
}

/// Reads the answer to the one query of the catalogue.
pub(super) fn observe(answers: &[Vec<CatalogueRow>]) -> Observed {
    let mut opaque = BTreeMap::new();
    let mut rows = Vec::new();
    for row in answers.iter().flatten() {
        if let [Some(kind), Some(name), Some(table), sql] = row.as_slice() {
            rows.push(StoredRow {
                kind: kind.clone(),
                name: name.clone(),
                table: table.clone(),
                sql: sql.clone(),
            });
        } else {
            opaque.insert("a row of sqlite_schema".to_owned(), format!("{row:?}"));
        }
    }
    let mut observed = parse(&rows);
    observed.opaque.append(&mut opaque);
    observed
}

/// Reads all rows.
pub(super) fn parse(rows: &[StoredRow]) -> Observed {
    let mut observed = Observed::default();
    let mut rows: Vec<&StoredRow> = rows.iter().filter(|row| !is_internal(row)).collect();
    // Tables before what stands on them.
    rows.sort_by_key(|row| (row.kind != "table", row.name.clone()));
    for row in rows {
        // An index without a text stands for a constraint, which its table says.
        let Some(sql) = &row.sql else { continue };
        let tokens = tokens::tokens(sql);
        let read = tokens
            .as_deref()
            .and_then(|tokens| place(&mut observed, row, tokens));
        if read.is_none() {
            let text = tokens.map_or_else(|| sql.clone(), |tokens| tokens::normal(&tokens));
            observed
                .opaque
                .insert([row.kind.as_str(), " ", &row.name].concat(), text);
        }
    }
    observed
}

/// Whether a row is SQLite's own, or about a table of ours that is outside every schema.
fn is_internal(row: &StoredRow) -> bool {
    let ours = |name: &str| name.starts_with("strata_") || name.starts_with("sqlite_");
    ours(&row.table) || row.name.starts_with("sqlite_")
}

fn place(observed: &mut Observed, row: &StoredRow, tokens: &[Token]) -> Option<()> {
    let mut cursor = Cursor::new(tokens);
    cursor.expect("CREATE")?;
    match row.kind.as_str() {
        "table" => {
            observed
                .tables
                .insert(row.name.clone(), read_table(cursor)?);
        }
        "index" => {
            let table = observed.tables.get_mut(&row.table)?;
            table.indexes.insert(row.name.clone(), read_index(cursor)?);
        }
        "view" => {
            cursor.expect("VIEW")?;
            cursor.name()?;
            cursor.expect("AS")?;
            observed
                .views
                .insert(row.name.clone(), tokens::normal(cursor.rest()));
        }
        "trigger" => {
            cursor.expect("TRIGGER")?;
            cursor.name()?;
            let definition = tokens::normal(cursor.rest());
            let trigger = ObservedTrigger {
                table: row.table.clone(),
                definition,
            };
            observed.triggers.insert(row.name.clone(), trigger);
        }
        _ => return None,
    }
    Some(())
}

fn read_index(mut cursor: Cursor<'_>) -> Option<ObservedIndex> {
    let unique = cursor.take("UNIQUE");
    cursor.expect("INDEX")?;
    cursor.name()?;
    cursor.expect("ON")?;
    cursor.name()?;
    let columns = split(cursor.parens()?)
        .into_iter()
        .map(index_column)
        .collect();
    let filter = cursor
        .take("WHERE")
        .then(|| tokens::normal(cursor.take_rest()));
    cursor.end().map(|()| ObservedIndex {
        columns,
        unique,
        filter,
    })
}

/// A plain column by its name, anything else as its text.
fn index_column(tokens: &[Token]) -> String {
    match tokens {
        [Token::Name(name)] => name.clone(),
        [Token::Name(name), Token::Word(order)] if order == "DESC" => [name, " DESC"].concat(),
        other => tokens::normal(other),
    }
}

fn read_table(mut cursor: Cursor<'_>) -> Option<ObservedTable> {
    cursor.expect("TABLE")?;
    cursor.name()?;
    let mut table = ObservedTable::default();
    for definition in split(cursor.parens()?) {
        let mut part = Cursor::new(definition);
        if part.starts_with(&["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"]) {
            read_constraint(&mut table, part)?;
        } else {
            let column = part.name()?;
            read_column(&mut table, column, part)?;
        }
    }
    for option in split(cursor.take_rest())
        .into_iter()
        .filter(|option| !option.is_empty())
    {
        table.options.push(bare(option));
    }
    table.options.sort();
    Some(table)
}

/// Words without quotes, for types and options.
fn bare(tokens: &[Token]) -> String {
    let text = tokens::normal(tokens);
    text.replace('"', "").to_ascii_uppercase()
}

fn read_column(table: &mut ObservedTable, name: String, mut part: Cursor<'_>) -> Option<()> {
    let clauses = [
        "PRIMARY",
        "NOT",
        "UNIQUE",
        "CHECK",
        "DEFAULT",
        "REFERENCES",
        "AS",
    ];
    let type_text = bare(part.type_words(&clauses));
    let mut column = ObservedColumn {
        name: name.clone(),
        type_text,
        nullable: true,
        default: None,
        collation: None,
        identity: false,
        generated: None,
        comment: None,
    };
    while !part.is_empty() {
        let given = if part.take("CONSTRAINT") {
            Some(part.name()?)
        } else {
            None
        };
        read_column_clause(table, &mut column, given, &mut part)?;
    }
    table.columns.push(column);
    Some(())
}

fn read_column_clause(
    table: &mut ObservedTable,
    column: &mut ObservedColumn,
    given: Option<String>,
    part: &mut Cursor<'_>,
) -> Option<()> {
    if part.take("PRIMARY") {
        part.expect("KEY")?;
        column.identity = part.take("AUTOINCREMENT");
        // SQLite lets an id be null in an insert, but never in a row.
        column.nullable &= !column.identity;
        table.primary_key = vec![column.name.clone()];
    } else if part.take("NOT") {
        part.expect("NULL")?;
        column.nullable = false;
    } else if part.take("NULL") {
        // The same as nothing.
    } else if part.take("UNIQUE") {
        insert_unique(table, vec![column.name.clone()]);
    } else if part.take("CHECK") {
        let condition = tokens::normal(part.parens()?);
        let name = given.unwrap_or_else(|| [TYPE_CHECK, &column.name].concat());
        insert_new(&mut table.checks, name, condition);
    } else if part.take("DEFAULT") {
        column.default = Some(tokens::normal(part.value()?));
    } else if part.take("COLLATE") {
        column.collation = Some(part.name()?.to_ascii_uppercase());
    } else if part.starts_with(&["REFERENCES"]) {
        let name = given.unwrap_or_else(|| ["unnamed ", &column.name].concat());
        let key = read_reference(vec![column.name.clone()], part)?;
        insert_new(&mut table.foreign_keys, name, key);
    } else if part.starts_with(&["GENERATED", "AS"]) {
        if part.take("GENERATED") {
            part.expect("ALWAYS")?;
        }
        part.expect("AS")?;
        let expression = tokens::normal(part.parens()?);
        let kept = if part.take_name("stored") {
            " stored"
        } else {
            " virtual"
        };
        part.take("VIRTUAL");
        column.generated = Some([expression.as_str(), kept].concat());
    } else {
        return None;
    }
    Some(())
}

fn read_constraint(table: &mut ObservedTable, mut part: Cursor<'_>) -> Option<()> {
    let given = if part.take("CONSTRAINT") {
        Some(part.name()?)
    } else {
        None
    };
    if part.take("PRIMARY") {
        part.expect("KEY")?;
        table.primary_key = names(part.parens()?)?;
    } else if part.take("UNIQUE") {
        let columns = names(part.parens()?)?;
        insert_unique(table, columns);
    } else if part.take("CHECK") {
        let condition = tokens::normal(part.parens()?);
        let name = given.unwrap_or_else(|| "unnamed".to_owned());
        insert_new(&mut table.checks, name, condition);
    } else {
        part.expect("FOREIGN")?;
        part.expect("KEY")?;
        let columns = names(part.parens()?)?;
        let name = given.unwrap_or_else(|| ["unnamed ", &columns.join(" ")].concat());
        let key = read_reference(columns, &mut part)?;
        insert_new(&mut table.foreign_keys, name, key);
    }
    part.end()
}

fn read_reference(columns: Vec<String>, part: &mut Cursor<'_>) -> Option<ObservedForeignKey> {
    part.expect("REFERENCES")?;
    let references_table = part.name()?;
    let references_columns = match part.parens() {
        Some(inside) => names(inside)?,
        None => Vec::new(),
    };
    let mut key = ObservedForeignKey {
        columns,
        references_table,
        references_columns,
        on_delete: "NO ACTION".to_owned(),
        on_update: "NO ACTION".to_owned(),
    };
    while part.take("ON") {
        let on_delete = part.take("DELETE");
        if !on_delete {
            part.expect("UPDATE")?;
        }
        let action = part.action()?;
        if on_delete {
            key.on_delete = action;
        } else {
            key.on_update = action;
        }
    }
    Some(key)
}

fn names(tokens: &[Token]) -> Option<Vec<String>> {
    let parts = split(tokens).into_iter();
    parts
        .map(|part| match part {
            [Token::Name(name)] => Some(name.clone()),
            _ => None,
        })
        .collect()
}

/// A unique constraint has no name in SQLite; ours are all indexes.
fn insert_unique(table: &mut ObservedTable, columns: Vec<String>) {
    let name = ["unique ", &columns.join(" ")].concat();
    insert_new(
        &mut table.indexes,
        name,
        ObservedIndex {
            columns,
            unique: true,
            filter: None,
        },
    );
}

/// Inserts under this name, or under this name with a number if it is taken.
fn insert_new<T>(map: &mut BTreeMap<String, T>, name: String, value: T) {
    let mut free = name.clone();
    let mut number = 1;
    while map.contains_key(&free) {
        number += 1;
        free = format!("{name} {number}");
    }
    map.insert(free, value);
}
