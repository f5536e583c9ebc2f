//! Writing a query as canonical Strata SQL: one text for one query.
//!
//! It is not the SQL of any database; see [`crate::expression::print`].

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::expression::Expression;
use crate::expression::print::Written;

use super::{JoinKind, Query, SelectItem, Source};

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, item) in self.select.iter().enumerate() {
            write!(f, "{}{item}", if n == 0 { "SELECT " } else { ", " })?;
        }
        write!(f, " FROM {}", self.from)?;
        for join in &self.joins {
            write!(f, " {} {} ON {}", join.kind, join.source, join.on)?;
        }
        if let Some(filter) = &self.filter {
            write!(f, " WHERE {filter}")?;
        }
        for (n, group) in self.group_by.iter().enumerate() {
            write!(f, "{}{group}", if n == 0 { " GROUP BY " } else { ", " })?;
        }
        Ok(())
    }
}

impl fmt::Display for SelectItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.expression {
            Expression::Column { column, .. } if *column == self.alias => self.expression.fmt(f),
            expression => write!(f, "{expression} AS {}", Written(&self.alias)),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Written(&self.table).fmt(f)?;
        if self.alias != self.table {
            write!(f, " AS {}", Written(&self.alias))?;
        }
        Ok(())
    }
}

impl fmt::Display for JoinKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            JoinKind::Inner => "JOIN",
            JoinKind::Left => "LEFT JOIN",
        })
    }
}

impl Serialize for Query {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Query {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Query, D::Error> {
        let text = String::deserialize(deserializer)?;
        Query::parse(&text).map_err(serde::de::Error::custom)
    }
}
