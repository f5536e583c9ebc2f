//! The fixed statements for MySQL and MariaDB.
//!
//! Each query of the catalogue answers with texts, in the same columns for both servers, whose catalogues
//! differ ([`catalogue`]).

mod catalogue;

use std::time::Duration;

use super::{Flavour, STYLE};
use crate::server::ServerStatements;
use crate::writer::SqlWriter;

/// The fixed statements for MySQL.
pub(crate) static OF_MYSQL: ServerStatements = ServerStatements {
    connection_set_up: &[
        "SET NAMES utf8mb4 COLLATE utf8mb4_0900_bin",
        // Values are taken as they are or refused.
        "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO'",
        "SET SESSION time_zone = '+00:00'",
        "SET SESSION foreign_key_checks = 1",
        "SET SESSION unique_checks = 1",
        "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
        "SET SESSION information_schema_stats_expiry = 0",
    ],
    catalogue: &[
        catalogue::TABLES,
        catalogue::COLUMNS,
        catalogue::FOREIGN_KEYS,
        catalogue::CHECKS_OF_MYSQL,
        catalogue::INDEXES_OF_MYSQL,
        catalogue::VIEWS,
        catalogue::TRIGGERS,
        catalogue::OTHERS,
    ],
    catalogue_mark: catalogue::MARK_OF_MYSQL,
    ..OF_MARIADB
};

/// The fixed statements for MariaDB.
pub(crate) const OF_MARIADB: ServerStatements = ServerStatements {
    connection_set_up: &[
        "SET NAMES utf8mb4 COLLATE utf8mb4_nopad_bin",
        // Values are taken as they are or refused.
        "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO'",
        "SET SESSION time_zone = '+00:00'",
        "SET SESSION foreign_key_checks = 1",
        "SET SESSION unique_checks = 1",
        "SET SESSION check_constraint_checks = 1",
        // A process that hangs inside a transaction would keep its locks for ever.
        "SET SESSION idle_transaction_timeout = 900",
        "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
    ],
    begin: "START TRANSACTION",
    commit: "COMMIT",
    rollback: "ROLLBACK",
    foreign_keys: None,
    integrity_check: None,
    version: "SELECT CAST(VERSION() AS CHAR) AS version",
    relations: "SELECT CAST(TABLE_NAME AS CHAR) AS name FROM information_schema.TABLES \
         WHERE TABLE_SCHEMA = DATABASE() ORDER BY 1",
    catalogue: &[
        catalogue::TABLES,
        catalogue::COLUMNS,
        catalogue::FOREIGN_KEYS,
        catalogue::CHECKS_OF_MARIADB,
        catalogue::INDEXES_OF_MARIADB,
        catalogue::VIEWS,
        catalogue::TRIGGERS,
        catalogue::OTHERS,
    ],
    catalogue_mark: catalogue::MARK_OF_MARIADB,
};

/// How long a connection's statements may wait and run. Locks are waited for in whole seconds, for a
/// table's definition and for rows alike; MySQL bounds only how long a query runs.
pub(super) fn limits(flavour: Flavour, lock: Duration, statement: Duration) -> Vec<String> {
    let set = |words: &'static str, number: u128| {
        let mut sql = SqlWriter::new(&STYLE);
        sql.word(words).foreign_number(&number.to_string());
        sql.finish()
    };
    let seconds = lock.as_millis().div_ceil(1000).clamp(1, 31_536_000);
    let (running, most) = match flavour {
        Flavour::Mysql => ("SET SESSION max_execution_time =", statement.as_millis()),
        Flavour::Mariadb => (
            "SET SESSION max_statement_time =",
            statement.as_millis().div_ceil(1000),
        ),
    };
    vec![
        set("SET SESSION lock_wait_timeout =", seconds),
        set("SET SESSION innodb_lock_wait_timeout =", seconds),
        set(running, most.clamp(1, 31_536_000)),
    ]
}
