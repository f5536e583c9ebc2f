//! The folders of the dialects carry the same file names, so that who knows one knows all.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{Source, check};
use crate::tree;
use crate::violations::{Verdict, verdict};

/// What a dialect's folder may be called.
const DIALECTS: [&str; 5] = ["sqlite", "postgresql", "postgres", "mysql", "mariadb"];

const FOLDER: &str = "host/dialect/src/";

/// The files of each dialect in its folder; what a file is made of, in a folder below, is its own matter.
fn files_by_dialect() -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in tree::files() {
        let Some(rest) = path.strip_prefix(FOLDER) else {
            continue;
        };
        if let Some((dialect, file)) = rest
            .split_once('/')
            .filter(|(name, file)| DIALECTS.contains(name) && !file.contains('/'))
        {
            found
                .entry(dialect.to_owned())
                .or_default()
                .insert(file.to_owned());
        }
    }
    found
}

/// The files that a dialect lacks and another one has.
fn missing(dialects: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let all: BTreeSet<&String> = dialects.values().flatten().collect();
    let lacks = |(dialect, files): (&String, &BTreeSet<String>)| {
        let lacking = all.iter().filter(|file| !files.contains(**file));
        lacking
            .map(|file| format!("{FOLDER}{dialect}: has no `{file}`"))
            .collect::<Vec<_>>()
    };
    dialects.iter().flat_map(lacks).collect()
}

/// Where one dialect names another.
fn names_another(source: &Source) -> Vec<String> {
    let own = source
        .path
        .strip_prefix(FOLDER)
        .and_then(|rest| rest.split('/').next());
    let Some(own) = own.filter(|name| DIALECTS.contains(name)) else {
        return Vec::new();
    };
    let tokens = source.tokens();
    let other = tokens
        .iter()
        .filter(|t| DIALECTS.contains(&t.text.as_str()) && t.text != own);
    other
        .map(|token| source.at(token.line, format!("names `{}`", token.text)))
        .collect()
}

#[test]
fn every_dialect_folder_carries_the_same_file_names() -> Verdict {
    verdict(
        "the dialect folders carry the same file names",
        missing(&files_by_dialect()),
    )
}

#[test]
fn a_dialect_never_knows_another_dialect() -> Verdict {
    verdict(
        "what two dialects need is a file above them",
        check(&[FOLDER], names_another),
    )
}

#[test]
fn a_file_that_one_dialect_lacks_is_found() {
    let files = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let dialects = BTreeMap::from([
        ("mysql".to_owned(), files(&["table.rs", "view.rs"])),
        ("sqlite".to_owned(), files(&["table.rs"])),
    ]);
    assert_eq!(
        missing(&dialects),
        ["host/dialect/src/sqlite: has no `view.rs`"]
    );
}
