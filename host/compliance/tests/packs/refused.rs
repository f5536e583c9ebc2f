//! What is no pack, and what the rules of a pack may not use, is refused before anything is judged.

use std::collections::BTreeMap;

use compliance::Pack;

use crate::{HEAD, MANIFEST, assert_refused, files, finds_if};

fn with(path: &str, text: &str) -> BTreeMap<String, Vec<u8>> {
    let mut files = files(&finds_if("true"));
    files.insert(path.to_owned(), text.as_bytes().to_vec());
    files
}

#[test]
fn a_folder_with_anything_else_in_it_is_refused() {
    for path in [
        "rules.py",
        "../rules.rego",
        "a/b/c.rego",
        "Rules.rego",
        "tests/x.rego.json.gz",
        "/a.rego",
        "tests/.json",
    ] {
        let said = assert_refused(Pack::parse(&with(path, HEAD)), "pack.invalid");
        assert!(said.contains("which no pack has"), "{path}: {said}");
    }
    assert!(Pack::parse(&with("README.md", "Read me.")).is_ok());
    assert!(Pack::parse(&with("more/rules.rego", HEAD)).is_ok());
}

#[test]
fn a_folder_without_a_manifest_or_without_rules_is_refused() {
    for missing in ["pack.toml", "rules.rego"] {
        let mut files = files(&finds_if("true"));
        files.remove(missing);
        assert_refused(Pack::parse(&files), "pack.invalid");
    }
}

#[test]
fn too_many_files_and_too_large_ones_are_refused() {
    let mut many = files(&finds_if("true"));
    many.extend((0..100).map(|n| (format!("r{n}.rego"), HEAD.as_bytes().to_vec())));
    assert_refused(Pack::parse(&many), "pack.invalid");
    assert_refused(
        Pack::parse(&with("README.md", &"x".repeat(128 * 1024 + 1))),
        "pack.invalid",
    );
    let mut large = files(&finds_if("true"));
    large.extend((0..9).map(|n| (format!("tests/c{n}.json"), vec![b' '; 128 * 1024])));
    assert!(assert_refused(Pack::parse(&large), "pack.invalid").contains("bytes"));
    let mut rules = files(&finds_if("true"));
    let comment = format!("{HEAD}{}", "# ...\n".repeat(20_000));
    rules.extend((0..3).map(|n| (format!("r{n}.rego"), comment.clone().into_bytes())));
    assert!(assert_refused(Pack::parse(&rules), "pack.invalid").contains("rules have"));
}

#[test]
fn a_manifest_that_is_not_what_it_must_be_is_refused() {
    let cases = [
        ("strata/pack/1", "strata/pack/2"),
        ("title =", "titel ="),
        ("\"house-rules\"", "\"House\""),
        ("\"house-rules\"", "\"a--b\""),
        ("\"1.2.0\"", "\"1.2\""),
        ("severity = \"warning\"", "severity = \"bad\""),
        ("house.noisy", "noisy"),
        ("house.noisy", "house.broken"),
        ("house.noisy", "pack.failed"),
        ("house.noisy", "core.immutable"),
        ("default = 3", "default = 3.5"),
        ("default = [\"a\"]", "default = [1]"),
        ("default = 3", "default = 1979-05-27"),
        ("\"For tests.\"", "\" \""),
        ("\"For tests.\"", "\"\\u202e\""),
    ];
    for (from, to) in cases {
        let text = MANIFEST.replacen(from, to, 1);
        assert_ne!(text, MANIFEST, "{from}");
        let parsed = Pack::parse(&with("pack.toml", &text));
        assert_refused(parsed.map(|_| to), "pack.invalid");
    }
}

#[test]
fn rules_that_do_not_parse_or_not_compile_are_refused_with_their_place() {
    let parse = |rules: &str| assert_refused(Pack::parse(&files(rules)), "pack.rego_invalid");
    let said = parse("findings contains x if {");
    assert!(said.contains("rules.rego:"), "{said}");
    parse("findings contains \"\u{0}\" if");
    assert!(parse("other := 1").contains("no rule `findings`"));
    assert!(parse("findings contains x if { x := zork(1) }").contains("`zork`"));
    let said = assert_refused(
        Pack::parse(&with("more.rego", "package other\n\nx := 1\n")),
        "pack.rego_invalid",
    );
    assert!(
        said.contains("more.rego:1") && said.contains("package"),
        "{said}"
    );
}

#[test]
fn rules_cannot_ask_for_time_chance_network_or_environment() {
    let calls = [
        "time.now_ns()",
        "rand.intn(\"x\", 5)",
        "http.send({\"url\": \"http://localhost\"})",
        "opa.runtime()",
        "uuid.rfc4122(\"x\")",
        "net.lookup_ip_addr(\"localhost\")",
        "trace(\"x\")",
        "print(\"x\")",
    ];
    for call in calls {
        let parsed = Pack::parse(&files(&finds_if(&format!("x := {call}; x == x"))));
        let said = assert_refused(parsed, "pack.rego_invalid");
        assert!(said.contains("neither a function"), "{call}: {said}");
    }
}

#[test]
fn rules_use_nothing_that_grows_without_bound_or_hides_what_is_called() {
    let cases = [
        ("x := 7 * 6; x == 42", "multiply"),
        ("x := product([7, 6]); x == 42", "product"),
        ("x := {1} | {2}; count(x) == 2", "`|`"),
        ("x := {1} & {2}; count(x) == 2", "`|`"),
        ("a := {1}; x := a - {2}; count(x) == 2", "`|`"),
        ("x := union({{1}, {2}}); count(x) == 2", "union"),
        ("x := bits.lsh(1, 1000000000); x > 0", "bits.lsh"),
        ("x := json.marshal(input); x != \"\"", "json.marshal"),
        ("walk(input, [_, x]); x == 1", "walk"),
        ("x := count([1]) with input as {}; x == 1", "with"),
        ("x := count(input) with count as sum; x == 1", "with"),
        ("x := data.strata.findings; count(x) == 0", "data.options"),
        ("x := data[\"strata\"]; count(x) == 0", "data.options"),
        ("x := [y | some y in data]; count(x) == 0", "data.options"),
    ];
    for (condition, why) in cases {
        let said = assert_refused(
            Pack::parse(&files(&finds_if(condition))),
            "pack.rego_invalid",
        );
        assert!(said.contains(why), "{condition}: {said}");
    }
    let imported = format!(
        "package strata\n\nimport rego.v1\nimport input.plan\n\n{}",
        finds_if("true")
    );
    assert_refused(
        Pack::parse(&with("rules.rego", &imported)),
        "pack.rego_invalid",
    );
    // Whatever stands in the head of a rule is looked at too.
    for head in [
        "p[time.now_ns()] := 1",
        "p[x] := time.now_ns() if x := 1",
        "p contains time.now_ns()",
        "p[time.now_ns()] contains 1",
        "p(x) := time.now_ns()",
        "p(x) := 1 if x == time.now_ns()",
        "p := 1 if 1 > 2 else := time.now_ns()",
        "default p := time.now_ns()",
    ] {
        let rules = format!("{head}\n\n{}", finds_if("true"));
        assert_refused(Pack::parse(&files(&rules)), "pack.rego_invalid");
    }
    let shadow = format!("count(x) := x\n\n{}", finds_if("true"));
    assert_refused(Pack::parse(&files(&shadow)), "pack.rego_invalid");
}

#[test]
fn test_cases_that_no_plan_could_be_are_refused() {
    let case = |text: &str| Pack::parse(&with("tests/a.json", text));
    let whole = |about: &str, input: &str| {
        format!(
            r#"{{"format": "strata/pack-cases/1", "cases": [{{"name": "n", "about": "{about}", "input": {input}, "expect": []}}]}}"#
        )
    };
    assert!(case(&whole("house.noisy", r#"{"environment": "production"}"#)).is_ok());
    for wrong in [
        "{}".to_owned(),
        whole("house.noisy", "{}").replace("cases/1", "cases/2"),
        whole("house.quiet", "{}"),
        whole("house.noisy", r#"{"actors": "x"}"#),
        whole("house.noisy", r#"{"today": "yesterday"}"#),
        whole("house.noisy", r#"{"format": null}"#),
        whole("house.noisy", r#"{"plan": {"steps": [{}]}}"#),
        whole("house.noisy", "{}").replace("\"expect\"", "\"options\": {\"none\": 1}, \"expect\""),
    ] {
        let result = case(&wrong);
        let code = result
            .as_ref()
            .map_or_else(|error| error.code().name, |_| "");
        assert!(
            ["pack.invalid", "pack.option_invalid", "pack.failed"].contains(&code),
            "{wrong}: {result:?}"
        );
    }
}

#[test]
fn an_option_that_a_pack_does_not_have_is_refused_and_one_of_another_kind_too() {
    let pack = || Pack::parse(&files(&finds_if("true"))).unwrap();
    for (name, value) in [
        ("limits", "1"),
        ("limit", "\"1\""),
        ("limit", "1.5"),
        ("words", "[1]"),
        ("words", "{}"),
    ] {
        let options = [(name.to_owned(), serde_json::from_str(value).unwrap())].into();
        assert_refused(pack().configure(&options), "pack.option_invalid");
    }
}
