//! Which texts are expressions, which are refused, and how they print.
//!
//! Types are tested in the file beside it.

use crate::error::Result;
use crate::expression::Expression;
use crate::value::Value;

use super::{column, integer, minus};

#[test]
fn texts_print_in_their_canonical_form() {
    let cases = [
        ("a=1", "a = 1"),
        ("a != 1", "a <> 1"),
        ("((a))", "a"),
        ("a and b or not c", "a AND b OR NOT c"),
        ("a AND (b OR c)", "a AND (b OR c)"),
        ("(a and b) and c", "a AND b AND c"),
        ("a and (b and c)", "a AND (b AND c)"),
        ("a - (b - c)", "a - (b - c)"),
        ("(a - b) - c", "a - b - c"),
        ("a + b * c", "a + b * c"),
        ("(a + b) * c", "(a + b) * c"),
        ("a / (b * c)", "a / (b * c)"),
        ("a || b || c", "a || b || c"),
        ("a - -5", "a - -5"),
        ("- 5", "-5"),
        ("-(5)", "-(5)"),
        ("-(-5)", "-(-5)"),
        ("- - a", "-(-a)"),
        ("-(a + b)", "-(a + b)"),
        ("-a * b", "-a * b"),
        ("-(a * b)", "-(a * b)"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("not not a", "NOT NOT a"),
        ("not null is not null", "NOT NULL IS NOT NULL"),
        ("a and not null", "a AND NOT NULL"),
        ("not a = b", "NOT a = b"),
        ("(not a) = b", "(NOT a) = b"),
        ("(not a) is null", "(NOT a) IS NULL"),
        ("not a is not null", "NOT a IS NOT NULL"),
        ("a = b = c", "(a = b) = c"),
        ("a = b is null", "(a = b) IS NULL"),
        ("a between 1 and 2 and b", "a BETWEEN 1 AND 2 AND b"),
        ("a between 1 and (b and c)", "a BETWEEN 1 AND (b AND c)"),
        ("a not between -1 and 1 - 0", "a NOT BETWEEN -1 AND 1 - 0"),
        ("a not in (1,2 , 3)", "a NOT IN (1, 2, 3)"),
        ("a in (b or c)", "a IN (b OR c)"),
        ("coalesce(a, lower('It''s'))", "COALESCE(a, LOWER('It''s'))"),
        ("count( * )", "COUNT(*)"),
        ("sum(distinct a)", "SUM(DISTINCT a)"),
        ("t.a", "t.a"),
        ("\"order\" = \"a\"", "\"order\" = a"),
        ("date = '2020-01-01'", "date = '2020-01-01'"),
        ("x'AB' = X''", "X'ab' = X''"),
        ("1E3 + 1.50", "1e3 + 1.50"),
        ("1.5e0", "1.5e0"),
        ("a\n\t=\r\n1", "a = 1"),
        ("'\\' = a", "'\\' = a"),
        ("count = length", "count = length"),
    ];
    for (text, expected) in cases {
        assert_eq!(
            Expression::parse(text).unwrap().to_string(),
            expected,
            "{text}"
        );
    }
}

#[test]
fn a_sign_before_a_number_is_part_of_it_and_elsewhere_an_operator() {
    let cases = [
        ("-5", integer(-5)),
        ("-(5)", minus(integer(5))),
        ("- -5", minus(integer(-5))),
        ("-9223372036854775808", integer(i64::MIN)),
        (
            "-1.5",
            Expression::Literal(Value::Decimal("-1.5".to_owned())),
        ),
        ("-2e0", Expression::Literal(Value::Float("-2.0".to_owned()))),
        ("-a", minus(column("a"))),
    ];
    for (text, expected) in cases {
        assert_eq!(Expression::parse(text).unwrap(), expected, "{text}");
    }
}

#[test]
fn what_is_not_strata_sql_is_refused_by_its_name() {
    let unsupported = [
        ("a LIKE 'x%'", "`LIKE`"),
        ("CASE WHEN a THEN 1 END", "`CASE`"),
        ("CAST(a AS int)", "`CAST`"),
        ("a::int", "`::`"),
        ("a % 2", "`%`"),
        ("a DIV 2", "`DIV`"),
        ("+a", "`+`"),
        ("EXTRACT(year FROM a)", "`FROM`"),
        ("CURRENT_TIMESTAMP", "`CURRENT_TIMESTAMP`"),
        ("now()", "function `NOW`"),
        ("random() < 1", "function `RANDOM`"),
        ("a IN (SELECT 1)", "a subquery"),
        ("EXISTS (SELECT 1)", "`EXISTS`"),
        ("DATE '2020-01-01'", "a text with `DATE` before it"),
        ("E'a'", "a text with `E` before it"),
        ("_utf8'a'", "character set"),
        ("N'a'", "`N'a'`"),
        ("SUM(a) OVER ()", "`OVER`"),
        ("SUM(*)", "`SUM(*)`"),
        ("LOWER(*)", "`*`"),
        ("LOWER(DISTINCT a)", "`DISTINCT`"),
        ("(a, b) = (1, 2)", "a row of values"),
        ("s.t.a", "schema"),
        ("a IS TRUE", "`IS TRUE`"),
        ("(a) NOT NULL", "`NOT NULL`"),
        ("a AND NULL NOT NULL", "`NOT NULL`"),
        ("a == 1", "`==`"),
        ("a -- b", "a comment"),
        ("a /* b */", "a comment"),
        ("a; b", "`;`"),
        ("a = ?", "a parameter"),
        ("`a`", "backticks"),
        ("0xff", "base 16"),
        (".5", "point"),
        ("5.", "point"),
        ("1.e5", "point"),
        ("'a\u{0}b'", "zero"),
        ("a COLLATE b", "`COLLATE`"),
        ("a @> b", "`@>`"),
        ("order", "`ORDER`"),
    ];
    for (text, construct) in unsupported {
        let error = Expression::parse(text).unwrap_err();
        assert_eq!(
            error.code().name,
            "expression.unsupported",
            "{text}: {error:?}"
        );
        assert!(error.message().contains(construct), "{text}: {error:?}");
        assert!(
            error.hints().iter().any(|hint| hint.contains("COALESCE")),
            "{text}"
        );
    }
}

#[test]
fn what_cannot_be_read_is_invalid() {
    let cases = [
        "",
        " ",
        "a b",
        "a =",
        "(a",
        "a)",
        "a IN ()",
        "LOWER()",
        "LOWER(a, b)",
        "COALESCE(a)",
        "COUNT()",
        "COUNT(a, b)",
        "9223372036854775808",
        "-9223372036854775809",
        "1e999",
        "X'0'",
        "X'zz'",
        "'a",
        "\"a",
        "a AND",
        "NOT",
        "a BETWEEN 1",
        "a IS 1",
        "a NOT = 1",
    ];
    for text in cases {
        let error = Expression::parse(text).unwrap_err();
        assert_eq!(error.code().name, "expression.invalid", "{text}: {error:?}");
    }
    for text in ["Amount = 1", "\"a b\"", "\"a\"\"b\"", "t.A"] {
        assert_eq!(
            Expression::parse(text).unwrap_err().code().name,
            "name.invalid",
            "{text}"
        );
    }
    assert_eq!(
        Expression::parse("strata_x").unwrap_err().code().name,
        "name.reserved"
    );
}

/// A quarter of what a thread of a test has, an eighth of what others have.
fn parse_on_a_small_stack(text: &str) -> Result<Expression> {
    let text = text.to_owned();
    let thread = std::thread::Builder::new().stack_size(512 * 1024);
    thread
        .spawn(move || Expression::parse(&text))
        .unwrap()
        .join()
        .unwrap()
}

#[test]
fn large_and_deep_texts_are_refused_quickly_and_without_overflow() {
    let deep = |before: &str, middle: &str, after: &str, times: usize| {
        format!("{}{middle}{}", before.repeat(times), after.repeat(times))
    };
    let cases = [
        format!("a = '{}'", "x".repeat(17_000)),
        deep("(", "a", ")", 8_000),
        deep("(", "", "", 16_000),
        deep("NOT ", "a", "", 4_000),
        deep("- ", "a", "", 8_000),
        deep("", "a", "+a", 8_000),
        deep("", "a", "+a", 1_900),
        deep("", "a", " IS NULL", 1_900),
        deep("", "a", " IN (a)", 1_900),
        deep("", "a", " BETWEEN a AND a", 900),
        deep("a BETWEEN (", "a", ") AND a", 65),
        deep("LOWER(", "a", ")", 65),
        deep("NOT(", "a", ")", 64),
        deep("", "a", " AND a", 64),
        deep("a IN (", "a", ")", 64),
        format!("a IN ({}1)", "1,".repeat(2_000)),
    ];
    for text in cases {
        let error = parse_on_a_small_stack(&text).unwrap_err();
        let shown: String = text.chars().take(40).collect();
        assert_eq!(
            error.code().name,
            "expression.too_large",
            "{shown}: {error:?}"
        );
    }
    // At the limits it works.
    for text in [
        deep("(", "a", ")", 64),
        deep("", "a", " AND a", 63),
        deep("-(", "a", ")", 63),
    ] {
        let tree = Expression::parse(&text).unwrap();
        assert_eq!(Expression::parse(&tree.to_string()).unwrap(), tree);
    }
}

#[test]
fn texts_made_to_backtrack_end_quickly() {
    let started = [
        "NOT(",
        "a IN (",
        "LOWER(",
        "case(",
        "if(",
        "a BETWEEN (",
        "-(",
        "COUNT(DISTINCT ",
        "((",
        "a IN ((",
        "not(a,",
        "interval(",
        "array(",
        "cast(",
        "t.a(",
        "date(",
    ];
    for piece in started {
        for end in ["", "a", "a b", ")", "'", "1 1"] {
            let text = format!("{}{end}", piece.repeat(60));
            assert!(Expression::parse(&text).is_err(), "{text}");
        }
    }
}
