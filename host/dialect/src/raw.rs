//! Raw SQL of authors: parsed, vetted by an allow-list, and respelled.
//!
//! What runs is not the author's text but its tokens written again ([`respelled`]), and
//! what is vetted is exactly what runs: a comment or a quote that two parsers read differently has
//! nowhere to hide.
//!
//! Invariant: everything that is not listed here is refused.

use std::ops::ControlFlow;

use model::error::{Error, Result};
use model::name::{Name, display};
use model::operation::RunSql;
use model::{Backend, Work};
use sqlparser::ast::{
    BinaryOperator, Delete, Expr, FromTable, Insert, ObjectName, Query, SetExpr, Statement,
    TableFactor, TableObject, UnaryOperator, Update, Visit, Visitor,
};
use sqlparser::dialect::Dialect as Parsing;
use sqlparser::parser::Parser;

use crate::error::{DIALECT_RAW_SQL_REFUSED, unsupported};
use crate::respell::respelled;
use crate::writer::Style;

/// How deep the parser goes into parentheses.
const DEPTH_MAX: usize = 40;

/// How deep an expression may be, a chain of operators included: SQLite refuses 1000.
const EXPRESSION_DEPTH_MAX: usize = 500;

/// What raw SQL may be on one kind of database.
pub(crate) struct Rules {
    /// The database, for what is said.
    pub(crate) backend: Backend,
    /// Whose texts are taken, the first that is there.
    pub(crate) texts_for: &'static [Backend],
    /// How the database reads a text.
    pub(crate) parser: &'static dyn Parsing,
    /// How it spells names and literals.
    pub(crate) style: &'static Style,
    /// Functions without side effects whose answer hangs on their arguments alone, in lower case.
    pub(crate) functions: &'static [&'static str],
}

/// The statements of an operation for one kind of database, vetted and respelled, each with its work.
///
/// # Errors
/// `dialect.unsupported` when the operation has no text for it, `dialect.raw_sql_refused`.
pub(crate) fn vetted(run: &RunSql, rules: &Rules) -> Result<Vec<(String, Work)>> {
    let text = rules.texts_for.iter().find_map(|backend| {
        run.texts
            .iter()
            .find(|text| text.database == backend.as_str())
    });
    let Some(text) = text else {
        let name = rules.backend.as_str();
        return unsupported(
            &run.to_string(),
            rules.backend,
            &format!("the operation has no text for `{name}`"),
            &format!("add a text for `{name}` to the operation"),
        );
    };
    let vetted = |sql: &String| vet(sql, &run.touches, rules);
    // The way back is vetted too, so that it is not refused on the day when it is needed.
    text.reverse
        .iter()
        .flatten()
        .try_for_each(|sql| vetted(sql).map(|_| ()))?;
    text.statements.iter().map(vetted).collect()
}

fn vet(sql: &str, touches: &[Name], rules: &Rules) -> Result<(String, Work)> {
    let refuse = |why: String| {
        Error::new(
            &DIALECT_RAW_SQL_REFUSED,
            format!("the raw SQL `{}` is refused: {why}", display(sql)),
        )
        .hint("raw SQL is INSERT, UPDATE or DELETE over the tables that the operation touches")
    };
    let respelled = respelled(sql, rules.parser, rules.style)
        .ok_or_else(|| refuse("it has a second statement or a token that is not allowed".into()))?;
    let mut parsed = Parser::new(rules.parser)
        .with_recursion_limit(DEPTH_MAX)
        .try_with_sql(&respelled)
        .and_then(|mut parser| parser.parse_statements())
        .map_err(|cause| refuse("it cannot be parsed".into()).because(cause))?;
    let (Some(statement), true) = (parsed.pop(), parsed.is_empty()) else {
        return Err(refuse("it is not exactly one statement".into()));
    };
    let work = shape(&statement).map_err(|why| refuse(why.to_owned()))?;
    let mut vetting = Vetting {
        touches,
        functions: rules.functions,
        statements: 0,
        depth: 0,
    };
    match statement.visit(&mut vetting) {
        ControlFlow::Continue(()) => Ok((respelled, work)),
        ControlFlow::Break(why) => Err(refuse(why)),
    }
}

/// The clauses around the expressions and tables.
fn shape(statement: &Statement) -> Result<Work, &'static str> {
    match statement {
        Statement::Insert(insert) => insert_shape(insert),
        Statement::Update(Update {
            returning,
            output,
            or,
            ..
        }) => {
            if returning.is_some() || output.is_some() || or.is_some() {
                return Err("RETURNING and OR are not allowed");
            }
            Ok(Work::Rewrite)
        }
        Statement::Delete(Delete {
            tables,
            from,
            using,
            returning,
            output,
            ..
        }) => {
            let FromTable::WithFromKeyword(_) = from else {
                return Err("DELETE needs FROM");
            };
            if !tables.is_empty() || using.is_some() || returning.is_some() || output.is_some() {
                return Err("RETURNING, USING and several tables are not allowed");
            }
            Ok(Work::Scan)
        }
        _ => Err("it is neither INSERT nor UPDATE nor DELETE"),
    }
}

fn insert_shape(insert: &Insert) -> Result<Work, &'static str> {
    let TableObject::TableName(_) = insert.table else {
        return Err("it inserts into something that is not a table");
    };
    if insert.or.is_some() || insert.replace_into || insert.ignore {
        return Err("REPLACE and OR remove or skip rows in silence; use ON CONFLICT");
    }
    let odd = insert.overwrite
        || insert.partitioned.is_some()
        || insert.output.is_some()
        || insert.multi_table_insert_type.is_some()
        || insert.settings.is_some()
        || insert.format_clause.is_some();
    if insert.returning.is_some() || odd {
        return Err("RETURNING is not allowed");
    }
    let Some(source) = &insert.source else {
        return Ok(Work::Instant);
    };
    let is_values = matches!(*source.body, SetExpr::Values(_));
    Ok(if is_values { Work::Instant } else { Work::Scan })
}

struct Vetting<'a> {
    touches: &'a [Name],
    functions: &'static [&'static str],
    statements: usize,
    depth: usize,
}

fn refuse(why: impl Into<String>) -> ControlFlow<String> {
    ControlFlow::Break(why.into())
}

impl Visitor for Vetting<'_> {
    type Break = String;

    fn pre_visit_statement(&mut self, _statement: &Statement) -> ControlFlow<String> {
        self.statements += 1;
        if self.statements > 1 {
            refuse("a statement hides in another")
        } else {
            ControlFlow::Continue(())
        }
    }

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<String> {
        if query.with.is_some() || !query.locks.is_empty() || !query.pipe_operators.is_empty() {
            return refuse("WITH is not allowed");
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<String> {
        let name = match relation.0.as_slice() {
            [part] => part
                .as_ident()
                .map(|ident| ident.value.to_ascii_lowercase()),
            _ => None,
        };
        let ours = |name: &str| {
            ["strata_", "sqlite_", "pg_"]
                .iter()
                .any(|prefix| name.starts_with(prefix))
        };
        let known =
            |name: &String| !ours(name) && self.touches.iter().any(|table| table.as_str() == name);
        match name.filter(known) {
            Some(_) => ControlFlow::Continue(()),
            None => refuse(format!(
                "`{}` is not among the tables that the operation touches",
                display(&relation.to_string())
            )),
        }
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<String> {
        match factor {
            TableFactor::Table { args: None, .. }
            | TableFactor::Derived { .. }
            | TableFactor::NestedJoin { .. } => ControlFlow::Continue(()),
            _ => refuse("it selects from something that is not a table"),
        }
    }

    fn post_visit_expr(&mut self, _expression: &Expr) -> ControlFlow<String> {
        self.depth = self.depth.saturating_sub(1);
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<String> {
        self.depth += 1;
        if self.depth > EXPRESSION_DEPTH_MAX {
            return refuse("an expression is too deep");
        }
        match expression {
            Expr::Function(function) => {
                let name = function
                    .name
                    .to_string()
                    .replace(['"', '`'], "")
                    .to_ascii_lowercase();
                if self.functions.contains(&name.as_str()) {
                    ControlFlow::Continue(())
                } else {
                    refuse(format!("the function `{}` is not allowed", display(&name)))
                }
            }
            Expr::BinaryOp { op, .. } if !is_plain(op) => {
                refuse(format!("the operator `{op}` is not allowed"))
            }
            Expr::UnaryOp {
                op: UnaryOperator::Not | UnaryOperator::Minus | UnaryOperator::Plus,
                ..
            }
            | Expr::BinaryOp { .. }
            | Expr::Identifier(_)
            | Expr::CompoundIdentifier(_)
            | Expr::Value(_)
            | Expr::Nested(_)
            | Expr::Tuple(_)
            | Expr::IsNull(_)
            | Expr::IsNotNull(_)
            | Expr::IsTrue(_)
            | Expr::IsNotTrue(_)
            | Expr::IsFalse(_)
            | Expr::IsNotFalse(_)
            | Expr::IsDistinctFrom(..)
            | Expr::IsNotDistinctFrom(..)
            | Expr::InList { .. }
            | Expr::InSubquery { .. }
            | Expr::Between { .. }
            | Expr::Like { .. }
            | Expr::Case { .. }
            | Expr::Cast { .. }
            | Expr::Collate { .. }
            | Expr::Exists { .. }
            | Expr::Subquery(_)
            | Expr::Substring { .. }
            | Expr::Trim { .. } => ControlFlow::Continue(()),
            _ => refuse("it has an expression that is not allowed"),
        }
    }
}

/// Whether an operator is computed by the database itself and not by a function behind it.
fn is_plain(operator: &BinaryOperator) -> bool {
    matches!(
        operator,
        BinaryOperator::Plus
            | BinaryOperator::Minus
            | BinaryOperator::Multiply
            | BinaryOperator::Divide
            | BinaryOperator::Modulo
            | BinaryOperator::StringConcat
            | BinaryOperator::Gt
            | BinaryOperator::Lt
            | BinaryOperator::GtEq
            | BinaryOperator::LtEq
            | BinaryOperator::Eq
            | BinaryOperator::NotEq
            | BinaryOperator::And
            | BinaryOperator::Or
    )
}
