//! Short words for building schemas and operations in tests.

use model::column_type::ColumnType;
use model::expression::Expression;
use model::name::Name;
use model::query::Query;
use model::schema::{
    Check, Collation, Column, ColumnDefault, ForeignKey, Index, IndexColumn, ReferentialAction,
    Table, View,
};
use model::value::Value;

pub(crate) fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

pub(crate) fn names(texts: &[&str]) -> Vec<Name> {
    texts.iter().map(|text| name(text)).collect()
}

pub(crate) fn expression(text: &str) -> Expression {
    Expression::parse(text).unwrap()
}

/// A column that may not be null.
pub(crate) fn column(text: &str, column_type: ColumnType) -> Column {
    Column {
        name: name(text),
        column_type,
        nullable: false,
        default: None,
        collation: Collation::Bytes,
        comment: None,
    }
}

pub(crate) fn nullable(text: &str, column_type: ColumnType) -> Column {
    Column {
        nullable: true,
        ..column(text, column_type)
    }
}

pub(crate) fn defaulted(text: &str, column_type: ColumnType, value: Value) -> Column {
    Column {
        default: Some(ColumnDefault::Value(value)),
        ..column(text, column_type)
    }
}

/// A table with an `id` before its columns.
pub(crate) fn table(text: &str, columns: Vec<Column>) -> Table {
    let mut all = vec![column("id", ColumnType::Id)];
    all.extend(columns);
    Table {
        name: name(text),
        columns: all,
        primary_key: names(&["id"]),
        indexes: Vec::new(),
        foreign_keys: Vec::new(),
        checks: Vec::new(),
        append_only: false,
        comment: None,
    }
}

pub(crate) fn index(text: &str, columns: &[&str], unique: bool) -> Index {
    let columns = columns.iter().map(|column| IndexColumn {
        name: name(column),
        descending: false,
    });
    Index {
        name: name(text),
        columns: columns.collect(),
        unique,
        filter: None,
    }
}

pub(crate) fn foreign_key(
    text: &str,
    from: &str,
    to: (&str, &str),
    on_delete: ReferentialAction,
) -> ForeignKey {
    ForeignKey {
        name: name(text),
        columns: names(&[from]),
        references_table: name(to.0),
        references_columns: names(&[to.1]),
        on_delete,
        on_update: ReferentialAction::Restrict,
    }
}

pub(crate) fn check(text: &str, condition: &str) -> Check {
    Check {
        name: name(text),
        condition: expression(condition),
    }
}

pub(crate) fn view(text: &str, query: &str) -> View {
    View {
        name: name(text),
        query: Query::parse(query).unwrap(),
        comment: None,
    }
}

pub(crate) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub(crate) fn decimal(text: &str) -> Value {
    Value::decimal(text).unwrap()
}
