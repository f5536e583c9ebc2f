//! The packs that come with Strata keep what their own test cases promise.

use std::collections::BTreeSet;
use std::path::Path;

use compliance::{Outcome, shipped, shipped_files, shipped_pack};

use crate::assert_refused;

#[test]
fn every_shipped_pack_passes_its_own_cases() {
    assert!(
        ["election-commission-nepal", "privacy", "safety"]
            .iter()
            .all(|id| shipped().contains(id))
    );
    for id in shipped() {
        let pack = shipped_pack(id).unwrap();
        assert_eq!(pack.id().as_str(), id);
        let outcomes = pack.test();
        assert!(!outcomes.is_empty(), "{id}");
        for case in outcomes {
            assert_eq!(
                case.outcome,
                Outcome::Passed,
                "{id}, {}: {}",
                case.file,
                case.name
            );
        }
    }
}

#[test]
fn every_rule_of_a_shipped_pack_has_a_case_that_breaks_it_and_one_that_keeps_it() {
    for id in shipped() {
        assert_eq!(
            shipped_pack(id).unwrap().untested(),
            Vec::<String>::new(),
            "{id}"
        );
    }
}

#[test]
fn every_file_in_the_folder_of_a_shipped_pack_is_embedded() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("packs");
    let names = |folder: &Path| -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    };
    let folders: BTreeSet<String> = names(&root).into_iter().collect();
    assert_eq!(folders, shipped().into_iter().map(str::to_owned).collect());
    for id in folders {
        let mut there = BTreeSet::new();
        for name in names(&root.join(&id)) {
            if name == "tests" {
                let cases = names(&root.join(&id).join("tests"));
                there.extend(cases.into_iter().map(|case| format!("tests/{case}")));
            } else {
                there.insert(name);
            }
        }
        let embedded: BTreeSet<String> = shipped_files(&id).unwrap().into_keys().collect();
        assert_eq!(there, embedded, "{id}");
    }
}

#[test]
fn a_pack_that_does_not_come_with_strata_is_refused_and_those_that_do_are_named() {
    let said = assert_refused(shipped_pack("safty"), "pack.invalid");
    assert!(said.contains("safty"), "{said}");
    let hints = shipped_pack("safty").unwrap_err().hints().join(" ");
    assert!(hints.contains("safety"), "{hints}");
}
