//! Expressions as SQLite computes them on what it stores.
//!
//! Decimals are scaled integers, so every node that puts numbers together first brings them to one
//! scale. Products of more than 18 digits leave the integers: such a value can be compared (to about 15
//! digits), but is refused when it is stored.
//!
//! Invariant: what a node of kind `decimal` prints is its value times ten to the scale of its kind.

use model::Backend;
use model::column_type::Kind;
use model::error::Result;
use model::expression::{Aggregate, BinaryOperator, Function, Node, Resolved, UnaryOperator};
use model::value::Value;

use super::types;
use crate::error::unsupported;
use crate::writer::{Literal, SqlWriter};

/// The form that numbers take to be put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Integers, times ten to this.
    Exact(u8),
    /// Floating point.
    Float,
    /// No number.
    Other,
}

fn form(kind: Option<Kind>) -> Form {
    match kind {
        Some(Kind::Integer) => Form::Exact(0),
        Some(Kind::Decimal { scale }) => Form::Exact(scale),
        Some(Kind::Float) => Form::Float,
        _ => Form::Other,
    }
}

/// The form in which all parts can be compared.
fn common<'a>(parts: impl IntoIterator<Item = &'a Resolved>) -> Form {
    let forms = parts.into_iter().map(|part| form(part.kind));
    forms.fold(Form::Other, |common, next| match (common, next) {
        (Form::Float, _) | (_, Form::Float) => Form::Float,
        (Form::Exact(a), Form::Exact(b)) => Form::Exact(a.max(b)),
        (Form::Other, other) | (other, Form::Other) => other,
    })
}

/// Writes an expression in the form of its own kind.
pub(super) fn write(sql: &mut SqlWriter, expression: &Resolved) -> Result<()> {
    match &expression.node {
        Node::Literal(value) => {
            let kind = expression.kind.unwrap_or(Kind::Text);
            sql.literal(&types::literal(value, kind)?);
        }
        Node::Column { table, column, .. } => {
            sql.column(table.as_ref(), column);
        }
        Node::Unary { operator, operand } => {
            sql.open().word(match operator {
                UnaryOperator::Not => "NOT",
                UnaryOperator::Minus => "-",
            });
            write(sql, operand)?;
            sql.close();
        }
        Node::Binary {
            operator,
            left,
            right,
        } => {
            let operand = operand_form(*operator, expression, left, right);
            sql.open();
            write_as(sql, left, operand)?;
            sql.word(operator_word(*operator));
            write_as(sql, right, operand)?;
            sql.close();
        }
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
        } => write_in(sql, operand, list, *negated)?,
        Node::Between {
            operand,
            low,
            high,
            negated,
        } => {
            write_between(sql, [operand, low, high], *negated)?;
        }
        Node::Call {
            function,
            arguments,
        } => {
            write_call(sql, *function, arguments, form(expression.kind))?;
        }
        Node::Aggregate {
            aggregate,
            operand,
            distinct,
        } => {
            write_aggregate(sql, *aggregate, operand.as_deref(), *distinct)?;
        }
    }
    Ok(())
}

fn write_in(
    sql: &mut SqlWriter,
    operand: &Resolved,
    list: &[Resolved],
    negated: bool,
) -> Result<()> {
    let form = common(std::iter::once(operand).chain(list));
    sql.open();
    write_as(sql, operand, form)?;
    sql.word(if negated { "NOT IN" } else { "IN" }).open();
    sql.list(list, |sql, item| write_as(sql, item, form))?;
    sql.close().close();
    Ok(())
}

fn write_between(
    sql: &mut SqlWriter,
    [operand, low, high]: [&Resolved; 3],
    negated: bool,
) -> Result<()> {
    let form = common([operand, low, high]);
    sql.open();
    write_as(sql, operand, form)?;
    sql.word(if negated { "NOT BETWEEN" } else { "BETWEEN" });
    write_as(sql, low, form)?;
    sql.word("AND");
    write_as(sql, high, form)?;
    sql.close();
    Ok(())
}

/// Writes an expression as the value of a column of this kind. A sum or product that no longer is a
/// whole number, because it left 64 bits, becomes a text, which a STRICT table refuses.
pub(super) fn write_assigned(sql: &mut SqlWriter, value: &Resolved, kind: Kind) -> Result<()> {
    if let Node::Literal(literal) = &value.node {
        sql.literal(&types::literal(literal, kind)?);
        return Ok(());
    }
    let wanted = form(Some(kind));
    let is_plain = matches!(value.node, Node::Column { .. }) && form(value.kind) == wanted;
    if is_plain || !matches!(wanted, Form::Exact(_)) {
        return write_as(sql, value, wanted);
    }
    sql.word("CASE").call("typeof");
    write_as(sql, value, wanted)?;
    sql.close()
        .word("WHEN")
        .text("real")
        .word("THEN")
        .text("number out of range")
        .word("ELSE");
    write_as(sql, value, wanted)?;
    sql.word("END");
    Ok(())
}

fn operand_form(
    operator: BinaryOperator,
    whole: &Resolved,
    left: &Resolved,
    right: &Resolved,
) -> Form {
    match operator {
        BinaryOperator::Plus | BinaryOperator::Minus | BinaryOperator::Divide => form(whole.kind),
        // Scales add up by themselves.
        BinaryOperator::Times if form(whole.kind) == Form::Float => Form::Float,
        BinaryOperator::Times => Form::Other,
        BinaryOperator::Or | BinaryOperator::And | BinaryOperator::Concat => Form::Other,
        BinaryOperator::Equal
        | BinaryOperator::NotEqual
        | BinaryOperator::Less
        | BinaryOperator::LessOrEqual
        | BinaryOperator::Greater
        | BinaryOperator::GreaterOrEqual => common([left, right]),
    }
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

/// Writes a number in another form than that of its kind.
fn write_as(sql: &mut SqlWriter, value: &Resolved, wanted: Form) -> Result<()> {
    let (own, literal) = (form(value.kind), as_literal(value));
    match (own, wanted) {
        (Form::Exact(_), Form::Exact(scale)) if literal.is_some() => {
            let kind = Kind::Decimal { scale };
            sql.literal(&types::literal(literal.unwrap_or(&Value::Null), kind)?);
            Ok(())
        }
        (Form::Exact(_), Form::Float) if literal.is_some() => {
            sql.literal(&types::literal(
                literal.unwrap_or(&Value::Null),
                Kind::Float,
            )?);
            Ok(())
        }
        (Form::Exact(own), Form::Exact(wanted)) if own < wanted => {
            sql.open();
            write(sql, value)?;
            sql.word("*").integer(power_of_ten(wanted - own)?).close();
            Ok(())
        }
        (Form::Exact(own), Form::Exact(wanted)) if own > wanted => unsupported(
            &format!("an expression with {own} digits after the point where {wanted} are kept"),
            Backend::Sqlite,
            "digits would be lost",
            "store it in a column with more digits after the point",
        ),
        (Form::Exact(0), Form::Float) => {
            sql.call("CAST");
            write(sql, value)?;
            sql.word("AS REAL").close();
            Ok(())
        }
        (Form::Exact(own), Form::Float) => {
            sql.open().call("CAST");
            write(sql, value)?;
            sql.word("AS REAL")
                .close()
                .word("/")
                .literal(&float_power_of_ten(own))
                .close();
            Ok(())
        }
        _ => write(sql, value),
    }
}

fn as_literal(value: &Resolved) -> Option<&Value> {
    match &value.node {
        Node::Literal(literal) => Some(literal),
        _ => None,
    }
}

/// Ten to a power, within 64 bits.
///
/// # Errors
/// `dialect.unsupported`.
pub(super) fn power_of_ten(power: u8) -> Result<i64> {
    match 10_i64.checked_pow(power.into()) {
        Some(factor) => Ok(factor),
        None => unsupported(
            &format!("an expression with {power} more digits after the point"),
            Backend::Sqlite,
            "decimals are 64-bit integers there",
            "use decimals whose scales differ by at most 18",
        ),
    }
}

/// Ten to a power as a floating-point number.
pub(super) fn float_power_of_ten(power: u8) -> Literal {
    Literal::Float(10_f64.powi(power.into()).to_bits())
}

fn write_call(
    sql: &mut SqlWriter,
    function: Function,
    arguments: &[Resolved],
    form: Form,
) -> Result<()> {
    let name = match function {
        Function::Coalesce => {
            if let [only] = arguments {
                return write_as(sql, only, form);
            }
            "coalesce"
        }
        Function::Lower => "lower",
        Function::Upper => "upper",
        Function::Length => "length",
    };
    let form = if function == Function::Coalesce {
        form
    } else {
        Form::Other
    };
    sql.call(name)
        .list(arguments, |sql, argument| write_as(sql, argument, form))?
        .close();
    Ok(())
}

fn write_aggregate(
    sql: &mut SqlWriter,
    aggregate: Aggregate,
    operand: Option<&Resolved>,
    distinct: bool,
) -> Result<()> {
    let scale = match (aggregate, form(operand.and_then(|operand| operand.kind))) {
        // The mean of scaled integers, brought back to the point once.
        (Aggregate::Avg, Form::Exact(scale)) if scale > 0 => Some(scale),
        _ => None,
    };
    if scale.is_some() {
        sql.open();
    }
    sql.call(match aggregate {
        Aggregate::Count => "count",
        Aggregate::Sum => "sum",
        Aggregate::Min => "min",
        Aggregate::Max => "max",
        Aggregate::Avg => "avg",
    });
    if distinct {
        sql.word("DISTINCT");
    }
    match operand {
        Some(operand) => write(sql, operand)?,
        None => {
            sql.word("*");
        }
    }
    sql.close();
    if let Some(scale) = scale {
        sql.word("/").literal(&float_power_of_ten(scale)).close();
    }
    Ok(())
}
