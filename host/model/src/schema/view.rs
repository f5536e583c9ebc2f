//! [`View`]: a view; its query is [`crate::query::Query`].

use serde::{Deserialize, Serialize};

use crate::name::Name;
use crate::query::Query;

/// A view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct View {
    /// Its name.
    pub name: Name,
    /// What it selects.
    pub query: Query,
    /// What it shows, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}
