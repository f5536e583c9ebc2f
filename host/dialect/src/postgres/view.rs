//! Views as PostgreSQL definitions.

use model::error::Result;
use model::name::Name;
use model::schema::{Schema, View};
use model::{Blocks, Statement, Work};

use super::{STYLE, dropped, expression, statement};
use crate::view_query;
use crate::writer::SqlWriter;

/// `CREATE VIEW`.
///
/// # Errors
/// Those of queries.
pub(super) fn create(view: &View, schema: &Schema) -> Result<Statement> {
    let mut sql = SqlWriter::new(&STYLE);
    sql.word("CREATE VIEW").name(&view.name).word("AS");
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

/// Statements around a change that the server refuses while views are over the table: those before drop
/// all views over it, those after make them again.
///
/// # Errors
/// Those of queries.
pub(super) fn aside(
    schema: &Schema,
    after: &Schema,
    relation: &Name,
) -> Result<(Vec<Statement>, Vec<Statement>)> {
    let found = view_query::dependents(schema, relation);
    let drop = |view: &&View| dropped("DROP VIEW", &view.name, vec![view.name.clone()]);
    let before = found.iter().map(drop).collect();
    let again = found.iter().rev().map(|view| create(view, after));
    Ok((before, again.collect::<Result<_>>()?))
}
