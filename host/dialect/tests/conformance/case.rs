//! [`Case`]: one operation on what is there, and what must hold of it on every database.
//!
//! It runs nothing: `play` does.

use model::column_type::ColumnType;
use model::name::Name;
use model::operation::{AddColumn, CreateTable, InsertRows};
use model::schema::{Column, Table};
use model::value::Value;
use model::{Operation, Reverse, Schema};

use crate::words::{column, name, names};
use crate::world::origin;

/// One operation, in a sentence.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) says: String,
    /// What was done before.
    pub(crate) given: Vec<Operation>,
    pub(crate) does: Operation,
    /// The author's own way back, where none can be derived.
    pub(crate) own_back: Option<Vec<Operation>>,
    /// Statements that every database refuses afterwards.
    pub(crate) refuses: Vec<String>,
    /// Statements that every database takes afterwards, before the rows are looked at.
    pub(crate) takes: Vec<String>,
    /// Whether every database refuses the operation itself, for the sake of its rows.
    pub(crate) fails: bool,
}

/// The operations that take another back.
pub(crate) enum Back {
    /// By themselves, with every row as it was.
    Derived(Vec<Operation>),
    /// As the author of a migration would write them: the structure is as it was.
    Own(Vec<Operation>),
    /// Nothing does, and why.
    None(String),
}

pub(crate) fn case(
    says: impl Into<String>,
    given: Vec<Operation>,
    does: impl Into<Operation>,
) -> Case {
    Case {
        says: says.into(),
        given,
        does: does.into(),
        own_back: None,
        refuses: Vec::new(),
        takes: Vec::new(),
        fails: false,
    }
}

impl Case {
    /// The author's own way back.
    pub(crate) fn back(self, operations: Vec<Operation>) -> Case {
        Case {
            own_back: Some(operations),
            ..self
        }
    }

    pub(crate) fn refuses(self, statements: &[&str]) -> Case {
        Case {
            refuses: statements.iter().map(ToString::to_string).collect(),
            ..self
        }
    }

    pub(crate) fn takes(self, statements: &[&str]) -> Case {
        Case {
            takes: statements.iter().map(ToString::to_string).collect(),
            ..self
        }
    }

    pub(crate) fn fails(self) -> Case {
        Case {
            fails: true,
            ..self
        }
    }

    /// The schema before the operation, as the simulation has it.
    pub(crate) fn before(&self) -> Schema {
        after(Schema::empty(), &self.given)
    }

    pub(crate) fn way_back(&self) -> Back {
        match (self.does.reverse(&self.before()), &self.own_back) {
            (Reverse::Operations(operations), None) => Back::Derived(operations),
            (Reverse::Irreversible { .. }, Some(operations)) => Back::Own(operations.clone()),
            (Reverse::Irreversible { why }, None) => Back::None(why),
            (Reverse::Operations(_), Some(_)) => panic!("{}: it has a way back", self.says),
        }
    }
}

/// A schema after operations.
pub(crate) fn after(mut schema: Schema, operations: &[Operation]) -> Schema {
    for operation in operations {
        operation
            .apply(&mut schema, &origin())
            .unwrap_or_else(|error| panic!("{operation}: {error:?}"));
    }
    schema
}

pub(crate) fn make(table: Table) -> Operation {
    CreateTable { table }.into()
}

pub(crate) fn add(table: &str, column: Column) -> Operation {
    AddColumn {
        table: name(table),
        column,
    }
    .into()
}

/// Rows known by their id.
pub(crate) fn rows(table: &str, columns: &[&str], rows: Vec<Vec<Value>>) -> Operation {
    InsertRows {
        table: name(table),
        key: names(&["id"]),
        columns: names(columns),
        rows,
    }
    .into()
}

pub(crate) fn integer(number: i64) -> Value {
    Value::Integer(number)
}

/// A short text that may not be null.
pub(crate) fn word(text: &str) -> Column {
    column(text, ColumnType::String { length: 20 })
}

/// The name of a table of a case.
pub(crate) fn things() -> Name {
    name("things")
}
