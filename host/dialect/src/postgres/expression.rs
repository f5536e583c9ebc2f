//! Expressions as PostgreSQL computes them, with the meaning that they have on every database.
//!
//! Whole numbers are computed with 64 bits, whatever their columns have. What is divided is floating
//! point, and by nothing is null, not an error.

use model::Backend;
use model::column_type::Kind;
use model::error::Result;
use model::expression::{Aggregate, BinaryOperator, Function, Node, Resolved, UnaryOperator};
use model::value::Value;

use super::types;
use crate::error::unsupported;
use crate::writer::SqlWriter;

/// Whether numbers are put together as floating point.
fn is_float(kind: Option<Kind>) -> bool {
    kind == Some(Kind::Float)
}

/// Writes an expression in the form of its own kind.
pub(super) fn write(sql: &mut SqlWriter, expression: &Resolved) -> Result<()> {
    match &expression.node {
        Node::Literal(value) => write_literal(sql, value, expression.kind)?,
        Node::Column { table, column, .. } => {
            sql.column(table.as_ref(), column);
        }
        Node::Unary { operator, operand } => {
            sql.open().word(match operator {
                UnaryOperator::Not => "NOT",
                UnaryOperator::Minus => "-",
            });
            write_operand(sql, operand, is_float(expression.kind))?;
            sql.close();
        }
        Node::Binary {
            operator,
            left,
            right,
        } => write_binary(sql, *operator, [left, right], expression.kind)?,
        Node::IsNull { operand, negated } => {
            sql.open();
            write(sql, operand)?;
            sql.word(if *negated { "IS NOT NULL" } else { "IS NULL" })
                .close();
        }
        Node::In {
            operand,
            list,
            negated,
        } => {
            let float = is_float(operand.kind) || list.iter().any(|item| is_float(item.kind));
            sql.open();
            write_operand(sql, operand, float)?;
            sql.word(if *negated { "NOT IN" } else { "IN" }).open();
            sql.list(list, |sql, item| write_operand(sql, item, float))?;
            sql.close().close();
        }
        Node::Between {
            operand,
            low,
            high,
            negated,
        } => {
            let float = [operand, low, high].iter().any(|part| is_float(part.kind));
            sql.open();
            write_operand(sql, operand, float)?;
            sql.word(if *negated { "NOT BETWEEN" } else { "BETWEEN" });
            write_operand(sql, low, float)?;
            sql.word("AND");
            write_operand(sql, high, float)?;
            sql.close();
        }
        Node::Call {
            function,
            arguments,
        } => write_call(sql, *function, arguments, is_float(expression.kind))?,
        Node::Aggregate {
            aggregate,
            operand,
            distinct,
        } => write_aggregate(sql, *aggregate, operand.as_deref(), *distinct)?,
    }
    Ok(())
}

fn write_literal(sql: &mut SqlWriter, value: &Value, kind: Option<Kind>) -> Result<()> {
    let kind = kind.unwrap_or(Kind::Text);
    match types::literal_type(value, kind) {
        None => types::write_literal(sql, value, kind),
        Some(type_word) => {
            sql.call("CAST");
            types::write_literal(sql, value, kind)?;
            sql.word("AS").word(type_word).close();
            Ok(())
        }
    }
}

fn write_binary(
    sql: &mut SqlWriter,
    operator: BinaryOperator,
    [left, right]: [&Resolved; 2],
    whole: Option<Kind>,
) -> Result<()> {
    use BinaryOperator as B;
    let float = match operator {
        B::Plus | B::Minus | B::Times | B::Divide => is_float(whole),
        B::Or | B::And | B::Concat => false,
        _ => is_float(left.kind) || is_float(right.kind),
    };
    let computes = matches!(operator, B::Plus | B::Minus | B::Times);
    let operand = |sql: &mut SqlWriter, operand: &Resolved| match operand.node {
        // Only what is computed can leave the width of its columns; a comparison keeps its index.
        Node::Column { .. } if computes && !float && operand.kind == Some(Kind::Integer) => {
            write_cast(sql, operand, "bigint")
        }
        _ => write_operand(sql, operand, float),
    };
    sql.open();
    operand(sql, left)?;
    sql.word(operator_word(operator));
    if operator == B::Divide {
        sql.call("NULLIF");
        operand(sql, right)?;
        sql.comma().integer(0).close();
    } else {
        operand(sql, right)?;
    }
    sql.close();
    Ok(())
}

fn operator_word(operator: BinaryOperator) -> &'static str {
    match operator {
        BinaryOperator::Or => "OR",
        BinaryOperator::And => "AND",
        BinaryOperator::Equal => "=",
        BinaryOperator::NotEqual => "<>",
        BinaryOperator::Less => "<",
        BinaryOperator::LessOrEqual => "<=",
        BinaryOperator::Greater => ">",
        BinaryOperator::GreaterOrEqual => ">=",
        BinaryOperator::Plus => "+",
        BinaryOperator::Minus => "-",
        BinaryOperator::Times => "*",
        BinaryOperator::Divide => "/",
        BinaryOperator::Concat => "||",
    }
}

/// A part of a larger expression: any number as floating point, where the whole is that.
fn write_operand(sql: &mut SqlWriter, operand: &Resolved, float: bool) -> Result<()> {
    match operand.kind {
        Some(Kind::Integer | Kind::Decimal { .. } | Kind::Float) if float => {
            write_cast(sql, operand, "double precision")
        }
        _ => write(sql, operand),
    }
}

fn write_cast(sql: &mut SqlWriter, operand: &Resolved, to: &'static str) -> Result<()> {
    sql.call("CAST");
    write(sql, operand)?;
    sql.word("AS").word(to).close();
    Ok(())
}

/// Writes an expression as the value of a column of this kind. The server rounds what has too many digits
/// after the point, so that is refused here.
pub(super) fn write_assigned(sql: &mut SqlWriter, value: &Resolved, kind: Kind) -> Result<()> {
    if let Node::Literal(literal) = &value.node {
        return types::write_literal(sql, literal, kind);
    }
    let digits = |kind: Option<Kind>| match kind {
        Some(Kind::Decimal { scale }) => Some(scale),
        Some(Kind::Integer) => Some(0),
        _ => None,
    };
    match (digits(value.kind), digits(Some(kind))) {
        (Some(own), Some(wanted)) if own > wanted => unsupported(
            &format!("an expression with {own} digits after the point where {wanted} are kept"),
            Backend::Postgresql,
            "digits would be lost",
            "store it in a column with more digits after the point",
        ),
        _ => write(sql, value),
    }
}

fn write_call(
    sql: &mut SqlWriter,
    function: Function,
    arguments: &[Resolved],
    float: bool,
) -> Result<()> {
    sql.call(match function {
        Function::Coalesce => "COALESCE",
        Function::Lower => "lower",
        Function::Upper => "upper",
        Function::Length => "length",
    });
    sql.list(arguments, |sql, argument| {
        write_operand(sql, argument, float)
    })?;
    sql.close();
    Ok(())
}

fn write_aggregate(
    sql: &mut SqlWriter,
    aggregate: Aggregate,
    operand: Option<&Resolved>,
    distinct: bool,
) -> Result<()> {
    let kind = operand.and_then(|operand| operand.kind);
    let (function, cast) = match (aggregate, kind) {
        (Aggregate::Count, _) => ("count", None),
        // The sum of 64-bit numbers is a `numeric` there.
        (Aggregate::Sum, Some(Kind::Integer)) => ("sum", Some("bigint")),
        (Aggregate::Sum, _) => ("sum", None),
        (Aggregate::Avg, _) => ("avg", Some("double precision")),
        (Aggregate::Min, Some(Kind::Bool)) => ("bool_and", None),
        (Aggregate::Max, Some(Kind::Bool)) => ("bool_or", None),
        (Aggregate::Min | Aggregate::Max, Some(Kind::Bytes | Kind::Json)) => {
            return unsupported(
                "the smallest or largest of bytes or JSON",
                Backend::Postgresql,
                "it has no order for them",
                "select another column",
            );
        }
        (Aggregate::Min, Some(Kind::Uuid)) => ("min", Some("uuid")),
        (Aggregate::Max, Some(Kind::Uuid)) => ("max", Some("uuid")),
        (Aggregate::Min, _) => ("min", None),
        (Aggregate::Max, _) => ("max", None),
    };
    if cast.is_some() {
        sql.call("CAST");
    }
    sql.call(function);
    if distinct {
        sql.word("DISTINCT");
    }
    match operand {
        None => {
            sql.word("*");
        }
        Some(operand) if cast == Some("uuid") => {
            sql.call("CAST");
            write(sql, operand)?;
            sql.word("AS text").close();
        }
        Some(operand) => write_operand(sql, operand, is_float(kind))?,
    }
    sql.close();
    if let Some(cast) = cast {
        sql.word("AS").word(cast).close();
    }
    Ok(())
}
