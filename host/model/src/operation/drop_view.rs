//! [`DropView`]: removes a view.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::name::Name;
use crate::operation::create_view::CreateView;
use crate::operation::require;
use crate::operation::reverse::Reverse;
use crate::schema::{ObjectRef, Origin, Schema};
/// Removes a view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropView {
    /// Which view.
    pub view: Name,
}

impl DropView {
    /// Whether the view is there and no other view uses it.
    ///
    /// # Errors
    /// `operation.missing`, `operation.in_use`.
    pub fn check(&self, schema: &Schema) -> Result<()> {
        if schema.view(&self.view).is_none() {
            return Err(require::missing(format!(
                "view `{}` is not in the schema",
                self.view
            )));
        }
        match schema.views_over(&self.view).next() {
            Some(user) => Err(require::in_use(format!(
                "view `{}` is used by view `{}`",
                self.view, user.name
            ))),
            None => Ok(()),
        }
    }

    pub(super) fn apply(&self, schema: &mut Schema, _origin: &Origin) {
        schema.structure.views.remove(&self.view);
        schema.provenance.drop(&ObjectRef::View(self.view.clone()));
    }

    pub(super) fn reverse(&self, before: &Schema) -> Reverse {
        match before.view(&self.view) {
            Some(view) => Reverse::operation(CreateView { view: view.clone() }),
            None => Reverse::irreversible(format!("view `{}` is not in the schema", self.view)),
        }
    }

    pub(super) fn relations(&self) -> Vec<&Name> {
        vec![&self.view]
    }
}

impl fmt::Display for DropView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "drop view `{}`", self.view)
    }
}
