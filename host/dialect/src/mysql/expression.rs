//! Expressions as MySQL and MariaDB compute them, with the meaning that they have on every database.
//!
//! Whole numbers have 64 bits there, and exact ones more digits than the model has. What is divided is
//! floating point, and by nothing is null.

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
            // Not a cast, which no hidden column of a filtered index takes.
            sql.word(type_word);
            types::write_literal(sql, value, kind)
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
    if operator == B::Concat {
        sql.call("CONCAT");
        write(sql, left)?;
        sql.comma();
        write(sql, right)?;
        sql.close();
        return Ok(());
    }
    let float = match operator {
        B::Plus | B::Minus | B::Times | B::Divide => is_float(whole),
        B::Or | B::And => false,
        _ => is_float(left.kind) || is_float(right.kind),
    };
    sql.open();
    write_operand(sql, left, float)?;
    sql.word(operator_word(operator));
    if operator == B::Divide {
        sql.call("NULLIF");
        write_operand(sql, right, float)?;
        sql.comma().integer(0).close();
    } else {
        write_operand(sql, right, float)?;
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
            sql.call("CAST");
            write(sql, operand)?;
            sql.word("AS DOUBLE").close();
            Ok(())
        }
        _ => write(sql, operand),
    }
}

/// Writes an expression as the value of a column of this kind. The server rounds what has too many digits
/// after the point, so that is refused here.
pub(super) fn write_assigned(
    sql: &mut SqlWriter,
    value: &Resolved,
    kind: Kind,
    backend: Backend,
) -> Result<()> {
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
            backend,
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
        Function::Lower => "LOWER",
        Function::Upper => "UPPER",
        Function::Length => "CHAR_LENGTH",
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
    // The sum of whole numbers is an exact number there, and so is their mean, with few digits.
    let cast = aggregate == Aggregate::Sum && kind == Some(Kind::Integer);
    let float = aggregate == Aggregate::Avg || is_float(kind);
    if cast {
        sql.call("CAST");
    }
    sql.call(match aggregate {
        Aggregate::Count => "COUNT",
        Aggregate::Sum => "SUM",
        Aggregate::Avg => "AVG",
        Aggregate::Min => "MIN",
        Aggregate::Max => "MAX",
    });
    if distinct {
        sql.word("DISTINCT");
    }
    match operand {
        None => {
            sql.word("*");
        }
        Some(operand) => write_operand(sql, operand, float)?,
    }
    sql.close();
    if cast {
        sql.word("AS SIGNED").close();
    }
    Ok(())
}
