//! [`CreateTable`]: makes a table with its columns, keys, indexes and checks.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::column_type::{ColumnType, Kind};
use crate::error::Result;
use crate::name::Name;
use crate::operation::drop_table::DropTable;
use crate::operation::require;
use crate::operation::reverse::Reverse;
use crate::schema::{ObjectRef, Origin, Schema, Table};
/// Makes a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateTable {
    /// The table.
    pub table: Table,
}

impl CreateTable {
    /// Whether the table can be made; see [`crate::operation::Operation::check`].
    ///
    /// # Errors
    /// `operation.exists`, `operation.missing`, `operation.invalid` and those of types and expressions.
    pub fn check(&self, schema: &Schema) -> Result<()> {
        let table = &self.table;
        require::relation_free(schema, &table.name)?;
        require::comment_valid(table.comment.as_deref())?;
        if table.columns.is_empty() || table.columns.len() > require::COLUMNS_MAX {
            return Err(require::invalid(format!(
                "table `{}` has {} columns; it must have 1 to {}",
                table.name,
                table.columns.len(),
                require::COLUMNS_MAX
            )));
        }
        for (n, column) in table.columns.iter().enumerate() {
            require::column_valid(&table.name, column)?;
            if table.columns[..n]
                .iter()
                .any(|other| other.name == column.name)
            {
                return Err(require::invalid(format!(
                    "table `{}` has the column `{}` twice",
                    table.name, column.name
                )));
            }
        }
        self.check_primary_key()?;
        self.check_parts(schema)
    }

    fn check_primary_key(&self) -> Result<()> {
        let table = &self.table;
        let what = format!("the primary key of `{}`", table.name);
        require::columns_distinct(table, &what, table.primary_key.iter())?;
        for name in &table.primary_key {
            let column = require::column(table, name)?;
            let kind = column.column_type.kind();
            if column.nullable || matches!(kind, Kind::Json | Kind::Float) {
                return Err(require::invalid(format!(
                    "{what} holds the column `{name}`, which may be null or is not exact"
                )));
            }
        }
        let ids = table
            .columns
            .iter()
            .filter(|c| c.column_type == ColumnType::Id);
        for id in ids {
            if table.primary_key != [id.name.clone()] {
                return Err(require::invalid(format!(
                    "column `{}.{}` is an id and must be the primary key alone",
                    table.name, id.name
                )));
            }
        }
        Ok(())
    }

    fn check_parts(&self, schema: &Schema) -> Result<()> {
        let table = &self.table;
        let indexes = table.indexes.iter().map(|index| &index.name);
        let keys = table.foreign_keys.iter().map(|key| &key.name);
        let checks = table.checks.iter().map(|check| &check.name);
        let mut names: Vec<&Name> = indexes.chain(keys).chain(checks).collect();
        for name in &names {
            require::part_free(schema, name)?;
        }
        names.push(&table.name);
        names.sort();
        if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(require::exists(format!(
                "the name `{}` is used twice on table `{}`",
                twice[0], table.name
            )));
        }
        for index in &table.indexes {
            require::index_valid(table, index)?;
        }
        for check in &table.checks {
            require::check_valid(table, check)?;
        }
        for key in &table.foreign_keys {
            let target = if key.references_table == table.name {
                table
            } else {
                require::table(schema, &key.references_table)?
            };
            require::foreign_key_valid(table, key, target)?;
        }
        Ok(())
    }

    pub(super) fn apply(&self, schema: &mut Schema, origin: &Origin) {
        let mut table = self.table.clone();
        table.sort_parts();
        let name = table.name.clone();
        let provenance = &mut schema.provenance;
        provenance.create(ObjectRef::Table(name.clone()), origin);
        for column in &table.columns {
            provenance.create(ObjectRef::Column(name.clone(), column.name.clone()), origin);
        }
        for index in &table.indexes {
            provenance.create(ObjectRef::Index(name.clone(), index.name.clone()), origin);
        }
        for key in &table.foreign_keys {
            provenance.create(
                ObjectRef::ForeignKey(name.clone(), key.name.clone()),
                origin,
            );
        }
        for check in &table.checks {
            provenance.create(ObjectRef::Check(name.clone(), check.name.clone()), origin);
        }
        schema.structure.tables.insert(name, table);
    }

    pub(super) fn reverse(&self, _before: &Schema) -> Reverse {
        Reverse::operation(DropTable {
            table: self.table.name.clone(),
        })
    }

    pub(super) fn relations(&self) -> Vec<&Name> {
        vec![&self.table.name]
    }
}

impl fmt::Display for CreateTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "create table `{}`", self.table.name)
    }
}
