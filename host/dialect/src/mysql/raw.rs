//! What raw SQL may call on MySQL and MariaDB; the vetting itself is [`crate::raw`].

use model::error::Result;
use model::operation::RunSql;
use model::{Backend, Blocks, Statement};
use sqlparser::dialect::MySqlDialect;

use super::{Flavour, STYLE};
use crate::raw::{self, Rules};

/// Functions without side effects whose answer hangs on their arguments alone.
const FUNCTIONS: &[&str] = &[
    "abs",
    "avg",
    "ceil",
    "ceiling",
    "char_length",
    "character_length",
    "coalesce",
    "concat",
    "concat_ws",
    "count",
    "dense_rank",
    "floor",
    "greatest",
    "if",
    "ifnull",
    "instr",
    "json_array",
    "json_extract",
    "json_length",
    "json_object",
    "json_set",
    "json_type",
    "json_unquote",
    "json_valid",
    "json_value",
    "least",
    "left",
    "length",
    "locate",
    "lower",
    "ltrim",
    "max",
    "min",
    "mod",
    "nullif",
    "octet_length",
    "rank",
    "replace",
    "right",
    "round",
    "row_number",
    "rtrim",
    "sign",
    "substr",
    "substring",
    "sum",
    "trim",
    "truncate",
    "upper",
];

/// The statements for the server, vetted. MariaDB takes those for MySQL where it has none of its own.
pub(super) fn run(flavour: Flavour, run: &RunSql) -> Result<Vec<Statement>> {
    let rules = Rules {
        backend: flavour.backend(),
        texts_for: match flavour {
            Flavour::Mysql => &[Backend::Mysql],
            Flavour::Mariadb => &[Backend::Mariadb, Backend::Mysql],
        },
        parser: &MySqlDialect {},
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
    Ok(statements.collect())
}
