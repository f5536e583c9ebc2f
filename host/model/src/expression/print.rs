//! Writing an expression as canonical Strata SQL: one text for one tree.
//!
//! It is not the SQL of any database: the dialects print the resolved tree themselves.
//!
//! Invariants: parsing the text gives the same tree; parentheses stand only where they must. (A
//! decimal without a point or a float that is not in its shortest form is no literal the parser
//! makes: it comes back as the value it is equal to.)

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::name::Name;
use crate::value::Value;

use super::tokens::is_reserved;
use super::tree::{Aggregate, BinaryOperator, Expression, Function, UnaryOperator};

/// How tightly a form binds; the higher, the tighter. The order is the parser's.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Or,
    And,
    Not,
    Predicate,
    Sum,
    Product,
    Sign,
    Atom,
}

/// A name as Strata SQL writes it: in quotes where it would be a word of the language.
#[derive(Debug, Clone, Copy)]
pub struct Written<'a>(pub &'a Name);

impl fmt::Display for Written<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_reserved(self.0.as_str()) {
            write!(f, "\"{}\"", self.0)
        } else {
            self.0.fmt(f)
        }
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expression::Literal(value) => literal(f, value),
            Expression::Column { table, column } => {
                if let Some(table) = table {
                    write!(f, "{}.", Written(table))?;
                }
                Written(column).fmt(f)
            }
            Expression::Unary { operator, operand } => unary(f, *operator, operand),
            Expression::Binary {
                operator,
                left,
                right,
            } => {
                let (left_level, right_level) = sides(*operator);
                child(f, left, left_level)?;
                write!(f, " {operator} ")?;
                child(f, right, right_level)
            }
            Expression::IsNull { operand, negated } => {
                child(f, operand, Level::Sum)?;
                write!(f, " IS {}NULL", negation(*negated))
            }
            Expression::In {
                operand,
                list,
                negated,
            } => {
                child(f, operand, Level::Sum)?;
                write!(f, " {}IN ({})", negation(*negated), Commas(list))
            }
            Expression::Between {
                operand,
                low,
                high,
                negated,
            } => {
                child(f, operand, Level::Sum)?;
                write!(f, " {}BETWEEN ", negation(*negated))?;
                child(f, low, Level::Sum)?;
                f.write_str(" AND ")?;
                child(f, high, Level::Sum)
            }
            Expression::Call {
                function,
                arguments,
            } => {
                write!(f, "{function}({})", Commas(arguments))
            }
            Expression::Aggregate {
                aggregate,
                operand,
                distinct,
            } => {
                write!(
                    f,
                    "{aggregate}({}",
                    if *distinct { "DISTINCT " } else { "" }
                )?;
                match operand {
                    Some(operand) => write!(f, "{operand})"),
                    None => f.write_str("*)"),
                }
            }
        }
    }
}

impl fmt::Display for BinaryOperator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
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
        })
    }
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Function::Coalesce => "COALESCE",
            Function::Lower => "LOWER",
            Function::Upper => "UPPER",
            Function::Length => "LENGTH",
        })
    }
}

impl fmt::Display for Aggregate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Aggregate::Count => "COUNT",
            Aggregate::Sum => "SUM",
            Aggregate::Min => "MIN",
            Aggregate::Max => "MAX",
            Aggregate::Avg => "AVG",
        })
    }
}

impl Serialize for Expression {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Expression {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Expression, D::Error> {
        let text = String::deserialize(deserializer)?;
        Expression::parse(&text).map_err(serde::de::Error::custom)
    }
}

fn child(f: &mut fmt::Formatter<'_>, part: &Expression, at_least: Level) -> fmt::Result {
    if level(part) < at_least {
        write!(f, "({part})")
    } else {
        write!(f, "{part}")
    }
}

fn unary(f: &mut fmt::Formatter<'_>, operator: UnaryOperator, operand: &Expression) -> fmt::Result {
    match operator {
        UnaryOperator::Not => {
            f.write_str("NOT ")?;
            child(f, operand, Level::Not)
        }
        UnaryOperator::Minus => match operand {
            // A sign before a bare number would belong to the number.
            Expression::Literal(value) if is_number(value) => write!(f, "-({operand})"),
            operand => {
                f.write_str("-")?;
                child(f, operand, Level::Atom)
            }
        },
    }
}

fn negation(negated: bool) -> &'static str {
    if negated { "NOT " } else { "" }
}

struct Commas<'a>(&'a [Expression]);

impl fmt::Display for Commas<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, part) in self.0.iter().enumerate() {
            write!(f, "{}{part}", if n == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

fn level(part: &Expression) -> Level {
    match part {
        Expression::Literal(value) if is_negative(value) => Level::Sign,
        Expression::Literal(_)
        | Expression::Column { .. }
        | Expression::Call { .. }
        | Expression::Aggregate { .. } => Level::Atom,
        Expression::Unary {
            operator: UnaryOperator::Not,
            ..
        } => Level::Not,
        Expression::Unary {
            operator: UnaryOperator::Minus,
            ..
        } => Level::Sign,
        Expression::Binary { operator, .. } => operator_level(*operator),
        Expression::IsNull { .. } | Expression::In { .. } | Expression::Between { .. } => {
            Level::Predicate
        }
    }
}

fn operator_level(operator: BinaryOperator) -> Level {
    match operator {
        BinaryOperator::Or => Level::Or,
        BinaryOperator::And => Level::And,
        BinaryOperator::Equal
        | BinaryOperator::NotEqual
        | BinaryOperator::Less
        | BinaryOperator::LessOrEqual
        | BinaryOperator::Greater
        | BinaryOperator::GreaterOrEqual => Level::Predicate,
        BinaryOperator::Plus | BinaryOperator::Minus => Level::Sum,
        BinaryOperator::Times | BinaryOperator::Divide | BinaryOperator::Concat => Level::Product,
    }
}

/// What each side must bind at least: operators group to the left, comparisons do not group.
fn sides(operator: BinaryOperator) -> (Level, Level) {
    match operator_level(operator) {
        Level::Or => (Level::Or, Level::And),
        Level::And => (Level::And, Level::Not),
        Level::Sum => (Level::Sum, Level::Product),
        Level::Product => (Level::Product, Level::Sign),
        Level::Not | Level::Predicate | Level::Sign | Level::Atom => (Level::Sum, Level::Sum),
    }
}

fn is_number(value: &Value) -> bool {
    matches!(
        value,
        Value::Integer(_) | Value::Decimal(_) | Value::Float(_)
    )
}

fn is_negative(value: &Value) -> bool {
    match value {
        Value::Integer(n) => *n < 0,
        Value::Decimal(text) | Value::Float(text) => text.starts_with('-'),
        Value::Null | Value::Bool(_) | Value::Text(_) | Value::Bytes(_) => false,
    }
}

/// Like the value's own text, but floats always have an exponent: without one they are decimals.
fn literal(f: &mut fmt::Formatter<'_>, value: &Value) -> fmt::Result {
    match value {
        Value::Float(text) => match text.parse::<f64>() {
            Ok(number) => write!(f, "{number:e}"),
            Err(_) => f.write_str(text),
        },
        Value::Decimal(text) if !text.contains('.') => write!(f, "{text}.0"),
        other => fmt::Display::fmt(other, f),
    }
}
