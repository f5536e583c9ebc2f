//! What raw SQL may call on PostgreSQL; the vetting itself is [`crate::raw`].

use model::error::Result;
use model::operation::{RunSql, require};
use model::{Backend, Blocks, Schema, Statement};
use sqlparser::dialect::PostgreSqlDialect;

use super::{STYLE, rows};
use crate::raw::{self, Rules};

/// Functions without side effects whose answer hangs on their arguments alone.
const FUNCTIONS: &[&str] = &[
    "abs",
    "avg",
    "btrim",
    "ceil",
    "coalesce",
    "concat",
    "concat_ws",
    "count",
    "dense_rank",
    "floor",
    "greatest",
    "jsonb_array_length",
    "jsonb_build_array",
    "jsonb_build_object",
    "jsonb_extract_path",
    "jsonb_extract_path_text",
    "jsonb_set",
    "jsonb_strip_nulls",
    "jsonb_typeof",
    "least",
    "left",
    "length",
    "lower",
    "ltrim",
    "max",
    "min",
    "nullif",
    "octet_length",
    "rank",
    "replace",
    "right",
    "round",
    "row_number",
    "rtrim",
    "sign",
    "split_part",
    "strpos",
    "substr",
    "substring",
    "sum",
    "trim",
    "trunc",
    "upper",
];

/// The statements for PostgreSQL, vetted. They may have written ids of their own, which the next ones must
/// not meet.
pub(super) fn run(run: &RunSql, before: &Schema) -> Result<Vec<Statement>> {
    let rules = Rules {
        backend: Backend::Postgresql,
        texts_for: &[Backend::Postgresql],
        parser: &PostgreSqlDialect {},
        style: &STYLE,
        functions: FUNCTIONS,
    };
    let vetted = raw::vetted(run, &rules)?.into_iter();
    let statements = vetted.map(|(sql, work)| Statement {
        sql,
        work,
        blocks: Blocks::Writes,
        locks: run.touches.clone(),
        repeatable: false,
    });
    let mut statements: Vec<Statement> = statements.collect();
    for name in &run.touches {
        statements.extend(rows::pass_over_ids(require::table(before, name)?));
    }
    Ok(statements)
}
