//! What packs that work say: in one order, each with its pack, by the options that were chosen.

use compliance::{Outcome, Pack, PackFinding, judge_by, shipped_pack};
use serde_json::json;

use crate::{MANIFEST, files, finds_if, input, pack};

#[test]
fn rules_see_the_input_and_the_options() {
    let judged = |condition: &str| pack(&finds_if(condition)).judge(&input()).unwrap().len();
    assert_eq!(
        judged("input.tenant.slug == \"acme\"; input.today == \"2026-11-27\""),
        1
    );
    assert_eq!(
        judged("input.format == \"strata/compliance-input/1\"; count(input.plan.steps) == 0"),
        1
    );
    assert_eq!(
        judged("data.options.limit == 3; data.options.words == [\"a\"]"),
        1
    );
    assert_eq!(judged("data.options.limit == 4"), 0);
    let options = [("limit".to_owned(), json!(4))].into();
    let changed = pack(&finds_if("data.options.limit == 4"))
        .configure(&options)
        .unwrap();
    assert_eq!(changed.judge(&input()).unwrap().len(), 1);
}

#[test]
fn the_functions_that_make_texts_mean_what_rego_means_by_them() {
    for condition in [
        "concat(\", \", [\"a\", \"b\"]) == \"a, b\"",
        "concat(\"\", {\"b\", \"a\"}) == \"ab\"",
        "sprintf(\"%s %d %v 100%%\", [\"a\", 1, true]) == \"a 1 true 100%\"",
        "split(\"a.b.\", \".\") == [\"a\", \"b\", \"\"]",
        "split(\"ab\", \"\") == [\"a\", \"b\"]",
        "substring(\"नमस्ते\", 1, 2) == \"मस\"",
        "substring(\"abc\", 1, -1) == \"bc\"",
        "substring(\"abc\", 5, 1) == \"\"",
        "trim(\"__a_\", \"_\") == \"a\"",
        "trim_left(\"__a_\", \"_\") == \"a_\"",
        "trim_prefix(\"tenant_a\", \"tenant_\") == \"a\"",
        "trim_suffix(\"a_id\", \"_id\") == \"a\"",
        "trim_space(\" a \") == \"a\"",
        "replace(\"a.b.c\", \".\", \"_\") == \"a_b_c\"",
        "upper(lower(\"Ab\")) == \"AB\"",
        "numbers.range(1, 3) == [1, 2, 3]",
        "numbers.range(3, 1) == [3, 2, 1]",
        "array.concat([1], [2]) == [1, 2]",
        "array.slice([1, 2], 0, 5) == [1, 2]",
        "array.slice([1, 2, 3], 1, 2) == [2]",
        "array.slice([1, 2, 3], 2, 1) == []",
        "array.slice([1, 2, 3], -1, 1) == [1]",
        "array.reverse([1, 2]) == [2, 1]",
        "object.keys({\"a\": 1, \"b\": 2}) == {\"a\", \"b\"}",
        "sort({\"b\", \"a\"}) == [\"a\", \"b\"]",
        "n := count([1, 2]) - 1; n == 1",
    ] {
        assert_eq!(
            pack(&finds_if(condition)).judge(&input()).unwrap().len(),
            1,
            "{condition}"
        );
    }
}

fn named(id: &str, rules: &str) -> Pack {
    let mut files = files(rules);
    let manifest = MANIFEST.replace("house-rules", id);
    files.insert("pack.toml".to_owned(), manifest.into_bytes());
    Pack::parse(&files).unwrap()
}

#[test]
fn findings_of_many_packs_come_in_one_order_and_a_failing_pack_silences_no_other() {
    let three = |order: [usize; 3]| -> Vec<PackFinding> {
        let made = [
            named(
                "b-pack",
                &format!(
                    "{}{}",
                    finds_if("true").replace("\"x\"", "\"z\""),
                    finds_if("true")
                ),
            ),
            named("a-pack", &finds_if("true")),
            named("c-pack", &finds_if("lower(3) == 3")),
        ];
        judge_by(&order.map(|n| made[n].clone()), &input())
    };
    let found = three([0, 1, 2]);
    let said: Vec<(&str, &str, &str)> = found
        .iter()
        .map(|f| {
            (
                f.pack.as_str(),
                f.finding.code.as_str(),
                f.finding.object.as_str(),
            )
        })
        .collect();
    let expected = [
        ("a-pack", "house.noisy", "x"),
        ("b-pack", "house.noisy", "x"),
        ("b-pack", "house.noisy", "z"),
        ("c-pack", "pack.failed", "c-pack"),
    ];
    assert_eq!(said, expected);
    assert_eq!(found, three([2, 1, 0]));
    assert_eq!(found, three([1, 2, 0]));
}

#[test]
fn a_test_case_that_does_not_hold_says_what_differed() {
    let cases = json!({"format": "strata/pack-cases/1", "cases": [
        {"name": "right", "about": "house.noisy", "input": {"actor": "ann"}, "expect": [{"code": "house.noisy", "object": "x"}]},
        {"name": "wrong", "about": "house.noisy", "input": {"actor": "ann"}, "expect": [{"code": "house.broken", "object": "x"}]},
        {"name": "fails", "about": "house.noisy", "input": {"actor": "bob"}, "expect": []}]});
    let rules = format!(
        "{}{}",
        finds_if("input.actor == \"ann\""),
        finds_if("input.actor == \"bob\"; lower(3) == 3")
    );
    let mut files = files(&rules);
    files.insert("tests/a.json".to_owned(), cases.to_string().into_bytes());
    let pack = Pack::parse(&files).unwrap();
    let outcomes = pack.test();
    assert_eq!(outcomes[0].outcome, Outcome::Passed);
    let Outcome::Differed {
        missing,
        unexpected,
    } = &outcomes[1].outcome
    else {
        panic!("{outcomes:?}");
    };
    assert_eq!(
        (missing[0].code.as_str(), unexpected[0].code.as_str()),
        ("house.broken", "house.noisy")
    );
    assert!(
        matches!(&outcomes[2].outcome, Outcome::Failed { why } if why.contains("lower") || why.contains("text"))
    );
    assert_eq!(pack.untested(), ["house.broken"]);
}

/// A schema as large as they come is judged by the shipped packs within the limits, with room to spare.
#[test]
fn a_large_schema_is_within_the_limits() {
    let column = |n: usize| json!({"name": format!("column_{n}"), "column_type": {"type": "text"}, "nullable": true});
    let columns: Vec<_> = (0..30).map(column).collect();
    let mut tables = serde_json::Map::new();
    for n in 0..300 {
        let name = format!("table_{n}");
        let key = json!({"name": format!("key_{n}"), "columns": ["column_1"], "references_table": "table_0",
            "references_columns": ["column_0"], "on_delete": "restrict", "on_update": "restrict"});
        tables.insert(name.clone(), json!({"name": name, "columns": columns, "primary_key": ["column_0"], "foreign_keys": [key]}));
    }
    let mut whole = serde_json::to_value(input()).unwrap();
    whole["after"]["tables"] = tables.into();
    let large = serde_json::from_value(whole).unwrap();
    let found = shipped_pack("safety").unwrap().judge(&large).unwrap();
    assert_eq!(found.len(), 300);
    assert_eq!(shipped_pack("privacy").unwrap().judge(&large).unwrap(), []);
    let nepal = shipped_pack("election-commission-nepal").unwrap();
    assert_eq!(nepal.judge(&large).unwrap().len(), 11);
}
