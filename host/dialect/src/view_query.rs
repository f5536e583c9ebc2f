//! The query of a view, and the views over a relation: the same on every database but for how it spells names
//! and expressions.
//!
//! What a view is on a database, and what it takes to change a table under one, is said in its folder.

use model::error::Result;
use model::expression::{Resolved, Scope};
use model::name::Name;
use model::query::JoinKind;
use model::schema::{RelationColumn, Schema, View};

use crate::writer::{SqlWriter, Style};

/// How a database spells an expression.
pub(crate) type WriteExpression = fn(&mut SqlWriter, &Resolved) -> Result<()>;

/// The query of a view.
///
/// # Errors
/// Those of queries.
pub(crate) fn query(
    view: &View,
    schema: &Schema,
    style: &'static Style,
    write: WriteExpression,
) -> Result<SqlWriter> {
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
    let mut sql = SqlWriter::new(style);
    sql.word("SELECT");
    sql.list(&query.select, |sql, item| {
        write(sql, &item.expression.resolve(&scopes, true)?)?;
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
        write(&mut sql, &join.on.require_condition(&scopes)?)?;
    }
    if let Some(filter) = &query.filter {
        sql.line().word("WHERE");
        write(&mut sql, &filter.require_condition(&scopes)?)?;
    }
    if !query.group_by.is_empty() {
        sql.line().word("GROUP BY");
        sql.list(&query.group_by, |sql, part| {
            write(sql, &part.resolve(&scopes, false)?)
        })?;
    }
    Ok(sql)
}

/// The views over a table or view, directly or not: in an order in which they can be dropped.
pub(crate) fn dependents<'a>(schema: &'a Schema, relation: &'a Name) -> Vec<&'a View> {
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
