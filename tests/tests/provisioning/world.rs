//! Homes with a catalogue, and what every test asks of a home.
//!
//! Compiling components is what takes long, and each test may be a process of its own: a home is prepared
//! once for the files that it is made of, whichever process comes first, and copied for each test.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use serde_json::Value;
use tests::home::FIXTURES;
use tests::{Strata, component, workspace};

/// Whether what takes long is wanted.
pub(crate) fn is_full() -> bool {
    std::env::var_os("STRATA_TEST_FULL").is_some_and(|value| value == "1")
}

/// A home of its own with every first-party plugin.
pub(crate) fn catalogue() -> Strata {
    let mut files = components_in(&component::components());
    // A component of a plugin without a lower layer cannot be judged; order does not matter to `add`.
    files.sort();
    Strata::copy_of(&prepared("catalogue", &files))
}

/// A home of its own with the committed fixtures, and the plugin that stumbles over rows.
pub(crate) fn fixtures() -> Strata {
    let name = |name: &str| component::fixtures().join(format!("{name}.wasm"));
    let mut files: Vec<PathBuf> = FIXTURES.into_iter().map(name).collect();
    files.push(workspace::root().join("tests/tests/provisioning/stumble/fx_stumble-1.0.0.wasm"));
    Strata::copy_of(&prepared("fixtures", &files))
}

fn components_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let files = entries.map(|entry| entry.unwrap().path());
    files
        .filter(|file| file.extension().is_some_and(|end| end == "wasm"))
        .collect()
}

/// A home with these components in its catalogue, made once for this binary and these files.
fn prepared(name: &str, components: &[PathBuf]) -> PathBuf {
    let folder = workspace::scratch().join(format!("provisioning-{name}"));
    let lock = File::create(folder.with_extension("lock")).unwrap();
    lock.lock().unwrap();
    let (home, stamp_file) = (folder.join("home"), folder.join("stamp"));
    let stamp = stamp(components);
    if fs::read_to_string(&stamp_file).is_ok_and(|found| found == stamp) {
        return home;
    }
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    let strata = Strata::new();
    let mut arguments = vec!["plugin".into(), "add".into()];
    arguments.extend(components.iter().map(|file| file.as_os_str().to_owned()));
    strata.ok(&arguments);
    fs::rename(strata.home(), &home).unwrap();
    fs::write(&stamp_file, stamp).unwrap();
    home
}

/// What a prepared home depends on.
fn stamp(components: &[PathBuf]) -> String {
    let mut hasher = DefaultHasher::new();
    for path in components.iter().chain([&workspace::binary()]) {
        let metadata = fs::metadata(path).unwrap();
        (path, metadata.len(), metadata.modified().unwrap()).hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

/// The names of the files in the tenants' folder.
pub(crate) fn tenant_files(strata: &Strata) -> BTreeSet<String> {
    let entries = fs::read_dir(strata.home().join("tenants")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name());
    names.map(|name| name.into_string().unwrap()).collect()
}

/// Demands that the doctor finds every single thing fine.
#[track_caller]
pub(crate) fn demand_healthy(strata: &Strata) {
    let report = strata.json(&["doctor"]);
    let checks = report["checks"].as_array().unwrap();
    let not_fine: Vec<&Value> = checks
        .iter()
        .filter(|check| check["verdict"] != "fine")
        .collect();
    assert!(not_fine.is_empty(), "{not_fine:#?}");
}

/// The fingerprint that a tenant shows.
#[track_caller]
pub(crate) fn fingerprint(strata: &Strata, slug: &str) -> String {
    text(&strata.json(&["tenant", "show", slug])["tenant"]["fingerprint"])
}

/// The provisioning status that a tenant shows.
#[track_caller]
pub(crate) fn provisioning(strata: &Strata, slug: &str) -> String {
    text(&strata.json(&["tenant", "show", slug])["tenant"]["provisioning_status"])
}

/// A text of an answer.
#[track_caller]
pub(crate) fn text(value: &Value) -> String {
    let text = value.as_str();
    text.unwrap_or_else(|| panic!("not a text: {value}"))
        .to_owned()
}

/// Demands a history that is a history: gapless, of whole runs, with no migration that stands twice.
#[track_caller]
pub(crate) fn demand_whole_history(strata: &Strata, slug: &str) {
    let history = strata.json(&["history", slug]);
    let events = history["events"].as_array().unwrap();
    let mut standing: Vec<String> = Vec::new();
    for (n, event) in events.iter().enumerate() {
        assert_eq!(event["sequence"], n + 1, "{event}");
        let what = text(&event["what"]);
        match event["event"].as_str().unwrap() {
            "migration applied" => {
                assert!(!standing.contains(&what), "`{what}` stands twice");
                standing.push(what);
            }
            "migration undone" => {
                let last = standing.pop().unwrap();
                assert!(
                    last.ends_with(what.rsplit(' ').next().unwrap()),
                    "{last}, {what}"
                );
            }
            _ => {}
        }
    }
    let last = text(&events.last().unwrap()["event"]);
    assert!(["run succeeded", "run undone"].contains(&&*last), "{last}");
    let shown = strata.json(&["tenant", "show", slug]);
    assert_eq!(shown["tenant"]["migrations"], standing.len());
}
