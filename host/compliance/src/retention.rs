//! Tables whose rows must be kept by law are not dropped or emptied, and keep their name and columns.

use std::collections::BTreeSet;

use model::hazard::Finding;
use model::name::Name;
use model::operation::Operation;
use model::schema::{ObjectRef, ReferentialAction, Schema};

use crate::core::{RETENTION_KEPT, forbid};
use crate::parties::Parties;

/// Judges an operation by the retention of the tables that it takes rows or values from.
///
/// `exempt` says of a table or column that nothing in it has to be kept yet.
pub(crate) fn judge(
    operation: &Operation,
    before: &Schema,
    parties: &Parties,
    exempt: &dyn Fn(&ObjectRef) -> bool,
) -> Vec<Finding> {
    let at_risk: BTreeSet<&Name> = match operation {
        Operation::DropTable(drop) => [&drop.table].into(),
        // Retention is looked up by the name: another name would end it.
        Operation::RenameTable(rename) => [&rename.from].into(),
        Operation::DropColumn(drop) => {
            let column = ObjectRef::Column(drop.table.clone(), drop.column.clone());
            let kept = (!exempt(&column)).then_some(&drop.table);
            kept.into_iter().collect()
        }
        Operation::DeleteRows(delete) => deleted_with([&delete.table], before),
        Operation::RunSql(run) => deleted_with(&run.touches, before),
        _ => BTreeSet::new(),
    };
    let kept = |table: &Name| {
        if exempt(&ObjectRef::Table(table.clone())) {
            return None;
        }
        let owner = before.provenance.relation_owner(table)?;
        let years = parties.manifest(owner)?.retention_years(table)?;
        Some((table.to_string(), years))
    };
    let findings = at_risk.into_iter().filter_map(kept).map(|(table, years)| {
        forbid(
            &RETENTION_KEPT,
            table.clone(),
            format!(
                "rows of `{table}` must be kept for {years} years and would be at risk: {operation}"
            ),
            "keep the table; add a new one beside it and leave the old rows where they are",
        )
    });
    findings.collect()
}

/// The tables, and those whose rows go with theirs, through foreign keys that cascade.
fn deleted_with<'a>(
    tables: impl IntoIterator<Item = &'a Name>,
    before: &'a Schema,
) -> BTreeSet<&'a Name> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&Name> = tables.into_iter().collect();
    while let Some(table) = open.pop() {
        if reached.insert(table) {
            let keys = before.references_to(table);
            open.extend(
                keys.filter(|(_, key)| key.on_delete == ReferentialAction::Cascade)
                    .map(|(from, _)| &from.name),
            );
        }
    }
    reached
}
