//! Reading Strata SQL: text to tree, through a real SQL parser, with everything else refused.
//!
//! Words and symbols are checked first, in `tokens`; names are not looked up here but in
//! [`super::resolve`].
//!
//! Invariants: no input panics, overflows the stack or takes longer than its size explains; a tree
//! that comes out is within the limits and prints back to itself.

use std::str::FromStr;

use sqlparser::ast;

use crate::error::{Error, Result};
use crate::name::{Name, display};
use crate::value::Value;

use super::tokens::{Language, is_reserved, parser};
use super::tree::{Aggregate, BinaryOperator, Expression, Function, UnaryOperator};

mod codes {
    crate::codes! {
        EXPRESSION_INVALID = "expression.invalid", Input, "An expression cannot be parsed.";
        EXPRESSION_UNSUPPORTED = "expression.unsupported", Input,
            "An expression uses something that is not part of Strata SQL.";
        EXPRESSION_TOO_LARGE = "expression.too_large", Input,
            "An expression is longer, deeper or has more parts than allowed.";
    }
}
pub use codes::*;

/// The longest expression, in bytes of text.
pub const TEXT_BYTES_MAX: usize = 16 * 1024;
/// The most nodes from the root of a tree to a leaf.
pub const DEPTH_MAX: usize = 64;
/// The most nodes of a tree.
pub const NODES_MAX: usize = 2_000;

/// What Strata SQL has, as every refusal says.
pub(crate) const SUBSET: &str = "Strata SQL has literals (1, 1.5, 1e3, 'text', TRUE, FALSE, NULL, \
    X'00'), columns, = <> < <= > >=, AND, OR, NOT, IS [NOT] NULL, [NOT] IN (…), [NOT] BETWEEN, \
    + - * / ||, COALESCE, LOWER, UPPER and LENGTH; views also COUNT, SUM, MIN, MAX and AVG";

/// What queries have, as every refusal says.
pub(crate) const SUBSET_OF_QUERIES: &str = "a query is `SELECT a.x, COUNT(*) AS n FROM a \
    [LEFT] JOIN b ON … WHERE … GROUP BY a.x`, with the expressions of Strata SQL";

/// Expressions, for limits and errors.
pub(crate) static EXPRESSION: Language = Language {
    noun: "expression",
    invalid: &EXPRESSION_INVALID,
    unsupported: &EXPRESSION_UNSUPPORTED,
    too_large: &EXPRESSION_TOO_LARGE,
    subset: SUBSET,
    bytes_max: TEXT_BYTES_MAX,
    is_query: false,
};

impl Expression {
    /// Parses Strata SQL.
    ///
    /// ```
    /// # use model::expression::Expression;
    /// let expression = Expression::parse("(price) > 1 and not(sold)")?;
    /// assert_eq!(expression.to_string(), "price > 1 AND NOT sold");
    /// # Ok::<(), model::Error>(())
    /// ```
    ///
    /// # Errors
    /// `expression.invalid`, `expression.unsupported`, `expression.too_large`, and `name.*` for the
    /// name of a column that cannot be one.
    pub fn parse(text: &str) -> Result<Expression> {
        let parsed = parser(text, &EXPRESSION, |parser| parser.parse_expr())?;
        Converter::new(&EXPRESSION).convert(&parsed, 1)
    }

    /// Checks that the tree is within the limits; one that was parsed is.
    ///
    /// # Errors
    /// `expression.too_large`.
    pub fn check_size(&self) -> Result<()> {
        let mut converter = Converter::new(&EXPRESSION);
        let mut waiting = vec![(self, 1)];
        while let Some((next, depth)) = waiting.pop() {
            converter.count(depth)?;
            waiting.extend(next.children().into_iter().map(|child| (child, depth + 1)));
        }
        Ok(())
    }
}

impl FromStr for Expression {
    type Err = Error;

    fn from_str(text: &str) -> Result<Expression> {
        Expression::parse(text)
    }
}

/// Turns the parser's trees into ours, counting nodes.
pub(crate) struct Converter {
    language: &'static Language,
    nodes: usize,
}

impl Converter {
    /// Starts counting.
    pub(crate) fn new(language: &'static Language) -> Converter {
        Converter { language, nodes: 0 }
    }

    /// Converts a tree whose root stands at `depth`, 1 for a whole expression.
    pub(crate) fn convert(&mut self, parsed: &ast::Expr, depth: usize) -> Result<Expression> {
        if let ast::Expr::Nested(inner) = parsed {
            return self.convert(inner, depth);
        }
        self.count(depth)?;
        match parsed {
            ast::Expr::Identifier(column) => Ok(Expression::Column {
                table: None,
                column: self.name(column)?,
            }),
            ast::Expr::CompoundIdentifier(parts) => match parts.as_slice() {
                [table, column] => Ok(Expression::Column {
                    table: Some(self.name(table)?),
                    column: self.name(column)?,
                }),
                _ => Err(self
                    .language
                    .unsupported("a column with a schema before its table")),
            },
            ast::Expr::Value(value) => self.literal(&value.value, false),
            ast::Expr::UnaryOp { op, expr } => self.unary(*op, expr, depth),
            ast::Expr::BinaryOp { left, op, right } => Ok(Expression::Binary {
                operator: self.operator(op)?,
                left: self.below(left, depth)?,
                right: self.below(right, depth)?,
            }),
            ast::Expr::IsNull(operand) => Ok(Expression::IsNull {
                operand: self.below(operand, depth)?,
                negated: false,
            }),
            ast::Expr::IsNotNull(operand) => Ok(Expression::IsNull {
                operand: self.below(operand, depth)?,
                negated: true,
            }),
            ast::Expr::InList {
                expr,
                list,
                negated,
            } => Ok(Expression::In {
                operand: self.below(expr, depth)?,
                list: self.list(list, depth)?,
                negated: *negated,
            }),
            ast::Expr::Between {
                expr,
                negated,
                low,
                high,
            } => Ok(Expression::Between {
                operand: self.below(expr, depth)?,
                low: self.below(low, depth)?,
                high: self.below(high, depth)?,
                negated: *negated,
            }),
            ast::Expr::Function(function) => self.call(function, depth),
            other => Err(self.language.unsupported(construct(other))),
        }
    }

    /// Checks a name; a word of the language is one in quotes only.
    pub(crate) fn name(&self, identifier: &ast::Ident) -> Result<Name> {
        let lower = identifier.value.to_ascii_lowercase();
        if identifier.quote_style.is_none() && is_reserved(&lower) {
            let why = format!(
                "`{}` stands where a name should",
                lower.to_ascii_uppercase()
            );
            return Err(self.language.invalid(&why).hint(format!(
                "a table or column of that name is written `\"{lower}\"`"
            )));
        }
        Name::new(identifier.value.clone())
    }

    fn count(&mut self, depth: usize) -> Result<()> {
        self.nodes += 1;
        if depth > DEPTH_MAX {
            return Err(self
                .language
                .too_large(&format!("it is deeper than {DEPTH_MAX}")));
        }
        if self.nodes > NODES_MAX {
            return Err(self
                .language
                .too_large(&format!("it has more than {NODES_MAX} parts")));
        }
        Ok(())
    }

    fn below(&mut self, parsed: &ast::Expr, depth: usize) -> Result<Box<Expression>> {
        Ok(Box::new(self.convert(parsed, depth + 1)?))
    }

    fn list(&mut self, parsed: &[ast::Expr], depth: usize) -> Result<Vec<Expression>> {
        parsed
            .iter()
            .map(|item| self.convert(item, depth + 1))
            .collect()
    }

    /// `NOT x` and `-x`; a sign directly before a number is part of the number.
    fn unary(
        &mut self,
        operator: ast::UnaryOperator,
        operand: &ast::Expr,
        depth: usize,
    ) -> Result<Expression> {
        let operator = match (operator, operand) {
            (ast::UnaryOperator::Minus, ast::Expr::Value(value))
                if matches!(value.value, ast::Value::Number(..)) =>
            {
                return self.literal(&value.value, true);
            }
            (ast::UnaryOperator::Minus, _) => UnaryOperator::Minus,
            (ast::UnaryOperator::Not, _) => UnaryOperator::Not,
            (other, _) => {
                return Err(self
                    .language
                    .unsupported(&format!("`{other}` before an operand")));
            }
        };
        Ok(Expression::Unary {
            operator,
            operand: self.below(operand, depth)?,
        })
    }

    fn literal(&self, value: &ast::Value, negative: bool) -> Result<Expression> {
        let value = match value {
            ast::Value::Number(digits, false) => self.number(digits, negative)?,
            ast::Value::SingleQuotedString(text) => Value::Text(text.clone()),
            ast::Value::Boolean(value) => Value::Bool(*value),
            ast::Value::Null => Value::Null,
            ast::Value::HexStringLiteral(digits) => Value::Bytes(
                hex::decode(digits)
                    .map_err(|_| self.language.invalid("X'…' takes pairs of digits 0-9 a-f"))?,
            ),
            _ => return Err(self.language.unsupported("this kind of literal")),
        };
        Ok(Expression::Literal(value))
    }

    fn number(&self, digits: &str, negative: bool) -> Result<Value> {
        let text = format!("{}{digits}", if negative { "-" } else { "" });
        if digits.starts_with('.') || digits.ends_with('.') || digits.contains(".e") {
            return Err(self
                .language
                .unsupported("a number without digits on both sides of its point"));
        }
        if digits.contains(['e', 'E']) {
            return text
                .parse()
                .ok()
                .and_then(|number| Value::float(number).ok())
                .ok_or_else(|| {
                    self.language
                        .invalid(&format!("the number `{}` is too large", display(&text)))
                });
        }
        let value = if digits.contains('.') {
            Value::decimal(&text).ok()
        } else {
            text.parse().ok().map(Value::Integer)
        };
        value.ok_or_else(|| {
            self.language
                .invalid(&format!("the number `{}` is out of range", display(&text)))
        })
    }

    fn operator(&self, operator: &ast::BinaryOperator) -> Result<BinaryOperator> {
        Ok(match operator {
            ast::BinaryOperator::Or => BinaryOperator::Or,
            ast::BinaryOperator::And => BinaryOperator::And,
            ast::BinaryOperator::Eq => BinaryOperator::Equal,
            ast::BinaryOperator::NotEq => BinaryOperator::NotEqual,
            ast::BinaryOperator::Lt => BinaryOperator::Less,
            ast::BinaryOperator::LtEq => BinaryOperator::LessOrEqual,
            ast::BinaryOperator::Gt => BinaryOperator::Greater,
            ast::BinaryOperator::GtEq => BinaryOperator::GreaterOrEqual,
            ast::BinaryOperator::Plus => BinaryOperator::Plus,
            ast::BinaryOperator::Minus => BinaryOperator::Minus,
            ast::BinaryOperator::Multiply => BinaryOperator::Times,
            ast::BinaryOperator::Divide => BinaryOperator::Divide,
            ast::BinaryOperator::StringConcat => BinaryOperator::Concat,
            other => return Err(self.language.unsupported(&format!("`{other}`"))),
        })
    }

    fn call(&mut self, call: &ast::Function, depth: usize) -> Result<Expression> {
        let (name, distinct, arguments) = self.call_parts(call)?;
        if let Some(aggregate) = aggregate(&name) {
            return self.aggregate(aggregate, distinct, arguments, depth);
        }
        let Some(function) = function(&name) else {
            return Err(self
                .language
                .unsupported(&format!("the function `{}`", display(&name))));
        };
        if distinct {
            return Err(self
                .language
                .unsupported(&format!("`DISTINCT` in {function}")));
        }
        let arguments = arguments
            .iter()
            .map(|argument| match argument {
                Some(parsed) => self.convert(parsed, depth + 1),
                None => Err(self.language.unsupported(&format!("`*` in {function}"))),
            })
            .collect::<Result<Vec<_>>>()?;
        if !function.takes(arguments.len()) {
            return Err(self.language.invalid(&format!(
                "{function} cannot take {} arguments",
                arguments.len()
            )));
        }
        Ok(Expression::Call {
            function,
            arguments,
        })
    }

    fn aggregate(
        &mut self,
        aggregate: Aggregate,
        distinct: bool,
        arguments: Vec<Option<&ast::Expr>>,
        depth: usize,
    ) -> Result<Expression> {
        let operand = match arguments.as_slice() {
            [Some(parsed)] => Some(self.below(parsed, depth)?),
            [None] if aggregate == Aggregate::Count && !distinct => None,
            [None] => {
                let distinct = if distinct { "DISTINCT " } else { "" };
                return Err(self
                    .language
                    .unsupported(&format!("`{aggregate}({distinct}*)`")));
            }
            _ => {
                let why = format!("{aggregate} takes one argument, not {}", arguments.len());
                return Err(self.language.invalid(&why));
            }
        };
        Ok(Expression::Aggregate {
            aggregate,
            operand,
            distinct,
        })
    }

    /// The name in upper case, whether DISTINCT is there, and the arguments (`None` is `*`).
    fn call_parts<'a>(
        &self,
        call: &'a ast::Function,
    ) -> Result<(String, bool, Vec<Option<&'a ast::Expr>>)> {
        let name = match call.name.0.as_slice() {
            [ast::ObjectNamePart::Identifier(name)] if name.quote_style.is_none() => name,
            _ => {
                return Err(self
                    .language
                    .unsupported("a function with a quoted or longer name"));
            }
        };
        let ast::FunctionArguments::List(list) = &call.args else {
            return Err(self
                .language
                .unsupported("a function without a list of arguments"));
        };
        let plain = !call.uses_odbc_syntax
            && matches!(call.parameters, ast::FunctionArguments::None)
            && call.within_group.is_empty()
            && call.filter.is_none()
            && call.null_treatment.is_none()
            && call.over.is_none()
            && list.clauses.is_empty();
        if !plain {
            return Err(self
                .language
                .unsupported("a function with clauses of its own"));
        }
        let distinct = match list.duplicate_treatment {
            None => false,
            Some(ast::DuplicateTreatment::Distinct) => true,
            Some(ast::DuplicateTreatment::All) => return Err(self.language.unsupported("`ALL`")),
        };
        let arguments = list
            .args
            .iter()
            .map(|argument| match argument {
                ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(parsed)) => Ok(Some(parsed)),
                ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Wildcard) => Ok(None),
                _ => Err(self.language.unsupported("this kind of argument")),
            })
            .collect::<Result<_>>()?;
        Ok((name.value.to_ascii_uppercase(), distinct, arguments))
    }
}

impl Function {
    /// Whether the function can be called with this many arguments.
    pub fn takes(self, arguments: usize) -> bool {
        match self {
            // SQLite refuses one.
            Function::Coalesce => arguments >= 2,
            Function::Lower | Function::Upper | Function::Length => arguments == 1,
        }
    }
}

fn function(name: &str) -> Option<Function> {
    match name {
        "COALESCE" => Some(Function::Coalesce),
        "LOWER" => Some(Function::Lower),
        "UPPER" => Some(Function::Upper),
        "LENGTH" => Some(Function::Length),
        _ => None,
    }
}

fn aggregate(name: &str) -> Option<Aggregate> {
    match name {
        "COUNT" => Some(Aggregate::Count),
        "SUM" => Some(Aggregate::Sum),
        "MIN" => Some(Aggregate::Min),
        "MAX" => Some(Aggregate::Max),
        "AVG" => Some(Aggregate::Avg),
        _ => None,
    }
}

fn construct(parsed: &ast::Expr) -> &'static str {
    match parsed {
        ast::Expr::IsTrue(_) | ast::Expr::IsNotTrue(_) => "`IS TRUE`",
        ast::Expr::IsFalse(_) | ast::Expr::IsNotFalse(_) => "`IS FALSE`",
        ast::Expr::IsUnknown(_) | ast::Expr::IsNotUnknown(_) => "`IS UNKNOWN`",
        ast::Expr::IsDistinctFrom(..) | ast::Expr::IsNotDistinctFrom(..) => "`IS DISTINCT FROM`",
        ast::Expr::InSubquery { .. } | ast::Expr::Subquery(_) | ast::Expr::Exists { .. } => {
            "a subquery"
        }
        ast::Expr::Tuple(_) => "a row of values",
        ast::Expr::Prefixed { .. } => "a text with a character set before it",
        ast::Expr::Wildcard(_) | ast::Expr::QualifiedWildcard(..) => "`*` as a column",
        ast::Expr::TypedString(_) => "a text with a type before it",
        ast::Expr::CompoundFieldAccess { .. } => "a part of a value",
        _ => "this construct",
    }
}
