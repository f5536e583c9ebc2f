//! What operations demand of a schema before they touch it, said once.

use std::collections::BTreeSet;

use crate::column_type::{ColumnType, Kind};
use crate::error::{Error, Result};
use crate::name::{Name, display, has_hidden};
use crate::query::resolve::QUERY_TABLE_UNKNOWN;
use crate::schema::{
    Check, Collation, Column, ColumnDefault, ForeignKey, Index, ReferentialAction, Schema, Table,
};

mod codes {
    crate::codes! {
        OPERATION_MISSING = "operation.missing", Input, "An operation names a table, column, index, key, check or view that is not there.";
        OPERATION_EXISTS = "operation.exists", Input, "An operation makes something whose name is taken.";
        OPERATION_INVALID = "operation.invalid", Input, "An operation is not one that every database can mean the same by.";
        OPERATION_IN_USE = "operation.in_use", Input, "An operation removes or changes something that something else needs.";
        OPERATION_UNKNOWN = "operation.unknown", Input, "An operation is of a kind that this host does not know.";
    }
}
pub use codes::*;

/// The most columns of a table: half of what MySQL's InnoDB takes.
pub const COLUMNS_MAX: usize = 500;
/// The most columns of an index or key: MySQL's limit.
pub const KEY_COLUMNS_MAX: usize = 16;
/// The longest comment in bytes: MySQL's limit for columns.
pub const COMMENT_BYTES_MAX: usize = 1_024;

/// The table of this name.
///
/// # Errors
/// `operation.missing`.
pub fn table<'a>(schema: &'a Schema, name: &Name) -> Result<&'a Table> {
    schema.table(name).ok_or_else(|| {
        let error = missing(format!("table `{name}` is not in the schema"));
        match schema.view(name) {
            Some(_) => error.hint(format!("`{name}` is a view")),
            None => error.hint("a plugin that builds on another's table lists it under `depends`"),
        }
    })
}

/// The column of this name.
///
/// # Errors
/// `operation.missing`.
pub fn column<'a>(table: &'a Table, name: &Name) -> Result<&'a Column> {
    table
        .column(name)
        .ok_or_else(|| missing(format!("table `{}` has no column `{name}`", table.name)))
}

/// `operation.missing` with this sentence.
pub fn missing(sentence: String) -> Error {
    Error::new(&OPERATION_MISSING, sentence)
}

/// `operation.exists` with this sentence.
pub fn exists(sentence: String) -> Error {
    Error::new(&OPERATION_EXISTS, sentence).hint("one name has one owner; choose another name")
}

/// `operation.invalid` with this sentence.
pub fn invalid(sentence: String) -> Error {
    Error::new(&OPERATION_INVALID, sentence)
}

/// `operation.in_use` with this sentence.
pub fn in_use(sentence: String) -> Error {
    Error::new(&OPERATION_IN_USE, sentence).hint("drop what needs it first, in the same migration")
}

/// Demands that neither a table nor a view has this name.
///
/// # Errors
/// `operation.exists`.
pub fn relation_free(schema: &Schema, name: &Name) -> Result<()> {
    if schema.has_relation(name) {
        let owner = schema
            .provenance
            .relation_owner(name)
            .map_or(String::new(), |owner| format!(", made by `{owner}`"));
        return Err(exists(format!("`{name}` is there already{owner}")));
    }
    part_free(schema, name)
}

/// Demands that no index, foreign key, check, table or view has this name: PostgreSQL keeps indexes
/// and tables in one namespace, MySQL keeps constraint names per database.
///
/// # Errors
/// `operation.exists`.
pub fn part_free(schema: &Schema, name: &Name) -> Result<()> {
    let taken = schema.tables().find(|table| {
        table.index(name).is_some()
            || table.foreign_key(name).is_some()
            || table.check(name).is_some()
    });
    match taken {
        Some(table) => Err(exists(format!(
            "`{name}` is there already, on table `{}`",
            table.name
        ))),
        None if schema.has_relation(name) => Err(exists(format!("`{name}` is there already"))),
        None => Ok(()),
    }
}

/// Columns that a table has without saying so: PostgreSQL's system columns and InnoDB's hidden ones.
const COLUMNS_OF_SERVERS: [&str; 10] = [
    "cmax",
    "cmin",
    "ctid",
    "db_roll_ptr",
    "db_row_id",
    "db_trx_id",
    "fts_doc_id",
    "tableoid",
    "xmax",
    "xmin",
];

/// Demands that no server has a column of this name in every table.
///
/// # Errors
/// `operation.invalid`.
pub fn column_name_free(table: &Name, column: &Name) -> Result<()> {
    if COLUMNS_OF_SERVERS.contains(&column.as_str()) {
        return Err(invalid(format!(
            "column `{table}.{column}` has the name of a column that servers keep for themselves"
        ))
        .hint("choose another name"));
    }
    Ok(())
}

/// Demands that a column definition is one that every database can keep.
///
/// # Errors
/// `type.invalid`, `value.invalid`, `operation.invalid`.
pub fn column_valid(table: &Name, column: &Column) -> Result<()> {
    let name = &column.name;
    column_name_free(table, name)?;
    column
        .column_type
        .check()
        .map_err(|e| e.within(format!("column `{table}.{name}`")))?;
    comment_valid(column.comment.as_deref())?;
    if column.collation == Collation::IgnoreCase && column.column_type.kind() != Kind::Text {
        return Err(invalid(format!(
            "column `{table}.{name}` is not text and cannot ignore case"
        )));
    }
    if column.column_type == ColumnType::Id && (column.nullable || column.default.is_some()) {
        return Err(invalid(format!(
            "column `{table}.{name}` is an id and takes neither null nor a default"
        )));
    }
    default_fits(table, column)
}

fn default_fits(table: &Name, column: &Column) -> Result<()> {
    let name = &column.name;
    match &column.default {
        None => Ok(()),
        Some(ColumnDefault::CurrentTimestamp) => match column.column_type {
            ColumnType::Timestamp | ColumnType::Timestamptz => Ok(()),
            _ => Err(invalid(format!(
                "column `{table}.{name}` is a {} and cannot default to the current timestamp",
                column.column_type
            ))),
        },
        Some(ColumnDefault::Value(value)) => {
            if value.kind().is_none() {
                return Err(
                    invalid(format!("the default of column `{table}.{name}` is null")).hint(
                        "leave the default out: a nullable column is null when a row does not say",
                    ),
                );
            }
            value
                .fits(&column.column_type)
                .map_err(|e| e.within(format!("the default of column `{table}.{name}`")))
        }
    }
}

/// Demands that a comment is short and printable.
///
/// # Errors
/// `operation.invalid`.
pub fn comment_valid(comment: Option<&str>) -> Result<()> {
    match comment {
        Some(text) if text.len() > COMMENT_BYTES_MAX || has_hidden(text) => Err(invalid(format!(
            "the comment `{}` is longer than {COMMENT_BYTES_MAX} bytes or has control or hidden characters",
            display(text)
        ))),
        _ => Ok(()),
    }
}

/// Demands one to sixteen different columns of a table.
///
/// # Errors
/// `operation.invalid`, `operation.missing`.
pub fn columns_distinct<'a>(
    table: &Table,
    what: &str,
    names: impl Iterator<Item = &'a Name>,
) -> Result<()> {
    let mut seen = BTreeSet::new();
    for name in names {
        column(table, name).map_err(|e| e.within(what.to_owned()))?;
        if !seen.insert(name) {
            return Err(invalid(format!("{what} names the column `{name}` twice")));
        }
    }
    if seen.is_empty() || seen.len() > KEY_COLUMNS_MAX {
        return Err(invalid(format!(
            "{what} has {} columns; it must have 1 to {KEY_COLUMNS_MAX}",
            seen.len()
        )));
    }
    Ok(())
}

/// Demands that an index can stand on a table.
///
/// # Errors
/// Those of its columns and its filter.
pub fn index_valid(table: &Table, index: &Index) -> Result<()> {
    let what = format!("index `{}` of `{}`", index.name, table.name);
    columns_distinct(table, &what, index.columns.iter().map(|c| &c.name))?;
    for part in &index.columns {
        if matches!(column(table, &part.name)?.column_type.kind(), Kind::Json) {
            return Err(invalid(format!(
                "{what} is over the JSON column `{}`",
                part.name
            )));
        }
    }
    if let Some(filter) = &index.filter {
        filter
            .require_condition(&[table.scope()])
            .map_err(|e| e.within(what))?;
    }
    Ok(())
}

/// Demands that a check can stand on a table.
///
/// # Errors
/// Those of its condition.
pub fn check_valid(table: &Table, check: &Check) -> Result<()> {
    check
        .condition
        .require_condition(&[table.scope()])
        .map(|_| ())
        .map_err(|e| e.within(format!("check `{}` of `{}`", check.name, table.name)))
}

/// Demands that a foreign key of `table` can stand; `target` is the table that it points at.
///
/// # Errors
/// `operation.invalid`, `operation.missing`.
pub fn foreign_key_valid(table: &Table, key: &ForeignKey, target: &Table) -> Result<()> {
    let what = format!("foreign key `{}` of `{}`", key.name, table.name);
    columns_distinct(table, &what, key.columns.iter())?;
    columns_distinct(target, &what, key.references_columns.iter())?;
    if key.columns.len() != key.references_columns.len() || !target.is_key(&key.references_columns)
    {
        return Err(invalid(format!(
            "{what} does not point at the primary key or a unique index of `{}`",
            target.name
        )));
    }
    for (from, to) in key.columns.iter().zip(&key.references_columns) {
        let (from, to) = (column(table, from)?, column(target, to)?);
        if !from.column_type.refers_to(&to.column_type) {
            return Err(invalid(format!(
                "{what} points from `{}` ({}) at `{}.{}` ({})",
                from.name, from.column_type, target.name, to.name, to.column_type
            ))
            .hint("a reference to an `id` is a `bigint`; other types must be the same"));
        }
        let sets_null = [key.on_delete, key.on_update].contains(&ReferentialAction::SetNull);
        if sets_null && !from.nullable {
            return Err(invalid(format!(
                "{what} sets `{}` to null, which it may not hold",
                from.name
            )));
        }
    }
    if key.on_update == ReferentialAction::SetNull {
        return Err(invalid(format!(
            "{what} sets null on update, which the databases do not agree on"
        )));
    }
    Ok(())
}

/// Demands that every view still resolves on a schema after a change.
///
/// # Errors
/// `operation.in_use` naming the first view that does not.
pub fn views_stand(after: &Schema, changed: &str) -> Result<()> {
    let relations = after.relations();
    let broken = after.views().filter_map(|view| {
        let resolved = view.query.resolve(&|name| relations.columns(name));
        Some((view, resolved.err()?))
    });
    // A view over a broken one only says that it is not there: name one that breaks by itself.
    let first = broken.min_by_key(|(_, cause)| cause.is(&QUERY_TABLE_UNKNOWN));
    match first {
        Some((view, cause)) => {
            Err(in_use(format!("{changed} is used by view `{}`", view.name)).because(cause))
        }
        None => Ok(()),
    }
}

/// Demands that no view uses a column.
///
/// # Errors
/// `operation.in_use`.
pub fn no_view_uses(schema: &Schema, table: &Name, column: &Name) -> Result<()> {
    let mut without = schema.clone();
    if let Some(table) = without.structure.tables.get_mut(table) {
        table.columns.retain(|other| &other.name != column);
    }
    views_stand(&without, &format!("column `{table}.{column}`"))
}

/// Demands that an expression over a row can be stored in a column.
///
/// # Errors
/// `operation.invalid`, `value.invalid` and those of expressions.
pub fn value_assignable(
    table: &Table,
    column: &Column,
    value: &crate::expression::Expression,
) -> Result<()> {
    let what = || format!("the value of `{}.{}`", table.name, column.name);
    if let crate::expression::Expression::Literal(literal) = value {
        if *literal == crate::value::Value::Null && !column.nullable {
            return Err(invalid(format!(
                "{} is null, which the column may not hold",
                what()
            )));
        }
        return literal
            .fits(&column.column_type)
            .map_err(|e| e.within(what()));
    }
    let resolved = value
        .resolve(&[table.scope()], false)
        .map_err(|e| e.within(what()))?;
    let fits = match (resolved.kind, column.column_type.kind()) {
        (None, _) => column.nullable,
        (Some(Kind::Integer), Kind::Decimal { .. } | Kind::Float) => true,
        (Some(Kind::Decimal { scale }), Kind::Decimal { scale: wanted }) => scale <= wanted,
        (Some(Kind::Decimal { .. }), Kind::Float) => true,
        (Some(kind), wanted) => kind == wanted,
    };
    if fits {
        return Ok(());
    }
    Err(invalid(format!(
        "{} does not have the column's type {}",
        what(),
        column.column_type
    )))
}

/// Demands that a filter, if there is one, is a condition over the columns of a table.
///
/// # Errors
/// Those of expressions.
pub fn filter_valid(table: &Table, filter: Option<&crate::expression::Expression>) -> Result<()> {
    match filter {
        Some(filter) => filter.require_condition(&[table.scope()]).map(|_| ()),
        None => Ok(()),
    }
}
