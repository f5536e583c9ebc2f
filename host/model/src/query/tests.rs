//! Tests of queries: what is read, what is refused, what columns a view has.

use proptest::prelude::*;

use crate::column_type::ColumnType;
use crate::error::Result;
use crate::expression::tests::{TOKENS, any_expression, any_name};
use crate::name::Name;

use super::{Join, JoinKind, Query, ResolvedQuery, SelectItem, Source, SourceColumns};

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

fn any_query() -> impl Strategy<Value = Query> {
    (any_name(), any_name()).prop_flat_map(|(first, second)| {
        let alias = first.clone();
        let expression = any_expression(Some(first));
        let item = (expression.clone(), any_name())
            .prop_map(|(expression, alias)| SelectItem { expression, alias });
        let source = any_name().prop_map(move |table| Source {
            table,
            alias: alias.clone(),
        });
        let kind = prop_oneof![Just(JoinKind::Inner), Just(JoinKind::Left)];
        let join = (kind, any_name(), expression.clone()).prop_map(move |(kind, table, on)| Join {
            kind,
            source: Source {
                table,
                alias: second.clone(),
            },
            on,
        });
        (
            prop::collection::vec(item, 1..4),
            source,
            prop::collection::vec(join, 0..2),
            prop::option::of(expression.clone()),
            prop::collection::vec(expression, 0..3),
        )
            .prop_map(|(select, from, joins, filter, group_by)| Query {
                select,
                from,
                joins,
                filter,
                group_by,
            })
            .prop_filter("queries that may be", |query| query.check().is_ok())
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 256,
        failure_persistence: None,
        ..Default::default()
    })]

    #[test]
    fn a_printed_query_parses_to_the_same_query(query in any_query()) {
        let text = query.to_string();
        prop_assert_eq!(Query::parse(&text).unwrap(), query.clone(), "{}", text);
        let json = serde_json::to_string(&query).unwrap();
        prop_assert_eq!(serde_json::from_str::<Query>(&json).unwrap(), query);
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "(SELECT |SELECT a FROM )?.{0,80}") {
        let _ = Query::parse(&text);
    }

    #[test]
    fn no_sequence_of_tokens_makes_anything_panic_and_what_parses_prints_back(
        words in prop::collection::vec(prop::sample::select(TOKENS), 0..24),
        start in prop::sample::select(&["", "SELECT a FROM t", "SELECT ", "SELECT a FROM"][..]),
    ) {
        if let Ok(query) = Query::parse(&format!("{start} {}", words.join(" "))) {
            let text = query.to_string();
            prop_assert_eq!(Query::parse(&text).unwrap(), query.clone(), "{}", text);
            let _ = query.resolve(&lookup);
        }
    }
}

#[test]
fn queries_print_in_their_canonical_form() {
    let cases = [
        ("select a from t", "SELECT t.a FROM t"),
        ("select a b from t as t", "SELECT t.a AS b FROM t"),
        ("select x.a from t x", "SELECT x.a FROM t AS x"),
        (
            "select t.a from t where (b > 1)",
            "SELECT t.a FROM t WHERE t.b > 1",
        ),
        (
            "select a, count(*) as n from t group by a",
            "SELECT t.a, COUNT(*) AS n FROM t GROUP BY t.a",
        ),
        (
            "select p.a from t p inner join u on p.id = u.id left outer join u v on v.id = p.id",
            "SELECT p.a FROM t AS p JOIN u ON p.id = u.id LEFT JOIN u AS v ON v.id = p.id",
        ),
        (
            "select \"order\" from \"left\"",
            "SELECT \"left\".\"order\" FROM \"left\"",
        ),
        (
            "select date, user from full_name f",
            "SELECT f.date, f.user FROM full_name AS f",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(Query::parse(text).unwrap().to_string(), expected, "{text}");
    }
}

#[test]
fn what_views_do_not_have_is_refused_by_its_code() {
    let cases = [
        ("SELECT * FROM t", "query.unsupported"),
        ("SELECT t.* FROM t", "query.unsupported"),
        ("SELECT DISTINCT a FROM t", "query.unsupported"),
        ("SELECT ALL a FROM t", "query.unsupported"),
        ("SELECT a FROM t HAVING a > 1", "query.unsupported"),
        ("SELECT a FROM t ORDER BY a", "query.unsupported"),
        ("SELECT a FROM t LIMIT 1", "query.unsupported"),
        ("SELECT a FROM t, u", "query.unsupported"),
        ("SELECT a FROM t UNION SELECT a FROM u", "query.unsupported"),
        ("WITH x AS (SELECT 1) SELECT a FROM x", "query.unsupported"),
        ("SELECT a FROM (SELECT a FROM t) x", "query.unsupported"),
        ("SELECT a FROM (t)", "query.invalid"),
        ("SELECT a AS by FROM t", "query.invalid"),
        ("SELECT and FROM t", "query.invalid"),
        ("(SELECT a FROM t)", "query.unsupported"),
        ("SELECT a FROM public.t", "query.unsupported"),
        (
            "SELECT a FROM t FULL JOIN u ON t.a = u.a",
            "query.unsupported",
        ),
        ("SELECT a FROM t NATURAL JOIN u", "query.unsupported"),
        ("SELECT a FROM t CROSS JOIN u", "query.unsupported"),
        ("SELECT t.a FROM t JOIN u USING (a)", "query.unsupported"),
        ("SELECT t.a FROM t JOIN u", "query.unsupported"),
        ("SELECT a FROM t FOR UPDATE", "query.unsupported"),
        ("SELECT a FROM t AS x (b)", "query.unsupported"),
        ("SELECT a FROM f(1)", "query.unsupported"),
        ("SELECT 1 AS a", "query.unsupported"),
        ("SELECT a FROM t GROUP BY 1", "query.unsupported"),
        ("SELECT a FROM t GROUP BY ROLLUP(a)", "query.unsupported"),
        ("SELECT a FROM t; SELECT b FROM t", "query.unsupported"),
        ("SELECT a INTO b FROM t", "query.unsupported"),
        (
            "SELECT CASE a WHEN 1 THEN 2 END AS b FROM t",
            "query.unsupported",
        ),
        (
            "SELECT t.a FROM t JOIN u AS t ON t.a = t.b",
            "query.alias_duplicate",
        ),
        ("SELECT a, b AS a FROM t", "query.alias_duplicate"),
        ("SELECT a + 1 FROM t", "query.alias_required"),
        (
            "SELECT a FROM t JOIN u ON t.a = u.a",
            "query.alias_required",
        ),
        ("SELECT FROM t", "query.invalid"),
        ("SELECT a FROM", "query.invalid"),
        ("a = 1", "query.invalid"),
        ("DELETE FROM t", "query.unsupported"),
        ("", "query.invalid"),
        ("SELECT a FROM T", "name.invalid"),
        ("SELECT a FROM strata_ledger", "name.reserved"),
    ];
    for (text, code) in cases {
        let error = Query::parse(text).unwrap_err();
        assert_eq!(error.code().name, code, "{text}: {error:?}");
    }
}

#[test]
fn large_queries_are_refused() {
    let large = format!("SELECT a FROM t WHERE a = 1{}", " OR a = 1".repeat(3_000));
    assert_eq!(
        Query::parse(&large).unwrap_err().code().name,
        "query.too_large"
    );
    let long = format!("SELECT a FROM t WHERE a = '{}'", "x".repeat(65_536));
    assert_eq!(
        Query::parse(&long).unwrap_err().code().name,
        "query.too_large"
    );
}

fn lookup(table: &Name) -> Option<SourceColumns> {
    let of = |text: &str, of: ColumnType| (name(text), of, false);
    match table.as_str() {
        "person" => Some(vec![
            of("id", ColumnType::Id),
            of("name", ColumnType::String { length: 20 }),
            (name("born"), ColumnType::Date, true),
        ]),
        "invoice" => Some(vec![
            of("id", ColumnType::Id),
            of("person_id", ColumnType::Bigint),
            of(
                "total",
                ColumnType::Decimal {
                    precision: 10,
                    scale: 2,
                },
            ),
            of("doc", ColumnType::Json),
        ]),
        "t" => Some(vec![of("a", ColumnType::Int), of("b", ColumnType::Text)]),
        _ => None,
    }
}

fn resolve(text: &str) -> Result<ResolvedQuery> {
    Query::parse(text)?.resolve(&lookup)
}

#[test]
fn a_view_has_typed_columns_and_left_joins_make_null() {
    let query = resolve(
        "SELECT p.name, LOWER(p.name) AS low, i.total, p.born, p.id + 1 AS next, \
         i.total * 2 AS two \
         FROM person AS p LEFT JOIN invoice AS i ON i.person_id = p.id WHERE p.id > 1",
    )
    .unwrap();
    let decimal = |precision| ColumnType::Decimal {
        precision,
        scale: 2,
    };
    let expected = [
        ("name", ColumnType::String { length: 20 }, false),
        ("low", ColumnType::Text, false),
        ("total", decimal(10), true),
        ("born", ColumnType::Date, true),
        ("next", ColumnType::Bigint, false),
        ("two", decimal(38), true),
    ];
    let expected: SourceColumns = expected
        .into_iter()
        .map(|(text, of, nullable)| (name(text), of, nullable))
        .collect();
    assert_eq!(query.columns, expected);
    assert_eq!(query.joins.len(), 1);
}

#[test]
fn groups_decide_what_may_be_selected() {
    let cases = [
        ("SELECT name, COUNT(*) AS n FROM person GROUP BY name", ""),
        (
            "SELECT LOWER(name) AS l, COUNT(*) AS n FROM person GROUP BY LOWER(name)",
            "",
        ),
        ("SELECT COUNT(*) AS n, 1 AS one FROM person", ""),
        ("SELECT COUNT(*) + id AS n FROM person GROUP BY id", ""),
        ("SELECT COUNT(*) + id AS n FROM person", "query.not_grouped"),
        (
            "SELECT name, COUNT(*) AS n FROM person",
            "query.not_grouped",
        ),
        ("SELECT name FROM person GROUP BY born", "query.not_grouped"),
        (
            "SELECT LOWER(name) AS l FROM person GROUP BY name",
            "query.not_grouped",
        ),
        (
            "SELECT COUNT(*) AS n FROM invoice GROUP BY doc",
            "query.unsupported",
        ),
    ];
    for (text, code) in cases {
        let resolved = resolve(text);
        assert_eq!(
            resolved.err().map_or("", |error| error.code().name),
            code,
            "{text}"
        );
    }
}

#[test]
fn queries_that_do_not_fit_the_schema_are_refused() {
    let misplaced = "expression.aggregate_misplaced";
    let cases = [
        ("SELECT a FROM nope", "query.table_unknown"),
        ("SELECT nope FROM person", "expression.column_unknown"),
        ("SELECT x.id FROM person", "expression.alias_unknown"),
        ("SELECT id FROM person WHERE id", "expression.type_mismatch"),
        ("SELECT id FROM person WHERE COUNT(*) > 1", misplaced),
        (
            "SELECT COUNT(*) AS n FROM person GROUP BY SUM(id)",
            misplaced,
        ),
        ("SELECT NULL AS nothing FROM person", "query.type_unknown"),
        (
            "SELECT p.id FROM person AS p JOIN t ON i.id = p.id JOIN invoice AS i ON i.id = p.id",
            "expression.alias_unknown",
        ),
    ];
    for (text, code) in cases {
        let error = resolve(text).unwrap_err();
        assert_eq!(error.code().name, code, "{text}: {error:?}");
    }
}

#[test]
fn a_query_follows_renamed_tables_and_columns() {
    let mut query =
        Query::parse("SELECT p.id, t.a FROM person AS p JOIN t ON t.a = p.id GROUP BY p.id")
            .unwrap();
    query.rename_table(&name("t"), &name("things"));
    query.rename_column(&name("person"), &name("id"), &name("key"));
    assert_eq!(
        query.to_string(),
        "SELECT p.key AS id, t.a FROM person AS p JOIN things AS t ON t.a = p.key GROUP BY p.key"
    );
    let sources: Vec<&str> = query
        .sources()
        .map(|source| source.table.as_str())
        .collect();
    assert_eq!(sources, ["person", "things"]);
}
