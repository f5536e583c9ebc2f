//! Reading what a database holds: its schema, and whether it is sound.
//!
//! What the definitions mean is read by `dialect`; what they should be is lowered there too.
//!
//! Invariant: a handful of queries whatever the size of the schema.

use dialect::{Dialect, StoredRow};
use model::{Observed, Result};

use crate::failure::DATABASE_CORRUPT;
use crate::row::{Cell, Reading};
use crate::session::Session;

/// A row that points at a row that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenReference {
    /// The table with the row.
    pub table: String,
    /// The row, where the table numbers its rows.
    pub row: Option<i64>,
    /// The table that it points at.
    pub parent: String,
}

/// The schema as the database has it, Strata's own tables left out.
///
/// # Errors
/// Those of [`crate::failure`].
pub async fn observe(session: &mut Session, dialect: &dyn Dialect) -> Result<Observed> {
    let sql = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name";
    let rows = session.fetch(sql, &[]).await?;
    let stored = rows.iter().map(|row| {
        let reading = Reading::new(row, "sqlite_schema", &DATABASE_CORRUPT);
        Ok(StoredRow {
            kind: reading.text("type")?.to_owned(),
            name: reading.text("name")?.to_owned(),
            table: reading.text("tbl_name")?.to_owned(),
            sql: reading.text_if_any("sql")?.map(str::to_owned),
        })
    });
    Ok(dialect.parse_stored(&stored.collect::<Result<Vec<_>>>()?))
}

/// Whether the database has a table of this name, Strata's own included.
///
/// # Errors
/// Those of [`crate::failure`].
pub async fn has_table(session: &mut Session, name: &str) -> Result<bool> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name = $1";
    Ok(!session.fetch(sql, &[name.into()]).await?.is_empty())
}

/// Whether the database holds nothing at all.
///
/// # Errors
/// Those of [`crate::failure`].
pub async fn is_empty(session: &mut Session) -> Result<bool> {
    Ok(session
        .fetch("SELECT name FROM sqlite_schema LIMIT 1", &[])
        .await?
        .is_empty())
}

/// The rows that point at rows that are not there.
///
/// # Errors
/// Those of [`crate::failure`].
pub async fn foreign_key_check(session: &mut Session) -> Result<Vec<BrokenReference>> {
    let sql = "SELECT \"table\" AS child, rowid AS row, parent FROM pragma_foreign_key_check";
    let rows = session.fetch(sql, &[]).await?;
    let broken = rows.iter().map(|row| {
        let reading = Reading::new(row, "foreign_key_check", &DATABASE_CORRUPT);
        Ok(BrokenReference {
            table: reading.text("child")?.to_owned(),
            row: match row.get("row") {
                Some(Cell::Integer(number)) => Some(*number),
                _ => None,
            },
            parent: reading.text("parent")?.to_owned(),
        })
    });
    broken.collect()
}

/// What is wrong with the file, as the database says it; empty when it is sound.
///
/// # Errors
/// Those of [`crate::failure`].
pub async fn integrity_check(session: &mut Session) -> Result<Vec<String>> {
    let sql = "SELECT integrity_check AS finding FROM pragma_integrity_check";
    let rows = session.fetch(sql, &[]).await?;
    let findings = rows.iter().map(|row| {
        Reading::new(row, "integrity_check", &DATABASE_CORRUPT)
            .text("finding")
            .map(str::to_owned)
    });
    let findings: Vec<String> = findings.collect::<Result<_>>()?;
    Ok(findings
        .into_iter()
        .filter(|finding| finding != "ok")
        .collect())
}
