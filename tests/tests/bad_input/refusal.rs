//! [`refused`]: a command that has to fail as documented and change nothing.

use serde_json::{Value, json};
use tests::component::{guest, with_manifest_keys};
use tests::{Failure, Strata, snapshot_of};

/// Runs a command and demands: this code, its documented exit code, each of these texts in the message
/// or its causes, at least one hint, nothing that steers a terminal, and a home as it was.
#[track_caller]
pub(crate) fn refused(
    strata: &Strata,
    arguments: &[&str],
    (code, exit): (&str, i32),
    names: &[&str],
) -> Failure {
    let before = snapshot_of(&strata.home());
    let failure = strata.error(arguments);
    assert_said(&failure, (code, exit), names);
    let changes = before.changes_to(&snapshot_of(&strata.home()));
    assert!(changes.is_empty(), "{arguments:?} changed {changes:#?}");
    failure
}

/// Demands of a failure what [`refused`] does, but for the home.
#[track_caller]
pub(crate) fn assert_said(failure: &Failure, (code, exit): (&str, i32), names: &[&str]) {
    assert_eq!(
        (failure.code.as_str(), failure.exit),
        (code, exit),
        "{failure:#?}"
    );
    let said = format!("{}\n{}", failure.message, failure.causes.join("\n"));
    for name in names {
        assert!(said.contains(name), "nothing names `{name}`: {failure:#?}");
    }
    assert!(
        failure.hints.iter().any(|hint| !hint.trim().is_empty()),
        "there is no hint: {failure:#?}"
    );
    let text = failure.text();
    let steers = text
        .chars()
        .find(|c| c.is_control() && *c != '\n' || is_bidirectional(*c));
    assert_eq!(steers, None, "it steers a terminal: {failure:#?}");
}

fn is_bidirectional(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The hostile guest under another id, in a layer, with one migration and further keys of the manifest.
pub(crate) fn plugin(id: &str, layer: &str, migration: &str, keys: &Value) -> Vec<u8> {
    let mut all =
        json!({ "id": id, "version": "1.0.0", "layer": layer, "migrations": [migration] });
    for (key, value) in keys.as_object().into_iter().flatten() {
        all[key] = value.clone();
    }
    with_manifest_keys(guest(), &all)
}

/// Adds such plugins to the catalogue.
pub(crate) fn add(strata: &Strata, components: &[Vec<u8>]) {
    let mut arguments = vec!["plugin".to_owned(), "add".to_owned()];
    for (n, component) in components.iter().enumerate() {
        arguments.push(strata.file(&format!("added-{n}.wasm"), component));
    }
    strata.ok(&arguments);
}

/// `tenant create SLUG --name Everest` and more.
pub(crate) fn create<'a>(slug: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let mut arguments = vec!["tenant", "create", slug, "--name", "Everest"];
    arguments.extend(more);
    arguments
}
