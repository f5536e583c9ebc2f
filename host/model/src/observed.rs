//! [`Observed`]: a schema in a database's own terms, as it was read from the catalogue or as `dialect`
//! says that the expected schema must look there.
//!
//! It is not [`crate::schema::Schema`]: types and expressions are the database's texts, normalised.
//! `dialect` makes the expected one (`lower.rs`), `database` the real one; the two are compared here.
//!
//! Invariant: no times, counts or order of arrival; only columns have an order.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::error::Result;

/// The version of the normal form. Part of every fingerprint: two forms are never compared.
pub const NORMALISER_VERSION: u32 = 1;

/// A schema in a database's own terms, Strata's own tables left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Observed {
    /// Tables by name.
    pub tables: BTreeMap<String, ObservedTable>,
    /// The queries of views by name.
    pub views: BTreeMap<String, String>,
    /// Triggers by name.
    pub triggers: BTreeMap<String, ObservedTrigger>,
    /// What could not be parsed, by kind and name, with its text.
    pub opaque: BTreeMap<String, String>,
}

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObservedTable {
    /// Columns, in order.
    pub columns: Vec<ObservedColumn>,
    /// The columns of the primary key, in order.
    pub primary_key: Vec<String>,
    /// Indexes by name.
    pub indexes: BTreeMap<String, ObservedIndex>,
    /// Foreign keys by name.
    pub foreign_keys: BTreeMap<String, ObservedForeignKey>,
    /// Conditions of checks by name.
    pub checks: BTreeMap<String, String>,
    /// Table options, such as `strict` or the engine and the character set.
    pub options: Vec<String>,
    /// Its comment, where the database keeps comments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObservedColumn {
    /// Its name.
    pub name: String,
    /// Its type as the database says it.
    pub type_text: String,
    /// Whether it may hold null.
    pub nullable: bool,
    /// Its default.
    pub default: Option<String>,
    /// Its collation.
    pub collation: Option<String>,
    /// Whether the database makes its values and never uses one twice.
    pub identity: bool,
    /// The expression of a generated column.
    pub generated: Option<String>,
    /// Its comment, where the database keeps comments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// An index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObservedIndex {
    /// Its columns or expressions, `DESC` after those that go down.
    pub columns: Vec<String>,
    /// Whether it is unique.
    pub unique: bool,
    /// Its filter.
    pub filter: Option<String>,
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObservedForeignKey {
    /// The columns that point.
    pub columns: Vec<String>,
    /// At which table.
    pub references_table: String,
    /// At which columns.
    pub references_columns: Vec<String>,
    /// The action on delete.
    pub on_delete: String,
    /// The action on update.
    pub on_update: String,
}

/// A trigger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObservedTrigger {
    /// Its table.
    pub table: String,
    /// Its definition.
    pub definition: String,
}

/// One place where two observed schemas differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// Where: `table members`, `members.name`, `view active_members`.
    pub object: String,
    /// What should be there; none when nothing should.
    pub expected: Option<String>,
    /// What is there; none when nothing is.
    pub found: Option<String>,
}

impl Observed {
    /// The fingerprint: the digest of the canonical observed schema with the normaliser's version.
    ///
    /// # Errors
    /// `digest.unencodable`, which is a bug.
    pub fn fingerprint(&self) -> Result<Digest> {
        Digest::of("observed", NORMALISER_VERSION, self)
    }

    /// Every place where `found` is not what this, the expected schema, says.
    pub fn differences(&self, found: &Observed) -> Vec<Difference> {
        let mut differences = Vec::new();
        let (expected, found) = (flatten(self), flatten(found));
        let objects: std::collections::BTreeSet<&String> =
            expected.keys().chain(found.keys()).collect();
        for object in objects {
            let (e, f) = (expected.get(object), found.get(object));
            if e != f {
                differences.push(Difference {
                    object: object.clone(),
                    expected: e.cloned(),
                    found: f.cloned(),
                });
            }
        }
        differences
    }
}

/// Every object of the schema as one line of text.
fn flatten(observed: &Observed) -> BTreeMap<String, String> {
    let mut lines = BTreeMap::new();
    for (name, table) in &observed.tables {
        lines.insert(format!("table {name}"), table.to_string());
        for (n, column) in table.columns.iter().enumerate() {
            lines.insert(
                format!("column {name}.{}", column.name),
                format!("{column}, column {}", n + 1),
            );
        }
        for (part, index) in &table.indexes {
            lines.insert(format!("index {part} of {name}"), index.to_string());
        }
        for (part, key) in &table.foreign_keys {
            lines.insert(format!("foreign key {part} of {name}"), key.to_string());
        }
        for (part, check) in &table.checks {
            lines.insert(format!("check {part} of {name}"), check.clone());
        }
    }
    for (name, query) in &observed.views {
        lines.insert(format!("view {name}"), query.clone());
    }
    for (name, trigger) in &observed.triggers {
        lines.insert(
            format!("trigger {name} of {}", trigger.table),
            trigger.definition.clone(),
        );
    }
    for (name, text) in &observed.opaque {
        lines.insert(name.clone(), text.clone());
    }
    lines
}

impl fmt::Display for ObservedTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (key, options) = (self.primary_key.join(", "), self.options.join(" "));
        write!(f, "primary key ({key}) {options}")?;
        match &self.comment {
            Some(comment) => write!(f, ", comment {comment:?}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for ObservedColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let null = if self.nullable { "null" } else { "not null" };
        write!(f, "{} {null}", self.type_text)?;
        if let Some(default) = &self.default {
            write!(f, " default {default}")?;
        }
        if let Some(collation) = &self.collation {
            write!(f, " collate {collation}")?;
        }
        if let Some(generated) = &self.generated {
            write!(f, " generated as {generated}")?;
        }
        if self.identity {
            f.write_str(" identity")?;
        }
        match &self.comment {
            Some(comment) => write!(f, " comment {comment:?}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for ObservedIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unique = if self.unique { "unique " } else { "" };
        write!(f, "{unique}({})", self.columns.join(", "))?;
        match &self.filter {
            Some(filter) => write!(f, " where {filter}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for ObservedForeignKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, to) = (self.columns.join(", "), self.references_columns.join(", "));
        write!(f, "({from}) to {} ({to})", self.references_table)?;
        write!(
            f,
            ", on delete {}, on update {}",
            self.on_delete, self.on_update
        )
    }
}
