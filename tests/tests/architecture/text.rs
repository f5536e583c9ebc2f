//! What no file says, and what every source begins with.

use crate::source::{Source, check, find, sources};
use crate::tree;
use crate::violations::{Verdict, verdict};

/// Every folder with sources.
const FOLDERS: [&str; 5] = ["host/", "sdk/", "plugins/", "tenant-migrations/", "tests/"];

/// What may print: the room that speaks to people, and automation.
const MAY_PRINT: [&str; 2] = ["host/cli/", "host/xtask/"];

/// Folders of some machine. In pieces, so that this file does not hold them.
const MACHINE_PATHS: [&str; 4] = [
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
];

/// Hosts that packages come from. A mirror's name belongs to a machine's configuration.
const REGISTRIES: [&str; 4] = [
    concat!("crates", ".io"),
    concat!("://in", "dex."),
    concat!("arti", "factory"),
    concat!("sparse", "+http"),
];

/// Where the registry is named on purpose: the list of allowed sources.
const NAMES_THE_REGISTRY: &str = "deny.toml";

/// The source of every locked package.
const LOCK_SOURCE: &str = concat!(
    "source = \"registry+https://github.com/rust-lang/crates",
    ".io-index\""
);

fn printing(source: &Source) -> Vec<String> {
    let may = MAY_PRINT
        .iter()
        .any(|folder| source.path.starts_with(folder));
    if may || source.path.ends_with("/build.rs") {
        return Vec::new();
    }
    let tokens = source.tokens();
    let mut found = Vec::new();
    for name in ["println", "eprintln", "print", "eprint", "dbg"] {
        let lines = find(&tokens, &[name, "!"]);
        found.extend(
            lines
                .into_iter()
                .map(|line| source.at(line, format!("`{name}!`"))),
        );
    }
    found
}

fn unfinished(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    for (wanted, say) in [
        (["todo", "!"], "`todo!`"),
        (["unimplemented", "!"], "`unimplemented!`"),
        (["[", "ignore"], "`#[ignore]`"),
        (["[", "should_panic"], "`#[should_panic]`"),
    ] {
        let tokens = source.all_tokens();
        let is_attribute = |line: &usize| {
            wanted[0] != "[" || find(tokens, &["#", wanted[0], wanted[1]]).contains(line)
        };
        let lines = find(tokens, &wanted).into_iter().filter(is_attribute);
        found.extend(lines.map(|line| source.at(line, say)));
    }
    found
}

/// Lines of a text file that hold one of these.
fn lines_with(path: &str, text: &str, wanted: &[&str]) -> Vec<String> {
    let numbered = text.lines().enumerate();
    let found = numbered.filter_map(|(index, line)| {
        let wanted = wanted.iter().find(|wanted| line.contains(**wanted))?;
        Some(format!("{path}:{}: `{wanted}`", index + 1))
    });
    found.collect()
}

fn in_every_text(wanted: &[&str], skip: impl Fn(&str) -> bool) -> Vec<String> {
    let files = tree::files().into_iter().filter(|path| !skip(path));
    files
        .flat_map(|path| lines_with(&path, &tree::text(&path).unwrap_or_default(), wanted))
        .collect()
}

fn is_lock(path: &str) -> bool {
    path.rsplit('/').next() == Some("Cargo.lock")
}

#[test]
fn every_source_opens_with_what_it_is() -> Verdict {
    let opens = |path: &String| tree::text(path).is_some_and(|text| text.starts_with("//!"));
    let files = tree::rust_files(&FOLDERS)
        .into_iter()
        .filter(|path| !opens(path));
    let places = files
        .map(|path| format!("{path}: does not open with `//!`"))
        .collect();
    verdict("a file says in its first line what it is", places)
}

#[test]
fn only_the_cli_and_xtask_print() -> Verdict {
    verdict("a library never prints", check(&FOLDERS, printing))
}

#[test]
fn no_test_is_ignored_and_nothing_is_left_to_do() -> Verdict {
    let (sources, mut places) = sources(&FOLDERS);
    places.extend(sources.iter().flat_map(unfinished));
    verdict(
        "assert what is true today; return an error instead of panicking",
        places,
    )
}

#[test]
fn no_file_names_a_folder_of_a_machine() -> Verdict {
    verdict(
        "the repository is the same on every machine",
        in_every_text(&MACHINE_PATHS, |_| false),
    )
}

#[test]
fn no_file_names_a_registry_but_the_list_of_allowed_sources() -> Verdict {
    let places = in_every_text(&REGISTRIES, |path| {
        path == NAMES_THE_REGISTRY || is_lock(path)
    });
    verdict(
        "where packages come from is a machine's configuration",
        places,
    )
}

#[test]
fn every_locked_package_comes_from_the_one_registry() -> Verdict {
    let mut places = Vec::new();
    for path in tree::files().into_iter().filter(|path| is_lock(path)) {
        let text = tree::text(&path).unwrap_or_default();
        let other = lines_with(&path, &text, &["source = "]).into_iter();
        let named = text.lines().filter(|line| line.starts_with("source = "));
        places.extend(
            other
                .zip(named)
                .filter(|(_, line)| *line != LOCK_SOURCE)
                .map(|(at, _)| at),
        );
    }
    verdict(
        "a lock file names one registry, no mirror and no git",
        places,
    )
}

#[test]
fn forbidden_words_are_found_in_code_and_not_in_prose() -> syn::Result<()> {
    let text =
        "//! todo! and println! are words.\n#[ignore]\nfn a() { println!(\"x\"); todo!() }\n";
    let source = Source::parse("host/plan/src/a.rs", text)?;
    assert_eq!(printing(&source), ["host/plan/src/a.rs:3: `println!`"]);
    assert_eq!(unfinished(&source).len(), 2);
    Ok(())
}
