//! Views as MySQL and MariaDB definitions.
//!
//! A view runs with the rights of whoever asks it: it goes on when the user who made it is gone, and
//! gives nobody rows of a table that they may not read.

use model::error::Result;
use model::expression::Scope;
use model::name::Name;
use model::query::JoinKind;
use model::schema::{RelationColumn, Schema, View};
use model::{Blocks, Statement, Work};

use super::{Flavour, STYLE, expression, statement};
use crate::writer::SqlWriter;

/// `CREATE VIEW`.
///
/// # Errors
/// Those of queries.
pub(super) fn create(_flavour: Flavour, view: &View, schema: &Schema) -> Result<Statement> {
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
    let query = &view.query;
    let columns: Vec<(Name, Vec<RelationColumn>)> = query
        .sources()
        .map(|source| {
            let columns = schema.relation_columns(&source.table).unwrap_or_default();
            (source.alias.clone(), columns)
        })
        .collect();
    let scopes: Vec<Scope<'_>> = columns
        .iter()
        .map(|(alias, columns)| Scope {
            alias: Some(alias.clone()),
            columns: columns
                .iter()
                .map(|(name, kind, nullable)| (name, kind, *nullable))
                .collect(),
        })
        .collect();
    let mut sql = SqlWriter::new(&STYLE);
    sql.word("SELECT");
    sql.list(&query.select, |sql, item| {
        expression::write(sql, &item.expression.resolve(&scopes, true)?)?;
        sql.word("AS").name(&item.alias);
        model::error::Result::Ok(())
    })?;
    sql.line().word("FROM").name(&query.from.table);
    sql.word("AS").name(&query.from.alias);
    for join in &query.joins {
        sql.line().word(match join.kind {
            JoinKind::Inner => "JOIN",
            JoinKind::Left => "LEFT JOIN",
        });
        sql.name(&join.source.table)
            .word("AS")
            .name(&join.source.alias)
            .word("ON");
        expression::write(&mut sql, &join.on.require_condition(&scopes)?)?;
    }
    if let Some(filter) = &query.filter {
        sql.line().word("WHERE");
        expression::write(&mut sql, &filter.require_condition(&scopes)?)?;
    }
    if !query.group_by.is_empty() {
        sql.line().word("GROUP BY");
        sql.list(&query.group_by, |sql, part| {
            expression::write(sql, &part.resolve(&scopes, false)?)
        })?;
    }
    Ok(sql)
}
