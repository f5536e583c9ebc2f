//! The queries of the catalogue. Every cell is a text; the order of the columns is what
//! [`super::super::stored`] reads. Strata's own tables are left out.

/// Tables: name, type, engine, collation, options, comment.
pub(super) const TABLES: &str = "SELECT CAST(TABLE_NAME AS CHAR), CAST(TABLE_TYPE AS CHAR), CAST(ENGINE AS CHAR), \
     CAST(TABLE_COLLATION AS CHAR), CAST(CREATE_OPTIONS AS CHAR), CAST(TABLE_COMMENT AS CHAR) \
     FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE <> 'VIEW' \
     AND LEFT(TABLE_NAME, 7) <> 'strata_' ORDER BY 1";

/// Columns: table, name, type, null, default, collation, extra, expression, comment.
pub(super) const COLUMNS: &str = "SELECT CAST(c.TABLE_NAME AS CHAR), CAST(c.COLUMN_NAME AS CHAR), \
     CAST(c.COLUMN_TYPE AS CHAR), CAST(c.IS_NULLABLE AS CHAR), CAST(c.COLUMN_DEFAULT AS CHAR), \
     CAST(c.COLLATION_NAME AS CHAR), CAST(c.EXTRA AS CHAR), CAST(c.GENERATION_EXPRESSION AS CHAR), \
     CAST(c.COLUMN_COMMENT AS CHAR) FROM information_schema.COLUMNS c \
     WHERE c.TABLE_SCHEMA = DATABASE() AND LEFT(c.TABLE_NAME, 7) <> 'strata_' \
     ORDER BY c.TABLE_NAME, c.ORDINAL_POSITION";

/// Parts of foreign keys: table, key, column, referenced table, referenced column, action on delete,
/// action on update, referenced database where it is another one.
pub(super) const FOREIGN_KEYS: &str = "SELECT CAST(k.TABLE_NAME AS CHAR), CAST(k.CONSTRAINT_NAME AS CHAR), \
     CAST(k.COLUMN_NAME AS CHAR), CAST(k.REFERENCED_TABLE_NAME AS CHAR), CAST(k.REFERENCED_COLUMN_NAME AS CHAR), \
     CAST(r.DELETE_RULE AS CHAR), CAST(r.UPDATE_RULE AS CHAR), \
     CAST(NULLIF(k.REFERENCED_TABLE_SCHEMA, DATABASE()) AS CHAR) \
     FROM information_schema.KEY_COLUMN_USAGE k JOIN information_schema.REFERENTIAL_CONSTRAINTS r \
     ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME \
     AND r.TABLE_NAME = k.TABLE_NAME \
     WHERE k.TABLE_SCHEMA = DATABASE() AND r.CONSTRAINT_SCHEMA = DATABASE() \
     AND k.REFERENCED_TABLE_NAME IS NOT NULL AND LEFT(k.TABLE_NAME, 7) <> 'strata_' \
     ORDER BY k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION";

/// Checks: table, name, condition, whether it is a column's own, whether it is enforced.
pub(super) const CHECKS_OF_MYSQL: &str = "SELECT CAST(t.TABLE_NAME AS CHAR), CAST(c.CONSTRAINT_NAME AS CHAR), \
     CAST(c.CHECK_CLAUSE AS CHAR), 'Table', CAST(t.ENFORCED AS CHAR) \
     FROM information_schema.CHECK_CONSTRAINTS c JOIN information_schema.TABLE_CONSTRAINTS t \
     ON t.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA AND t.CONSTRAINT_NAME = c.CONSTRAINT_NAME \
     WHERE c.CONSTRAINT_SCHEMA = DATABASE() AND t.CONSTRAINT_TYPE = 'CHECK' \
     AND LEFT(t.TABLE_NAME, 7) <> 'strata_' ORDER BY 1, 2";

/// Checks, as [`CHECKS_OF_MYSQL`].
pub(super) const CHECKS_OF_MARIADB: &str = "SELECT CAST(TABLE_NAME AS CHAR), CAST(CONSTRAINT_NAME AS CHAR), \
     CAST(CHECK_CLAUSE AS CHAR), CAST(LEVEL AS CHAR), 'YES' FROM information_schema.CHECK_CONSTRAINTS \
     WHERE CONSTRAINT_SCHEMA = DATABASE() AND LEFT(TABLE_NAME, 7) <> 'strata_' ORDER BY 1, 2";

/// Parts of indexes: table, index, not unique, column, expression, direction, prefix, kind, whether it is
/// used.
pub(super) const INDEXES_OF_MYSQL: &str = "SELECT CAST(TABLE_NAME AS CHAR), CAST(INDEX_NAME AS CHAR), CAST(NON_UNIQUE AS CHAR), \
     CAST(COLUMN_NAME AS CHAR), CAST(EXPRESSION AS CHAR), CAST(COLLATION AS CHAR), CAST(SUB_PART AS CHAR), \
     CAST(INDEX_TYPE AS CHAR), CAST(IS_VISIBLE AS CHAR) FROM information_schema.STATISTICS \
     WHERE TABLE_SCHEMA = DATABASE() AND LEFT(TABLE_NAME, 7) <> 'strata_' \
     ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX";

/// Parts of indexes, as [`INDEXES_OF_MYSQL`].
pub(super) const INDEXES_OF_MARIADB: &str = "SELECT CAST(TABLE_NAME AS CHAR), CAST(INDEX_NAME AS CHAR), CAST(NON_UNIQUE AS CHAR), \
     CAST(COLUMN_NAME AS CHAR), NULL, CAST(COLLATION AS CHAR), CAST(SUB_PART AS CHAR), \
     CAST(INDEX_TYPE AS CHAR), IF(IGNORED = 'NO', 'YES', 'NO') FROM information_schema.STATISTICS \
     WHERE TABLE_SCHEMA = DATABASE() AND LEFT(TABLE_NAME, 7) <> 'strata_' \
     ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX";

/// Views: name, query, check option, whose rights, database.
pub(super) const VIEWS: &str = "SELECT CAST(TABLE_NAME AS CHAR), CAST(VIEW_DEFINITION AS CHAR), \
     CAST(CHECK_OPTION AS CHAR), CAST(SECURITY_TYPE AS CHAR), CAST(DATABASE() AS CHAR) \
     FROM information_schema.VIEWS WHERE TABLE_SCHEMA = DATABASE() \
     AND LEFT(TABLE_NAME, 7) <> 'strata_' ORDER BY 1";

/// Triggers: name, table, timing, event, what it does.
pub(super) const TRIGGERS: &str = "SELECT CAST(TRIGGER_NAME AS CHAR), CAST(EVENT_OBJECT_TABLE AS CHAR), \
     CAST(ACTION_TIMING AS CHAR), CAST(EVENT_MANIPULATION AS CHAR), CAST(ACTION_STATEMENT AS CHAR) \
     FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() \
     AND LEFT(EVENT_OBJECT_TABLE, 7) <> 'strata_' ORDER BY 2, 1";

/// What Strata never makes: kind, name, what it is.
pub(super) const OTHERS: &str = "SELECT LOWER(CAST(ROUTINE_TYPE AS CHAR)), CAST(ROUTINE_NAME AS CHAR), \
     MD5(COALESCE(ROUTINE_DEFINITION, '')) FROM information_schema.ROUTINES \
     WHERE ROUTINE_SCHEMA = DATABASE() AND LEFT(ROUTINE_NAME, 7) <> 'strata_' \
     UNION ALL SELECT 'event', CAST(EVENT_NAME AS CHAR), MD5(COALESCE(EVENT_DEFINITION, '')) \
     FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE() \
     UNION ALL SELECT 'partition', CONCAT(TABLE_NAME, '.', PARTITION_NAME), CAST(PARTITION_METHOD AS CHAR) \
     FROM information_schema.PARTITIONS WHERE TABLE_SCHEMA = DATABASE() AND PARTITION_NAME IS NOT NULL \
     ORDER BY 1, 2";

/// The digest of everything that the queries above can tell apart, whatever its order.
macro_rules! mark {
    ($checks:literal, $indexes:literal) => {
        concat!(
            "SELECT MD5(GROUP_CONCAT(mark ORDER BY kind SEPARATOR ',')) AS mark FROM (\
             SELECT kind, CONCAT(COUNT(*), '.', SUM(CAST(CONV(LEFT(MD5(line), 14), 16, 10) AS UNSIGNED))) AS mark FROM (\
             SELECT 1 AS kind, CONCAT_WS('|', TABLE_NAME, TABLE_TYPE, QUOTE(ENGINE), QUOTE(TABLE_COLLATION), \
             QUOTE(CREATE_OPTIONS), QUOTE(TABLE_COMMENT)) AS line FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() \
             UNION ALL SELECT 2, CONCAT_WS('|', TABLE_NAME, ORDINAL_POSITION, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, \
             QUOTE(COLUMN_DEFAULT), QUOTE(COLLATION_NAME), EXTRA, QUOTE(GENERATION_EXPRESSION), QUOTE(COLUMN_COMMENT)) \
             FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() \
             UNION ALL SELECT 3, CONCAT_WS('|', TABLE_NAME, CONSTRAINT_NAME, COLUMN_NAME, ORDINAL_POSITION, \
             QUOTE(REFERENCED_TABLE_NAME), QUOTE(REFERENCED_COLUMN_NAME)) FROM information_schema.KEY_COLUMN_USAGE \
             WHERE TABLE_SCHEMA = DATABASE() \
             UNION ALL SELECT 4, CONCAT_WS('|', TABLE_NAME, CONSTRAINT_NAME, UPDATE_RULE, DELETE_RULE) \
             FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() \
             UNION ALL SELECT 5, ", $checks, " WHERE CONSTRAINT_SCHEMA = DATABASE() \
             UNION ALL SELECT 6, CONCAT_WS('|', TABLE_NAME, INDEX_NAME, NON_UNIQUE, SEQ_IN_INDEX, QUOTE(COLUMN_NAME), \
             QUOTE(COLLATION), QUOTE(SUB_PART), INDEX_TYPE, ", $indexes, ") FROM information_schema.STATISTICS \
             WHERE TABLE_SCHEMA = DATABASE() \
             UNION ALL SELECT 7, CONCAT_WS('|', TABLE_NAME, VIEW_DEFINITION, CHECK_OPTION, SECURITY_TYPE) \
             FROM information_schema.VIEWS WHERE TABLE_SCHEMA = DATABASE() \
             UNION ALL SELECT 8, CONCAT_WS('|', TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, \
             ACTION_STATEMENT) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() \
             UNION ALL SELECT 9, CONCAT_WS('|', ROUTINE_TYPE, ROUTINE_NAME, MD5(COALESCE(ROUTINE_DEFINITION, ''))) \
             FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE() \
             UNION ALL SELECT 10, CONCAT_WS('|', EVENT_NAME, MD5(COALESCE(EVENT_DEFINITION, ''))) \
             FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE()\
             ) AS lines_ GROUP BY kind) AS marks"
        )
    };
}

/// The mark of a MySQL catalogue.
pub(super) const MARK_OF_MYSQL: &str = mark!(
    "CONCAT_WS('|', CONSTRAINT_NAME, CHECK_CLAUSE) FROM information_schema.CHECK_CONSTRAINTS",
    "IS_VISIBLE, QUOTE(EXPRESSION)"
);

/// The mark of a MariaDB catalogue.
pub(super) const MARK_OF_MARIADB: &str = mark!(
    "CONCAT_WS('|', TABLE_NAME, CONSTRAINT_NAME, LEVEL, CHECK_CLAUSE) FROM information_schema.CHECK_CONSTRAINTS",
    "IGNORED"
);
