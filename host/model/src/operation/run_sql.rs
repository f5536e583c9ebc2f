//! [`RunSql`]: runs SQL that no operation can say, one text per kind of database.
//!
//! Here only its shape is checked; `dialect` parses each statement and refuses what is not an INSERT,
//! UPDATE or DELETE on the tables it names. DDL is refused because the simulation could not follow it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::name::Name;
use crate::operation::require;
use crate::operation::reverse::Reverse;
use crate::schema::{ObjectRef, Origin, Schema};
/// The most statements of one text.
pub const STATEMENTS_MAX: usize = 100;
/// The longest statement in bytes.
pub const STATEMENT_BYTES_MAX: usize = 64 * 1024;

/// Runs SQL. Needs the capability `raw-sql`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunSql {
    /// What it does, for people.
    pub description: String,
    /// A text for each kind of database.
    pub texts: Vec<DatabaseSql>,
    /// Every table that the statements read or write.
    pub touches: Vec<Name>,
}

/// SQL for one kind of database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSql {
    /// `sqlite`, `postgresql`, `mysql` or `mariadb`.
    pub database: String,
    /// One statement each.
    pub statements: Vec<String>,
    /// Statements that take it back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reverse: Option<Vec<String>>,
}

impl RunSql {
    /// Whether the tables are there and the texts have a sane shape.
    ///
    /// # Errors
    /// `operation.missing`, `operation.invalid`.
    pub fn check(&self, schema: &Schema) -> Result<()> {
        require::comment_valid(Some(&self.description))?;
        for name in &self.touches {
            let table = require::table(schema, name)?;
            if table.append_only {
                return Err(require::invalid(format!(
                    "raw SQL touches `{name}`, which is append-only"
                )));
            }
        }
        if self.touches.is_empty() || self.texts.is_empty() {
            return Err(require::invalid(
                "raw SQL names no table or has no text".to_owned(),
            ));
        }
        for (n, text) in self.texts.iter().enumerate() {
            if !["sqlite", "postgresql", "mysql", "mariadb"].contains(&text.database.as_str())
                || self.texts[..n]
                    .iter()
                    .any(|other| other.database == text.database)
            {
                return Err(require::invalid(format!(
                    "raw SQL is for `{}`, which is no kind of database or there twice",
                    crate::name::display(&text.database)
                ))
                .hint("the kinds are sqlite, postgresql, mysql and mariadb"));
            }
            let all = text.statements.iter().chain(text.reverse.iter().flatten());
            let too_long = all
                .clone()
                .any(|statement| statement.len() > STATEMENT_BYTES_MAX);
            if text.statements.is_empty() || all.count() > STATEMENTS_MAX || too_long {
                return Err(require::invalid(format!(
                    "raw SQL for {} has no statement, more than {STATEMENTS_MAX}, or one over {STATEMENT_BYTES_MAX} bytes",
                    text.database
                )));
            }
        }
        Ok(())
    }

    pub(super) fn apply(&self, schema: &mut Schema, origin: &Origin) {
        for name in &self.touches {
            schema
                .provenance
                .change(&ObjectRef::Table(name.clone()), origin, "raw SQL");
        }
    }

    pub(super) fn reverse(&self, _before: &Schema) -> Reverse {
        let turned = self.texts.iter().map(|text| {
            text.reverse
                .clone()
                .filter(|list| !list.is_empty())
                .map(|reverse| DatabaseSql {
                    database: text.database.clone(),
                    statements: reverse,
                    reverse: Some(text.statements.clone()),
                })
        });
        match turned.collect::<Option<Vec<_>>>() {
            Some(texts) => Reverse::operation(RunSql {
                description: undone(&self.description),
                texts,
                touches: self.touches.clone(),
            }),
            None => Reverse::irreversible(format!(
                "the raw SQL `{}` has no reverse",
                crate::name::display(&self.description)
            )),
        }
    }

    pub(super) fn relations(&self) -> Vec<&Name> {
        self.touches.iter().collect()
    }
}

/// The description of the reverse: one that is as long as it may be gets no more words.
fn undone(description: &str) -> String {
    let undone = format!("undo: {description}");
    if undone.len() > require::COMMENT_BYTES_MAX {
        return description.to_owned();
    }
    undone
}

impl fmt::Display for RunSql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "run SQL: {}", crate::name::display(&self.description))
    }
}
