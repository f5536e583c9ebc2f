//! The fixed statements for PostgreSQL.
//!
//! Each query of the catalogue answers with texts; names within one cell are parted by the character 31,
//! which stands in no name that anybody types.

use std::time::Duration;

use crate::server::ServerStatements;

/// Parts the names within one cell.
pub(super) const PART: char = '\u{1f}';

/// The fixed statements for PostgreSQL.
pub(crate) static SERVER: ServerStatements = ServerStatements {
    connection_set_up: &[
        // A name without a schema is ours, whatever the role or the database was set to; that of a
        // temporary table is none, unless it comes last.
        "SET search_path = public, pg_temp",
        // Who waited for a lock reads what its holder wrote, whatever the database was set to.
        "SET default_transaction_isolation = 'read committed'",
        "SET standard_conforming_strings = on",
        "SET client_min_messages = warning",
        "SET TIME ZONE 'UTC'",
        "SET DateStyle = 'ISO, YMD'",
        "SET IntervalStyle = 'postgres'",
        "SET extra_float_digits = 1",
        "SET xmloption = content",
        // A process that hangs inside a transaction would keep its locks for ever.
        "SET idle_in_transaction_session_timeout = '15min'",
    ],
    begin: "BEGIN",
    commit: "COMMIT",
    rollback: "ROLLBACK",
    foreign_keys: None,
    integrity_check: None,
    version: "SELECT current_setting('server_version') AS version",
    relations: "SELECT c.relname::text AS name FROM pg_class c \
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f') \
         ORDER BY 1",
    catalogue: &[
        TABLES,
        COLUMNS,
        CONSTRAINTS,
        INDEXES,
        VIEWS,
        TRIGGERS,
        OTHERS,
    ],
    catalogue_mark: "SELECT md5(coalesce(string_agg(mark, ',' ORDER BY mark), '')) AS mark FROM (\
         SELECT 'c' || oid || '.' || xmin AS mark FROM pg_class WHERE relnamespace = 'public'::regnamespace \
         UNION ALL SELECT 'a' || attrelid || '.' || attnum || '.' || a.xmin FROM pg_attribute a \
         JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = 'public'::regnamespace AND attnum > 0 \
         UNION ALL SELECT 'd' || d.oid || '.' || d.xmin FROM pg_attrdef d \
         UNION ALL SELECT 'k' || oid || '.' || xmin FROM pg_constraint WHERE connamespace = 'public'::regnamespace \
         UNION ALL SELECT 't' || t.oid || '.' || t.xmin FROM pg_trigger t WHERE NOT tgisinternal \
         UNION ALL SELECT 'r' || r.oid || '.' || r.xmin FROM pg_rewrite r \
         JOIN pg_class c ON c.oid = ev_class WHERE relnamespace = 'public'::regnamespace \
         UNION ALL SELECT 'p' || oid || '.' || xmin FROM pg_proc WHERE pronamespace = 'public'::regnamespace \
         UNION ALL SELECT 'b' || indexrelid || '.' || x.xmin FROM pg_index x \
         JOIN pg_class c ON c.oid = indexrelid WHERE relnamespace = 'public'::regnamespace \
         UNION ALL SELECT 'i' || inhrelid || '.' || inhparent || '.' || i.xmin FROM pg_inherits i \
         UNION ALL SELECT 's' || seqrelid || '.' || s.xmin FROM pg_sequence s \
         UNION ALL SELECT 'l' || p.oid || '.' || p.xmin FROM pg_policy p \
         UNION ALL SELECT 'y' || oid || '.' || xmin FROM pg_type WHERE typnamespace = 'public'::regnamespace \
         UNION ALL SELECT 'e' || e.oid || '.' || e.xmin FROM pg_enum e \
         UNION ALL SELECT 'o' || oid || '.' || xmin FROM pg_collation WHERE collnamespace = 'public'::regnamespace \
         UNION ALL SELECT 'n' || oid || '.' || xmin FROM pg_namespace \
         UNION ALL SELECT 'u' || oid || '.' || xmin FROM pg_extension \
         UNION ALL SELECT 'v' || oid || '.' || xmin FROM pg_event_trigger \
         UNION ALL SELECT 'x' || objoid || '.' || objsubid || '.' || o.xmin FROM pg_description o \
         JOIN pg_class c ON c.oid = objoid WHERE relnamespace = 'public'::regnamespace\
         ) AS marks",
};

/// Tables and what is like them: name, kind, persistence, options, row security, partition, comment.
const TABLES: &str = "SELECT c.relname::text, c.relkind::text, c.relpersistence::text, \
     array_to_string(c.reloptions, ', '), c.relrowsecurity::text, c.relispartition::text, \
     obj_description(c.oid, 'pg_class') \
     FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace \
     AND c.relkind IN ('r', 'p', 'm', 'f') AND left(c.relname::text, 7) <> 'strata_' ORDER BY 1";

/// Columns: table, name, type, null, default, collation, identity, generated, comment.
const COLUMNS: &str = "SELECT c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod), \
     (NOT a.attnotnull)::text, pg_get_expr(d.adbin, d.adrelid), l.collname::text, \
     a.attidentity::text, a.attgenerated::text, col_description(c.oid, a.attnum) \
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
     LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum \
     LEFT JOIN pg_collation l ON l.oid = a.attcollation \
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') \
     AND left(c.relname::text, 7) <> 'strata_' ORDER BY c.relname::text, a.attnum";

/// Constraints: table, name, kind, columns, referenced table, referenced columns, action on update, action
/// on delete, match, condition, deferrable, valid, definition.
const CONSTRAINTS: &str = "SELECT c.relname::text, k.conname::text, k.contype::text, \
     (SELECT string_agg(a.attname::text, chr(31) ORDER BY n.n) FROM unnest(k.conkey) WITH ORDINALITY AS n(key, n) \
     JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = n.key), \
     f.relname::text, \
     (SELECT string_agg(a.attname::text, chr(31) ORDER BY n.n) FROM unnest(k.confkey) WITH ORDINALITY AS n(key, n) \
     JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = n.key), \
     k.confupdtype::text, k.confdeltype::text, k.confmatchtype::text, \
     pg_get_expr(k.conbin, k.conrelid), k.condeferrable::text, k.convalidated::text, \
     CASE WHEN k.contype = 'x' THEN pg_get_constraintdef(k.oid) END \
     FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid LEFT JOIN pg_class f ON f.oid = k.confrelid \
     WHERE k.connamespace = 'public'::regnamespace AND k.contype IN ('p', 'f', 'c', 'x') \
     AND left(c.relname::text, 7) <> 'strata_' ORDER BY 1, 2";

/// Parts of indexes that stand for no primary key: table, index, unique, valid, filter, method, column,
/// expression, options (1 down, 2 nulls first), collation where it is not the column's, whether it is
/// only included, whether nulls are not distinct, operator class where it is not the usual one.
const INDEXES: &str = "SELECT c.relname::text, i.relname::text, x.indisunique::text, \
     (x.indisvalid AND x.indisready)::text, pg_get_expr(x.indpred, x.indrelid), m.amname::text, \
     a.attname::text, pg_get_indexdef(x.indexrelid, n.n, false), \
     CASE WHEN n.n <= x.indnkeyatts THEN x.indoption[n.n - 1]::text ELSE '0' END, \
     CASE WHEN n.n <= x.indnkeyatts AND a.attnum IS NOT NULL AND x.indcollation[n.n - 1] <> a.attcollation \
     THEN l.collname::text END, \
     (n.n > x.indnkeyatts)::text, coalesce(to_jsonb(x) ->> 'indnullsnotdistinct', 'false'), \
     CASE WHEN n.n <= x.indnkeyatts AND NOT o.opcdefault THEN o.opcname::text END \
     FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid \
     JOIN pg_am m ON m.oid = i.relam \
     CROSS JOIN LATERAL generate_series(1, x.indnatts) AS n(n) \
     LEFT JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[n.n - 1] AND a.attnum > 0 \
     LEFT JOIN pg_collation l ON n.n <= x.indnkeyatts AND l.oid = x.indcollation[n.n - 1] \
     LEFT JOIN pg_opclass o ON n.n <= x.indnkeyatts AND o.oid = x.indclass[n.n - 1] \
     WHERE c.relnamespace = 'public'::regnamespace AND NOT x.indisprimary \
     AND left(c.relname::text, 7) <> 'strata_' ORDER BY c.relname::text, i.relname::text, n.n";

/// Views: name, query, options.
const VIEWS: &str = "SELECT c.relname::text, pg_get_viewdef(c.oid), array_to_string(c.reloptions, ', ') \
     FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'v' \
     AND left(c.relname::text, 7) <> 'strata_' ORDER BY 1";

/// Triggers: name, table, definition, when it is enabled.
const TRIGGERS: &str = "SELECT t.tgname::text, c.relname::text, pg_get_triggerdef(t.oid), t.tgenabled::text \
     FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid \
     WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal \
     AND left(c.relname::text, 7) <> 'strata_' ORDER BY 2, 1";

/// What Strata never makes: kind, name, what it is. Its one function counts when somebody changed it.
const OTHERS: &str = "SELECT 'function', p.oid::regprocedure::text, md5(p.prosrc) FROM pg_proc p \
     WHERE p.pronamespace = 'public'::regnamespace AND NOT (p.oid::regprocedure::text = 'strata_refuse_change()' \
     AND p.prosrc = 'BEGIN RAISE EXCEPTION ''table % is append-only'', TG_TABLE_NAME \
     USING ERRCODE = ''restrict_violation''; END' \
     AND p.proconfig IS NULL AND NOT p.prosecdef) \
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') \
     UNION ALL SELECT 'sequence', c.relname::text, '' FROM pg_class c \
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'S' \
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'i') \
     UNION ALL SELECT 'type', t.typname::text, t.typtype::text FROM pg_type t \
     LEFT JOIN pg_class c ON c.oid = t.typrelid \
     WHERE t.typnamespace = 'public'::regnamespace AND (t.typtype IN ('e', 'd', 'r') OR c.relkind = 'c') \
     UNION ALL SELECT 'rule', c.relname::text || '.' || r.rulename::text, pg_get_ruledef(r.oid) FROM pg_rewrite r \
     JOIN pg_class c ON c.oid = r.ev_class WHERE c.relnamespace = 'public'::regnamespace AND r.rulename <> '_RETURN' \
     UNION ALL SELECT 'policy', c.relname::text || '.' || p.polname::text, '' FROM pg_policy p \
     JOIN pg_class c ON c.oid = p.polrelid WHERE c.relnamespace = 'public'::regnamespace \
     UNION ALL SELECT 'extension', e.extname::text, '' FROM pg_extension e WHERE e.extname <> 'plpgsql' \
     UNION ALL SELECT 'schema', n.nspname::text, '' FROM pg_namespace n \
     WHERE n.nspname NOT IN ('public', 'information_schema') AND left(n.nspname::text, 3) <> 'pg_' \
     UNION ALL SELECT 'event trigger', e.evtname::text, '' FROM pg_event_trigger e \
     UNION ALL SELECT 'collation', l.collname::text, '' FROM pg_collation l \
     WHERE l.collnamespace = 'public'::regnamespace AND left(l.collname::text, 7) <> 'strata_' \
     ORDER BY 1, 2";

/// How long a connection's statements may wait and run, in milliseconds; 0 would be for ever.
pub(super) fn limits(lock: Duration, statement: Duration) -> Vec<String> {
    let milliseconds = |limit: Duration| limit.as_millis().clamp(1, 2_147_483_647).to_string();
    let set = |words: &'static str, limit: Duration| {
        let mut sql = crate::writer::SqlWriter::new(&super::STYLE);
        sql.word(words).foreign_number(&milliseconds(limit));
        sql.finish()
    };
    vec![
        set("SET lock_timeout =", lock),
        set("SET statement_timeout =", statement),
    ]
}
