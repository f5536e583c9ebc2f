//! [`Query`]: what a view selects, in Strata SQL.
//!
//! It is not a general SELECT: joins, WHERE, GROUP BY and aggregates, every column named.
//! Its parts are [`crate::expression`]s.
//!
//! Invariants: printing a query and parsing the text gives the same query; a query that was parsed
//! names the table of every column.

use crate::expression::Expression;
use crate::name::Name;

pub mod parse;
pub mod print;
pub mod resolve;

#[cfg(test)]
mod tests;

pub use resolve::{ResolvedItem, ResolvedJoin, ResolvedQuery, SourceColumns};

/// A SELECT that every database can run with the same meaning.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Query {
    /// The columns of the view, in order; each has a name of its own.
    pub select: Vec<SelectItem>,
    /// The first table.
    pub from: Source,
    /// Tables joined to it, in order.
    pub joins: Vec<Join>,
    /// Which rows.
    pub filter: Option<Expression>,
    /// Columns that groups share.
    pub group_by: Vec<Expression>,
}

/// One column of a view.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SelectItem {
    /// What it holds.
    pub expression: Expression,
    /// Its name in the view.
    pub alias: Name,
}

/// A table or view in FROM.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Source {
    /// Which.
    pub table: Name,
    /// Its name within the query; the table's own when none is written.
    pub alias: Name,
}

/// A join.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Join {
    /// Inner or left.
    pub kind: JoinKind,
    /// What is joined.
    pub source: Source,
    /// On what.
    pub on: Expression,
}

/// The joins that every database has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JoinKind {
    /// `JOIN`.
    Inner,
    /// `LEFT JOIN`.
    Left,
}

impl Query {
    /// The tables and views in FROM, in order; the same one may be there twice.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        std::iter::once(&self.from).chain(self.joins.iter().map(|join| &join.source))
    }

    /// Every expression, in the order of the text.
    pub fn expressions(&self) -> impl Iterator<Item = &Expression> {
        let select = self.select.iter().map(|item| &item.expression);
        let joins = self.joins.iter().map(|join| &join.on);
        select
            .chain(joins)
            .chain(&self.filter)
            .chain(&self.group_by)
    }

    /// Every expression, to be changed: what renaming a column of a table needs.
    pub fn expressions_mut(&mut self) -> impl Iterator<Item = &mut Expression> {
        let select = self.select.iter_mut().map(|item| &mut item.expression);
        let joins = self.joins.iter_mut().map(|join| &mut join.on);
        select
            .chain(joins)
            .chain(&mut self.filter)
            .chain(&mut self.group_by)
    }
    /// Follows a table that gets another name; aliases stay.
    pub fn rename_table(&mut self, from: &Name, to: &Name) {
        let joined = self.joins.iter_mut().map(|join| &mut join.source);
        for source in std::iter::once(&mut self.from).chain(joined) {
            if source.table == *from {
                source.table = to.clone();
            }
        }
    }

    /// Follows a column of a table that gets another name; the view's own columns keep theirs.
    pub fn rename_column(&mut self, table: &Name, from: &Name, to: &Name) {
        let sources = self.sources().filter(|source| source.table == *table);
        let aliases: Vec<Name> = sources.map(|source| source.alias.clone()).collect();
        for expression in self.expressions_mut() {
            for alias in &aliases {
                expression.rename_column(Some(alias), from, to);
            }
        }
    }
}
