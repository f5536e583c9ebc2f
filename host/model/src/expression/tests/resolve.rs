//! Which expressions have a type, and which columns they name.
//!
//! Reading is tested in the file beside it.

use crate::column_type::{ColumnType, Kind};
use crate::error::Result;
use crate::expression::{Expression, Node, Resolved, Scope};

use super::{column, columns, name, not, scope};

fn resolve(text: &str) -> Result<Resolved> {
    Expression::parse(text)?.resolve(&[scope(&columns())], true)
}

#[test]
fn kinds_and_nullability_follow_from_the_operands() {
    let decimal = |scale| Some(Kind::Decimal { scale });
    let (integer, float, text) = (Some(Kind::Integer), Some(Kind::Float), Some(Kind::Text));
    let boolean = Some(Kind::Bool);
    let cases = [
        ("n + id", integer, false),
        ("n + maybe", integer, true),
        ("n + price", decimal(2), false),
        ("price - rate", decimal(4), false),
        ("price * rate", decimal(6), false),
        ("price * n", decimal(2), false),
        ("price + d", float, false),
        ("d / n", float, true),
        ("-price", decimal(2), false),
        ("1.250", decimal(3), false),
        ("s || color", text, false),
        ("LENGTH(s)", integer, false),
        ("LOWER(color)", text, false),
        ("COALESCE(maybe, 0)", integer, false),
        ("COALESCE(maybe, NULL)", integer, true),
        ("COALESCE(maybe, 1.50)", decimal(2), false),
        ("COALESCE(born, '2020-01-01')", Some(Kind::Date), false),
        ("maybe IS NULL", boolean, false),
        ("doc IS NOT NULL", boolean, false),
        ("maybe = 1 AND flag", boolean, true),
        ("flag = TRUE OR NOT flag", boolean, false),
        ("flag OR NULL", boolean, true),
        ("price > 1 AND n <= 1.5 AND d < n", boolean, false),
        ("born >= '2020-01-01'", boolean, false),
        ("'2020-01-01' < born", boolean, false),
        ("born BETWEEN '2020-01-01' AND '2020-12-31'", boolean, false),
        (
            "uid IN ('00000000-0000-0000-0000-000000000000')",
            boolean,
            false,
        ),
        ("color IN ('red', 'green')", boolean, false),
        ("'red' = color", boolean, false),
        ("n IN (1, maybe)", boolean, true),
        ("raw = X'00'", boolean, false),
        ("COUNT(*)", integer, false),
        ("COUNT(doc)", integer, false),
        ("SUM(n)", integer, true),
        ("SUM(price) + 1", decimal(2), true),
        ("AVG(price)", float, true),
        ("MIN(born)", Some(Kind::Date), true),
        ("NULL + n", integer, true),
        ("NULL", None, true),
    ];
    for (text, kind, nullable) in cases {
        let resolved = resolve(text).unwrap();
        assert_eq!(
            (resolved.kind, resolved.nullable),
            (kind, nullable),
            "{text}"
        );
    }
}

#[test]
fn what_would_differ_between_databases_does_not_resolve() {
    let mismatch = "expression.type_mismatch";
    let cases = [
        ("n = s", mismatch, "`integer` and `text`"),
        ("s = 1", mismatch, "`text` and `integer`"),
        ("n = '1'", mismatch, "`integer` and `text`"),
        ("n = NULL", mismatch, "NULL"),
        ("n IN (1, NULL)", mismatch, "NULL"),
        ("n BETWEEN NULL AND 2", mismatch, "NULL"),
        ("doc = doc", mismatch, "`json`"),
        ("doc = '{}'", mismatch, "`json` and `text`"),
        ("COALESCE(doc, doc)", mismatch, "`json`"),
        ("flag < flag", mismatch, "`bool`"),
        ("flag BETWEEN FALSE AND TRUE", mismatch, "`bool`"),
        ("flag = 1", mismatch, "`bool` and `integer`"),
        ("n AND flag", mismatch, "`bool`, not `integer`"),
        ("NOT s", mismatch, "`bool`, not `text`"),
        ("n || s", mismatch, "`text`, not `integer`"),
        ("s + 1", mismatch, "`text` and `integer`"),
        ("born + 1", mismatch, "`date` and `integer`"),
        ("-s", mismatch, "number, not `text`"),
        ("-(NULL)", mismatch, "null"),
        ("NULL + NULL", mismatch, "NULL"),
        ("n / 2", mismatch, "`integer` and `integer`"),
        (
            "price / 2",
            mismatch,
            "`decimal with scale 2` and `integer`",
        ),
        ("price * wide", "expression.out_of_range", "31"),
        (
            "1.1234567890123456789012345678901",
            "expression.out_of_range",
            "30",
        ),
        ("LENGTH(n)", mismatch, "`text`, not `integer`"),
        ("COALESCE(n, s)", mismatch, "`integer` and `text`"),
        ("COALESCE(NULL, NULL)", mismatch, "NULL"),
        ("born = '2020-13-01'", "expression.literal_invalid", "date"),
        ("uid = 'x'", "expression.literal_invalid", "uuid"),
        ("born = s", mismatch, "`date` and `text`"),
        ("born = at", mismatch, "`date` and `timestamptz`"),
        ("color = 'blue'", "expression.literal_invalid", "`blue`"),
        (
            "color IN ('red', 'blue')",
            "expression.literal_invalid",
            "`blue`",
        ),
        ("SUM(s)", mismatch, "`text`"),
        ("AVG(flag)", mismatch, "`bool`"),
        ("MIN(flag)", mismatch, "`bool`"),
        ("MAX(uid)", mismatch, "`uuid`"),
        ("COUNT(DISTINCT doc)", mismatch, "`json`"),
        ("COUNT(NULL)", mismatch, "null"),
        ("SUM(COUNT(*))", "expression.aggregate_misplaced", "within"),
        ("nope = 1", "expression.column_unknown", "`nope`"),
        ("t.n = 1", "expression.alias_unknown", "`t`"),
    ];
    for (text, code, part) in cases {
        let error = resolve(text).unwrap_err();
        assert_eq!(error.code().name, code, "{text}: {error:?}");
        assert!(error.message().contains(part), "{text}: {error:?}");
    }
    let null = resolve("n = NULL").unwrap_err();
    assert!(null.hints().iter().any(|hint| hint.contains("IS NULL")));
}

#[test]
fn a_text_literal_takes_the_kind_of_the_column_next_to_it() {
    let Node::Binary { right, .. } = resolve("born = '2020-01-01'").unwrap().node else {
        unreachable!("it is a comparison")
    };
    assert_eq!(right.kind, Some(Kind::Date));
}

#[test]
fn a_condition_is_bool_and_has_no_aggregates() {
    let columns = columns();
    let require = |text: &str| {
        Expression::parse(text)
            .unwrap()
            .require_condition(&[scope(&columns)])
    };
    assert_eq!(require("flag").unwrap().kind, Some(Kind::Bool));
    assert_eq!(
        require("n").unwrap_err().code().name,
        "expression.type_mismatch"
    );
    let aggregate = require("COUNT(*) > 1").unwrap_err();
    assert_eq!(aggregate.code().name, "expression.aggregate_misplaced");
}

#[test]
fn among_several_tables_a_column_needs_its_own() {
    let columns = columns();
    let other = [
        (name("n"), ColumnType::Int, true),
        (name("only"), ColumnType::Int, true),
    ];
    let aliased = |alias: &str, of| Scope {
        alias: Some(name(alias)),
        ..scope(of)
    };
    let scopes = [aliased("t", &columns), aliased("u", &other)];
    let cases = [
        ("t.n = u.n", ""),
        ("n = 1", "expression.column_ambiguous"),
        ("only = 1", "expression.alias_required"),
        ("nope = 1", "expression.column_unknown"),
        ("u.born IS NULL", "expression.column_unknown"),
        ("v.n = 1", "expression.alias_unknown"),
    ];
    for (text, code) in cases {
        let resolved = Expression::parse(text).unwrap().resolve(&scopes, false);
        assert_eq!(
            resolved.err().map_or("", |error| error.code().name),
            code,
            "{text}"
        );
    }
}

#[test]
fn a_tree_that_is_too_deep_does_not_resolve() {
    let tree = (0..64).fold(column("flag"), |tree, _| not(tree));
    let error = tree.resolve(&[scope(&columns())], false).unwrap_err();
    assert_eq!(error.code().name, "expression.too_large");
}

#[test]
fn columns_are_listed_and_renamed_with_their_table() {
    let mut tree = Expression::parse("t.a = a AND b IN (u.a, LOWER(t.a))").unwrap();
    let listed: Vec<String> = tree.columns().iter().map(ToString::to_string).collect();
    assert_eq!(listed, ["a", "b"]);
    assert_eq!(tree.references().len(), 4);
    tree.rename_column(Some(&name("t")), &name("a"), &name("z"));
    assert_eq!(tree.to_string(), "t.z = a AND b IN (u.a, LOWER(t.z))");
    tree.rename_column(None, &name("a"), &name("order"));
    assert_eq!(
        tree.to_string(),
        "t.z = \"order\" AND b IN (u.a, LOWER(t.z))"
    );
}
