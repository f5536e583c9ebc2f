//! The core rules together: every operation is judged by each of them, and none can be switched off.

use model::error::Code;
use model::hazard::{Finding, Severity};
use model::manifest::Manifest;
use model::operation::Operation;
use model::schema::{ObjectRef, Origin, Schema};

use crate::parties::Parties;
use crate::{capability, ownership, retention};

mod codes {
    model::codes! {
        FOREIGN_TABLE = "ownership.foreign_table", Rule, "A plugin changes a table, view or part of one that another plugin owns.";
        FOREIGN_ROWS = "ownership.foreign_rows", Rule, "A plugin changes rows of a table that another plugin owns.";
        COLUMN_NAME = "ownership.column_name", Rule, "A column added to another plugin's table is not named `<plugin>__<name>`.";
        UNIQUE_INDEX = "ownership.unique_index", Rule, "A unique index on another plugin's columns would refuse that plugin's rows.";
        UNDECLARED_DEPENDENCY = "ownership.undeclared_dependency", Rule, "A plugin refers to a table of a plugin that it does not depend on.";
        CORE_IMMUTABLE = "core.immutable", Rule, "Something other than the core itself changes a table of the core.";
        RETENTION_KEPT = "retention.kept", Rule, "A table whose rows must be kept by law is dropped, emptied, renamed or loses a column.";
        NEEDS_DESTRUCTIVE = "capability.destructive", Rule, "A plugin deletes data without asking for the capability `destructive`.";
        NEEDS_RAW_SQL = "capability.raw_sql", Rule, "A plugin runs SQL without asking for the capability `raw-sql`.";
    }
}
pub use codes::*;

/// What the rules say about one operation of one plugin on the schema before it.
pub fn judge(
    operation: &Operation,
    before: &Schema,
    acting: &Manifest,
    parties: &Parties,
) -> Vec<Finding> {
    let mut findings = capability::judge(operation, acting);
    findings.extend(ownership::judge(operation, before, acting, parties));
    findings.extend(retention::judge(operation, before, parties, &|_| false));
    findings
}

/// What the rules say about one operation of a plugin's own reverse, on the schema before it.
///
/// Taking back what the same migration made deletes it, which needs no capability and no retention.
/// Everything else is judged as it is on the way up.
pub fn judge_reverse(
    operation: &Operation,
    before: &Schema,
    acting: &Manifest,
    parties: &Parties,
    migration: &Origin,
) -> Vec<Finding> {
    // Records follow renames, so that an older table does not become new under another name.
    let made = |object: &ObjectRef| {
        before.provenance.of(object).is_some_and(|record| {
            (&record.created.plugin, &record.created.migration)
                == (&migration.plugin, &migration.migration)
        })
    };
    let takes_back = match operation {
        Operation::DropTable(drop) => made(&ObjectRef::Table(drop.table.clone())),
        Operation::DeleteRows(delete) => made(&ObjectRef::Table(delete.table.clone())),
        Operation::DropColumn(drop) => {
            made(&ObjectRef::Table(drop.table.clone()))
                || made(&ObjectRef::Column(drop.table.clone(), drop.column.clone()))
        }
        _ => false,
    };
    let mut findings = Vec::new();
    if !takes_back {
        findings.extend(capability::judge(operation, acting));
    }
    findings.extend(ownership::judge(operation, before, acting, parties));
    findings.extend(retention::judge(operation, before, parties, &made));
    findings
}

/// The code of a finding that a core rule made.
pub fn code_of(finding: &Finding) -> Option<&'static Code> {
    ALL.iter().copied().find(|code| code.name == finding.code)
}

/// A finding that forbids.
pub(crate) fn forbid(
    code: &'static Code,
    object: impl Into<String>,
    message: impl Into<String>,
    fix: impl Into<String>,
) -> Finding {
    Finding {
        code: code.name.to_owned(),
        severity: Severity::Error,
        object: object.into(),
        message: message.into(),
        fix: fix.into(),
    }
}
