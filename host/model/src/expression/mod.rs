//! Strata SQL expressions: parsed once, resolved against a schema, printed by each dialect.

mod kinds;
pub mod parse;
pub mod print;
pub mod resolve;
mod tokens;
pub mod tree;
pub mod visit;

#[cfg(test)]
pub(crate) mod tests;

pub(crate) use parse::Converter;
pub use resolve::{Node, Resolved, Scope};
pub(crate) use tokens::{Language, parser};
pub use tree::{Aggregate, BinaryOperator, Expression, Function, UnaryOperator};
