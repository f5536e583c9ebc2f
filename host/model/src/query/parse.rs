//! Reading a query: one SELECT of the documented form, everything else refused.
//!
//! Expressions are read by [`crate::expression::parse`]; tables are looked up in
//! [`super::resolve`].
//!
//! Invariant: in a query that comes out, every column of the view has a name of its own, every
//! source has an alias of its own and every column is written with the alias of its source.

use std::collections::BTreeSet;
use std::str::FromStr;

use sqlparser::ast;

use crate::error::{Error, Result};
use crate::expression::parse::SUBSET_OF_QUERIES;
use crate::expression::{Converter, Expression, Language, parser};
use crate::name::{Name, display};

use super::{Join, JoinKind, Query, SelectItem, Source};

mod codes {
    crate::codes! {
        QUERY_INVALID = "query.invalid", Input, "A query cannot be parsed.";
        QUERY_UNSUPPORTED = "query.unsupported", Input,
            "A query uses something that is not part of Strata SQL.";
        QUERY_TOO_LARGE = "query.too_large", Input,
            "A query is longer, deeper or has more parts than allowed.";
        QUERY_ALIAS_REQUIRED = "query.alias_required", Input,
            "A column of a query needs a name, or the table that it belongs to.";
        QUERY_ALIAS_DUPLICATE = "query.alias_duplicate", Input,
            "Two columns or two tables of a query have the same name.";
    }
}
pub use codes::*;

/// The longest query, in bytes of text.
pub const TEXT_BYTES_MAX: usize = 64 * 1024;

/// Queries, for limits and errors.
pub(super) static QUERY: Language = Language {
    noun: "query",
    invalid: &QUERY_INVALID,
    unsupported: &QUERY_UNSUPPORTED,
    too_large: &QUERY_TOO_LARGE,
    subset: SUBSET_OF_QUERIES,
    bytes_max: TEXT_BYTES_MAX,
    is_query: true,
};

impl Query {
    /// Parses one SELECT.
    ///
    /// ```
    /// # use model::query::Query;
    /// let query = Query::parse("select id, lower(name) as low from person where name > ''")?;
    /// assert_eq!(
    ///     query.to_string(),
    ///     "SELECT person.id, LOWER(person.name) AS low FROM person WHERE person.name > ''"
    /// );
    /// # Ok::<(), model::Error>(())
    /// ```
    ///
    /// # Errors
    /// The `query.*` codes declared here, and `name.*` for names that cannot be one.
    pub fn parse(text: &str) -> Result<Query> {
        let parsed = parser(text, &QUERY, |parser| parser.parse_query())?;
        let select = plain_select(&parsed)?;
        let mut converter = Converter::new(&QUERY);
        let mut query = clauses(select, &mut converter)?;
        query.qualify()?;
        query.check()?;
        Ok(query)
    }

    /// Checks that names are unique and groups are no literals.
    pub(super) fn check(&self) -> Result<()> {
        if self.select.is_empty() {
            return Err(QUERY.invalid("it selects nothing"));
        }
        let mut aliases = BTreeSet::new();
        for item in &self.select {
            if !aliases.insert(&item.alias) {
                return Err(duplicate("columns of the view", &item.alias));
            }
        }
        let mut aliases = BTreeSet::new();
        for source in self.sources() {
            if !aliases.insert(&source.alias) {
                return Err(duplicate("tables", &source.alias)
                    .hint("give one of them another name: `FROM person AS other`"));
            }
        }
        for group in &self.group_by {
            if group.columns().is_empty() {
                return Err(QUERY
                    .unsupported(&format!("`GROUP BY {group}`"))
                    .hint("groups are made of columns, not of positions"));
            }
        }
        Ok(())
    }

    /// Writes the only source's alias before columns that stand alone.
    fn qualify(&mut self) -> Result<()> {
        let only = self.joins.is_empty().then(|| self.from.alias.clone());
        let mut lone: Option<Name> = None;
        for expression in self.expressions_mut() {
            let mut waiting = vec![expression];
            while let Some(next) = waiting.pop() {
                match next {
                    Expression::Column {
                        table: table @ None,
                        column,
                    } => match &only {
                        Some(alias) => *table = Some(alias.clone()),
                        None => lone = Some(column.clone()),
                    },
                    other => waiting.extend(other.children_mut()),
                }
            }
        }
        match lone {
            None => Ok(()),
            Some(column) => Err(Error::new(
                &QUERY_ALIAS_REQUIRED,
                format!("the column `{column}` stands without its table"),
            )
            .hint(format!(
                "write `{}.{column}` or the table it is of",
                self.from.alias
            ))),
        }
    }
}

impl FromStr for Query {
    type Err = Error;

    fn from_str(text: &str) -> Result<Query> {
        Query::parse(text)
    }
}

/// The SELECT of a query without anything around it.
fn plain_select(query: &ast::Query) -> Result<&ast::Select> {
    let bare = query.with.is_none()
        && query.order_by.is_none()
        && query.limit_clause.is_none()
        && query.fetch.is_none()
        && query.locks.is_empty()
        && query.for_clause.is_none()
        && query.settings.is_none()
        && query.format_clause.is_none()
        && query.pipe_operators.is_empty();
    if !bare {
        return Err(QUERY.unsupported("a clause before or after the SELECT"));
    }
    let ast::SetExpr::Select(select) = &*query.body else {
        return Err(QUERY.unsupported("anything but one SELECT"));
    };
    if select.distinct.is_some() {
        return Err(QUERY
            .unsupported("`SELECT DISTINCT`")
            .hint("group by the columns instead: `GROUP BY a, b`"));
    }
    let plain = select.optimizer_hints.is_empty()
        && select.select_modifiers.is_none()
        && select.top.is_none()
        && select.exclude.is_none()
        && select.into.is_none()
        && select.lateral_views.is_empty()
        && select.prewhere.is_none()
        && select.connect_by.is_empty()
        && select.cluster_by.is_empty()
        && select.distribute_by.is_empty()
        && select.sort_by.is_empty()
        && select.having.is_none()
        && select.named_window.is_empty()
        && select.qualify.is_none()
        && select.value_table_mode.is_none()
        && matches!(select.flavor, ast::SelectFlavor::Standard);
    if !plain {
        return Err(QUERY.unsupported("a clause besides FROM, WHERE and GROUP BY"));
    }
    Ok(select)
}

fn clauses(select: &ast::Select, converter: &mut Converter) -> Result<Query> {
    let tables = match select.from.as_slice() {
        [tables] => tables,
        [] => return Err(QUERY.unsupported("a SELECT without FROM")),
        _ => {
            return Err(QUERY
                .unsupported("a comma between tables")
                .hint("write `FROM a JOIN b ON a.id = b.a_id`"));
        }
    };
    let items = select
        .projection
        .iter()
        .map(|item| select_item(item, converter));
    let select_list = items.collect::<Result<_>>()?;
    let from = source(&tables.relation, converter)?;
    let joined = tables.joins.iter().map(|join| joined(join, converter));
    Ok(Query {
        select: select_list,
        from,
        joins: joined.collect::<Result<_>>()?,
        filter: select
            .selection
            .as_ref()
            .map(|e| converter.convert(e, 1))
            .transpose()?,
        group_by: groups(&select.group_by, converter)?,
    })
}

fn select_item(item: &ast::SelectItem, converter: &mut Converter) -> Result<SelectItem> {
    match item {
        ast::SelectItem::ExprWithAlias { expr, alias } => Ok(SelectItem {
            expression: converter.convert(expr, 1)?,
            alias: converter.name(alias)?,
        }),
        ast::SelectItem::UnnamedExpr(expr) => match converter.convert(expr, 1)? {
            Expression::Column { table, column } => Ok(SelectItem {
                alias: column.clone(),
                expression: Expression::Column { table, column },
            }),
            other => Err(Error::new(
                &QUERY_ALIAS_REQUIRED,
                format!(
                    "the column `{}` of the view has no name",
                    display(&other.to_string())
                ),
            )
            .hint("add `AS name`")),
        },
        ast::SelectItem::Wildcard(_) | ast::SelectItem::QualifiedWildcard(..) => Err(QUERY
            .unsupported("`*` as a list of columns")
            .hint("name the columns: tables grow, views do not follow")),
        ast::SelectItem::ExprWithAliases { .. } => {
            Err(QUERY.unsupported("more than one name for a column"))
        }
    }
}

fn source(factor: &ast::TableFactor, converter: &Converter) -> Result<Source> {
    let ast::TableFactor::Table {
        name: table,
        alias,
        args: None,
        with_hints,
        version: None,
        with_ordinality: false,
        partitions,
        json_path: None,
        sample: None,
        index_hints,
    } = factor
    else {
        return Err(QUERY.unsupported("anything but the name of a table or view in FROM"));
    };
    if !(with_hints.is_empty() && partitions.is_empty() && index_hints.is_empty()) {
        return Err(QUERY.unsupported("a table with hints or partitions"));
    }
    let [ast::ObjectNamePart::Identifier(table)] = table.0.as_slice() else {
        return Err(QUERY.unsupported("a table with a schema before it"));
    };
    let table = converter.name(table)?;
    let alias = match alias {
        None => table.clone(),
        Some(alias) if alias.columns.is_empty() && alias.at.is_none() => {
            converter.name(&alias.name)?
        }
        Some(_) => return Err(QUERY.unsupported("new names for the columns of a table")),
    };
    Ok(Source { table, alias })
}

fn joined(join: &ast::Join, converter: &mut Converter) -> Result<Join> {
    let (kind, constraint) = match &join.join_operator {
        ast::JoinOperator::Join(on) | ast::JoinOperator::Inner(on) => (JoinKind::Inner, on),
        ast::JoinOperator::Left(on) | ast::JoinOperator::LeftOuter(on) => (JoinKind::Left, on),
        _ => return Err(QUERY.unsupported("a join that is neither INNER nor LEFT")),
    };
    match constraint {
        ast::JoinConstraint::On(on) if !join.global => Ok(Join {
            kind,
            source: source(&join.relation, converter)?,
            on: converter.convert(on, 1)?,
        }),
        _ => Err(QUERY.unsupported("a join without `ON`")),
    }
}

fn groups(groups: &ast::GroupByExpr, converter: &mut Converter) -> Result<Vec<Expression>> {
    match groups {
        ast::GroupByExpr::Expressions(expressions, modifiers) if modifiers.is_empty() => {
            expressions
                .iter()
                .map(|e| converter.convert(e, 1))
                .collect()
        }
        _ => Err(QUERY.unsupported("GROUP BY with ALL or a modifier")),
    }
}

fn duplicate(what: &str, alias: &Name) -> Error {
    Error::new(
        &QUERY_ALIAS_DUPLICATE,
        format!("two {what} have the name `{alias}`"),
    )
}
