//! Giving an expression its meaning: every column found, every node with its kind.
//!
//! It does not print anything; the dialects print the resolved tree, so that a rule such as
//! "decimals are scaled integers here" can be kept at every node. The type rules are in `kinds`.
//!
//! Invariant: every part of a resolved tree has a kind, except a NULL that nothing gives one to.

use crate::column_type::{ColumnType, Kind};
use crate::error::{Error, Result};
use crate::name::Name;
use crate::value::Value;

use super::kinds;
use super::tree::{Aggregate, BinaryOperator, Expression, Function, UnaryOperator};

mod codes {
    crate::codes! {
        EXPRESSION_COLUMN_UNKNOWN = "expression.column_unknown", Input,
            "An expression names a column that its table does not have.";
        EXPRESSION_COLUMN_AMBIGUOUS = "expression.column_ambiguous", Input,
            "An expression names a column that several tables have, without saying which table.";
        EXPRESSION_ALIAS_REQUIRED = "expression.alias_required", Input,
            "A column stands without its table where there is more than one table.";
        EXPRESSION_ALIAS_UNKNOWN = "expression.alias_unknown", Input,
            "An expression names a table that is not in its query.";
        EXPRESSION_TYPE_MISMATCH = "expression.type_mismatch", Input,
            "An operation of an expression does not take operands of these types.";
        EXPRESSION_LITERAL_INVALID = "expression.literal_invalid", Input,
            "A literal is not a value of the column that it stands next to.";
        EXPRESSION_OUT_OF_RANGE = "expression.out_of_range", Input,
            "A decimal has more digits than every database keeps.";
        EXPRESSION_AGGREGATE_MISPLACED = "expression.aggregate_misplaced", Input,
            "An aggregate stands where none is allowed.";
    }
}
pub use codes::*;

/// A node of a resolved expression: what it does, and what comes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// What it does.
    pub node: Node,
    /// What comes out; `None` for the literal null alone.
    pub kind: Option<Kind>,
    /// Whether null may come out.
    pub nullable: bool,
}

/// What a resolved node does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// A literal. A text compared with a date, time, timestamp, moment or UUID has that kind.
    Literal(Value),
    /// A column of a table.
    Column {
        /// The alias of its table in a view; `None` elsewhere.
        table: Option<Name>,
        /// The column.
        column: Name,
        /// Its type.
        column_type: ColumnType,
    },
    /// One operand.
    Unary {
        /// What is done.
        operator: UnaryOperator,
        /// To what.
        operand: Box<Resolved>,
    },
    /// Two operands.
    Binary {
        /// What is done.
        operator: BinaryOperator,
        /// Left.
        left: Box<Resolved>,
        /// Right.
        right: Box<Resolved>,
    },
    /// `IS [NOT] NULL`.
    IsNull {
        /// What is asked.
        operand: Box<Resolved>,
        /// With `NOT`.
        negated: bool,
    },
    /// `[NOT] IN`.
    In {
        /// What is looked for.
        operand: Box<Resolved>,
        /// Where.
        list: Vec<Resolved>,
        /// With `NOT`.
        negated: bool,
    },
    /// `[NOT] BETWEEN`.
    Between {
        /// What is asked.
        operand: Box<Resolved>,
        /// Lower bound.
        low: Box<Resolved>,
        /// Upper bound.
        high: Box<Resolved>,
        /// With `NOT`.
        negated: bool,
    },
    /// A function.
    Call {
        /// Which.
        function: Function,
        /// Its arguments.
        arguments: Vec<Resolved>,
    },
    /// An aggregate, in views only.
    Aggregate {
        /// Which.
        aggregate: Aggregate,
        /// Over what; `None` for `COUNT(*)`.
        operand: Option<Box<Resolved>>,
        /// With `DISTINCT`.
        distinct: bool,
    },
}

/// One table that an expression may name columns of.
#[derive(Debug, Clone)]
pub struct Scope<'a> {
    /// The alias in a view; `None` where there is one table only and columns stand alone.
    pub alias: Option<Name>,
    /// Its columns in order: name, type, nullable (outer joins make all columns nullable).
    pub columns: Vec<(&'a Name, &'a ColumnType, bool)>,
}

/// The most digits after the point that every database keeps.
pub const SCALE_MAX: u8 = 30;

impl Expression {
    /// Finds every column and computes what comes out of every part.
    ///
    /// # Errors
    /// The `expression.*` codes declared here, and `expression.too_large`.
    pub fn resolve(&self, scopes: &[Scope<'_>], allow_aggregates: bool) -> Result<Resolved> {
        self.check_size()?;
        Resolver {
            scopes,
            allow_aggregates,
            in_aggregate: false,
        }
        .resolve(self)
    }

    /// Resolves what must be true or false for each row: a check, a filter, a join.
    ///
    /// # Errors
    /// As [`Expression::resolve`] without aggregates, and `expression.type_mismatch` if it is not
    /// `bool`.
    pub fn require_condition(&self, scopes: &[Scope<'_>]) -> Result<Resolved> {
        let mut resolved = self.resolve(scopes, false)?;
        kinds::require(&mut resolved, Kind::Bool, "a condition")?;
        Ok(resolved)
    }
}

struct Resolver<'a> {
    scopes: &'a [Scope<'a>],
    allow_aggregates: bool,
    in_aggregate: bool,
}

impl Resolver<'_> {
    fn resolve(&mut self, expression: &Expression) -> Result<Resolved> {
        match expression {
            Expression::Literal(value) => kinds::literal(value),
            Expression::Column { table, column } => self.column(table.as_ref(), column),
            Expression::Unary { operator, operand } => {
                kinds::unary(*operator, self.resolve(operand)?)
            }
            Expression::Binary {
                operator,
                left,
                right,
            } => kinds::binary(*operator, self.resolve(left)?, self.resolve(right)?),
            Expression::IsNull { operand, negated } => Ok(Resolved {
                node: Node::IsNull {
                    operand: Box::new(self.resolve(operand)?),
                    negated: *negated,
                },
                kind: Some(Kind::Bool),
                nullable: false,
            }),
            Expression::In {
                operand,
                list,
                negated,
            } => {
                let mut parts = vec![self.resolve(operand)?];
                for item in list {
                    parts.push(self.resolve(item)?);
                }
                kinds::within(parts, *negated)
            }
            Expression::Between {
                operand,
                low,
                high,
                negated,
            } => {
                let parts = [
                    self.resolve(operand)?,
                    self.resolve(low)?,
                    self.resolve(high)?,
                ];
                kinds::between(parts, *negated)
            }
            Expression::Call {
                function,
                arguments,
            } => {
                let arguments = arguments.iter().map(|argument| self.resolve(argument));
                kinds::call(*function, arguments.collect::<Result<_>>()?)
            }
            Expression::Aggregate {
                aggregate,
                operand,
                distinct,
            } => self.aggregate(*aggregate, operand.as_deref(), *distinct),
        }
    }

    fn aggregate(
        &mut self,
        aggregate: Aggregate,
        operand: Option<&Expression>,
        distinct: bool,
    ) -> Result<Resolved> {
        if !self.allow_aggregates || self.in_aggregate {
            let place = if self.in_aggregate {
                "within another aggregate"
            } else {
                "here"
            };
            return Err(Error::new(
                &EXPRESSION_AGGREGATE_MISPLACED,
                format!("the aggregate {aggregate} is not allowed {place}"),
            )
            .hint("aggregates stand in the select list of a view, side by side"));
        }
        self.in_aggregate = true;
        let operand = operand.map(|operand| self.resolve(operand)).transpose()?;
        self.in_aggregate = false;
        kinds::aggregate(aggregate, operand, distinct)
    }

    fn column(&self, table: Option<&Name>, column: &Name) -> Result<Resolved> {
        let scope = match table {
            Some(alias) => self.scope(alias)?,
            None => self.only_scope(column)?,
        };
        let Some((_, column_type, nullable)) =
            scope.columns.iter().find(|(known, _, _)| *known == column)
        else {
            return Err(unknown(column, scope));
        };
        Ok(Resolved {
            kind: Some(column_type.kind()),
            nullable: *nullable,
            node: Node::Column {
                table: scope.alias.clone(),
                column: column.clone(),
                column_type: (*column_type).clone(),
            },
        })
    }

    fn scope(&self, alias: &Name) -> Result<&Scope<'_>> {
        let mut scopes = self.scopes.iter();
        scopes
            .find(|scope| scope.alias.as_ref() == Some(alias))
            .ok_or_else(|| {
                let known: Vec<&str> = self
                    .scopes
                    .iter()
                    .filter_map(|s| s.alias.as_ref())
                    .map(Name::as_str)
                    .collect();
                let hint = match known.as_slice() {
                    [] => "columns stand alone here: leave the table out".to_owned(),
                    known => format!("there are: {}", known.join(", ")),
                };
                Error::new(
                    &EXPRESSION_ALIAS_UNKNOWN,
                    format!("there is no table `{alias}` to take a column of"),
                )
                .hint(hint)
            })
    }

    /// The scope of a column without a table: the only one there is.
    fn only_scope(&self, column: &Name) -> Result<&Scope<'_>> {
        if let [scope] = self.scopes {
            return Ok(scope);
        }
        let having: Vec<String> = self
            .scopes
            .iter()
            .filter(|scope| scope.columns.iter().any(|(known, _, _)| *known == column))
            .filter_map(|scope| scope.alias.as_ref())
            .map(|alias| format!("`{alias}.{column}`"))
            .collect();
        let error = match having.len() {
            0 => Error::new(
                &EXPRESSION_COLUMN_UNKNOWN,
                format!("no table has column `{column}`"),
            ),
            1 => Error::new(
                &EXPRESSION_ALIAS_REQUIRED,
                format!("the column `{column}` stands without its table"),
            ),
            _ => Error::new(
                &EXPRESSION_COLUMN_AMBIGUOUS,
                format!("more than one table has a column `{column}`"),
            ),
        };
        Err(if having.is_empty() {
            error
        } else {
            error.hint(format!("write {}", having.join(" or ")))
        })
    }
}

fn unknown(column: &Name, scope: &Scope<'_>) -> Error {
    let place = scope
        .alias
        .as_ref()
        .map(|alias| format!(" in `{alias}`"))
        .unwrap_or_default();
    let known: Vec<&str> = scope
        .columns
        .iter()
        .map(|(name, _, _)| name.as_str())
        .collect();
    let error = Error::new(
        &EXPRESSION_COLUMN_UNKNOWN,
        format!("there is no column `{column}`{place}"),
    );
    if known.is_empty() {
        error
    } else {
        error.hint(format!("there are: {}", known.join(", ")))
    }
}
