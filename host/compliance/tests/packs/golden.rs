//! The digest of a pack: it covers every file and the options, and cannot drift.

use std::collections::BTreeMap;

use compliance::Pack;
use serde_json::json;

use crate::{files, finds_if};

/// It changes only together with the format of the digest.
const GOLDEN: &str = "sha256:69fca14b0ceaf36a1e1e67de9503edb782e5acd4d5d5595954f532a5823f84b7";

#[test]
fn the_digest_of_a_pack_is_the_same_for_ever() {
    let pack = Pack::parse(&files(&finds_if("true"))).unwrap();
    assert_eq!(pack.digest().to_string(), GOLDEN);
}

#[test]
fn every_file_and_every_option_that_is_set_is_in_the_digest_and_the_order_is_not() {
    let base = files(&finds_if("true"));
    let digest = |files: &BTreeMap<String, Vec<u8>>| Pack::parse(files).unwrap().digest();
    let reversed: BTreeMap<String, Vec<u8>> = base.clone().into_iter().rev().collect();
    assert_eq!(digest(&base), digest(&reversed));
    let mut seen = vec![digest(&base)];
    for path in ["pack.toml", "rules.rego", "README.md"] {
        let mut changed = base.clone();
        changed.entry(path.to_owned()).or_default().push(b'\n');
        seen.push(digest(&changed));
    }
    let set = |value: i64| {
        let options = [("limit".to_owned(), json!(value))].into();
        Pack::parse(&base)
            .unwrap()
            .configure(&options)
            .unwrap()
            .digest()
    };
    seen.push(set(4));
    seen.push(set(5));
    let n_seen = seen.len();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), n_seen);
    // An option that says what the default says changes nothing.
    assert_eq!(set(3), digest(&base));
}
