//! Tests of Strata SQL expressions: what is read, what is refused, what types come out.
//!
//! `any_expression` is also what the tests of queries are made of.

use proptest::prelude::*;

use crate::column_type::ColumnType;
use crate::name::Name;
use crate::value::Value;

use super::{Aggregate, BinaryOperator, Expression, Function, Scope, UnaryOperator};

mod parse;
mod resolve;

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

fn column(text: &str) -> Expression {
    Expression::Column {
        table: None,
        column: name(text),
    }
}

fn integer(n: i64) -> Expression {
    Expression::Literal(Value::Integer(n))
}

fn minus(operand: Expression) -> Expression {
    Expression::Unary {
        operator: UnaryOperator::Minus,
        operand: Box::new(operand),
    }
}

fn not(operand: Expression) -> Expression {
    Expression::Unary {
        operator: UnaryOperator::Not,
        operand: Box::new(operand),
    }
}

fn binary(operator: BinaryOperator, left: Expression, right: Expression) -> Expression {
    Expression::Binary {
        operator,
        left: Box::new(left),
        right: Box::new(right),
    }
}

fn between(operand: Expression, low: Expression, high: Expression) -> Expression {
    let [operand, low, high] = [operand, low, high].map(Box::new);
    Expression::Between {
        operand,
        low,
        high,
        negated: false,
    }
}

const NAMES: &[&str] = &[
    "a", "b", "n", "x", "e", "u", "_x", "amount", "order", "left", "date", "case", "null", "count",
    "user", "interval", "end", "length", "not", "select", "distinct", "any", "array", "struct",
];

pub(crate) fn any_name() -> impl Strategy<Value = Name> {
    prop_oneof![
        prop::sample::select(NAMES).prop_map(name),
        "[a-z_][a-z0-9_]{0,8}".prop_filter_map("reserved", |text| Name::new(text).ok()),
    ]
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        prop_oneof![any::<i64>(), -9..9i64, Just(i64::MIN), Just(i64::MAX)]
            .prop_map(Value::Integer),
        "-?[0-9]{1,12}\\.[0-9]{1,8}".prop_map(Value::Decimal),
        any::<f64>().prop_filter_map("finite", |number| Value::float(number).ok()),
        (-99i32..99).prop_map(|n| Value::Float(format!("{:?}", f64::from(n) / 8.0))),
        "[^\\x00]{0,12}".prop_map(Value::Text),
        "['\"\\\\`;%-]{0,6}".prop_map(Value::Text),
        prop::collection::vec(any::<u8>(), 0..6).prop_map(Value::Bytes),
    ]
}

const OPERATORS: &[BinaryOperator] = &[
    BinaryOperator::Or,
    BinaryOperator::And,
    BinaryOperator::Equal,
    BinaryOperator::NotEqual,
    BinaryOperator::Less,
    BinaryOperator::LessOrEqual,
    BinaryOperator::Greater,
    BinaryOperator::GreaterOrEqual,
    BinaryOperator::Plus,
    BinaryOperator::Minus,
    BinaryOperator::Times,
    BinaryOperator::Divide,
    BinaryOperator::Concat,
];

/// Any tree; the table of a column is `alias`, or anything where there is none.
pub(crate) fn any_expression(alias: Option<Name>) -> BoxedStrategy<Expression> {
    let table = match alias {
        Some(alias) => Just(Some(alias)).boxed(),
        None => prop::option::of(any_name()).boxed(),
    };
    let leaf = prop_oneof![
        any_value().prop_map(Expression::Literal),
        (table, any_name()).prop_map(|(table, column)| Expression::Column { table, column }),
        Just(Expression::Aggregate {
            aggregate: Aggregate::Count,
            operand: None,
            distinct: false
        }),
    ];
    leaf.prop_recursive(7, 40, 3, |inner| {
        let boxed = inner.clone().prop_map(Box::new);
        prop_oneof![
            4 => (prop::sample::select(OPERATORS), inner.clone(), inner.clone())
                .prop_map(|(operator, left, right)| binary(operator, left, right)),
            2 => inner.clone().prop_map(minus),
            2 => inner.clone().prop_map(not),
            1 => (boxed.clone(), any::<bool>())
                .prop_map(|(operand, negated)| Expression::IsNull { operand, negated }),
            1 => (boxed.clone(), prop::collection::vec(inner.clone(), 1..3), any::<bool>())
                .prop_map(|(operand, list, negated)| Expression::In { operand, list, negated }),
            2 => (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(operand, low, high)| between(operand, low, high)),
            1 => prop::collection::vec(inner.clone(), 2..4).prop_map(|arguments| {
                Expression::Call { function: Function::Coalesce, arguments }
            }),
            1 => (prop::sample::select(&[Function::Lower, Function::Upper, Function::Length][..]),
                inner)
                .prop_map(|(function, argument)| {
                    Expression::Call { function, arguments: vec![argument] }
                }),
            1 => (prop::sample::select(&[Aggregate::Count, Aggregate::Sum, Aggregate::Avg][..]),
                boxed, any::<bool>())
                .prop_map(|(aggregate, operand, distinct)| Expression::Aggregate {
                    aggregate, operand: Some(operand), distinct
                }),
        ]
    })
    .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 256,
        failure_persistence: None,
        ..Default::default()
    })]

    #[test]
    fn a_printed_tree_parses_to_the_same_tree(tree in any_expression(None)) {
        let text = tree.to_string();
        prop_assert_eq!(Expression::parse(&text).unwrap(), tree, "{}", text);
    }

    #[test]
    fn a_tree_keeps_its_json(tree in any_expression(None)) {
        let json = serde_json::to_string(&tree).unwrap();
        prop_assert_eq!(serde_json::from_str::<Expression>(&json).unwrap(), tree);
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in ".{0,80}") {
        let _ = Expression::parse(&text);
    }

    #[test]
    fn no_sequence_of_tokens_makes_anything_panic_and_what_parses_prints_back(
        words in prop::collection::vec(prop::sample::select(TOKENS), 0..24),
    ) {
        if let Ok(tree) = Expression::parse(&words.join(" ")) {
            let text = tree.to_string();
            prop_assert_eq!(Expression::parse(&text).unwrap(), tree.clone(), "{}", text);
            let columns = columns();
            let _ = tree.resolve(&[scope(&columns)], true);
        }
    }
}

pub(crate) const TOKENS: &[&str] = &[
    "a",
    "b",
    "flag",
    "price",
    "born",
    "1",
    "2.5",
    "1e3",
    "-",
    "--",
    "'x'",
    "'2020-01-01'",
    "X'0a'",
    "0xff",
    "NULL",
    "TRUE",
    "+",
    "*",
    "/",
    "||",
    "=",
    "<>",
    "<",
    ">=",
    "AND",
    "OR",
    "NOT",
    "IS",
    "IN",
    "BETWEEN",
    "(",
    ")",
    "(",
    ")",
    ",",
    ".",
    "COALESCE",
    "LOWER",
    "COUNT",
    "SUM",
    "DISTINCT",
    "CASE",
    "WHEN",
    "CAST",
    "LIKE",
    "EXISTS",
    "SELECT",
    "FROM",
    "t",
    "WHERE",
    "GROUP",
    "BY",
    "JOIN",
    "LEFT",
    "ON",
    "AS",
    ";",
    "\"",
    "'",
    "`",
    "\\",
    "/*",
    "$1",
    "?",
    ":",
    "::",
    "[",
    "]",
    "{",
    "}",
    "@",
    "%",
    "^",
    "INTERVAL",
    "DATE",
    "\u{0}",
    "é",
    "FILTER",
    "OVER",
    "ARRAY",
    "LATERAL",
    "ALL",
];

type Column = (Name, ColumnType, bool);

fn columns() -> Vec<Column> {
    let decimal = |scale| ColumnType::Decimal {
        precision: 30,
        scale,
    };
    let values = vec!["red".to_owned(), "green".to_owned()];
    let of = |text: &str, of: ColumnType| (name(text), of, false);
    vec![
        of("id", ColumnType::Id),
        of("n", ColumnType::Int),
        (name("maybe"), ColumnType::Bigint, true),
        of("price", decimal(2)),
        of("rate", decimal(4)),
        of("wide", decimal(29)),
        of("d", ColumnType::Double),
        of("flag", ColumnType::Bool),
        of("s", ColumnType::Text),
        of("color", ColumnType::Enum { values }),
        of("doc", ColumnType::Json),
        of("born", ColumnType::Date),
        of("at", ColumnType::Timestamptz),
        of("uid", ColumnType::Uuid),
        of("raw", ColumnType::Blob),
    ]
}

fn scope(columns: &[Column]) -> Scope<'_> {
    Scope {
        alias: None,
        columns: columns.iter().map(|(a, b, c)| (a, b, *c)).collect(),
    }
}

#[test]
fn the_hint_about_a_quoted_name_is_given_only_where_a_name_could_stand() {
    let hinted = |text: &str| {
        let error = Expression::parse(text).unwrap_err();
        error
            .hints()
            .iter()
            .any(|hint| hint.contains("of that name"))
    };
    for text in [
        "a LIKE 'x'",
        "a NOT LIKE 'x'",
        "CASE WHEN a THEN b END",
        "CAST(a AS text)",
        "a IN (SELECT b FROM c)",
        "a ORDER BY b",
        "EXISTS (SELECT 1)",
        "(a) HAVING b",
    ] {
        assert!(!hinted(text), "{text}");
    }
    for text in [
        "order = 1",
        "a = order",
        "NOT like",
        "t.limit > 3",
        "a + case * 2",
    ] {
        assert!(hinted(text), "{text}");
    }
}
