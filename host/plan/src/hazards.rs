//! The hazards of one operation: from what it does, what its statements cost, and whether it can be
//! taken back.

use model::hazard::{Hazard, HazardKind};
use model::operation::{ColumnChange, Operation, Reverse};
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
    let hazard = |kind, object: String, message: String| {
        Some(Hazard {
            kind,
            object,
            message,
        })
    };
    match operation {
        Operation::DropTable(drop) => hazard(
            HazardKind::DeletesData,
            drop.table.to_string(),
            format!("all rows of `{}` will be deleted", drop.table),
        ),
        Operation::DropColumn(drop) => hazard(
            HazardKind::DeletesData,
            format!("{}.{}", drop.table, drop.column),
            format!(
                "all values of `{}.{}` will be deleted",
                drop.table, drop.column
            ),
        ),
        Operation::DeleteRows(delete) => hazard(
            HazardKind::DeletesData,
            delete.table.to_string(),
            format!("rows of `{}` will be deleted", delete.table),
        ),
        Operation::AlterColumn(alter) => {
            let column = before.table(&alter.table)?.column(&alter.column)?;
            let risky = match &alter.change {
                ColumnChange::SetType(to) => !column.column_type.widens_to(to),
                ColumnChange::SetNullable(false) => column.nullable,
                ColumnChange::SetNullable(true) | ColumnChange::SetDefault(_) => false,
            };
            let object = format!("{}.{}", alter.table, alter.column);
            if !risky {
                return None;
            }
            let message = format!(
                "{operation}: it fails, or changes values, if rows hold what no longer fits"
            );
            hazard(HazardKind::MayLoseData, object, message)
        }
        Operation::CreateIndex(create) if create.index.unique => hazard(
            HazardKind::MayLoseData,
            create.table.to_string(),
            format!(
                "{operation}: it fails if rows of `{}` have the same values",
                create.table
            ),
        ),
        Operation::AddCheck(add) => hazard(
            HazardKind::MayLoseData,
            add.table.to_string(),
            format!(
                "{operation}: it fails if rows of `{}` do not meet it",
                add.table
            ),
        ),
        Operation::AddForeignKey(add) => hazard(
            HazardKind::MayLoseData,
            add.table.to_string(),
            format!(
                "{operation}: it fails if rows of `{}` point at nothing",
                add.table
            ),
        ),
        Operation::UpdateRows(_) | Operation::Backfill(_) | Operation::RunSql(_) => {
            let object = operation.relations().first()?.to_string();
            let message = format!("{operation}: former values are not kept");
            hazard(HazardKind::MayLoseData, object, message)
        }
        _ => None,
    }
}

fn cost(operation: &Operation, statement: &Statement) -> Vec<Hazard> {
    let mut hazards = Vec::new();
    let mut charge = |kind: HazardKind, what: &str| {
        for table in &statement.locks {
            hazards.push(Hazard {
                kind,
                object: table.to_string(),
                message: format!("{operation}: {what}"),
            });
        }
    };
    if statement.work == Work::Rewrite && !operation.is_about_rows() {
        charge(HazardKind::RewritesTable, "the table is copied");
    }
    if statement.work > Work::Instant {
        match statement.blocks {
            Blocks::Nothing => {}
            Blocks::Writes => charge(
                HazardKind::BlocksWrites,
                "writers wait while rows are worked through",
            ),
            Blocks::Reads => charge(
                HazardKind::BlocksReads,
                "readers and writers wait while rows are worked through",
            ),
        }
    }
    hazards
}
