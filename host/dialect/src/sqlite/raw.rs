//! What raw SQL may call on SQLite; the vetting itself is [`crate::raw`].
//!
//! The author's SQL meets what is stored: decimals as scaled integers, times as texts of fixed width
//! ([`super::types`]).

use model::Backend;
use model::Compiled;
use model::error::Result;
use model::operation::RunSql;
use sqlparser::dialect::SQLiteDialect;

use super::{STYLE, enforced, finished};
use crate::raw::{self, Rules};

/// Functions without side effects whose answer hangs on their arguments alone.
const FUNCTIONS: &[&str] = &[
    "abs",
    "avg",
    "coalesce",
    "concat",
    "concat_ws",
    "count",
    "hex",
    "ifnull",
    "iif",
    "instr",
    "json",
    "json_array",
    "json_array_length",
    "json_extract",
    "json_insert",
    "json_object",
    "json_patch",
    "json_quote",
    "json_remove",
    "json_replace",
    "json_set",
    "json_type",
    "json_valid",
    "length",
    "lower",
    "ltrim",
    "max",
    "min",
    "nullif",
    "octet_length",
    "replace",
    "round",
    "row_number",
    "rank",
    "dense_rank",
    "rtrim",
    "sign",
    "substr",
    "substring",
    "sum",
    "total",
    "trim",
    "unicode",
    "upper",
];

/// The statements for SQLite, vetted.
pub(super) fn run(run: &RunSql) -> Result<Compiled> {
    let rules = Rules {
        backend: Backend::Sqlite,
        texts_for: &[Backend::Sqlite],
        parser: &SQLiteDialect {},
        style: &STYLE,
        functions: FUNCTIONS,
    };
    let vetted = raw::vetted(run, &rules)?;
    let locks = || run.touches.clone();
    Ok(enforced(
        vetted
            .into_iter()
            .map(|(sql, work)| finished(sql, work, locks()))
            .collect(),
    ))
}
