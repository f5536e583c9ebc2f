//! Views as SQLite definitions.
//!
//! A view shows what is stored: a decimal comes out as the scaled integer, to be read with the scale of
//! the view's column; only `AVG` and floating-point arithmetic come out as numbers with a point.

use model::error::Result;
use model::expression::Scope;
use model::name::Name;
use model::query::JoinKind;
use model::schema::{RelationColumn, Schema, View};

use super::STYLE;
use super::expression;
use crate::writer::SqlWriter;

/// `CREATE VIEW`.
///
/// # Errors
/// Those of queries.
pub(super) fn create(view: &View, schema: &Schema) -> Result<String> {
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
    sql.word("CREATE VIEW").name(&view.name).word("AS SELECT");
    sql.list(&query.select, |sql, item| {
        expression::write(sql, &item.expression.resolve(&scopes, true)?)?;
        sql.word("AS").name(&item.alias);
        model::error::Result::Ok(())
    })?;
    sql.line()
        .word("FROM")
        .name(&query.from.table)
        .word("AS")
        .name(&query.from.alias);
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
    Ok(sql.finish())
}

/// The views over a table or view, directly or not: in an order in which they can be dropped.
pub(super) fn dependents<'a>(schema: &'a Schema, relation: &'a Name) -> Vec<&'a View> {
    let mut found = Vec::new();
    collect(schema, relation, &mut found);
    found
}

fn collect<'a>(schema: &'a Schema, relation: &'a Name, found: &mut Vec<&'a View>) {
    for view in schema.views_over(relation) {
        if !found.iter().any(|known| known.name == view.name) {
            collect(schema, &view.name, found);
            found.push(view);
        }
    }
}
