//! What the rows of a database are, in one spelling for all kinds of databases.
//!
//! The columns of a default that is the current time are not shown, because they differ by the clock.

use model::Backend;
use model::column_type::{ColumnType, Kind};
use model::name::Name;
use model::schema::{Column, ColumnDefault, Table};

use crate::words::{nullable, table};
use crate::world::World;

/// Every row of every table and view, one line each, in order.
pub(crate) async fn rows(world: &mut World) -> Vec<String> {
    let views = world.schema.views().map(|view| as_table(world, &view.name));
    let tables: Vec<Table> = world.schema.tables().cloned().chain(views).collect();
    let mut lines = Vec::new();
    for table in tables {
        let cells = table.columns.iter().map(|column| as_text(world, column));
        let from = world.quoted(&table.name);
        let sql = format!(
            "SELECT {} FROM {from}",
            cells.collect::<Vec<_>>().join(", ")
        );
        let rows = world.cells(&sql).await;
        let rows = rows.into_iter().map(|row| {
            let cells = table.columns.iter().zip(row);
            let cells = cells.map(|(column, cell)| {
                let shown = cell.map_or("NULL".to_owned(), |text| {
                    spelt(world.backend, column, &text)
                });
                format!("{} {shown}", column.name)
            });
            format!("{}: {}", table.name, cells.collect::<Vec<_>>().join(", "))
        });
        let mut rows: Vec<String> = rows.collect();
        rows.sort();
        lines.extend(rows);
    }
    lines
}

/// A view with its columns as if they were those of a table.
fn as_table(world: &World, view: &Name) -> Table {
    let columns = world.schema.relation_columns(view).unwrap();
    let columns = columns
        .into_iter()
        .map(|(column, column_type, _)| nullable(column.as_str(), column_type));
    Table {
        columns: columns.collect(),
        ..table(view.as_str(), vec![])
    }
}

fn as_text(world: &World, column: &Column) -> String {
    let name = world.quoted(&column.name);
    let is_bytes = column.column_type.kind() == Kind::Bytes;
    match (world.backend, is_bytes) {
        (Backend::Postgresql, true) => format!("encode({name}, 'hex')"),
        (_, true) => format!("CASE WHEN {name} IS NOT NULL THEN hex({name}) END"),
        (Backend::Mysql | Backend::Mariadb, false) => format!("CAST({name} AS CHAR)"),
        (Backend::Postgresql | Backend::Sqlite, false) => format!("CAST({name} AS TEXT)"),
    }
}

fn spelt(backend: Backend, column: &Column, text: &str) -> String {
    if column.default == Some(ColumnDefault::CurrentTimestamp) {
        return "(now)".to_owned();
    }
    match column.column_type.kind() {
        Kind::Bool => (text == "1" || text == "true").to_string(),
        Kind::Integer | Kind::Date | Kind::Uuid => text.to_owned(),
        Kind::Decimal { scale } if backend == Backend::Sqlite => with_point(text, scale),
        Kind::Decimal { .. } => text.to_owned(),
        Kind::Float => format!("{:?}", float(&column.column_type, text)),
        Kind::Text => format!("'{text}'"),
        Kind::Json => text.replace(": ", ":").replace(", ", ","),
        Kind::Time | Kind::Timestamp => without_zeros(text).to_owned(),
        Kind::Timestamptz => {
            let moment = text.trim_end_matches("+00").trim_end_matches('Z');
            without_zeros(&moment.replace('T', " ")).to_owned()
        }
        Kind::Bytes => text.to_ascii_lowercase(),
    }
}

/// SQLite keeps a `real` with 64 bits.
fn float(column_type: &ColumnType, text: &str) -> f64 {
    let number: f64 = text.parse().unwrap();
    match column_type {
        ColumnType::Real => f64::from(text.parse::<f32>().unwrap()),
        _ => number,
    }
}

fn with_point(text: &str, scale: u8) -> String {
    if scale == 0 {
        return text.to_owned();
    }
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text),
    };
    let scale = usize::from(scale);
    let digits = format!("{digits:0>width$}", width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    format!("{sign}{whole}.{fraction}")
}

/// Microseconds as short as they can be.
fn without_zeros(text: &str) -> &str {
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => text,
    }
}
