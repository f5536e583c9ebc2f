//! [`Reverse`]: what takes operations back.
//!
//! Derived from the schema before; an author's own `down` replaces it in `plan`.
//!
//! Invariant: applying operations and then their reverse gives the structure before.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::name::Name;
use crate::operation::Operation;
use crate::schema::{Origin, Schema};

/// What takes an operation or a migration back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Reverse {
    /// These operations, in this order.
    Operations(Vec<Operation>),
    /// Nothing can.
    Irreversible {
        /// Why, as a fragment: ``the rows of `members` are gone``.
        why: String,
    },
}

impl Reverse {
    /// One operation.
    pub fn operation(operation: impl Into<Operation>) -> Reverse {
        Reverse::Operations(vec![operation.into()])
    }

    /// Nothing can, and why.
    pub fn irreversible(why: impl Into<String>) -> Reverse {
        Reverse::Irreversible { why: why.into() }
    }
}

/// What takes a list of operations back: their reverses, last first.
///
/// Rows put into a table or column that the same list made need no reverse of their own: they go with it.
///
/// # Errors
/// Those of the operations, which are applied to a copy of `before` on the way.
pub fn reverse_all(operations: &[Operation], before: &Schema, origin: &Origin) -> Result<Reverse> {
    let mut schema = before.clone();
    let mut made = Made::default();
    let mut reverses = Vec::new();
    for operation in operations {
        if !made.takes_rows_with_it(operation) {
            match operation.reverse(&schema) {
                Reverse::Operations(list) => reverses.push(list),
                irreversible @ Reverse::Irreversible { .. } => return Ok(irreversible),
            }
        }
        operation.apply(&mut schema, origin)?;
        made.note(operation);
    }
    Ok(Reverse::Operations(
        reverses.into_iter().rev().flatten().collect(),
    ))
}

/// Tables and columns that a list of operations made so far.
#[derive(Default)]
struct Made {
    tables: BTreeSet<Name>,
    columns: BTreeSet<(Name, Name)>,
}

impl Made {
    fn note(&mut self, operation: &Operation) {
        match operation {
            Operation::CreateTable(create) => {
                self.tables.insert(create.table.name.clone());
            }
            Operation::AddColumn(add) => {
                self.columns
                    .insert((add.table.clone(), add.column.name.clone()));
            }
            Operation::RenameTable(rename) => {
                if self.tables.remove(&rename.from) {
                    self.tables.insert(rename.to.clone());
                }
                // A column made before its table was renamed is taken back by its own reverse.
                self.columns.retain(|(table, _)| table != &rename.from);
            }
            Operation::RenameColumn(rename) => {
                let column = |name: &Name| (rename.table.clone(), name.clone());
                let was_new = self.columns.remove(&column(&rename.from));
                if was_new {
                    self.columns.insert(column(&rename.to));
                }
            }
            _ => {}
        }
    }

    fn takes_rows_with_it(&self, operation: &Operation) -> bool {
        match operation {
            Operation::InsertRows(rows) => self.tables.contains(&rows.table),
            Operation::UpdateRows(rows) => {
                self.tables.contains(&rows.table)
                    || rows.assignments.iter().all(|assignment| {
                        self.columns
                            .contains(&(rows.table.clone(), assignment.column.clone()))
                    })
            }
            Operation::DeleteRows(rows) => self.tables.contains(&rows.table),
            Operation::Backfill(fill) => {
                self.tables.contains(&fill.table)
                    || self
                        .columns
                        .contains(&(fill.table.clone(), fill.column.clone()))
            }
            _ => false,
        }
    }
}
