//! Views as MySQL and MariaDB definitions.
//!
//! A view runs with the rights of whoever asks it: it goes on when the user who made it is gone, and
//! gives nobody rows of a table that they may not read.

use model::error::Result;
use model::schema::{Schema, View};
use model::{Blocks, Statement, Work};

use super::{STYLE, expression, statement};
use crate::view_query;
use crate::writer::SqlWriter;

/// `CREATE VIEW`.
///
/// # Errors
/// Those of queries.
pub(super) fn create(view: &View, schema: &Schema) -> Result<Statement> {
    let mut sql = SqlWriter::new(&STYLE);
    sql.word("CREATE SQL SECURITY INVOKER VIEW")
        .name(&view.name)
        .word("AS");
    sql.fragment(&query(view, schema)?);
    let locks = vec![view.name.clone()];
    Ok(statement(sql, Work::Instant, Blocks::Nothing, locks))
}

/// The query of a view.
///
/// # Errors
/// Those of queries.
pub(super) fn query(view: &View, schema: &Schema) -> Result<SqlWriter> {
    view_query::query(view, schema, &STYLE, expression::write)
}
