//! The world of a binary that tries one kind of database: the one that its `BACKEND` names.

use dialect::{Dialect, for_backend};

#[path = "mod.rs"]
mod any;

pub(crate) use any::*;

use crate::BACKEND;

/// The dialect that is tried.
pub(crate) fn dialect() -> &'static dyn Dialect {
    for_backend(BACKEND)
}

/// Whether the database is there.
pub(crate) fn is_there() -> bool {
    any::has(BACKEND)
}

impl World {
    /// An empty database.
    pub(crate) async fn new() -> World {
        World::on(BACKEND).await
    }

    /// A database with parents (`t0`) and children (`t1`) that would go with them.
    pub(crate) async fn with_family() -> World {
        World::with_family_on(BACKEND).await
    }
}
