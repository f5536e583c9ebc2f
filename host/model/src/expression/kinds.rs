//! The type rules of Strata SQL: what each operation takes and what comes out.
//!
//! Columns are found in [`super::resolve`]; here only kinds are known.
//!
//! Invariant: an operation is allowed only where SQLite, PostgreSQL and MySQL give the same answer.

use std::mem::discriminant;

use crate::column_type::{ColumnType, DECIMAL_PRECISION_MAX, Kind};
use crate::error::{Error, Result};
use crate::name::display;
use crate::value::{Value, decimal_parts};

use super::resolve::{
    EXPRESSION_LITERAL_INVALID, EXPRESSION_OUT_OF_RANGE, EXPRESSION_TYPE_MISMATCH, Node, Resolved,
    SCALE_MAX,
};
use super::tree::{Aggregate, BinaryOperator, Function, UnaryOperator};

/// A literal as it stands alone.
pub(super) fn literal(value: &Value) -> Result<Resolved> {
    match value {
        Value::Decimal(text) => {
            let (_, whole, fraction) = decimal_parts(text).unwrap_or_default();
            let digits = whole.trim_start_matches('0').len() + fraction.len();
            if digits > usize::from(DECIMAL_PRECISION_MAX)
                || fraction.len() > usize::from(SCALE_MAX)
            {
                return Err(out_of_range(&format!("the decimal `{}`", display(text))));
            }
        }
        Value::Text(text) if text.contains('\0') => {
            return Err(Error::new(
                &EXPRESSION_LITERAL_INVALID,
                "a text with a zero character is not a value of every database",
            ));
        }
        Value::Null
        | Value::Bool(_)
        | Value::Integer(_)
        | Value::Float(_)
        | Value::Text(_)
        | Value::Bytes(_) => {}
    }
    Ok(Resolved {
        node: Node::Literal(value.clone()),
        kind: value.kind(),
        nullable: *value == Value::Null,
    })
}

/// Requires a kind where no other will do; a bare NULL takes it.
pub(super) fn require(part: &mut Resolved, kind: Kind, what: &str) -> Result<()> {
    match part.kind {
        None => part.kind = Some(kind),
        Some(found) if discriminant(&found) == discriminant(&kind) => {}
        found => {
            return Err(Error::new(
                &EXPRESSION_TYPE_MISMATCH,
                format!(
                    "{what} takes `{}`, not `{}`",
                    kind_name(Some(kind)),
                    kind_name(found)
                ),
            ));
        }
    }
    Ok(())
}

/// `NOT x` and `-x`.
pub(super) fn unary(operator: UnaryOperator, mut operand: Resolved) -> Result<Resolved> {
    match operator {
        UnaryOperator::Not => require(&mut operand, Kind::Bool, "`NOT`")?,
        UnaryOperator::Minus => require_number(&operand, "`-`")?,
    }
    Ok(Resolved {
        kind: operand.kind,
        nullable: operand.nullable,
        node: Node::Unary {
            operator,
            operand: Box::new(operand),
        },
    })
}

/// Everything with two operands.
pub(super) fn binary(
    operator: BinaryOperator,
    left: Resolved,
    right: Resolved,
) -> Result<Resolved> {
    let mut parts = [left, right];
    let what = format!("`{operator}`");
    let kind = match operator {
        BinaryOperator::Or | BinaryOperator::And => {
            for part in &mut parts {
                require(part, Kind::Bool, &what)?;
            }
            Kind::Bool
        }
        BinaryOperator::Concat => {
            for part in &mut parts {
                require(part, Kind::Text, &what)?;
            }
            Kind::Text
        }
        BinaryOperator::Equal | BinaryOperator::NotEqual => compare(&mut parts, &what, false)?,
        BinaryOperator::Less
        | BinaryOperator::LessOrEqual
        | BinaryOperator::Greater
        | BinaryOperator::GreaterOrEqual => compare(&mut parts, &what, true)?,
        BinaryOperator::Plus
        | BinaryOperator::Minus
        | BinaryOperator::Times
        | BinaryOperator::Divide => arithmetic(operator, &mut parts)?,
    };
    let [left, right] = parts;
    // Dividing by zero gives null on SQLite and MySQL.
    let nullable = left.nullable || right.nullable || operator == BinaryOperator::Divide;
    let node = Node::Binary {
        operator,
        left: Box::new(left),
        right: Box::new(right),
    };
    Ok(Resolved {
        node,
        kind: Some(kind),
        nullable,
    })
}

/// `IN`: the first part is looked for in the others.
pub(super) fn within(mut parts: Vec<Resolved>, negated: bool) -> Result<Resolved> {
    compare(&mut parts, "`IN`", false)?;
    let nullable = parts.iter().any(|part| part.nullable);
    let operand = Box::new(parts.remove(0));
    if parts.is_empty() {
        return Err(Error::new(
            &EXPRESSION_TYPE_MISMATCH,
            "`IN` takes at least one value",
        ));
    }
    let node = Node::In {
        operand,
        list: parts,
        negated,
    };
    Ok(Resolved {
        node,
        kind: Some(Kind::Bool),
        nullable,
    })
}

/// `BETWEEN`: operand, low, high.
pub(super) fn between(mut parts: [Resolved; 3], negated: bool) -> Result<Resolved> {
    compare(&mut parts, "`BETWEEN`", true)?;
    let nullable = parts.iter().any(|part| part.nullable);
    let [operand, low, high] = parts.map(Box::new);
    let node = Node::Between {
        operand,
        low,
        high,
        negated,
    };
    Ok(Resolved {
        node,
        kind: Some(Kind::Bool),
        nullable,
    })
}

/// A function.
pub(super) fn call(function: Function, mut arguments: Vec<Resolved>) -> Result<Resolved> {
    if !function.takes(arguments.len()) {
        let why = format!("{function} cannot take {} arguments", arguments.len());
        return Err(Error::new(&EXPRESSION_TYPE_MISMATCH, why));
    }
    let what = function.to_string();
    let (kind, nullable) = match function {
        Function::Coalesce => {
            let kind = unify(&mut arguments, &what)?;
            (kind, arguments.iter().all(|argument| argument.nullable))
        }
        Function::Lower | Function::Upper | Function::Length => {
            for argument in &mut arguments {
                require(argument, Kind::Text, &what)?;
            }
            let kind = if function == Function::Length {
                Kind::Integer
            } else {
                Kind::Text
            };
            (kind, arguments.iter().any(|argument| argument.nullable))
        }
    };
    Ok(Resolved {
        node: Node::Call {
            function,
            arguments,
        },
        kind: Some(kind),
        nullable,
    })
}

/// An aggregate; without an operand it is `COUNT(*)`.
pub(super) fn aggregate(
    aggregate: Aggregate,
    operand: Option<Resolved>,
    distinct: bool,
) -> Result<Resolved> {
    let refuse = |kind| {
        let why = format!("{aggregate} does not take `{}`", kind_name(kind));
        Err(Error::new(&EXPRESSION_TYPE_MISMATCH, why))
    };
    let kind = match (aggregate, operand.as_ref().map(|operand| operand.kind)) {
        (Aggregate::Count, None) if !distinct => Kind::Integer,
        (_, None) => {
            let why = format!("{aggregate} needs a column or an expression to work on");
            return Err(Error::new(&EXPRESSION_TYPE_MISMATCH, why));
        }
        (_, Some(None)) => return refuse(None),
        (Aggregate::Count, Some(Some(Kind::Json))) if distinct => return refuse(Some(Kind::Json)),
        (Aggregate::Count, Some(Some(_))) => Kind::Integer,
        (Aggregate::Sum, Some(Some(kind))) if is_number(kind) => kind,
        (Aggregate::Avg, Some(Some(kind))) if is_number(kind) => Kind::Float,
        // PostgreSQL has neither for UUIDs before version 18.
        (
            Aggregate::Min | Aggregate::Max,
            Some(Some(kind @ (Kind::Bool | Kind::Json | Kind::Bytes | Kind::Uuid))),
        ) => return refuse(Some(kind)),
        (Aggregate::Min | Aggregate::Max, Some(Some(kind))) => kind,
        (_, Some(kind)) => return refuse(kind),
    };
    Ok(Resolved {
        node: Node::Aggregate {
            aggregate,
            operand: operand.map(Box::new),
            distinct,
        },
        kind: Some(kind),
        nullable: aggregate != Aggregate::Count,
    })
}

/// What a kind is called in messages: the name of a column type.
pub(super) fn kind_name(kind: Option<Kind>) -> String {
    match kind {
        None => "null".to_owned(),
        Some(Kind::Bool) => "bool".to_owned(),
        Some(Kind::Integer) => "integer".to_owned(),
        Some(Kind::Decimal { scale }) => format!("decimal with scale {scale}"),
        Some(Kind::Float) => "double".to_owned(),
        Some(Kind::Text) => "text".to_owned(),
        Some(Kind::Json) => "json".to_owned(),
        Some(Kind::Date) => "date".to_owned(),
        Some(Kind::Time) => "time".to_owned(),
        Some(Kind::Timestamp) => "timestamp".to_owned(),
        Some(Kind::Timestamptz) => "timestamptz".to_owned(),
        Some(Kind::Uuid) => "uuid".to_owned(),
        Some(Kind::Bytes) => "bytes".to_owned(),
    }
}

/// Makes operands comparable: one kind, no bare NULL, enum values that exist.
fn compare(parts: &mut [Resolved], what: &str, ordered: bool) -> Result<Kind> {
    if parts.iter().any(|part| part.kind.is_none()) {
        return Err(Error::new(
            &EXPRESSION_TYPE_MISMATCH,
            format!("{what} with NULL is never true on any database"),
        )
        .hint("write `IS NULL` or `IS NOT NULL`"));
    }
    let kind = unify(parts, what)?;
    if ordered && kind == Kind::Bool {
        return Err(Error::new(
            &EXPRESSION_TYPE_MISMATCH,
            format!("{what} does not order `bool` and `bool`"),
        )
        .hint("`bool` has = and <> only"));
    }
    check_enums(parts)?;
    Ok(Kind::Bool)
}

/// Finds the kind that all operands have in common, and gives it to text and NULL literals.
fn unify(parts: &mut [Resolved], what: &str) -> Result<Kind> {
    let typed = parts
        .iter()
        .filter(|part| !is_text_literal(part))
        .find_map(|part| part.kind);
    let takes_texts = typed.is_some_and(|kind| text_type(kind).is_some());
    let mut common: Option<Kind> = None;
    for part in parts.iter_mut() {
        if let (true, Node::Literal(value @ Value::Text(_)), Some(kind)) =
            (takes_texts, &part.node, typed)
        {
            check_literal(value, kind)?;
            part.kind = Some(kind);
        }
        common = match (common, part.kind) {
            (known, None) => known,
            (None, kind) => kind,
            (Some(known), Some(kind)) => {
                Some(join(known, kind).ok_or_else(|| mismatch(what, known, kind))?)
            }
        };
    }
    match common {
        None => Err(Error::new(
            &EXPRESSION_TYPE_MISMATCH,
            format!("{what} of NULL has no type"),
        )),
        Some(Kind::Json) => Err(Error::new(
            &EXPRESSION_TYPE_MISMATCH,
            format!("{what} does not take `json` and `json`"),
        )
        .hint("`json` has IS NULL and IS NOT NULL only")),
        Some(kind) => {
            for part in parts.iter_mut().filter(|part| part.kind.is_none()) {
                part.kind = Some(kind);
            }
            Ok(kind)
        }
    }
}

fn join(a: Kind, b: Kind) -> Option<Kind> {
    match (a, b) {
        (a, b) if a == b => Some(a),
        (a, b) if is_number(a) && is_number(b) => Some(match (scale(a), scale(b)) {
            (Some(a), Some(b)) => Kind::Decimal { scale: a.max(b) },
            _ => Kind::Float,
        }),
        _ => None,
    }
}

fn arithmetic(operator: BinaryOperator, parts: &mut [Resolved; 2]) -> Result<Kind> {
    let what = format!("`{operator}`");
    let [left, right] = parts;
    match (left.kind, right.kind) {
        (None, kind) => left.kind = kind,
        (kind, None) => right.kind = kind,
        _ => {}
    }
    let (Some(a), Some(b)) = (left.kind, right.kind) else {
        return Err(Error::new(
            &EXPRESSION_TYPE_MISMATCH,
            format!("{what} of NULL has no type"),
        ));
    };
    if !is_number(a) || !is_number(b) {
        return Err(mismatch(&what, a, b));
    }
    match (operator, scale(a), scale(b)) {
        (_, None, _) | (_, _, None) => Ok(Kind::Float),
        (BinaryOperator::Divide, _, _) => Err(mismatch(&what, a, b)
            .hint("dividing whole or exact numbers differs between databases; divide doubles")),
        (_, _, _) if a == Kind::Integer && b == Kind::Integer => Ok(Kind::Integer),
        (BinaryOperator::Times, Some(a), Some(b)) if a.saturating_add(b) > SCALE_MAX => {
            Err(out_of_range(&format!(
                "a product with {} digits after the point",
                a.saturating_add(b)
            )))
        }
        (BinaryOperator::Times, Some(a), Some(b)) => Ok(Kind::Decimal { scale: a + b }),
        (_, Some(a), Some(b)) => Ok(Kind::Decimal { scale: a.max(b) }),
    }
}

fn require_number(part: &Resolved, what: &str) -> Result<()> {
    if part.kind.is_some_and(is_number) {
        return Ok(());
    }
    let found = kind_name(part.kind);
    Err(Error::new(
        &EXPRESSION_TYPE_MISMATCH,
        format!("{what} takes a number, not `{found}`"),
    ))
}

fn is_number(kind: Kind) -> bool {
    matches!(kind, Kind::Integer | Kind::Decimal { .. } | Kind::Float)
}

/// The digits after the point of an exact number.
fn scale(kind: Kind) -> Option<u8> {
    match kind {
        Kind::Integer => Some(0),
        Kind::Decimal { scale } => Some(scale),
        _ => None,
    }
}

fn is_text_literal(part: &Resolved) -> bool {
    matches!(part.node, Node::Literal(Value::Text(_)))
}

/// The type whose literals are written as texts.
fn text_type(kind: Kind) -> Option<ColumnType> {
    match kind {
        Kind::Date => Some(ColumnType::Date),
        Kind::Time => Some(ColumnType::Time),
        Kind::Timestamp => Some(ColumnType::Timestamp),
        Kind::Timestamptz => Some(ColumnType::Timestamptz),
        Kind::Uuid => Some(ColumnType::Uuid),
        _ => None,
    }
}

fn check_literal(value: &Value, kind: Kind) -> Result<()> {
    let Some(column_type) = text_type(kind) else {
        return Ok(());
    };
    value.fits(&column_type).map_err(|cause| {
        Error::new(
            &EXPRESSION_LITERAL_INVALID,
            format!(
                "{} is not a value of type `{column_type}`",
                display(&value.to_string())
            ),
        )
        .because(cause)
    })
}

fn check_enums(parts: &[Resolved]) -> Result<()> {
    for column in parts {
        let Node::Column {
            column,
            column_type: ColumnType::Enum { values },
            ..
        } = &column.node
        else {
            continue;
        };
        for part in parts {
            if let Node::Literal(Value::Text(text)) = &part.node
                && !values.contains(text)
            {
                let known: Vec<String> = values.iter().map(|value| display(value)).collect();
                return Err(Error::new(
                    &EXPRESSION_LITERAL_INVALID,
                    format!(
                        "`{}` is not a value of the column `{column}`",
                        display(text)
                    ),
                )
                .hint(format!("its values are: {}", known.join(", "))));
            }
        }
    }
    Ok(())
}

fn mismatch(what: &str, a: Kind, b: Kind) -> Error {
    Error::new(
        &EXPRESSION_TYPE_MISMATCH,
        format!(
            "{what} does not take `{}` and `{}`",
            kind_name(Some(a)),
            kind_name(Some(b))
        ),
    )
}

fn out_of_range(what: &str) -> Error {
    Error::new(
        &EXPRESSION_OUT_OF_RANGE,
        format!(
            "{what} is out of range: at most {DECIMAL_PRECISION_MAX} digits, {SCALE_MAX} of them \
             after the point"
        ),
    )
}
