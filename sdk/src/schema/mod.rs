//! The schema of a tenant: what a migration reads, and where it says what changes.
//!
//! Reading goes to the host; changing only collects operations. Nothing is judged here but what the
//! builders cannot express as an operation.
//!
//! Invariant: operations leave in the order in which they were said.

mod column;
mod part;
mod rows;
mod table;

pub use column::{ColumnBuilder, ReferenceBuilder};
pub use part::{ForeignKeyBuilder, IndexBuilder, ViewBuilder};
pub use rows::{FilterBuilder, SqlBuilder};
pub use table::TableBuilder;

use crate::column::{ColumnDefault, ColumnType};
use crate::error::{PluginError, Result};
use crate::name;
use crate::operation::{ColumnChange, Operation, TablePart};
use crate::table::{Check, Table, View};
use crate::value::Value;

/// How many table names are asked for at once; the host gives no more than 1000.
const PAGE: u32 = 1000;

/// Where the schema is read from: the host in a component, a
/// [`MemorySchema`](crate::testing::MemorySchema) in a test.
pub trait Snapshot {
    /// The whole definition of a table.
    fn table(&self, name: &str) -> Option<Table>;
    /// The whole definition of a view.
    fn view(&self, name: &str) -> Option<View>;
    /// Names of tables in ascending order, those after `after`, at most `limit`.
    fn table_names(&self, after: Option<&str>, limit: u32) -> Vec<String>;
}

/// The schema of a tenant.
///
/// The methods that read give the schema before the operations of this call; all others add
/// operations.
pub struct Schema {
    current: Box<dyn Snapshot>,
    operations: Vec<Operation>,
    problems: Vec<String>,
}

/// Reading.
impl Schema {
    /// A schema that is read from somewhere else than the host, for tests.
    pub fn new(current: impl Snapshot + 'static) -> Schema {
        Schema {
            current: Box::new(current),
            operations: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// The whole definition of a table.
    pub fn table(&self, name: &str) -> Option<Table> {
        self.current.table(name)
    }

    /// Whether there is such a table.
    pub fn has_table(&self, name: &str) -> bool {
        self.table(name).is_some()
    }

    /// Whether there is such a table with such a column.
    pub fn has_column(&self, table: &str, column: &str) -> bool {
        self.table(table)
            .is_some_and(|table| table.column(column).is_some())
    }

    /// The whole definition of a view.
    pub fn view(&self, name: &str) -> Option<View> {
        self.current.view(name)
    }

    /// The names of all tables in ascending order, read page by page.
    ///
    /// A migration that reads this depends on every other plugin of the tenant.
    pub fn table_names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        loop {
            let page = self
                .current
                .table_names(names.last().map(String::as_str), PAGE);
            let is_last = page.len() < PAGE as usize;
            names.extend(page);
            if is_last {
                return names;
            }
        }
    }
}

/// Tables.
impl Schema {
    /// Makes a table; the closure says what is on it.
    ///
    /// A table needs [`id`](TableBuilder::id) or [`primary_key`](TableBuilder::primary_key).
    pub fn create_table(
        &mut self,
        name: impl Into<String>,
        define: impl FnOnce(&mut TableBuilder),
    ) {
        let mut builder = TableBuilder::new(name.into());
        define(&mut builder);
        self.push_table(builder);
    }

    // Apart from its caller, which is compiled once for each closure.
    fn push_table(&mut self, builder: TableBuilder) {
        let (table, problems) = builder.into_table();
        self.problems.extend(problems);
        self.operations.push(Operation::CreateTable(table));
    }

    /// Removes a table with its rows.
    pub fn drop_table(&mut self, name: impl Into<String>) {
        self.operations
            .push(Operation::DropTable { name: name.into() });
    }

    /// Renames a table. Its indexes, keys and checks keep their names.
    pub fn rename_table(&mut self, from: impl Into<String>, to: impl Into<String>) {
        self.operations.push(Operation::RenameTable {
            from: from.into(),
            to: to.into(),
        });
    }
}

/// Columns.
impl Schema {
    /// Adds one column or more to a table, with the indexes, keys and checks that the closure says.
    ///
    /// A column that is not null needs a default if the table may have rows; else add it nullable,
    /// [`backfill`](Schema::backfill) it, and [`set_nullable`](Schema::set_nullable) it to false.
    pub fn add_column(&mut self, table: impl Into<String>, define: impl FnOnce(&mut TableBuilder)) {
        let mut builder = TableBuilder::new(table.into());
        define(&mut builder);
        self.push_additions(builder);
    }

    fn push_additions(&mut self, builder: TableBuilder) {
        let (operations, problems) = builder.into_additions();
        self.problems.extend(problems);
        self.operations.extend(operations);
    }

    /// Removes a column with its values.
    pub fn drop_column(&mut self, table: impl Into<String>, column: impl Into<String>) {
        self.operations
            .push(Operation::DropColumn(part(table, column)));
    }

    /// Renames a column.
    pub fn rename_column(
        &mut self,
        table: impl Into<String>,
        from: impl Into<String>,
        to: impl Into<String>,
    ) {
        let (table, from, to) = (table.into(), from.into(), to.into());
        self.operations
            .push(Operation::RenameColumn { table, from, to });
    }

    /// Gives a column another type.
    pub fn set_type(
        &mut self,
        table: impl Into<String>,
        column: impl Into<String>,
        column_type: ColumnType,
    ) {
        self.alter_column(table, column, ColumnChange::SetType(column_type));
    }

    /// Says whether a column may hold null.
    pub fn set_nullable(
        &mut self,
        table: impl Into<String>,
        column: impl Into<String>,
        nullable: bool,
    ) {
        self.alter_column(table, column, ColumnChange::SetNullable(nullable));
    }

    /// Gives a column another default. A decimal is [`Value::decimal`].
    pub fn set_default(
        &mut self,
        table: impl Into<String>,
        column: impl Into<String>,
        value: impl Into<Value>,
    ) {
        let default = ColumnDefault::Literal(value.into());
        self.alter_column(table, column, ColumnChange::SetDefault(Some(default)));
    }

    /// Makes the moment of the insert a column's default.
    pub fn set_default_now(&mut self, table: impl Into<String>, column: impl Into<String>) {
        let default = ColumnDefault::CurrentTimestamp;
        self.alter_column(table, column, ColumnChange::SetDefault(Some(default)));
    }

    /// Takes a column's default away.
    pub fn drop_default(&mut self, table: impl Into<String>, column: impl Into<String>) {
        self.alter_column(table, column, ColumnChange::SetDefault(None));
    }

    fn alter_column(
        &mut self,
        table: impl Into<String>,
        column: impl Into<String>,
        change: ColumnChange,
    ) {
        let (table, column) = (table.into(), column.into());
        self.operations.push(Operation::AlterColumn {
            table,
            column,
            change,
        });
    }
}

/// Indexes, keys, checks and views.
impl Schema {
    /// Adds an index to a table, named like `users_status_name_index`.
    pub fn create_index<C: Into<String>>(
        &mut self,
        table: impl Into<String>,
        columns: impl IntoIterator<Item = C>,
    ) -> IndexBuilder<'_> {
        let table = table.into();
        let index = part::index(&table, columns, false);
        self.operations.push(Operation::CreateIndex {
            table: table.clone(),
            index,
        });
        let Some(Operation::CreateIndex { index, .. }) = self.operations.last_mut() else {
            unreachable!("the operation was pushed above");
        };
        IndexBuilder::new(table, index)
    }

    /// Removes an index.
    pub fn drop_index(&mut self, table: impl Into<String>, name: impl Into<String>) {
        self.operations
            .push(Operation::DropIndex(part(table, name)));
    }

    /// Adds a foreign key to a table, named like `users_province_id_fk`; deleting is refused unless
    /// the builder says otherwise.
    pub fn add_foreign_key<C: Into<String>, R: Into<String>>(
        &mut self,
        table: impl Into<String>,
        columns: impl IntoIterator<Item = C>,
        references_table: impl Into<String>,
        references_columns: impl IntoIterator<Item = R>,
    ) -> ForeignKeyBuilder<'_> {
        let table = table.into();
        let foreign_key = part::foreign_key(&table, columns, references_table, references_columns);
        self.operations
            .push(Operation::AddForeignKey { table, foreign_key });
        let Some(Operation::AddForeignKey { foreign_key, .. }) = self.operations.last_mut() else {
            unreachable!("the operation was pushed above");
        };
        ForeignKeyBuilder::new(foreign_key)
    }

    /// Removes a foreign key.
    pub fn drop_foreign_key(&mut self, table: impl Into<String>, name: impl Into<String>) {
        self.operations
            .push(Operation::DropForeignKey(part(table, name)));
    }

    /// Adds a check to a table.
    pub fn add_check(
        &mut self,
        table: impl Into<String>,
        name: impl Into<String>,
        condition: impl Into<String>,
    ) {
        let check = Check {
            name: name.into(),
            condition: condition.into(),
        };
        self.operations.push(Operation::AddCheck {
            table: table.into(),
            check,
        });
    }

    /// Removes a check.
    pub fn drop_check(&mut self, table: impl Into<String>, name: impl Into<String>) {
        self.operations
            .push(Operation::DropCheck(part(table, name)));
    }

    /// Makes a view from a query in Strata SQL; every column of it has a name.
    pub fn create_view(
        &mut self,
        name: impl Into<String>,
        query: impl Into<String>,
    ) -> ViewBuilder<'_> {
        let view = View {
            name: name.into(),
            query: query.into(),
            comment: None,
        };
        self.operations.push(Operation::CreateView(view));
        let Some(Operation::CreateView(view)) = self.operations.last_mut() else {
            unreachable!("the operation was pushed above");
        };
        ViewBuilder::new(view)
    }

    /// Removes a view.
    pub fn drop_view(&mut self, name: impl Into<String>) {
        self.operations
            .push(Operation::DropView { name: name.into() });
    }
}

/// Anything else.
impl Schema {
    /// Adds an operation that was made by hand.
    pub fn push(&mut self, operation: Operation) {
        self.operations.push(operation);
    }

    /// Adds an operation that arrived after this version of the contract; `payload` is JSON.
    pub fn extension(&mut self, kind: impl Into<String>, version: u32, payload: impl Into<String>) {
        let (kind, payload) = (kind.into(), payload.into());
        self.operations.push(Operation::Extension {
            kind,
            version,
            payload,
        });
    }

    /// The operations so far, or the problems that the builders met.
    ///
    /// # Errors
    ///
    /// [`PluginError::Failed`] with every problem in one sentence.
    pub fn into_operations(self) -> Result<Vec<Operation>> {
        if self.problems.is_empty() {
            return Ok(self.operations);
        }
        Err(PluginError::failed(self.problems.join("; ")))
    }
}

fn part(table: impl Into<String>, name: impl Into<String>) -> TablePart {
    TablePart {
        table: table.into(),
        name: name.into(),
    }
}

/// Takes a list of texts in whatever form the author has it.
fn texts<T: Into<String>>(list: impl IntoIterator<Item = T>) -> Vec<String> {
    list.into_iter().map(Into::into).collect()
}

/// The name of an index over these columns.
fn index_name(table: &str, columns: &[String], unique: bool) -> String {
    name::join(table, columns, if unique { "unique" } else { "index" })
}
