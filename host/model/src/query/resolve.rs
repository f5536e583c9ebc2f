//! Giving a query its meaning: its tables found, its parts resolved, the view's columns typed.
//!
//! It does not print anything, as [`crate::expression::resolve`] does not.
//!
//! Invariant: the columns of a resolved query are in the order of its select list, one each.

use crate::column_type::{ColumnType, DECIMAL_PRECISION_MAX, Kind};
use crate::error::{Error, Result};
use crate::expression::resolve::SCALE_MAX;
use crate::expression::{Expression, Node, Resolved, Scope};
use crate::name::{Name, display};

use super::{Join, JoinKind, Query, SelectItem, Source};

mod codes {
    crate::codes! {
        QUERY_TABLE_UNKNOWN = "query.table_unknown", Input,
            "A query reads a table or view that does not exist.";
        QUERY_NOT_GROUPED = "query.not_grouped", Input,
            "A query selects a column that is neither grouped by nor within an aggregate.";
        QUERY_TYPE_UNKNOWN = "query.type_unknown", Input,
            "A column of a query is nothing but NULL, which has no type.";
    }
}
pub use codes::*;

/// The columns of a table or view in order: name, type, whether null is allowed.
pub type SourceColumns = Vec<(Name, ColumnType, bool)>;

/// A query with its meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedQuery {
    /// The columns of the view, in order.
    pub select: Vec<ResolvedItem>,
    /// The first table.
    pub from: Source,
    /// Tables joined to it, in order.
    pub joins: Vec<ResolvedJoin>,
    /// Which rows.
    pub filter: Option<Resolved>,
    /// What groups share.
    pub group_by: Vec<Resolved>,
    /// The columns as whoever reads the view meets them: one for each of `select`.
    pub columns: SourceColumns,
}

/// One column of a view, with its meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedItem {
    /// What it holds.
    pub expression: Resolved,
    /// Its name in the view.
    pub alias: Name,
}

/// A join, with its meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedJoin {
    /// Inner or left.
    pub kind: JoinKind,
    /// What is joined.
    pub source: Source,
    /// On what.
    pub on: Resolved,
}

impl Query {
    /// Finds tables and columns, checks types and groups, and computes the view's columns.
    ///
    /// # Errors
    /// The `query.*` codes, and `expression.*` within the sentence that says where.
    pub fn resolve(
        &self,
        lookup: &dyn Fn(&Name) -> Option<SourceColumns>,
    ) -> Result<ResolvedQuery> {
        self.check()?;
        let tables = self.tables(lookup)?;
        let scopes: Vec<Scope<'_>> = tables.iter().map(Table::scope).collect();
        let joins = self.resolve_joins(&tables)?;
        let filter = match &self.filter {
            Some(filter) => Some(
                filter
                    .require_condition(&scopes)
                    .map_err(|e| e.within("WHERE is not valid"))?,
            ),
            None => None,
        };
        let group_by = self.resolve_groups(&scopes)?;
        let select = self.select.iter().map(|item| {
            let expression = item.expression.resolve(&scopes, true).map_err(|error| {
                error.within(format!(
                    "the column `{}` of the query is not valid",
                    item.alias
                ))
            })?;
            Ok(ResolvedItem {
                expression,
                alias: item.alias.clone(),
            })
        });
        let select = select.collect::<Result<Vec<_>>>()?;
        self.check_groups()?;
        let columns = select.iter().map(column).collect::<Result<_>>()?;
        Ok(ResolvedQuery {
            select,
            from: self.from.clone(),
            joins,
            filter,
            group_by,
            columns,
        })
    }

    fn tables(&self, lookup: &dyn Fn(&Name) -> Option<SourceColumns>) -> Result<Vec<Table>> {
        let outer =
            std::iter::once(false).chain(self.joins.iter().map(|join| join.kind == JoinKind::Left));
        let found = self.sources().zip(outer).map(|(source, is_outer)| {
            let mut columns = lookup(&source.table).ok_or_else(|| {
                Error::new(
                    &QUERY_TABLE_UNKNOWN,
                    format!("there is no table or view `{}`", source.table),
                )
            })?;
            for (_, _, nullable) in &mut columns {
                *nullable |= is_outer;
            }
            Ok(Table {
                alias: source.alias.clone(),
                columns,
            })
        });
        found.collect()
    }

    /// Each ON sees the tables up to its own; later ones are not there yet.
    fn resolve_joins(&self, tables: &[Table]) -> Result<Vec<ResolvedJoin>> {
        let resolved = self
            .joins
            .iter()
            .enumerate()
            .map(|(n, Join { kind, source, on })| {
                let scopes: Vec<Scope<'_>> = tables.iter().take(n + 2).map(Table::scope).collect();
                let on = on.require_condition(&scopes).map_err(|error| {
                    error.within(format!("the join with `{}` is not valid", source.alias))
                })?;
                Ok(ResolvedJoin {
                    kind: *kind,
                    source: source.clone(),
                    on,
                })
            });
        resolved.collect()
    }

    fn resolve_groups(&self, scopes: &[Scope<'_>]) -> Result<Vec<Resolved>> {
        let resolved = self.group_by.iter().map(|group| {
            let resolved = group
                .resolve(scopes, false)
                .map_err(|error| error.within("GROUP BY is not valid"))?;
            match resolved.kind {
                Some(Kind::Json) => Err(Error::new(
                    &super::parse::QUERY_UNSUPPORTED,
                    format!("`GROUP BY {}` is by `json`", display(&group.to_string())),
                )
                .hint("not every database compares `json`")),
                _ => Ok(resolved),
            }
        });
        resolved.collect()
    }

    fn check_groups(&self) -> Result<()> {
        let has_aggregate = self
            .select
            .iter()
            .any(|item| item.expression.has_aggregate());
        if !has_aggregate && self.group_by.is_empty() {
            return Ok(());
        }
        for SelectItem { expression, alias } in &self.select {
            let grouped = self.group_by.contains(expression)
                || expression.columns().is_empty()
                || (expression.has_aggregate() && self.rest_is_grouped(expression));
            if !grouped {
                return Err(Error::new(
                    &QUERY_NOT_GROUPED,
                    format!("the column `{alias}` is neither grouped by nor an aggregate"),
                )
                .hint(format!(
                    "add `{expression}` to GROUP BY, or take an aggregate of it"
                )));
            }
        }
        Ok(())
    }

    /// Whether every column outside the aggregates of an expression is grouped by.
    fn rest_is_grouped(&self, expression: &Expression) -> bool {
        let mut waiting = vec![expression];
        while let Some(next) = waiting.pop() {
            match next {
                Expression::Aggregate { .. } => {}
                Expression::Column { .. } if !self.group_by.contains(next) => return false,
                other => waiting.extend(other.children()),
            }
        }
        true
    }
}

struct Table {
    alias: Name,
    columns: SourceColumns,
}

impl Table {
    fn scope(&self) -> Scope<'_> {
        let columns = self
            .columns
            .iter()
            .map(|(name, of, nullable)| (name, of, *nullable));
        Scope {
            alias: Some(self.alias.clone()),
            columns: columns.collect(),
        }
    }
}

/// The column of the view that an item becomes.
fn column(item: &ResolvedItem) -> Result<(Name, ColumnType, bool)> {
    let Resolved {
        node,
        kind,
        nullable,
    } = &item.expression;
    let column_type = match (node, kind) {
        (Node::Column { column_type, .. }, _) => column_type.clone(),
        (_, Some(kind)) => widest(*kind),
        (_, None) => {
            return Err(Error::new(
                &QUERY_TYPE_UNKNOWN,
                format!(
                    "the column `{}` of the view is NULL, which has no type",
                    item.alias
                ),
            ));
        }
    };
    Ok((item.alias.clone(), column_type, *nullable))
}

/// The type that holds every value of a kind.
fn widest(kind: Kind) -> ColumnType {
    match kind {
        Kind::Bool => ColumnType::Bool,
        Kind::Integer => ColumnType::Bigint,
        Kind::Decimal { scale } => ColumnType::Decimal {
            precision: DECIMAL_PRECISION_MAX,
            scale: scale.min(SCALE_MAX),
        },
        Kind::Float => ColumnType::Double,
        Kind::Text => ColumnType::Text,
        Kind::Json => ColumnType::Json,
        Kind::Date => ColumnType::Date,
        Kind::Time => ColumnType::Time,
        Kind::Timestamp => ColumnType::Timestamp,
        Kind::Timestamptz => ColumnType::Timestamptz,
        Kind::Uuid => ColumnType::Uuid,
        Kind::Bytes => ColumnType::Blob,
    }
}
