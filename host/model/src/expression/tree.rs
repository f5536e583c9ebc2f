//! The tree of a Strata SQL expression, as written: names not yet resolved.
//!
//! Parsing is [`super::parse`], printing [`super::print`], meaning [`super::resolve`].
//!
//! Invariant: printing a tree and parsing the text gives the same tree.

use crate::name::Name;
use crate::value::Value;

/// An expression over the columns of one table (or, in a view, of several).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Expression {
    /// A literal.
    Literal(Value),
    /// A column, in a view with the alias of its table.
    Column {
        /// The alias of a table in a view's FROM; `None` where there is one table only.
        table: Option<Name>,
        /// The column.
        column: Name,
    },
    /// `NOT x` or `-x`.
    Unary {
        /// What is done.
        operator: UnaryOperator,
        /// To what.
        operand: Box<Expression>,
    },
    /// `a + b`, `a = b`, `a AND b`, …
    Binary {
        /// What is done.
        operator: BinaryOperator,
        /// The left side.
        left: Box<Expression>,
        /// The right side.
        right: Box<Expression>,
    },
    /// `x IS [NOT] NULL`.
    IsNull {
        /// What is asked.
        operand: Box<Expression>,
        /// With `NOT`.
        negated: bool,
    },
    /// `x [NOT] IN (a, b, …)`.
    In {
        /// What is looked for.
        operand: Box<Expression>,
        /// Where; at least one.
        list: Vec<Expression>,
        /// With `NOT`.
        negated: bool,
    },
    /// `x [NOT] BETWEEN low AND high`.
    Between {
        /// What is asked.
        operand: Box<Expression>,
        /// The lower bound, included.
        low: Box<Expression>,
        /// The upper bound, included.
        high: Box<Expression>,
        /// With `NOT`.
        negated: bool,
    },
    /// `COALESCE(a, b)`, `LOWER(x)`, …
    Call {
        /// Which function.
        function: Function,
        /// Its arguments.
        arguments: Vec<Expression>,
    },
    /// `COUNT(*)`, `SUM(x)`, …: in the select list of a view only.
    Aggregate {
        /// Which aggregate.
        aggregate: Aggregate,
        /// Over what; `None` for `COUNT(*)`.
        operand: Option<Box<Expression>>,
        /// With `DISTINCT`.
        distinct: bool,
    },
}

/// Operators with one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnaryOperator {
    /// `NOT`.
    Not,
    /// `-`.
    Minus,
}

/// Operators with two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOperator {
    /// `OR`.
    Or,
    /// `AND`.
    And,
    /// `=`.
    Equal,
    /// `<>`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    LessOrEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterOrEqual,
    /// `+`.
    Plus,
    /// `-`.
    Minus,
    /// `*`.
    Times,
    /// `/`, on floating-point numbers only.
    Divide,
    /// `||`.
    Concat,
}

/// The functions of Strata SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Function {
    /// The first argument that is not null.
    Coalesce,
    /// Lower case, of ASCII letters at least.
    Lower,
    /// Upper case, of ASCII letters at least.
    Upper,
    /// The number of characters.
    Length,
}

/// The aggregates of Strata SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Aggregate {
    /// How many.
    Count,
    /// The sum.
    Sum,
    /// The smallest.
    Min,
    /// The largest.
    Max,
    /// The mean, a double.
    Avg,
}
