//! [`AlterColumn`]: changes the type, nullability or default of a column.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::column_type::ColumnType;
use crate::error::Result;
use crate::name::Name;
use crate::operation::drop_column::foreign_key_user;
use crate::operation::require;
use crate::operation::reverse::Reverse;
use crate::schema::{Column, ColumnDefault, ObjectRef, Origin, ReferentialAction, Schema};
/// Changes a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlterColumn {
    /// Which table.
    pub table: Name,
    /// Which column.
    pub column: Name,
    /// What changes.
    pub change: ColumnChange,
}

/// One change to a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnChange {
    /// Another type.
    SetType(ColumnType),
    /// Whether it may hold null.
    SetNullable(bool),
    /// Another default, or none.
    SetDefault(Option<ColumnDefault>),
}

impl AlterColumn {
    /// Whether the column can be changed so.
    ///
    /// # Errors
    /// `operation.missing`, `operation.in_use`, `operation.invalid` and those of types and values.
    pub fn check(&self, schema: &Schema) -> Result<()> {
        let table = require::table(schema, &self.table)?;
        let column = require::column(table, &self.column)?;
        let what = format!("column `{}.{}`", self.table, self.column);
        if column.column_type == ColumnType::Id {
            return Err(require::invalid(format!(
                "{what} is an id, which does not change"
            )));
        }
        require::column_valid(&self.table, &self.changed(column))?;
        match &self.change {
            ColumnChange::SetType(to) => self.check_type(schema, to),
            ColumnChange::SetNullable(true) if table.primary_key.contains(&self.column) => {
                Err(require::in_use(format!(
                    "{what} is part of the primary key and may not be null"
                )))
            }
            ColumnChange::SetNullable(false) => {
                let nulled = table.foreign_keys.iter().find(|key| {
                    key.columns.contains(&self.column)
                        && [key.on_delete, key.on_update].contains(&ReferentialAction::SetNull)
                });
                match nulled {
                    Some(key) => Err(require::in_use(format!(
                        "{what} is set to null by foreign key `{}`",
                        key.name
                    ))),
                    None => Ok(()),
                }
            }
            ColumnChange::SetNullable(true) | ColumnChange::SetDefault(_) => Ok(()),
        }
    }

    fn check_type(&self, schema: &Schema, to: &ColumnType) -> Result<()> {
        let table = require::table(schema, &self.table)?;
        let what = format!("column `{}.{}`", self.table, self.column);
        if *to == ColumnType::Id {
            return Err(require::invalid(format!(
                "{what} cannot become an id; only a new table has one"
            )));
        }
        if table.primary_key.contains(&self.column) {
            return Err(require::in_use(format!(
                "{what} is part of the primary key"
            )));
        }
        if let Some(user) = foreign_key_user(schema, table, &self.column) {
            return Err(require::in_use(format!("{what} is used by {user}")));
        }
        require::no_view_uses(schema, &self.table, &self.column)?;
        let mut after = table.clone();
        for column in after
            .columns
            .iter_mut()
            .filter(|column| column.name == self.column)
        {
            *column = self.changed(column);
        }
        after
            .indexes
            .iter()
            .try_for_each(|index| require::index_valid(&after, index))?;
        after
            .checks
            .iter()
            .try_for_each(|check| require::check_valid(&after, check))
    }

    /// The column after the change.
    pub fn changed(&self, column: &Column) -> Column {
        let mut changed = column.clone();
        match &self.change {
            ColumnChange::SetType(to) => changed.column_type = to.clone(),
            ColumnChange::SetNullable(nullable) => changed.nullable = *nullable,
            ColumnChange::SetDefault(default) => changed.default = default.clone(),
        }
        changed
    }

    pub(super) fn apply(&self, schema: &mut Schema, origin: &Origin) {
        if let Some(table) = schema.structure.tables.get_mut(&self.table) {
            for column in table
                .columns
                .iter_mut()
                .filter(|column| column.name == self.column)
            {
                *column = self.changed(column);
            }
        }
        let object = ObjectRef::Column(self.table.clone(), self.column.clone());
        schema
            .provenance
            .change(&object, origin, self.change.to_string());
    }

    pub(super) fn reverse(&self, before: &Schema) -> Reverse {
        let Some(column) = before
            .table(&self.table)
            .and_then(|table| table.column(&self.column))
        else {
            return Reverse::irreversible(format!(
                "`{}.{}` is not in the schema",
                self.table, self.column
            ));
        };
        let change = match &self.change {
            ColumnChange::SetType(to) if !column.column_type.widens_to(to) => {
                return Reverse::irreversible(format!(
                    "values of `{}.{}` may have changed on the way from {} to {to}",
                    self.table, self.column, column.column_type
                ));
            }
            ColumnChange::SetType(_) => ColumnChange::SetType(column.column_type.clone()),
            ColumnChange::SetNullable(_) => ColumnChange::SetNullable(column.nullable),
            ColumnChange::SetDefault(_) => ColumnChange::SetDefault(column.default.clone()),
        };
        Reverse::operation(AlterColumn {
            table: self.table.clone(),
            column: self.column.clone(),
            change,
        })
    }

    pub(super) fn relations(&self) -> Vec<&Name> {
        vec![&self.table]
    }
}

impl fmt::Display for ColumnChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ColumnChange::SetType(to) => write!(f, "type set to {to}"),
            ColumnChange::SetNullable(true) => f.write_str("made nullable"),
            ColumnChange::SetNullable(false) => f.write_str("made not null"),
            ColumnChange::SetDefault(None) => f.write_str("default dropped"),
            ColumnChange::SetDefault(Some(ColumnDefault::CurrentTimestamp)) => {
                f.write_str("default set to the current timestamp")
            }
            ColumnChange::SetDefault(Some(ColumnDefault::Value(value))) => {
                write!(
                    f,
                    "default set to {}",
                    crate::name::display(&value.to_string())
                )
            }
        }
    }
}

impl fmt::Display for AlterColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "alter column `{}.{}`: {}",
            self.table, self.column, self.change
        )
    }
}
