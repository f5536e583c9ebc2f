//! What is done to databases and roles: nothing here, because a SQLite database is a file and the file
//! system knows no roles. `database` makes and removes the file.

use crate::administration::Administration;

/// None: see the module.
pub(super) static ADMINISTRATION: Option<&'static dyn Administration> = None;
