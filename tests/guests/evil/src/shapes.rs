//! Operations and their parts, short to write.

use crate::strata::plugin::types::{
    CheckConstraint, Collation, Column, ColumnDefault, ColumnType, Operation, Table, Value, View,
};

pub fn column(name: &str, column_type: ColumnType) -> Column {
    Column {
        name: name.to_owned(),
        column_type,
        nullable: false,
        default_value: None,
        collation: Collation::Bytes,
        comment: None,
    }
}

pub fn table(name: &str) -> Table {
    Table {
        name: name.to_owned(),
        columns: vec![column("id", ColumnType::Id)],
        primary_key: vec!["id".to_owned()],
        indexes: Vec::new(),
        foreign_keys: Vec::new(),
        checks: Vec::new(),
        append_only: false,
        comment: None,
    }
}

pub fn create(name: &str) -> Operation {
    Operation::CreateTable(table(name))
}

pub fn with_check(condition: String) -> Operation {
    let mut table = table("evil_checked");
    table.checks.push(CheckConstraint {
        name: "evil_check".to_owned(),
        condition,
    });
    Operation::CreateTable(table)
}

pub fn with_view(query: &str) -> Operation {
    Operation::CreateView(View {
        name: "evil_view".to_owned(),
        query: query.to_owned(),
        comment: None,
    })
}

pub fn with_comment(comment: String) -> Operation {
    let mut table = table("evil_commented");
    table.comment = Some(comment);
    Operation::CreateTable(table)
}

pub fn with_default(value: Value) -> Operation {
    let mut table = table("evil_default");
    let mut column = column("given", ColumnType::Double);
    column.default_value = Some(ColumnDefault::Literal(value));
    table.columns.push(column);
    Operation::CreateTable(table)
}
