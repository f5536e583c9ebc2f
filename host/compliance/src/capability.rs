//! What a plugin may do only if its manifest asks for it.

use model::hazard::Finding;
use model::manifest::{Capability, Manifest};
use model::operation::Operation;

use crate::core::{NEEDS_DESTRUCTIVE, NEEDS_RAW_SQL, forbid};

/// Judges an operation by the capabilities of the plugin.
pub(crate) fn judge(operation: &Operation, acting: &Manifest) -> Vec<Finding> {
    let needed = match operation {
        Operation::DropTable(_) | Operation::DropColumn(_) | Operation::DeleteRows(_) => {
            Some((Capability::Destructive, &NEEDS_DESTRUCTIVE, "destructive"))
        }
        Operation::RunSql(_) => Some((Capability::RawSql, &NEEDS_RAW_SQL, "raw-sql")),
        _ => None,
    };
    match needed {
        Some((capability, code, name)) if !acting.capabilities.contains(&capability) => {
            vec![forbid(
                code,
                first_relation(operation),
                format!(
                    "plugin `{}` would {operation} without the capability `{name}`",
                    acting.id
                ),
                format!("list `{name}` under `capabilities` in the plugin's manifest"),
            )]
        }
        _ => Vec::new(),
    }
}

fn first_relation(operation: &Operation) -> String {
    operation
        .relations()
        .first()
        .map_or_else(String::new, ToString::to_string)
}
