//! Views as SQLite definitions.
//!
//! A view shows what is stored: a decimal comes out as the scaled integer, to be read with the scale of
//! the view's column; only `AVG` and floating-point arithmetic come out as numbers with a point.

use model::error::Result;
use model::schema::{Schema, View};

use super::STYLE;
use super::expression;
use crate::view_query;
use crate::writer::SqlWriter;

/// `CREATE VIEW`.
///
/// # Errors
/// Those of queries.
pub(super) fn create(view: &View, schema: &Schema) -> Result<String> {
    let mut sql = SqlWriter::new(&STYLE);
    sql.word("CREATE VIEW").name(&view.name).word("AS");
    sql.fragment(&view_query::query(view, schema, &STYLE, expression::write)?);
    Ok(sql.finish())
}
