//! What `docs/compliance.md` says is so: its pack works, its lists and limits are those of the code.

use std::collections::BTreeMap;

use compliance::pack::{bounded, evaluate, files, manifest, recursion, scan, steps, syntax};
use compliance::{Outcome, Pack, shipped};

const PAGE: &str = include_str!("../../../../docs/compliance.md");

/// The first block of the page in a language.
fn block(language: &str) -> Vec<u8> {
    let (_, after) = PAGE.split_once(&format!("```{language}\n")).unwrap();
    after.split_once("```").unwrap().0.as_bytes().to_vec()
}

#[test]
fn the_pack_of_the_page_passes_its_own_cases() {
    let files: BTreeMap<String, Vec<u8>> = [
        ("pack.toml", block("toml")),
        ("tables.rego", block("rego")),
        ("tests/tables.json", block("json")),
    ]
    .map(|(path, text)| (path.to_owned(), text))
    .into();
    let pack = Pack::parse(&files).unwrap();
    let outcomes = pack.test();
    assert_eq!(outcomes.len(), 2);
    assert!(
        outcomes.iter().all(|case| case.outcome == Outcome::Passed),
        "{outcomes:?}"
    );
    assert_eq!(pack.untested(), Vec::<String>::new());
}

#[test]
fn the_page_names_every_function_every_shipped_pack_and_every_limit() {
    let (_, functions) = PAGE.split_once("These functions: `").unwrap();
    let functions = functions.split_once('`').unwrap().0;
    let mut listed: Vec<&str> = functions.split_whitespace().collect();
    let mut known: Vec<&str> = syntax::BUILT_IN
        .into_iter()
        .chain(bounded::names())
        .collect();
    listed.sort_unstable();
    known.sort_unstable();
    assert_eq!(listed, known);
    for id in shipped() {
        assert!(PAGE.contains(&format!("\n| `{id}` | ")), "{id}");
    }
    let kib = |bytes: usize| format!("{} KiB", bytes / 1024);
    let mib = |bytes: usize| format!("{} MiB", bytes / 1024 / 1024);
    for limit in [
        format!(
            "| {}, of {} each, {} together, {} of rules |",
            files::FILES_MAX,
            kib(files::FILE_BYTES_MAX),
            mib(files::PACK_BYTES_MAX),
            kib(files::REGO_BYTES_MAX)
        ),
        format!("| nesting of brackets | {} |", scan::NESTING_MAX),
        format!("| {}, 1,000 |", scan::GROUP_MARKS_MAX),
        format!(
            "| {}; {}, and 4,000 over",
            syntax::RULE_DEPTH_MAX,
            recursion::CHAIN_DEPTH_MAX
        ),
        format!(
            "| {}, {}, 500 |",
            manifest::RULES_MAX,
            manifest::OPTIONS_MAX
        ),
        format!("| input | {} of JSON |", mib(evaluate::INPUT_BYTES_MAX)),
        format!(
            "| {} together; one text {}; a range",
            mib(bounded::MADE_BYTES_MAX),
            kib(bounded::TEXT_BYTES_MAX)
        ),
    ] {
        assert!(PAGE.contains(&limit), "{limit}");
    }
    let written = (
        scan::OUTER_MARKS_MAX,
        recursion::CALLS_DEPTH_MAX,
        evaluate::FINDINGS_MAX,
    );
    assert_eq!(written, (1_000, 4_000, 1_000));
    assert_eq!(
        (steps::WORK_UNITS_MAX, compliance::pack::case::CASES_MAX),
        (5_000_000, 500)
    );
}
