//! Tables whose rows must be kept by law are not dropped or emptied.

use model::hazard::Finding;
use model::name::Name;
use model::operation::Operation;
use model::schema::Schema;

use crate::core::{RETENTION_KEPT, forbid};
use crate::parties::Parties;

/// Judges an operation by the retention of the tables that it takes rows from.
pub(crate) fn judge(operation: &Operation, before: &Schema, parties: &Parties) -> Vec<Finding> {
    let emptied: Vec<&Name> = match operation {
        Operation::DropTable(drop) => vec![&drop.table],
        Operation::DeleteRows(delete) => vec![&delete.table],
        Operation::RunSql(run) => run.touches.iter().collect(),
        _ => Vec::new(),
    };
    let kept = |table: &&Name| {
        let owner = before.provenance.relation_owner(table)?;
        let years = parties.manifest(owner)?.retention_years(table)?;
        Some((table.to_string(), years))
    };
    let findings = emptied.iter().filter_map(kept).map(|(table, years)| {
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
