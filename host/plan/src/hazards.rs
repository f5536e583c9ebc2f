//! The hazards of one operation: from what it does, what its statements cost, and whether it can be
//! taken back.

use std::fmt::Display;

use model::hazard::{Hazard, HazardKind};
use model::name::Name;
use model::operation::{AlterColumn, ColumnChange, Operation, Reverse};
use model::schema::Schema;
use model::statement::{Blocks, Compiled, Statement, Work};

/// The hazards of an operation on the schema before it.
///
/// A table that the same migration made is empty and unknown to anybody: nothing about it is a hazard.
pub fn of_operation(
    operation: &Operation,
    before: &Schema,
    compiled: &Compiled,
    is_new: bool,
) -> Vec<Hazard> {
    if is_new {
        return Vec::new();
    }
    let mut hazards: Vec<Hazard> = data(operation, before).into_iter().collect();
    for statement in &compiled.statements {
        hazards.extend(cost(operation, statement));
    }
    hazards.sort();
    hazards.dedup();
    hazards
}

/// The hazard of a migration that nothing takes back.
pub fn of_reverse(migration: &str, reverse: &Reverse) -> Option<Hazard> {
    match reverse {
        Reverse::Operations(_) => None,
        Reverse::Irreversible { why } => Some(Hazard {
            kind: HazardKind::Irreversible,
            object: migration.to_owned(),
            message: format!("migration `{migration}` cannot be taken back: {why}"),
        }),
    }
}

fn data(operation: &Operation, before: &Schema) -> Option<Hazard> {
    match operation {
        Operation::DropTable(drop) => Some(deletion(&drop.table, "all rows")),
        Operation::DropColumn(drop) => {
            let column = format!("{}.{}", drop.table, drop.column);
            Some(deletion(&column, "all values"))
        }
        Operation::DeleteRows(delete) => Some(deletion(&delete.table, "rows")),
        Operation::AlterColumn(alter) => alteration(operation, alter, before),
        Operation::CreateIndex(create) if create.index.unique => {
            Some(demand(operation, &create.table, "have the same values"))
        }
        Operation::AddCheck(add) => Some(demand(operation, &add.table, "do not meet it")),
        Operation::AddForeignKey(add) => Some(demand(operation, &add.table, "point at nothing")),
        Operation::UpdateRows(_) | Operation::Backfill(_) | Operation::RunSql(_) => Some(Hazard {
            kind: HazardKind::MayLoseData,
            object: operation.relations().first()?.to_string(),
            message: format!("{operation}: former values are not kept"),
        }),
        _ => None,
    }
}

fn deletion(object: &dyn Display, what: &str) -> Hazard {
    Hazard {
        kind: HazardKind::DeletesData,
        object: object.to_string(),
        message: format!("{what} of `{object}` will be deleted"),
    }
}

/// The hazard of a change of a column, if rows may hold what no longer fits.
fn alteration(operation: &Operation, alter: &AlterColumn, before: &Schema) -> Option<Hazard> {
    let column = before.table(&alter.table)?.column(&alter.column)?;
    let is_risky = match &alter.change {
        ColumnChange::SetType(to) => !column.column_type.widens_to(to),
        ColumnChange::SetNullable(false) => column.nullable,
        ColumnChange::SetNullable(true) | ColumnChange::SetDefault(_) => false,
    };
    is_risky.then(|| Hazard {
        kind: HazardKind::MayLoseData,
        object: format!("{}.{}", alter.table, alter.column),
        message: format!(
            "{operation}: it fails, or changes values, if rows hold what no longer fits"
        ),
    })
}

/// The hazard of something new that all rows of a table have to meet.
fn demand(operation: &Operation, table: &Name, breach: &str) -> Hazard {
    Hazard {
        kind: HazardKind::MayLoseData,
        object: table.to_string(),
        message: format!("{operation}: it fails if rows of `{table}` {breach}"),
    }
}

fn cost(operation: &Operation, statement: &Statement) -> Vec<Hazard> {
    let hazard = |kind: HazardKind, table: &Name, what: &str| Hazard {
        kind,
        object: table.to_string(),
        message: format!("{operation}: {what}"),
    };
    let mut hazards = Vec::new();
    if statement.work == Work::Rewrite && !operation.is_about_rows() {
        let copied = operation.relations().into_iter();
        hazards.extend(
            copied.map(|table| hazard(HazardKind::RewritesTable, table, "the table is copied")),
        );
    }
    if statement.work > Work::Instant {
        // A lock is charged to every table that it is on, a referenced parent included.
        let locked = statement.locks.iter();
        hazards.extend(locked.filter_map(|table| match statement.blocks {
            Blocks::Nothing => None,
            Blocks::Writes => Some(hazard(
                HazardKind::BlocksWrites,
                table,
                "writers wait while rows are worked through",
            )),
            Blocks::Reads => Some(hazard(
                HazardKind::BlocksReads,
                table,
                "readers and writers wait while rows are worked through",
            )),
        }));
    }
    hazards
}
