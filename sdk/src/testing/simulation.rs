//! What operations do to the structure of a schema.
//!
//! Small and honest: names must be there or not be there, references must lead somewhere. Types are not
//! compared, expressions not parsed, rows not kept: the host does all that.
//!
//! Invariant: names of tables and views are one namespace, names of indexes, keys and checks another.

use std::collections::BTreeMap;

use crate::operation::{ColumnChange, InsertRows, Operation, TablePart};
use crate::table::{ForeignKey, Index, Table, View};

type Result<T = ()> = std::result::Result<T, String>;

/// Tables and views by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Structure {
    pub(super) tables: BTreeMap<String, Table>,
    pub(super) views: BTreeMap<String, View>,
}

impl Structure {
    /// Applies one operation; when it fails, the structure may be half changed.
    pub(super) fn apply(&mut self, operation: &Operation) -> Result {
        match operation {
            Operation::CreateTable(table) => self.create_table(table),
            Operation::DropTable { name } => self.drop_table(name),
            Operation::RenameTable { from, to } => self.rename_table(from, to),
            Operation::CreateView(view) => {
                self.is_free(&view.name)?;
                self.views.insert(view.name.clone(), view.clone());
                Ok(())
            }
            Operation::DropView { name } => match self.views.remove(name) {
                Some(_) => Ok(()),
                None => Err(format!("there is no view `{name}`")),
            },
            Operation::AddColumn { .. }
            | Operation::DropColumn(_)
            | Operation::RenameColumn { .. }
            | Operation::AlterColumn { .. } => self.column(operation),
            Operation::CreateIndex { .. }
            | Operation::DropIndex(_)
            | Operation::AddForeignKey { .. }
            | Operation::DropForeignKey(_)
            | Operation::AddCheck { .. }
            | Operation::DropCheck(_) => self.constraint(operation),
            Operation::InsertRows(insert) => self.insert_rows(insert),
            Operation::UpdateRows(update) => {
                let columns = update
                    .assignments
                    .iter()
                    .map(|assignment| &assignment.column);
                has_columns(self.changeable(&update.table)?, columns)
            }
            Operation::DeleteRows { table, .. } => self.changeable(table).map(drop),
            Operation::Backfill(backfill) => {
                has_columns(self.changeable(&backfill.table)?, [&backfill.column])
            }
            Operation::RunSql(run_sql) => run_sql
                .touches
                .iter()
                .try_for_each(|table| self.existing(table).map(drop)),
            Operation::Extension { .. } => Ok(()),
        }
    }

    fn existing(&self, name: &str) -> Result<&Table> {
        self.tables
            .get(name)
            .ok_or_else(|| format!("there is no table `{name}`"))
    }

    fn existing_mut(&mut self, name: &str) -> Result<&mut Table> {
        self.tables
            .get_mut(name)
            .ok_or_else(|| format!("there is no table `{name}`"))
    }

    fn changeable(&self, name: &str) -> Result<&Table> {
        let table = self.existing(name)?;
        if table.append_only {
            return Err(format!("table `{name}` is append-only"));
        }
        Ok(table)
    }

    fn is_free(&self, name: &str) -> Result {
        if self.tables.contains_key(name) || self.views.contains_key(name) {
            return Err(format!("there is a table or view `{name}` already"));
        }
        Ok(())
    }

    fn is_part_free(&self, name: &str) -> Result {
        match self
            .tables
            .values()
            .find(|table| part_names(table).any(|part| part == name))
        {
            Some(table) => Err(format!(
                "table `{}` has an index, key or check `{name}` already",
                table.name
            )),
            None => Ok(()),
        }
    }

    fn create_table(&mut self, table: &Table) -> Result {
        self.is_free(&table.name)?;
        if let Some(twice) = first_repeated(table.columns.iter().map(|column| &column.name)) {
            return Err(format!("table `{}` has two columns `{twice}`", table.name));
        }
        if let Some(twice) = first_repeated(part_names(table)) {
            return Err(format!(
                "table `{}` has two parts named `{twice}`",
                table.name
            ));
        }
        part_names(table).try_for_each(|name| self.is_part_free(name))?;
        has_columns(table, &table.primary_key)?;
        for index in &table.indexes {
            has_columns(table, index.columns.iter().map(|column| &column.name))?;
        }
        self.tables.insert(table.name.clone(), table.clone());
        table
            .foreign_keys
            .iter()
            .try_for_each(|key| self.points_somewhere(&table.name, key))
    }

    fn points_somewhere(&self, table: &str, key: &ForeignKey) -> Result {
        has_columns(self.existing(table)?, &key.columns)?;
        let other = self.existing(&key.references_table)?;
        if !is_key(other, &key.references_columns) {
            return Err(format!(
                "foreign key `{}` points at columns of `{}` that are neither its primary key nor unique",
                key.name, other.name
            ));
        }
        Ok(())
    }

    fn drop_table(&mut self, name: &str) -> Result {
        self.existing(name)?;
        let points = |table: &&Table| {
            table.name != name
                && table
                    .foreign_keys
                    .iter()
                    .any(|key| key.references_table == name)
        };
        if let Some(other) = self.tables.values().find(points) {
            return Err(format!("table `{}` points at table `{name}`", other.name));
        }
        self.tables.remove(name);
        Ok(())
    }

    fn rename_table(&mut self, from: &str, to: &str) -> Result {
        self.existing(from)?;
        self.is_free(to)?;
        if let Some(mut table) = self.tables.remove(from) {
            table.name = to.to_owned();
            self.tables.insert(to.to_owned(), table);
        }
        for key in self
            .tables
            .values_mut()
            .flat_map(|table| &mut table.foreign_keys)
        {
            if key.references_table == from {
                key.references_table = to.to_owned();
            }
        }
        Ok(())
    }

    fn column(&mut self, operation: &Operation) -> Result {
        match operation {
            Operation::AddColumn { table, column } => {
                let table = self.existing_mut(table)?;
                has_no_column(table, &column.name)?;
                table.columns.push(column.clone());
            }
            Operation::DropColumn(TablePart { table, name }) => self.drop_column(table, name)?,
            Operation::RenameColumn { table, from, to } => self.rename_column(table, from, to)?,
            Operation::AlterColumn {
                table,
                column: name,
                change,
            } => {
                let table = self.existing_mut(table)?;
                has_columns(table, [name])?;
                for column in table
                    .columns
                    .iter_mut()
                    .filter(|column| column.name == *name)
                {
                    match change.clone() {
                        ColumnChange::SetType(column_type) => column.column_type = column_type,
                        ColumnChange::SetNullable(nullable) => column.nullable = nullable,
                        ColumnChange::SetDefault(default) => column.default = default,
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn drop_column(&mut self, table: &str, name: &str) -> Result {
        let is_target = |key: &ForeignKey| {
            key.references_table == table
                && key.references_columns.iter().any(|column| column == name)
        };
        if let Some(other) = self
            .tables
            .values()
            .find(|other| other.foreign_keys.iter().any(is_target))
        {
            return Err(format!(
                "table `{}` points at column `{table}.{name}`",
                other.name
            ));
        }
        let table = self.existing_mut(table)?;
        has_columns(table, [name])?;
        let in_index = |index: &Index| index.columns.iter().any(|column| column.name == name);
        let index = table
            .indexes
            .iter()
            .find(|index| in_index(index))
            .map(|index| &index.name);
        let in_key = |key: &&ForeignKey| key.columns.iter().any(|column| column == name);
        let key = table.foreign_keys.iter().find(in_key).map(|key| &key.name);
        if let Some(user) = index.or(key) {
            return Err(format!(
                "column `{}.{name}` is used by `{user}`; drop that first",
                table.name
            ));
        }
        if table.primary_key.iter().any(|column| column == name) {
            return Err(format!(
                "column `{}.{name}` is in the primary key",
                table.name
            ));
        }
        table.columns.retain(|column| column.name != name);
        Ok(())
    }

    fn rename_column(&mut self, table: &str, from: &str, to: &str) -> Result {
        let rename = |name: &mut String| {
            if name == from {
                *name = to.to_owned();
            }
        };
        let owner = self.existing_mut(table)?;
        has_columns(owner, [from])?;
        has_no_column(owner, to)?;
        owner
            .columns
            .iter_mut()
            .for_each(|column| rename(&mut column.name));
        owner.primary_key.iter_mut().for_each(rename);
        let indexes = owner
            .indexes
            .iter_mut()
            .flat_map(|index| &mut index.columns);
        indexes.for_each(|column| rename(&mut column.name));
        owner
            .foreign_keys
            .iter_mut()
            .flat_map(|key| &mut key.columns)
            .for_each(rename);
        for key in self
            .tables
            .values_mut()
            .flat_map(|table| &mut table.foreign_keys)
        {
            if key.references_table == table {
                key.references_columns.iter_mut().for_each(rename);
            }
        }
        Ok(())
    }

    fn constraint(&mut self, operation: &Operation) -> Result {
        match operation {
            Operation::CreateIndex { table, index } => {
                self.is_part_free(&index.name)?;
                let table = self.existing_mut(table)?;
                has_columns(table, index.columns.iter().map(|column| &column.name))?;
                table.indexes.push(index.clone());
                Ok(())
            }
            Operation::AddForeignKey { table, foreign_key } => {
                self.is_part_free(&foreign_key.name)?;
                self.points_somewhere(table, foreign_key)?;
                self.existing_mut(table)?
                    .foreign_keys
                    .push(foreign_key.clone());
                Ok(())
            }
            Operation::AddCheck { table, check } => {
                self.is_part_free(&check.name)?;
                self.existing_mut(table)?.checks.push(check.clone());
                Ok(())
            }
            Operation::DropIndex(TablePart { table, name }) => {
                let table = self.existing_mut(table)?;
                remove(&mut table.indexes, "index", name, |index| &index.name)
            }
            Operation::DropForeignKey(TablePart { table, name }) => {
                let table = self.existing_mut(table)?;
                remove(&mut table.foreign_keys, "foreign key", name, |key| {
                    &key.name
                })
            }
            Operation::DropCheck(TablePart { table, name }) => {
                let table = self.existing_mut(table)?;
                remove(&mut table.checks, "check", name, |check| &check.name)
            }
            _ => Ok(()),
        }
    }

    fn insert_rows(&self, insert: &InsertRows) -> Result {
        let table = self.existing(&insert.table)?;
        has_columns(table, &insert.columns)?;
        if !is_key(table, &insert.key) {
            let (key, name) = (insert.key.join(", "), &table.name);
            return Err(format!(
                "({key}) is neither the primary key of `{name}` nor unique"
            ));
        }
        if let Some(missing) = insert.key.iter().find(|key| !insert.columns.contains(key)) {
            return Err(format!(
                "the rows for table `{}` do not give `{missing}`",
                table.name
            ));
        }
        let is_missing = |column: &&crate::column::Column| {
            !column.nullable
                && column.default.is_none()
                && column.column_type != crate::column::ColumnType::Id
                && !insert.columns.contains(&column.name)
        };
        match table.columns.iter().find(is_missing) {
            Some(column) => Err(format!(
                "the rows for table `{}` do not give `{}`, which is not null and has no default",
                table.name, column.name
            )),
            None => Ok(()),
        }
    }
}

fn has_columns<T: AsRef<str>>(table: &Table, names: impl IntoIterator<Item = T>) -> Result {
    match names
        .into_iter()
        .find(|name| table.column(name.as_ref()).is_none())
    {
        Some(name) => Err(format!(
            "table `{}` has no column `{}`",
            table.name,
            name.as_ref()
        )),
        None => Ok(()),
    }
}

fn has_no_column(table: &Table, name: &str) -> Result {
    match table.column(name) {
        Some(_) => Err(format!(
            "table `{}` has a column `{name}` already",
            table.name
        )),
        None => Ok(()),
    }
}

/// Whether these columns are the table's primary key or those of a unique index without a filter.
fn is_key(table: &Table, columns: &[String]) -> bool {
    let mut wanted: Vec<&String> = columns.iter().collect();
    wanted.sort();
    let unique = table
        .indexes
        .iter()
        .filter(|index| index.unique && index.filter.is_none());
    let indexes = unique.map(|index| index.columns.iter().map(|column| &column.name).collect());
    let mut keys = std::iter::once(table.primary_key.iter().collect()).chain(indexes);
    keys.any(|mut key: Vec<&String>| {
        key.sort();
        key == wanted
    })
}

fn part_names(table: &Table) -> impl Iterator<Item = &String> {
    let indexes = table.indexes.iter().map(|index| &index.name);
    let keys = table.foreign_keys.iter().map(|key| &key.name);
    indexes
        .chain(keys)
        .chain(table.checks.iter().map(|check| &check.name))
}

fn first_repeated<'a>(names: impl Iterator<Item = &'a String>) -> Option<&'a String> {
    let mut seen = std::collections::BTreeSet::new();
    names.into_iter().find(|name| !seen.insert(*name))
}

fn remove<T>(list: &mut Vec<T>, what: &str, name: &str, name_of: impl Fn(&T) -> &String) -> Result {
    match list.iter().position(|item| name_of(item) == name) {
        Some(position) => {
            list.remove(position);
            Ok(())
        }
        None => Err(format!("there is no {what} `{name}`")),
    }
}
