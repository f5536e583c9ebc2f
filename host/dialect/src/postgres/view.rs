//! Views as PostgreSQL definitions.

use model::error::Result;
use model::expression::Scope;
use model::name::Name;
use model::query::JoinKind;
use model::schema::{RelationColumn, Schema, View};
use model::{Blocks, Statement, Work};

use super::{STYLE, dropped, expression, statement};
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
    let mut found = Vec::new();
    collect(schema, relation, &mut found);
    let drop = |view: &&View| dropped("DROP VIEW", &view.name, vec![view.name.clone()]);
    let before = found.iter().map(drop).collect();
    let again = found.iter().rev().map(|view| create(view, after));
    Ok((before, again.collect::<Result<_>>()?))
}

/// The views over a table or view, directly or not: in an order in which they can be dropped.
fn collect<'a>(schema: &'a Schema, relation: &'a Name, found: &mut Vec<&'a View>) {
    for view in schema.views_over(relation) {
        if !found.iter().any(|known| known.name == view.name) {
            collect(schema, &view.name, found);
            found.push(view);
        }
    }
}
