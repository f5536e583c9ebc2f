//! Who made an object of a tenant's schema, and what changed it since.

use model::Result;
use model::error::Error;
use model::name::{Name, display};
use model::schema::provenance::Record;
use model::schema::{ObjectRef, Schema};

mod codes {
    model::codes! {
        OBJECT_INVALID = "object.invalid", Usage, "An object is not named as `TABLE` or `TABLE.COLUMN`.";
        OBJECT_UNKNOWN = "object.unknown", Input, "The tenant's schema has no such table, view or column.";
    }
}
pub use codes::*;

/// What there is to say about an object.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The object.
    pub object: ObjectRef,
    /// Its type, for a column.
    pub definition: Option<String>,
    /// What it is for.
    pub comment: Option<String>,
    /// Who made it and who changed it.
    pub record: Record,
    /// For a table: its columns, indexes, keys and checks with who made each.
    pub parts: Vec<(ObjectRef, Record)>,
}

/// Explains `TABLE`, `VIEW` or `TABLE.COLUMN`.
///
/// # Errors
/// `object.invalid`, `object.unknown`.
pub fn explain(schema: &Schema, target: &str) -> Result<Explanation> {
    let (relation, column) = match target.split_once('.') {
        Some((relation, column)) => (name(relation, target)?, Some(name(column, target)?)),
        None => (name(target, target)?, None),
    };
    let object = match column {
        Some(column) => ObjectRef::Column(relation.clone(), column),
        None if schema.view(&relation).is_some() => ObjectRef::View(relation.clone()),
        None => ObjectRef::Table(relation.clone()),
    };
    let record = schema
        .provenance
        .of(&object)
        .cloned()
        .ok_or_else(|| unknown(schema, &object))?;
    let whole = !matches!(object, ObjectRef::Column(..));
    let parts = schema
        .provenance
        .iter()
        .filter(|(part, _)| whole && part.relation() == &relation && **part != object);
    let parts = parts
        .map(|(part, record)| (part.clone(), record.clone()))
        .collect();
    let (definition, comment) = describe(schema, &object);
    Ok(Explanation {
        object,
        definition,
        comment,
        record,
        parts,
    })
}

fn describe(schema: &Schema, object: &ObjectRef) -> (Option<String>, Option<String>) {
    match object {
        ObjectRef::Column(table, column) => {
            let column = schema.table(table).and_then(|table| table.column(column));
            let definition = column.map(|c| {
                format!(
                    "{}{}",
                    c.column_type,
                    if c.nullable { "" } else { " not null" }
                )
            });
            (definition, column.and_then(|c| c.comment.clone()))
        }
        ObjectRef::View(view) => {
            let view = schema.view(view);
            (
                view.map(|view| view.query.to_string()),
                view.and_then(|view| view.comment.clone()),
            )
        }
        _ => (
            None,
            schema
                .table(object.relation())
                .and_then(|table| table.comment.clone()),
        ),
    }
}

fn name(text: &str, target: &str) -> Result<Name> {
    Name::new(text).map_err(|cause| {
        Error::new(
            &OBJECT_INVALID,
            format!("`{}` names no table or column", display(target)),
        )
        .because(cause)
        .hint("write `TABLE` or `TABLE.COLUMN`")
    })
}

fn unknown(schema: &Schema, object: &ObjectRef) -> Error {
    let error = Error::new(
        &OBJECT_UNKNOWN,
        format!("the tenant's schema has no {object}"),
    );
    let relation = object.relation();
    match (object, schema.table(relation)) {
        (ObjectRef::Column(..), Some(table)) => {
            let columns: Vec<&str> = table
                .columns
                .iter()
                .map(|column| column.name.as_str())
                .collect();
            error.hint(format!("`{relation}` has {}", columns.join(", ")))
        }
        _ => {
            let names: Vec<&str> = schema.structure.tables.keys().map(Name::as_str).collect();
            error.hint(format!("its tables are {}", names.join(", ")))
        }
    }
}
