//! The fixed statements for SQLite.
//!
//! A tenant's application should set up its own connections with the same pragmas: they are kept per
//! connection, not in the file (`journal_mode` excepted).

use crate::server::{ForeignKeySwitch, ServerStatements};

/// The fixed statements for SQLite.
pub(crate) static SERVER: ServerStatements = ServerStatements {
    connection_set_up: &[
        // First, because the next one may have to wait for a lock.
        "PRAGMA busy_timeout = 5000",
        "PRAGMA journal_mode = WAL",
        // A committed migration survives a power failure.
        "PRAGMA synchronous = FULL",
        "PRAGMA foreign_keys = ON",
        // A definition in a foreign file may not call functions with side effects.
        "PRAGMA trusted_schema = OFF",
        // Without it `INSERT OR REPLACE` removes rows of an append-only table behind its trigger.
        "PRAGMA recursive_triggers = ON",
        // The renames of a rebuild count on the present behaviour.
        "PRAGMA legacy_alter_table = OFF",
        "PRAGMA cell_size_check = ON",
    ],
    begin: "BEGIN IMMEDIATE",
    commit: "COMMIT",
    rollback: "ROLLBACK",
    foreign_keys: Some(ForeignKeySwitch {
        on: "PRAGMA foreign_keys = ON",
        off: "PRAGMA foreign_keys = OFF",
        check: "SELECT \"table\" AS child, rowid AS row, parent FROM pragma_foreign_key_check",
    }),
    integrity_check: Some("SELECT integrity_check AS finding FROM pragma_integrity_check"),
    version: "SELECT sqlite_version() AS version",
    relations: "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY name",
    catalogue: &["SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"],
    catalogue_mark: "SELECT CAST(schema_version AS TEXT) AS mark FROM pragma_schema_version",
};
