//! Who may change what: a plugin changes what it owns, and of others only what their owner opened.
//!
//! Ownership is provenance: whoever made an object owns it, column by column and index by index.

use model::hazard::Finding;
use model::manifest::Manifest;
use model::name::Name;
use model::operation::{
    AddColumn, AlterColumn, Backfill, ColumnChange, CreateIndex, DropIndex, Operation, UpdateRows,
};
use model::schema::{ForeignKey, ObjectRef, Schema};

use crate::core::{
    COLUMN_NAME, CORE_IMMUTABLE, FOREIGN_ROWS, FOREIGN_TABLE, UNDECLARED_DEPENDENCY, UNIQUE_INDEX,
    forbid,
};
use crate::parties::Parties;

/// Judges an operation by who owns what it changes and what it refers to.
pub(crate) fn judge(
    operation: &Operation,
    before: &Schema,
    acting: &Manifest,
    parties: &Parties,
) -> Vec<Finding> {
    let case = Case {
        operation,
        before,
        acting,
        parties,
    };
    match operation {
        Operation::CreateTable(create) => case.references(&create.table.foreign_keys),
        Operation::AddForeignKey(add) => {
            let mut findings = case.whole(&add.table);
            findings.extend(case.references(std::slice::from_ref(&add.foreign_key)));
            findings
        }
        Operation::CreateView(create) => create
            .view
            .query
            .sources()
            .flat_map(|source| case.depends(&source.table))
            .collect(),
        Operation::AddColumn(add) => case.add_column(add),
        Operation::CreateIndex(create) => case.create_index(create),
        Operation::DropColumn(drop) => case.column(&drop.table, &drop.column),
        Operation::AlterColumn(alter) => {
            let mut findings = case.column(&alter.table, &alter.column);
            findings.extend(case.still_optional(alter));
            findings
        }
        Operation::RenameColumn(rename) => {
            let mut findings = case.column(&rename.table, &rename.from);
            findings.extend(case.column_name(&rename.table, &rename.to));
            findings
        }
        Operation::DropIndex(DropIndex { table, index }) => {
            case.part(table, &ObjectRef::Index(table.clone(), index.clone()))
        }
        Operation::DropForeignKey(drop) => case.part(
            &drop.table,
            &ObjectRef::ForeignKey(drop.table.clone(), drop.foreign_key.clone()),
        ),
        Operation::DropCheck(drop) => case.part(
            &drop.table,
            &ObjectRef::Check(drop.table.clone(), drop.check.clone()),
        ),
        Operation::Backfill(Backfill { table, column, .. }) => case.rows(table, &[column]),
        Operation::UpdateRows(UpdateRows {
            table, assignments, ..
        }) => {
            let columns: Vec<&Name> = assignments.iter().map(|a| &a.column).collect();
            case.rows(table, &columns)
        }
        Operation::InsertRows(rows) => case.rows(&rows.table, &[]),
        Operation::DeleteRows(rows) => case.rows(&rows.table, &[]),
        Operation::RunSql(run) => run.touches.iter().flat_map(|t| case.rows(t, &[])).collect(),
        Operation::DropTable(drop) => case.whole(&drop.table),
        Operation::RenameTable(rename) => case.whole(&rename.from),
        Operation::AddCheck(add) => case.whole(&add.table),
        Operation::DropView(drop) => case.whole(&drop.view),
        Operation::Extension(_) => Vec::new(),
    }
}

struct Case<'a> {
    operation: &'a Operation,
    before: &'a Schema,
    acting: &'a Manifest,
    parties: &'a Parties,
}

impl Case<'_> {
    fn owns(&self, object: &ObjectRef) -> bool {
        self.before.provenance.owner(object) == Some(&self.acting.id)
    }

    /// Whether the relation is there and somebody else's. What is not there is `model`'s to refuse.
    fn is_foreign(&self, relation: &Name) -> bool {
        self.before
            .provenance
            .relation_owner(relation)
            .is_some_and(|owner| *owner != self.acting.id)
    }

    /// The acting plugin must own the whole table or view.
    fn whole(&self, relation: &Name) -> Vec<Finding> {
        if self.is_foreign(relation) {
            vec![self.foreign(relation)]
        } else {
            Vec::new()
        }
    }

    /// The acting plugin must own this part, wherever it hangs.
    fn part(&self, table: &Name, part: &ObjectRef) -> Vec<Finding> {
        let is_there = self.before.provenance.owner(part).is_some();
        if is_there && !self.owns(part) {
            vec![self.foreign(table)]
        } else {
            Vec::new()
        }
    }

    fn column(&self, table: &Name, column: &Name) -> Vec<Finding> {
        self.part(table, &ObjectRef::Column(table.clone(), column.clone()))
    }

    /// The acting plugin must own the rows: the table, or every column that is written.
    fn rows(&self, table: &Name, columns: &[&Name]) -> Vec<Finding> {
        let own = |column: &&Name| self.owns(&ObjectRef::Column(table.clone(), (*column).clone()));
        let own_columns = !columns.is_empty() && columns.iter().all(own);
        if !self.is_foreign(table) || own_columns {
            return Vec::new();
        }
        vec![forbid(
            self.core_or(table, &FOREIGN_ROWS),
            table.to_string(),
            self.sentence(table),
            "keep rows of its own in a table of its own and refer to the other's",
        )]
    }

    fn add_column(&self, add: &AddColumn) -> Vec<Finding> {
        if !self.is_foreign(&add.table) {
            return Vec::new();
        }
        if !self.opened(&add.table, |point| point.columns) {
            return vec![self.foreign(&add.table)];
        }
        self.column_name(&add.table, &add.column.name)
    }

    fn column_name(&self, table: &Name, column: &Name) -> Vec<Finding> {
        let prefix = format!("{}__", self.acting.id);
        if !self.is_foreign(table) || column.as_str().starts_with(&prefix) {
            return Vec::new();
        }
        vec![forbid(
            &COLUMN_NAME,
            format!("{table}.{column}"),
            format!(
                "the column `{column}` on another plugin's table `{table}` does not begin with `{prefix}`"
            ),
            format!("name it `{prefix}{column}`"),
        )]
    }

    /// A column of the acting plugin on another's table must not become one that the owner has to fill,
    /// nor one of a unique index that the owner's rows would meet in.
    fn still_optional(&self, alter: &AlterColumn) -> Vec<Finding> {
        let table = self.before.table(&alter.table);
        let column = table.and_then(|table| table.column(&alter.column));
        let own = self.owns(&ObjectRef::Column(
            alter.table.clone(),
            alter.column.clone(),
        ));
        let demands = column
            .map(|column| alter.changed(column))
            .is_some_and(|column| !column.nullable && column.default.is_none());
        if !own || !self.is_foreign(&alter.table) {
            return Vec::new();
        }
        let fills = matches!(
            alter.change,
            ColumnChange::SetDefault(Some(_)) | ColumnChange::SetNullable(false)
        );
        let mut indexes = table.into_iter().flat_map(|table| &table.indexes);
        let unique = indexes.find(|index| {
            index.unique && index.columns.iter().any(|part| part.name == alter.column)
        });
        if let (true, Some(index)) = (fills, unique) {
            vec![self.unique_index(&alter.table, &index.name)]
        } else if demands {
            vec![self.foreign(&alter.table)]
        } else {
            Vec::new()
        }
    }

    fn create_index(&self, create: &CreateIndex) -> Vec<Finding> {
        let table = &create.table;
        let mut columns = create.index.columns.iter().map(|part| &part.name);
        let all_own = columns
            .clone()
            .all(|name| self.owns(&ObjectRef::Column(table.clone(), name.clone())));
        // The owner's rows leave such a column null, and nulls do not meet in a unique index.
        let stays_null = |name: &Name| {
            let column = self.before.table(table).and_then(|t| t.column(name));
            column.is_some_and(|column| column.nullable && column.default.is_none())
        };
        let harmless = !create.index.unique || columns.any(stays_null);
        if !self.is_foreign(table) || (all_own && harmless) {
            return Vec::new();
        }
        if !all_own && !self.opened(table, |point| point.indexes) {
            return vec![self.foreign(table)];
        }
        if !create.index.unique {
            return Vec::new();
        }
        vec![self.unique_index(table, &create.index.name)]
    }

    fn unique_index(&self, table: &Name, index: &Name) -> Finding {
        forbid(
            &UNIQUE_INDEX,
            table.to_string(),
            format!(
                "the unique index `{index}` of plugin `{}` would refuse rows of `{table}`",
                self.acting.id
            ),
            "make the index non-unique, or unique over columns of the plugin's own that may be null and have no default",
        )
    }

    fn references(&self, keys: &[ForeignKey]) -> Vec<Finding> {
        keys.iter()
            .flat_map(|key| self.depends(&key.references_table))
            .collect()
    }

    /// The acting plugin must depend on whoever owns what it refers to.
    fn depends(&self, relation: &Name) -> Vec<Finding> {
        let Some(owner) = self.before.provenance.relation_owner(relation) else {
            return Vec::new();
        };
        if self.parties.depends_on(&self.acting.id, owner) {
            return Vec::new();
        }
        vec![forbid(
            &UNDECLARED_DEPENDENCY,
            relation.to_string(),
            format!(
                "plugin `{}` refers to `{relation}` of plugin `{owner}`, which it does not depend on",
                self.acting.id
            ),
            format!("list `{owner}` under `depends` in the plugin's manifest"),
        )]
    }

    fn opened(&self, table: &Name, what: fn(&model::manifest::ExtensionPoint) -> bool) -> bool {
        let owner = self.before.provenance.relation_owner(table);
        let manifest = owner.and_then(|owner| self.parties.manifest(owner));
        manifest
            .and_then(|manifest| manifest.extension_point(table))
            .is_some_and(what)
    }

    fn foreign(&self, relation: &Name) -> Finding {
        forbid(
            self.core_or(relation, &FOREIGN_TABLE),
            relation.to_string(),
            self.sentence(relation),
            "change only what the plugin made itself, or ask the owner for an extension point",
        )
    }

    fn core_or(&self, relation: &Name, code: &'static model::Code) -> &'static model::Code {
        let owner = self.before.provenance.relation_owner(relation);
        if owner.is_some_and(|owner| self.parties.is_core(owner)) {
            &CORE_IMMUTABLE
        } else {
            code
        }
    }

    fn sentence(&self, relation: &Name) -> String {
        let owner = self.before.provenance.relation_owner(relation);
        let owner = owner.map_or_else(String::new, ToString::to_string);
        format!(
            "plugin `{}` would {}, but `{relation}` belongs to `{owner}`",
            self.acting.id, self.operation
        )
    }
}
