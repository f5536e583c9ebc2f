//! Reading what a database holds: its schema, and whether it is sound.
//!
//! What the definitions mean is read by `dialect`; what they should be is lowered there too.
//!
//! Invariant: a handful of queries whatever the size of the schema.

use dialect::CatalogueRow;
use model::{Error, Observed, Result};

use crate::failure::DATABASE_CORRUPT;
use crate::row::{Cell, Reading, Row};
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
pub async fn observe(session: &mut Session) -> Result<Observed> {
    let dialect = session.dialect();
    let queries = dialect.server().catalogue;
    let mut answers = Vec::with_capacity(queries.len());
    for sql in queries {
        let rows = session.fetch(sql, &[]).await?;
        answers.push(rows.iter().map(texts).collect::<Result<Vec<_>>>()?);
    }
    Ok(dialect.observe(&answers))
}

/// A row of the catalogue, whose cells are texts by the promise of the query.
fn texts(row: &Row) -> Result<CatalogueRow> {
    let text = |cell: &Cell| match cell {
        Cell::Null => Ok(None),
        Cell::Text(text) => Ok(Some(text.clone())),
        Cell::Integer(_) | Cell::Real(_) | Cell::Bytes(_) => Err(Error::new(
            &DATABASE_CORRUPT,
            "the catalogue answered with something that is not a text",
        )),
    };
    row.cells().iter().map(text).collect()
}

/// The names of all tables and views, Strata's own included.
///
/// # Errors
/// Those of [`crate::failure`].
pub async fn relations(session: &mut Session) -> Result<Vec<String>> {
    let sql = session.dialect().server().relations;
    let rows = session.fetch(sql, &[]).await?;
    let names = rows.iter().map(|row| {
        Reading::new(row, "the catalogue", &DATABASE_CORRUPT)
            .text("name")
            .map(str::to_owned)
    });
    names.collect()
}

/// Whether the database holds nothing at all: no table, and nothing else that the catalogue knows of.
/// Where definitions cannot be rolled back, Strata's own tables do not count: their making may have been
/// interrupted.
///
/// # Errors
/// Those of [`crate::failure`].
pub async fn is_empty(session: &mut Session) -> Result<bool> {
    let keeps_parts = !session.dialect().capabilities().transactional_ddl;
    let own = |name: &String| keeps_parts && OWN_TABLES.contains(&name.as_str());
    let relations = relations(session).await?;
    Ok(relations.iter().all(own) && observe(session).await? == Observed::default())
}

/// The tables that Strata makes in every database, in the order in which they can be dropped.
pub(crate) const OWN_TABLES: [&str; 2] = ["strata_meta", "strata_ledger"];

/// The catalogue mark: equal to the last one means that no definition changed since.
///
/// # Errors
/// Those of [`crate::failure`].
pub async fn catalogue_mark(session: &mut Session) -> Result<String> {
    let sql = session.dialect().server().catalogue_mark;
    let rows = session.fetch(sql, &[]).await?;
    let Some(row) = rows.first() else {
        return Err(Error::new(&DATABASE_CORRUPT, "the catalogue has no mark"));
    };
    let reading = Reading::new(row, "the catalogue", &DATABASE_CORRUPT);
    reading.text("mark").map(str::to_owned)
}

/// The rows that point at rows that are not there; empty where the server always keeps foreign keys.
///
/// # Errors
/// Those of [`crate::failure`].
pub async fn foreign_key_check(session: &mut Session) -> Result<Vec<BrokenReference>> {
    let Some(switch) = session.dialect().server().foreign_keys else {
        return Ok(Vec::new());
    };
    let rows = session.fetch(switch.check, &[]).await?;
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

/// What is wrong with the database, as it says itself; empty when it is sound, or when its server sees
/// to it.
///
/// # Errors
/// Those of [`crate::failure`].
pub async fn integrity_check(session: &mut Session) -> Result<Vec<String>> {
    let Some(sql) = session.dialect().server().integrity_check else {
        return Ok(Vec::new());
    };
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
