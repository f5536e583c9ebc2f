//! Walking an expression: which columns it names, and giving a column another name.
//!
//! It asks no schema; [`super::resolve`] does.

use std::collections::BTreeSet;

use crate::name::Name;

use super::tree::Expression;

impl Expression {
    /// The parts directly below, from left to right.
    pub fn children(&self) -> Vec<&Expression> {
        match self {
            Expression::Literal(_) | Expression::Column { .. } => Vec::new(),
            Expression::Unary { operand, .. } | Expression::IsNull { operand, .. } => {
                vec![&**operand]
            }
            Expression::Binary { left, right, .. } => vec![&**left, &**right],
            Expression::In { operand, list, .. } => {
                std::iter::once(&**operand).chain(list).collect()
            }
            Expression::Between {
                operand, low, high, ..
            } => vec![&**operand, &**low, &**high],
            Expression::Call { arguments, .. } => arguments.iter().collect(),
            Expression::Aggregate { operand, .. } => operand.as_deref().into_iter().collect(),
        }
    }

    /// The parts directly below, to be changed.
    pub fn children_mut(&mut self) -> Vec<&mut Expression> {
        match self {
            Expression::Literal(_) | Expression::Column { .. } => Vec::new(),
            Expression::Unary { operand, .. } | Expression::IsNull { operand, .. } => {
                vec![&mut **operand]
            }
            Expression::Binary { left, right, .. } => vec![&mut **left, &mut **right],
            Expression::In { operand, list, .. } => {
                std::iter::once(&mut **operand).chain(list).collect()
            }
            Expression::Between {
                operand, low, high, ..
            } => {
                vec![&mut **operand, &mut **low, &mut **high]
            }
            Expression::Call { arguments, .. } => arguments.iter_mut().collect(),
            Expression::Aggregate { operand, .. } => operand.as_deref_mut().into_iter().collect(),
        }
    }

    /// Calls `visit` with this expression and everything below it, from left to right.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expression)) {
        let mut waiting = vec![self];
        while let Some(next) = waiting.pop() {
            visit(next);
            waiting.extend(next.children().into_iter().rev());
        }
    }

    /// The columns named, each once, with the alias of their table where one is written.
    pub fn references(&self) -> BTreeSet<(Option<Name>, Name)> {
        let mut references = BTreeSet::new();
        self.walk(&mut |part| {
            if let Expression::Column { table, column } = part {
                references.insert((table.clone(), column.clone()));
            }
        });
        references
    }

    /// The names of the columns, each once, whatever their table.
    pub fn columns(&self) -> BTreeSet<Name> {
        self.references()
            .into_iter()
            .map(|(_, column)| column)
            .collect()
    }

    /// Whether an aggregate is anywhere in it.
    pub fn has_aggregate(&self) -> bool {
        let mut found = false;
        self.walk(&mut |part| found |= matches!(part, Expression::Aggregate { .. }));
        found
    }

    /// Gives a column another name where it is written with exactly this alias (or without any).
    pub fn rename_column(&mut self, table_alias: Option<&Name>, from: &Name, to: &Name) {
        let mut waiting = vec![self];
        while let Some(next) = waiting.pop() {
            if let Expression::Column { table, column } = next {
                if table.as_ref() == table_alias && column == from {
                    *column = to.clone();
                }
                continue;
            }
            waiting.extend(next.children_mut());
        }
    }
}
