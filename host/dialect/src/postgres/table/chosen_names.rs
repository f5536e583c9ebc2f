//! Names that the server chooses by itself: of the index of a primary key and the sequence of an identity,
//! which stand among those of tables, views and indexes.
//!
//! A table that was renamed keeps what was chosen for its first name; such a name is found by the server
//! alone. Where a chosen name is taken already, the server chooses another.
//!
//! Source: `makeObjectName` and `ChooseRelationName` in PostgreSQL's `indexcmds.c`.

use model::Backend;
use model::column_type::ColumnType;
use model::error::Result;
use model::name::{NAME_BYTES_MAX, Name};
use model::schema::Table;

use crate::error::unsupported;

/// Refuses a name for something new that the server has chosen for what these tables have.
///
/// # Errors
/// `dialect.unsupported`.
pub(in super::super) fn demand_free<'a>(
    names: impl IntoIterator<Item = &'a Name>,
    tables: impl Iterator<Item = &'a Table>,
) -> Result<()> {
    let chosen: Vec<(String, &Name)> = tables
        .flat_map(|table| of(table).into_iter().map(move |name| (name, &table.name)))
        .collect();
    for name in names {
        if let Some((_, table)) = chosen.iter().find(|(chosen, _)| chosen == name.as_str()) {
            return unsupported(
                &format!("the name `{name}`"),
                Backend::Postgresql,
                &format!("it is what the server calls a part of the table `{table}`"),
                "choose another name",
            );
        }
    }
    Ok(())
}

/// What the server chooses for a table.
fn of(table: &Table) -> Vec<String> {
    let ids = table.columns.iter();
    let ids = ids.filter(|column| column.column_type == ColumnType::Id);
    let mut names: Vec<String> = ids
        .map(|column| joined(table.name.as_str(), Some(column.name.as_str()), "seq"))
        .collect();
    if !table.primary_key.is_empty() {
        names.push(joined(table.name.as_str(), None, "pkey"));
    }
    names
}

/// The parts with `_` between them, the longer of the first two cut until the whole fits.
fn joined(table: &str, column: Option<&str>, label: &str) -> String {
    let column_bytes = column.map_or(0, str::len);
    let joints = 1 + usize::from(column.is_some());
    let room = NAME_BYTES_MAX.saturating_sub(label.len() + joints);
    let (mut first, mut second) = (table.len(), column_bytes);
    while first + second > room {
        if first > second {
            first -= 1;
        } else {
            second -= 1;
        }
    }
    let mut name = table.get(..first).unwrap_or(table).to_owned();
    if let Some(column) = column {
        name.push('_');
        name.push_str(column.get(..second).unwrap_or(column));
    }
    name.push('_');
    name.push_str(label);
    name
}
