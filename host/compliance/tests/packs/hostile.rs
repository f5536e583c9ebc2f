//! A pack that takes too much, or gives what is no finding, denies. Without its limits each of these would
//! take for ever, so no clock is asked.

use std::fmt::Write as _;

use compliance::{Pack, judge_by};
use model::Severity;

use crate::{HEAD, assert_refused, files, finds_if, input, pack};

/// Demands that the pack is read, cannot judge, says so with this code, and denies in a list of packs.
fn assert_denies(rules: &str, code: &str) -> String {
    let pack = pack(rules);
    let said = assert_refused(pack.judge(&input()), code);
    let found = judge_by(&[pack], &input());
    assert_eq!(found.len(), 1, "{found:?}");
    let finding = &found[0].finding;
    assert_eq!(
        (finding.code.as_str(), finding.severity),
        ("pack.failed", Severity::Error)
    );
    assert_eq!(
        (found[0].pack.as_str(), finding.object.as_str()),
        ("house-rules", "house-rules")
    );
    assert!(
        finding.message.contains(&said) && !finding.fix.is_empty(),
        "{finding:?}"
    );
    said
}

#[test]
fn a_rule_that_goes_on_and_on_is_stopped() {
    let some = |n: usize| {
        let mut text = String::from("b := numbers.range(1, 100)\n");
        for n in 0..n {
            _ = writeln!(text, "some a{n} in b");
        }
        text
    };
    let said = assert_denies(&finds_if(&format!("{}a0 > 1000", some(8))), "pack.limit");
    assert!(said.contains("units of work"), "{said}");
    let huge = finds_if(&format!(
        "x := {{[a0, a1, a2, a3, a4] | {}}}\ncount(x) == 7",
        some(5)
    ));
    assert_denies(&huge, "pack.limit");
    // What is not allowed to fail quietly does not become true by `not`.
    assert_denies(
        &finds_if(&format!("not {{1 | {}a0 > 1000}} == {{7}}", some(8))),
        "pack.limit",
    );
}

#[test]
fn a_range_without_end_is_not_made() {
    let said = assert_denies(
        &finds_if("count(numbers.range(1, 1000000000)) == 7"),
        "pack.failed",
    );
    assert!(said.contains("10000 elements"), "{said}");
    assert_denies(
        &finds_if("count(numbers.range(-9223372036854775807, 9223372036854775807)) == 7"),
        "pack.failed",
    );
}

#[test]
fn texts_and_lists_that_double_are_stopped() {
    let doubled = |first: &str, step: &str| {
        let mut text = format!("x0 := {first}\n");
        for n in 1..60 {
            _ = writeln!(
                text,
                "x{n} := {}",
                step.replace('x', &format!("x{}", n - 1))
            );
        }
        finds_if(&format!("{text}x59 == 1"))
    };
    for (first, step) in [
        ("\"aaaa\"", "concat(\"\", [x, x])"),
        ("\"aaaa\"", "replace(x, \"a\", \"aa\")"),
        ("\"aaaa\"", "sprintf(\"%s%s\", [x, x])"),
        ("[1, 2]", "array.concat(x, x)"),
    ] {
        // `replace` in the names of the functions holds no `x`.
        assert_denies(&doubled(first, step), "pack.failed");
    }
}

#[test]
fn many_texts_together_are_stopped() {
    let rules = finds_if(
        "long := concat(\"\", [\"aaaaaaaaaaaaaaaa\" | some _ in numbers.range(1, 10000)])\n\
         x := [upper(long) | some _ in numbers.range(1, 10000)]\ncount(x) == 7",
    );
    let said = assert_denies(&rules, "pack.limit");
    assert!(said.contains("bytes"), "{said}");
}

/// Copies of one list that are all kept.
#[test]
fn many_copies_of_a_list_are_stopped() {
    for copy in [
        "array.slice(list, 0, 9000)",
        "array.reverse(list)",
        "sort(list)",
        "array.concat(list, [])",
    ] {
        let rules = finds_if(&format!(
            "list := numbers.range(1, 9000)\nx := [{copy} | some _ in numbers.range(1, 9000)]\ncount(x) == 7"
        ));
        assert_denies(&rules, "pack.limit");
    }
}

#[test]
fn a_rule_that_fails_denies_even_where_nothing_would_have_been_found() {
    for condition in [
        "lower(3) == \"3\"",
        "not lower(3)",
        "1 / 0 == 1",
        "sprintf(\"%s\", []) == \"\"",
        "sprintf(\"%x\", [1]) == \"\"",
    ] {
        assert_denies(&finds_if(condition), "pack.failed");
    }
    assert_denies(
        "f(x) := 1 if x > 0\n\nf(x) := 2 if x > 0\n\nfindings contains x if { x := f(1) }\n",
        "pack.failed",
    );
    assert_denies("findings contains x if { y := 1; y == 1 }\n", "pack.failed");
}

#[test]
fn what_is_no_set_of_findings_denies() {
    for rules in [
        "findings := true",
        "findings := []",
        "findings := {\"a\": 1}",
        "findings := {1} if input.nothing",
        "findings contains 1",
        "findings contains {\"code\": \"house.noisy\"}",
    ] {
        assert_denies(&format!("{rules}\n"), "pack.finding_invalid");
    }
    let whole = finds_if("true");
    for (from, to) in [
        ("house.noisy", "house.unknown"),
        ("\"warning\"", "\"error\""),
        ("\"warning\"", "\"bad\""),
        ("\"loud\"", "3"),
        ("\"loud\"", "\" \""),
        ("\"loud\"", "\"a\\u001b[2J\""),
        ("\"fix\": \"hush\"", "\"fix\": \"hush\", \"more\": 1"),
        ("\"fix\"", "\"fixes\""),
    ] {
        let rules = whole.replacen(from, to, 1);
        assert_ne!(rules, whole, "{from}");
        assert_denies(&rules, "pack.finding_invalid");
    }
    let long = whole.replacen(
        "\"loud\"",
        "concat(\"\", [\"aaaaaaaa\" | some _ in numbers.range(1, 1000)])",
        1,
    );
    assert_denies(&long, "pack.finding_invalid");
}

#[test]
fn more_findings_than_anybody_reads_deny() {
    let many = |n: usize| {
        finds_if(&format!("some n in numbers.range(1, {n})")).replacen(
            "\"x\"",
            "sprintf(\"%d\", [n])",
            1,
        )
    };
    assert_eq!(pack(&many(1_000)).judge(&input()).unwrap().len(), 1_000);
    assert_denies(&many(1_001), "pack.limit");
}

#[test]
fn rules_that_call_themselves_or_each_other_without_end_are_refused() {
    let refused = |rules: &str| {
        assert_refused(
            Pack::parse(&files(&format!("{rules}{}", finds_if("f(1) == 1")))),
            "pack.rego_invalid",
        )
    };
    assert!(refused("f(x) := f(x + 1)\n").contains("refers to itself"));
    assert!(refused("f(x) := g(x)\n\ng(x) := [y | y := f(x)]\n").contains("refers to itself"));
    let chain = |n: usize| {
        let mut rules = String::from("f0(x) := x\n");
        for n in 1..n {
            _ = writeln!(rules, "f{n}(x) := f{}(x)", n - 1);
        }
        format!("{rules}f(x) := f{}(x)\n", n - 1)
    };
    assert!(Pack::parse(&files(&format!("{}{}", chain(60), finds_if("f(1) == 1")))).is_ok());
    assert!(refused(&chain(300)).contains("nest deeper"));
    // Each calls the one before twice: values as deep as two to the number of them.
    let mut rules = String::from("f0(x) := [x]\n");
    for n in 1..25 {
        _ = writeln!(rules, "f{n}(x) := f{0}(f{0}(x))", n - 1);
    }
    assert!(refused(&format!("{rules}f(x) := f24(x)\n")).contains("over all its calls"));
}

/// Rules as deep as is allowed fit the stack of a test's thread, which is the smallest there is.
#[test]
fn what_is_as_deep_as_it_may_be_is_judged() {
    let mut rules = String::from("f0(x) := x\n");
    let (open, close) = ("[y | y := ".repeat(6), "]".repeat(6));
    for n in 1..16 {
        _ = writeln!(rules, "f{n}(x) := {open}f{}(x){close}", n - 1);
    }
    let found = pack(&format!("{rules}\n{}", finds_if("f15(1) == 1"))).judge(&input());
    assert_eq!(found.unwrap(), []);
}

#[test]
fn a_text_that_takes_for_ever_to_parse_or_to_descend_is_refused_at_once() {
    for text in [
        format!("x := {}1{}", "{1: ".repeat(40), "}".repeat(40)),
        format!("x := {}1{}", "[".repeat(90_000), "]".repeat(9)),
        format!("x := {}1", "1 +\n".repeat(9_000)),
        format!("x := {}{{1}}", "{1} |\n".repeat(9_000)),
        format!("x := {}1", "1 in\n".repeat(9_000)),
        format!("x := input{}", ".a".repeat(400)),
        format!("x if {{ y := {}1 }}", "1 - ".repeat(200)),
        format!("x := \"{}", "\\".repeat(1_000)),
        format!("x := `{}", "(".repeat(1_000)),
    ] {
        let rules = format!("{HEAD}{text}\n{}", finds_if("true"));
        assert_refused(Pack::parse(&files(&rules)), "pack.rego_invalid");
    }
}

#[test]
fn an_input_that_is_too_large_or_of_no_day_is_not_judged() {
    let pack = pack(&finds_if("true"));
    let mut large = input();
    large.actor = "x".repeat(16 * 1024 * 1024);
    assert_refused(pack.judge(&large), "pack.limit");
    for today in ["", "today", "2026-02-30", "2026-11-27T00:00:00Z"] {
        let mut wrong = input();
        wrong.today = today.to_owned();
        assert_refused(pack.judge(&wrong), "pack.failed");
    }
}
