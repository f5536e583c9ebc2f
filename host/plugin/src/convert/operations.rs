//! Operations, from the contract's words to `model`'s.

use model::error::{Error, Result as ModelResult};
use model::name::Name;
use model::operation::{
    AddCheck, AddColumn, AddForeignKey, AlterColumn, Assignment, Backfill, ColumnChange,
    CreateIndex, CreateTable, CreateView, DatabaseSql, DeleteRows, DropCheck, DropColumn,
    DropForeignKey, DropIndex, DropTable, DropView, Extension, InsertRows, Operation, RenameColumn,
    RenameTable, RunSql, UpdateRows,
};

use crate::bindings::strata::plugin::types as wit;
use crate::convert::{
    Bad, Budget, In, PLUGIN_BAD_OUTPUT, PLUGIN_RESULT_TOO_LARGE, PLUGIN_TOO_MANY_OPERATIONS, Result,
};
use crate::limits::OPERATIONS_MAX;

/// Converts what a migration returned.
///
/// # Errors
/// `plugin.bad_output`, `plugin.too_many_operations`, `plugin.result_too_large`.
pub(crate) fn operations(operations: Vec<wit::Operation>) -> ModelResult<Vec<Operation>> {
    if operations.len() > OPERATIONS_MAX {
        return Err(Error::new(
            &PLUGIN_TOO_MANY_OPERATIONS,
            format!(
                "it returned {} operations, at most {OPERATIONS_MAX} are taken",
                operations.len()
            ),
        )
        .hint("split the migration"));
    }
    let mut budget = Budget::new();
    let mut converted = Vec::with_capacity(operations.len());
    for (n, operation) in operations.into_iter().enumerate() {
        let kind = kind(&operation);
        converted.push(
            budget
                .operation(operation)
                .map_err(|bad| refused(n, kind, bad))?,
        );
    }
    Ok(converted)
}

fn refused(n: usize, kind: &str, bad: Bad) -> Error {
    let place = match bad.field.as_str() {
        "" => format!("operation {} (`{kind}`)", n + 1),
        field => format!("operation {} (`{kind}`), field `{field}`", n + 1),
    };
    if bad.cause.is(&PLUGIN_RESULT_TOO_LARGE) {
        return bad
            .cause
            .within(format!("the result grew too large at {place}"));
    }
    let mut error = Error::new(&PLUGIN_BAD_OUTPUT, format!("{place} cannot be taken"));
    for hint in bad.cause.hints() {
        error = error.hint(hint.clone());
    }
    error.because(bad.cause)
}

fn kind(operation: &wit::Operation) -> &'static str {
    match operation {
        wit::Operation::CreateTable(_) => "create-table",
        wit::Operation::DropTable(_) => "drop-table",
        wit::Operation::RenameTable(_) => "rename-table",
        wit::Operation::AddColumn(_) => "add-column",
        wit::Operation::DropColumn(_) => "drop-column",
        wit::Operation::RenameColumn(_) => "rename-column",
        wit::Operation::AlterColumn(_) => "alter-column",
        wit::Operation::CreateIndex(_) => "create-index",
        wit::Operation::DropIndex(_) => "drop-index",
        wit::Operation::AddForeignKey(_) => "add-foreign-key",
        wit::Operation::DropForeignKey(_) => "drop-foreign-key",
        wit::Operation::AddCheck(_) => "add-check",
        wit::Operation::DropCheck(_) => "drop-check",
        wit::Operation::CreateView(_) => "create-view",
        wit::Operation::DropView(_) => "drop-view",
        wit::Operation::InsertRows(_) => "insert-rows",
        wit::Operation::UpdateRows(_) => "update-rows",
        wit::Operation::DeleteRows(_) => "delete-rows",
        wit::Operation::Backfill(_) => "backfill",
        wit::Operation::RunSql(_) => "run-sql",
        wit::Operation::Extension(_) => "extension",
    }
}

impl Budget {
    fn operation(&mut self, operation: wit::Operation) -> Result<Operation> {
        Ok(match operation {
            wit::Operation::CreateTable(table) => CreateTable {
                table: self.table(table)?,
            }
            .into(),
            wit::Operation::DropTable(table) => DropTable {
                table: self.name(table).in_field("name")?,
            }
            .into(),
            wit::Operation::RenameTable(rename) => RenameTable {
                from: self.name(rename.from).in_field("from")?,
                to: self.name(rename.to).in_field("to")?,
            }
            .into(),
            wit::Operation::AddColumn(add) => AddColumn {
                table: self.name(add.table).in_field("table")?,
                column: self.column(add.column).in_field("column")?,
            }
            .into(),
            wit::Operation::RenameColumn(rename) => RenameColumn {
                table: self.name(rename.table).in_field("table")?,
                from: self.name(rename.from).in_field("from")?,
                to: self.name(rename.to).in_field("to")?,
            }
            .into(),
            wit::Operation::AlterColumn(alter) => AlterColumn {
                table: self.name(alter.table).in_field("table")?,
                column: self.name(alter.column).in_field("column")?,
                change: self.change(alter.change).in_field("change")?,
            }
            .into(),
            wit::Operation::CreateView(view) => CreateView {
                view: self.view(view)?,
            }
            .into(),
            wit::Operation::DropView(view) => DropView {
                view: self.name(view).in_field("name")?,
            }
            .into(),
            wit::Operation::RunSql(run) => self.run_sql(run)?.into(),
            wit::Operation::Extension(extension) => Extension {
                kind: self.text(extension.kind).in_field("kind")?,
                version: extension.version,
                payload: self.text(extension.payload).in_field("payload")?,
            }
            .into(),
            part => return self.part_operation(part),
        })
    }

    /// Operations on a part of a table, or on rows.
    fn part_operation(&mut self, operation: wit::Operation) -> Result<Operation> {
        Ok(match operation {
            wit::Operation::DropColumn(part) => {
                let (table, column) = self.part(part)?;
                DropColumn { table, column }.into()
            }
            wit::Operation::CreateIndex(create) => CreateIndex {
                table: self.name(create.table).in_field("table")?,
                index: self.index(create.index).in_field("index")?,
            }
            .into(),
            wit::Operation::DropIndex(part) => {
                let (table, index) = self.part(part)?;
                DropIndex { table, index }.into()
            }
            wit::Operation::AddForeignKey(add) => AddForeignKey {
                table: self.name(add.table).in_field("table")?,
                foreign_key: self.foreign_key(add.foreign_key).in_field("foreign-key")?,
            }
            .into(),
            wit::Operation::DropForeignKey(part) => {
                let (table, foreign_key) = self.part(part)?;
                DropForeignKey { table, foreign_key }.into()
            }
            wit::Operation::AddCheck(add) => AddCheck {
                table: self.name(add.table).in_field("table")?,
                check: self.check(add.check).in_field("check")?,
            }
            .into(),
            wit::Operation::DropCheck(part) => {
                let (table, check) = self.part(part)?;
                DropCheck { table, check }.into()
            }
            wit::Operation::InsertRows(insert) => self.insert(insert)?.into(),
            wit::Operation::UpdateRows(update) => self.update(update)?.into(),
            wit::Operation::DeleteRows(delete) => DeleteRows {
                table: self.name(delete.table).in_field("table")?,
                filter: self.parsed_optional(delete.filter, "filter")?,
            }
            .into(),
            wit::Operation::Backfill(fill) => Backfill {
                table: self.name(fill.table).in_field("table")?,
                column: self.name(fill.column).in_field("column")?,
                value: self.parsed(fill.value).in_field("value")?,
                filter: self.parsed_optional(fill.filter, "filter")?,
            }
            .into(),
            _ => return Err(Bad::new("this host does not know the operation")),
        })
    }

    fn part(&mut self, part: wit::TablePart) -> Result<(Name, Name)> {
        Ok((
            self.name(part.table).in_field("table")?,
            self.name(part.name).in_field("name")?,
        ))
    }

    fn change(&mut self, change: wit::ColumnChange) -> Result<ColumnChange> {
        Ok(match change {
            wit::ColumnChange::SetType(to) => ColumnChange::SetType(self.column_type(to)?),
            wit::ColumnChange::SetNullable(nullable) => ColumnChange::SetNullable(nullable),
            wit::ColumnChange::SetDefault(default) => {
                ColumnChange::SetDefault(self.default(default, "set-default")?)
            }
        })
    }

    fn insert(&mut self, insert: wit::InsertRows) -> Result<InsertRows> {
        Ok(InsertRows {
            table: self.name(insert.table).in_field("table")?,
            key: self.names(insert.key, "key")?,
            columns: self.names(insert.columns, "columns")?,
            rows: self.list(insert.rows, "rows", |budget, row| {
                budget.list(row, "", Budget::value)
            })?,
        })
    }

    fn update(&mut self, update: wit::UpdateRows) -> Result<UpdateRows> {
        Ok(UpdateRows {
            table: self.name(update.table).in_field("table")?,
            assignments: self.list(update.assignments, "assignments", |budget, assignment| {
                Ok(Assignment {
                    column: budget.name(assignment.column).in_field("column")?,
                    value: budget.parsed(assignment.value).in_field("value")?,
                })
            })?,
            filter: self.parsed_optional(update.filter, "filter")?,
        })
    }

    fn run_sql(&mut self, run: wit::RunSql) -> Result<RunSql> {
        Ok(RunSql {
            description: self.text(run.description).in_field("description")?,
            texts: self.list(run.texts, "texts", |budget, text| {
                Ok(DatabaseSql {
                    database: budget.text(text.database).in_field("database")?,
                    statements: budget.texts(text.statements, "statements")?,
                    reverse: match text.reverse {
                        Some(reverse) => Some(budget.texts(reverse, "reverse")?),
                        None => None,
                    },
                })
            })?,
            touches: self.names(run.touches, "touches")?,
        })
    }
}
