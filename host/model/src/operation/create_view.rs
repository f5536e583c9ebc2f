//! [`CreateView`]: makes a view.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::name::Name;
use crate::operation::drop_view::DropView;
use crate::operation::require;
use crate::operation::reverse::Reverse;
use crate::schema::{ObjectRef, Origin, Schema, View};

/// The most views one over the other: databases expand them into one query.
pub const VIEW_DEPTH_MAX: usize = 16;

/// Makes a view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateView {
    /// The view.
    pub view: View,
}

impl CreateView {
    /// Whether the name is free and the query finds what it selects.
    ///
    /// # Errors
    /// `operation.exists`, `operation.invalid` and those of queries.
    pub fn check(&self, schema: &Schema) -> Result<()> {
        require::relation_free(schema, &self.view.name)?;
        require::comment_valid(self.view.comment.as_deref())?;
        let relations = schema.relations();
        let resolved = self.view.query.resolve(&|name| relations.columns(name));
        resolved.map_err(|e| e.within(format!("view `{}`", self.view.name)))?;
        let depth = schema.view_depth(&self.view.query);
        if depth > VIEW_DEPTH_MAX {
            return Err(require::invalid(format!(
                "view `{}` would stand on {} views one over the other; at most {VIEW_DEPTH_MAX} stand so",
                self.view.name,
                depth - 1
            ))
            .hint("select from the tables themselves"));
        }
        Ok(())
    }

    pub(super) fn apply(&self, schema: &mut Schema, origin: &Origin) {
        schema
            .provenance
            .create(ObjectRef::View(self.view.name.clone()), origin);
        schema
            .structure
            .views
            .insert(self.view.name.clone(), self.view.clone());
    }

    pub(super) fn reverse(&self, _before: &Schema) -> Reverse {
        Reverse::operation(DropView {
            view: self.view.name.clone(),
        })
    }

    pub(super) fn relations(&self) -> Vec<&Name> {
        vec![&self.view.name]
    }
}

impl fmt::Display for CreateView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "create view `{}`", self.view.name)
    }
}
