//! Operations on rows: insert, update, delete, backfill, and SQL as the last resort.
//!
//! Expressions are texts in Strata SQL here; the host parses them.

use super::{Schema, texts};
use crate::operation::{
    Assignment, Backfill, Database, DatabaseSql, InsertRows, Operation, RunSql, UpdateRows,
};
use crate::value::Row;

impl Schema {
    /// Adds rows; a row whose key is there already is left as it is.
    ///
    /// `key` names the columns by which a row is known: the primary key or a unique index of the table.
    /// The rows are best written with [`rows!`](crate::rows) and all give the same columns.
    pub fn insert_rows<C: Into<String>>(
        &mut self,
        table: impl Into<String>,
        key: impl IntoIterator<Item = C>,
        rows: impl IntoIterator<Item = Row>,
    ) {
        let table = table.into();
        let rows: Vec<Row> = rows.into_iter().collect();
        let Some(columns) = rows.first().map(Row::columns) else {
            return;
        };
        if let Some(position) = rows.iter().position(|row| !row.has_columns(&columns)) {
            self.problems.push(format!(
                "row {} for table `{table}` has other columns than the first: {} instead of {}",
                position + 1,
                rows.get(position)
                    .map(Row::columns)
                    .unwrap_or_default()
                    .join(", "),
                columns.join(", "),
            ));
            return;
        }
        let rows = rows.into_iter().map(Row::into_values).collect();
        let insert = InsertRows {
            table,
            key: texts(key),
            columns,
            rows,
        };
        self.operations.push(Operation::InsertRows(insert));
    }

    /// Changes rows: columns and the expressions that they get. All rows, unless the builder filters.
    ///
    /// ```
    /// # fn migration(schema: &mut strata_sdk::Schema) {
    /// schema.update_rows("members", [("status", "'active'")]).filter("status IS NULL");
    /// # }
    /// ```
    pub fn update_rows<C: Into<String>, V: Into<String>>(
        &mut self,
        table: impl Into<String>,
        assignments: impl IntoIterator<Item = (C, V)>,
    ) -> FilterBuilder<'_> {
        let assignments = assignments
            .into_iter()
            .map(|(column, value)| Assignment {
                column: column.into(),
                value: value.into(),
            })
            .collect();
        let update = UpdateRows {
            table: table.into(),
            assignments,
            filter: None,
        };
        self.operations.push(Operation::UpdateRows(update));
        self.filtered()
    }

    /// Removes rows. All rows, unless the builder filters.
    pub fn delete_rows(&mut self, table: impl Into<String>) -> FilterBuilder<'_> {
        self.operations.push(Operation::DeleteRows {
            table: table.into(),
            filter: None,
        });
        self.filtered()
    }

    /// Fills a column from an expression where it is null, or where the builder's filter says.
    pub fn backfill(
        &mut self,
        table: impl Into<String>,
        column: impl Into<String>,
        value: impl Into<String>,
    ) -> FilterBuilder<'_> {
        let (table, column, value) = (table.into(), column.into(), value.into());
        self.operations.push(Operation::Backfill(Backfill {
            table,
            column,
            value,
            filter: None,
        }));
        self.filtered()
    }

    /// Runs SQL that no operation can say; needs the capability `raw-sql` and a text for each
    /// database that the plugin supports. `touches` names every table that it reads or writes.
    ///
    /// ```
    /// # use strata_sdk::prelude::*;
    /// # fn migration(schema: &mut Schema) {
    /// schema
    ///     .run_sql("trim the names", ["members"])
    ///     .on(Database::Sqlite, ["UPDATE members SET name = trim(name)"])
    ///     .on(Database::PostgreSql, ["UPDATE members SET name = btrim(name)"]);
    /// # }
    /// ```
    pub fn run_sql<T: Into<String>>(
        &mut self,
        description: impl Into<String>,
        touches: impl IntoIterator<Item = T>,
    ) -> SqlBuilder<'_> {
        let description = description.into();
        let run_sql = RunSql {
            description,
            texts: Vec::new(),
            touches: texts(touches),
        };
        self.operations.push(Operation::RunSql(run_sql));
        let Some(Operation::RunSql(run_sql)) = self.operations.last_mut() else {
            unreachable!("the operation was pushed above");
        };
        SqlBuilder { run_sql }
    }

    /// A builder for the filter of the operation that was pushed last.
    fn filtered(&mut self) -> FilterBuilder<'_> {
        let filter = match self.operations.last_mut() {
            Some(Operation::UpdateRows(update)) => &mut update.filter,
            Some(Operation::DeleteRows { filter, .. }) => filter,
            Some(Operation::Backfill(backfill)) => &mut backfill.filter,
            _ => unreachable!("an operation with a filter was pushed before"),
        };
        FilterBuilder { filter }
    }
}

/// Says which rows.
pub struct FilterBuilder<'a> {
    filter: &'a mut Option<String>,
}

impl FilterBuilder<'_> {
    /// Only the rows for which this holds.
    pub fn filter(self, condition: impl Into<String>) {
        *self.filter = Some(condition.into());
    }
}

/// Says the SQL for each kind of database.
pub struct SqlBuilder<'a> {
    run_sql: &'a mut RunSql,
}

impl SqlBuilder<'_> {
    /// Statements for one kind of database that cannot be taken back. INSERT, UPDATE and DELETE only.
    pub fn on<T: Into<String>>(
        self,
        database: Database,
        statements: impl IntoIterator<Item = T>,
    ) -> Self {
        let statements = texts(statements);
        self.run_sql.texts.push(DatabaseSql {
            database,
            statements,
            reverse: None,
        });
        self
    }

    /// Statements for one kind of database, and those that take them back.
    pub fn reversible_on<T: Into<String>, R: Into<String>>(
        self,
        database: Database,
        statements: impl IntoIterator<Item = T>,
        reverse: impl IntoIterator<Item = R>,
    ) -> Self {
        let (statements, reverse) = (texts(statements), Some(texts(reverse)));
        self.run_sql.texts.push(DatabaseSql {
            database,
            statements,
            reverse,
        });
        self
    }
}
