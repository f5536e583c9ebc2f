//! Rule packs in use: what they refuse, what they say about a tenant, and who is not put in use.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests stand outside test functions"
)]

use tests::{Strata, home};

const UPGRADE: [&str; 4] = ["plan", "acme", "--template", "fx_club@2.0.0"];

fn create(strata: &Strata, name: &str, template: &str) {
    let create = ["tenant", "create", "acme", "--name", name];
    strata.ok(&[&create[..], &["--template", template]].concat());
}

/// A pack whose one rule is about steps that may lose data and that nobody allowed.
fn pack(strata: &Strata, rule: &str, expect: &str) -> String {
    let folder = strata.folder().join("house");
    std::fs::create_dir_all(folder.join("tests")).unwrap();
    let manifest = "format = \"strata/pack/1\"\nid = \"house\"\nversion = \"1.0.0\"\ntitle = \"House\"\n\
                    description = \"Ours.\"\n[[rules]]\ncode = \"house.loss\"\nseverity = \"error\"\n\
                    sentence = \"A step may lose data.\"\n";
    let cases = format!(
        r#"{{"format": "strata/pack-cases/1", "cases": [
        {{"name": "a", "about": "house.loss", "expect": []}},
        {{"name": "b", "about": "house.loss", "expect": [{expect}], "input": {{"environment": "lossy"}}}}]}}"#
    );
    std::fs::write(folder.join("pack.toml"), manifest).unwrap();
    std::fs::write(folder.join("rules.rego"), rule).unwrap();
    std::fs::write(folder.join("tests/cases.json"), cases).unwrap();
    folder.to_str().unwrap().to_owned()
}

const RULE: &str = r#"package strata

import rego.v1

lossy contains "all" if input.environment == "lossy"

lossy contains hazard.object if {
	some step in input.plan.steps
	some hazard in step.hazards
	hazard.kind == "may-lose-data"
	not hazard.kind in input.plan.allowed
}

findings contains {
	"code": "house.loss",
	"severity": "error",
	"object": object,
	"message": sprintf("`%s` may lose data", [object]),
	"fix": "allow it by name",
} if {
	some object in lossy
}
"#;

const FOUND: &str = r#"{"code": "house.loss", "object": "all"}"#;

#[test]
fn a_plan_is_judged_by_the_packs_in_use_and_by_no_others() {
    let strata = home::with_fixtures();
    create(&strata, "Acme", "fx_club@1.0.0");
    let before = strata.json(&UPGRADE);
    assert_eq!(before["plan"]["packs"], serde_json::json!([]));
    let folder = pack(&strata, RULE, FOUND);
    let add = ["compliance", "pack", "add", &folder];
    let added = strata.json(&add);
    let refused = strata.error(&UPGRADE);
    assert_eq!((&*refused.code, refused.exit), ("plan.findings", 4));
    assert!(
        refused.hints.join("\n").contains("house.loss"),
        "{refused:?}"
    );
    let allowed = strata.json(&[&UPGRADE[..], &["--allow", "may-lose-data"]].concat());
    let digests = serde_json::json!([added["pack"]["digest"]]);
    assert_eq!(allowed["plan"]["packs"], digests);
    assert_ne!(allowed["digest"], before["digest"]);
    strata.ok(&["compliance", "check", "acme"]);
    strata.ok(&["compliance", "pack", "remove", "house"]);
    assert_eq!(strata.json(&UPGRADE)["digest"], before["digest"]);
    let again = strata.error(&["compliance", "pack", "remove", "house"]);
    assert_eq!((&*again.code, again.exit), ("pack.unknown", 3));
}

#[test]
fn a_pack_that_does_not_do_what_it_says_is_not_put_in_use() {
    let strata = Strata::new();
    for (rule, expect, code) in [
        (
            RULE,
            r#"{"code": "house.loss", "object": "other"}"#,
            "pack.cases_failed",
        ),
        (RULE, "", "pack.cases_failed"),
        (
            "package strata\nfindings contains {",
            FOUND,
            "pack.rego_invalid",
        ),
    ] {
        let folder = pack(&strata, rule, expect);
        assert_eq!(
            strata.error(&["compliance", "pack", "add", &folder]).code,
            code
        );
    }
    let folder = pack(
        &strata,
        RULE,
        r#"{"code": "house.loss", "object": "other"}"#,
    );
    let tested = strata.error(&["compliance", "pack", "test", &folder]);
    assert_eq!(
        (&*tested.code, tested.exit),
        ("compliance.cases_differ", 10)
    );
    for shown in strata.json(&["compliance", "pack", "list"])["packs"]
        .as_array()
        .unwrap()
    {
        assert_eq!(shown["in_use"], false);
        let id = shown["id"].as_str().unwrap();
        Strata::bare().ok(&["compliance", "pack", "test", id]);
    }
}

#[test]
fn a_tenant_is_judged_as_it_stands_and_its_name_is_no_markup() {
    let strata = home::with_fixtures();
    create(&strata, "<script>alert(1)</script>", "fx_club@1.0.0");
    let without = strata.error(&["compliance", "check", "acme"]);
    assert_eq!((&*without.code, without.exit), ("compliance.no_pack", 3));
    let packs = ["--pack", "safety", "--pack", "privacy"];
    let report = ["compliance", "report", "acme"];
    let found = strata.json(&[&report[..], &packs].concat());
    assert_eq!(found["packs"].as_array().unwrap().len(), 2);
    let page = strata.ok(&[&report[..], &packs, &["--format", "html"]].concat());
    assert!(page.contains("&lt;script&gt;") && !page.contains("<script"));
    for pack in found["packs"].as_array().unwrap() {
        assert!(page.contains(pack["digest"].as_str().unwrap()));
    }
    let checked = strata.run(&[&["compliance", "check", "acme"][..], &packs].concat());
    let wanted = if found["errors"] == 0 { 0 } else { 10 };
    assert_eq!(checked.status, wanted, "{}", checked.stderr);
}

#[test]
fn the_party_of_the_demo_is_safe_and_says_too_little_about_people() {
    let strata = home::with_first_party();
    create(&strata, "Party", "political_party_nepal@1.0.0");
    for pack in ["safety", "privacy"] {
        strata.ok(&["compliance", "pack", "add", pack]);
    }
    let checked = strata.ok(&["compliance", "check", "acme"]);
    let (table, _) = checked.split_once("judged on ").unwrap();
    insta::assert_snapshot!(table);
    let plan = strata.json(&["plan", "acme", "--template", "political_party_nepal@2.0.0"]);
    assert_eq!(plan["plan"]["packs"].as_array().unwrap().len(), 2);
}
