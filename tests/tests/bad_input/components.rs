//! Files that are no components which this host takes, and other bytes for a version that is there.

use serde_json::{Value, json};
use tests::Strata;
use tests::component::{
    MANIFEST, fixture, guest, manifest_variant, replaced, with_manifest_keys, with_section,
    without_manifest,
};
use tests::home::with_fixtures;

use crate::refusal::{add, assert_said, create, plugin, refused};

/// An empty core module.
const CORE_MODULE: &[u8] = b"\0asm\x01\0\0\0";

/// Each file is refused under this code, and its refusal names it and this.
#[track_caller]
fn assert_none_is_added(cases: &[(Vec<u8>, &str, &str)]) {
    let strata = with_fixtures();
    for (n, (bytes, code, named)) in cases.iter().enumerate() {
        let name = format!("file-{n}.wasm");
        let file = strata.file(&name, bytes);
        let names = [name.as_str(), *named];
        refused(&strata, &["plugin", "add", &file], (code, 3), &names);
    }
}

#[test]
fn a_file_that_is_no_component_of_ours_is_refused() {
    let whole = guest();
    let cut = |bytes: usize| whole[..bytes].to_vec();
    let with_log = |name: &str| replaced(whole, "strata:plugin/log@0.1.0", name);
    let silent = replaced(whole, "migrations@0.1.0", "migrationz@0.1.0");
    let (not_component, truncated) = ("component.not_component", "component.truncated");
    let imports = "component.imports";
    assert_none_is_added(&[
        (with_log("wasi:randoms/logs@0.1.0"), imports, "WASI"),
        (
            with_log("strata:plugin/lag@0.1.0"),
            imports,
            "plugin/lag@0.1.0",
        ),
        (
            with_log("strata:plugin/log@0.2.0"),
            "component.contract_newer",
            "0.2.0",
        ),
        (CORE_MODULE.to_vec(), not_component, "core module"),
        (
            b"just a text\n".to_vec(),
            not_component,
            "not a WebAssembly component",
        ),
        (Vec::new(), truncated, ""),
        (cut(whole.len() / 2), truncated, ""),
        (cut(whole.len() - 3), truncated, ""),
        (silent, "component.no_migrations", "migrations"),
    ]);
}

#[test]
fn a_component_whose_manifest_is_not_one_is_refused() {
    let whole = guest();
    let section = |json: &[u8]| with_section(&without_manifest(whole), MANIFEST, json);
    let keys = |keys: Value| with_manifest_keys(whole, &keys);
    let two = with_section(whole, MANIFEST, b"{}");
    let itself = json!({ "depends": [{ "id": "evil", "requirement": "*" }] });
    let title = json!({ "title": "red\u{202e}der" });
    let invalid = "manifest.invalid";
    assert_none_is_added(&[
        (without_manifest(whole), "component.no_manifest", MANIFEST),
        (two, "component.two_manifests", MANIFEST),
        (
            keys(json!({ "contract": "0.2.0" })),
            "component.contract_newer",
            "0.2.0",
        ),
        (
            keys(json!({ "contract": "0.0.9" })),
            "component.contract_older",
            "0.0.9",
        ),
        (section(b"[]"), invalid, "manifest"),
        (section(b"{\"format\":"), invalid, "manifest"),
        (keys(json!({ "colour": "red" })), invalid, "colour"),
        (keys(json!({ "id": "../x" })), invalid, "../x"),
        (keys(json!({ "migrations": ["a b"] })), invalid, "a b"),
        (keys(itself), invalid, "itself"),
        (keys(title), invalid, "title"),
    ]);
}

#[test]
fn a_file_that_cannot_be_read_is_refused() {
    let strata = with_fixtures();
    let absent = strata.folder().join("absent.wasm");
    let folder = strata.folder().to_path_buf();
    for file in [absent, folder] {
        let file = file.to_str().unwrap();
        refused(
            &strata,
            &["plugin", "add", file],
            ("component.unreadable", 3),
            &[file],
        );
    }
}

#[test]
fn a_file_that_is_too_large_is_refused_before_it_is_read() {
    let strata = with_fixtures();
    let path = strata.file("large.wasm", b"\0asm\x0d\0\x01\0");
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    // A hole in the file: it takes no room on the disk.
    file.set_len(64 << 30).unwrap();
    let command = ["plugin", "add", &path];
    refused(
        &strata,
        &command,
        ("component.too_large", 3),
        &["large.wasm"],
    );
}

#[test]
fn the_files_before_a_bad_one_are_added_and_told() {
    let strata = with_fixtures();
    let good = strata.file("good.wasm", &plugin("good", "module", "calm", &json!({})));
    let bad = strata.file("bad.wasm", CORE_MODULE);
    let failure = strata.error(&["plugin", "add", &good, &bad]);
    assert_said(&failure, ("component.not_component", 3), &["bad.wasm"]);
    assert!(
        failure.hints.iter().any(|hint| hint.contains("before it")),
        "{failure:#?}"
    );
    strata.ok(&["plugin", "show", "good"]);
}

fn club_with_other_bytes() -> Vec<u8> {
    with_manifest_keys(
        &fixture("fx_club-1.0.0"),
        &json!({ "description": "Another." }),
    )
}

#[test]
fn other_bytes_for_a_version_that_is_there_are_refused() {
    let strata = with_fixtures();
    let file = strata.file("other.wasm", &club_with_other_bytes());
    let failure = refused(
        &strata,
        &["plugin", "add", &file],
        ("plugin.exists_differently", 5),
        &["`fx_club@1.0.0`"],
    );
    assert!(failure.text().contains("--replace"), "{failure:#?}");
    let same = strata.file("same.wasm", &fixture("fx_club-1.0.0"));
    let added = strata.json(&["plugin", "add", &same]);
    assert_eq!(added["plugins"][0]["outcome"], "unchanged");
}

#[test]
fn other_bytes_are_taken_with_replace_while_nothing_names_the_old_ones() {
    let strata = with_fixtures();
    let file = strata.file("other.wasm", &club_with_other_bytes());
    let added = strata.json(&["plugin", "add", &file, "--replace"]);
    assert_eq!(added["plugins"][0]["outcome"], "replaced");
    let shown = strata.json(&["plugin", "show", "fx_club@1.0.0"]);
    assert_eq!(shown["manifest"]["description"], "Another.");
    strata.ok(&create("acme", &["--template", "fx_club@1.0.0"]));
    strata.ok(&["doctor"]);
}

#[test]
fn other_bytes_are_refused_even_with_replace_when_a_tenant_or_a_plan_names_the_old_ones() {
    let by_tenant = with_fixtures();
    by_tenant.ok(&create("acme", &["--template", "fx_club@1.0.0"]));
    let by_plan = with_fixtures();
    by_plan.ok(&create("acme", &[]));
    by_plan.ok(&["plan", "acme", "--template", "fx_club@1.0.0"]);
    for strata in [by_tenant, by_plan] {
        let file = strata.file("other.wasm", &club_with_other_bytes());
        refused(
            &strata,
            &["plugin", "add", &file, "--replace"],
            ("plugin.referenced", 5),
            &["`fx_club@1.0.0`"],
        );
    }
}

#[test]
fn a_version_that_changes_a_migration_of_an_older_one_is_refused() {
    let strata = Strata::new();
    add(&strata, &[plugin("shifty", "module", "calm", &json!({}))]);
    let next = |keys: Value| {
        let mut all = json!({ "version": "2.0.0" });
        all.as_object_mut()
            .unwrap()
            .extend(keys.as_object().unwrap().clone());
        plugin("shifty", "module", "calm", &all)
    };
    let missing = strata.file("missing.wasm", &next(json!({ "migrations": ["own_down"] })));
    let names = ["shifty", "`calm`"];
    refused(
        &strata,
        &["plugin", "add", &missing],
        ("migration.missing", 5),
        &names,
    );
    let other = next(json!({}));
    // The same migration makes a table of another name.
    let other = replaced(&other, "evil_", "good_");
    let changed = strata.file("changed.wasm", &other);
    refused(
        &strata,
        &["plugin", "add", &changed],
        ("migration.changed", 5),
        &names,
    );
}

#[test]
fn an_alias_of_another_plugin_is_refused() {
    let strata = with_fixtures();
    let keys = json!({ "aliases": ["fx_club"] });
    let file = strata.file("alias.wasm", &plugin("impostor", "template", "calm", &keys));
    let names = ["impostor", "fx_club"];
    refused(
        &strata,
        &["plugin", "add", &file],
        ("plugin.alias_taken", 5),
        &names,
    );
}

#[test]
fn a_component_that_was_damaged_in_the_store_is_not_run() {
    let strata = with_fixtures();
    let folder = strata.home().join("components");
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&path, bytes).unwrap();
    }
    let command = create("acme", &["--template", "fx_club"]);
    refused(&strata, &command, ("component.damaged", 6), &[".wasm"]);
    std::fs::remove_dir_all(&folder).unwrap();
    let before = strata.error(&command);
    assert_said(&before, ("component.missing", 3), &[]);
    let again = ["fx_core-1.0.0", "fx_club-2.0.0", "fx_events-1.0.0"].map(fixture);
    add(&strata, &again);
    strata.ok(&command);
}

#[test]
fn a_manifest_of_the_longest_names_is_a_manifest() {
    let strata = with_fixtures();
    let id = "i".repeat(40);
    let mut manifest = tests::manifest_of(guest());
    manifest["id"] = json!(id);
    manifest["layer"] = json!("module");
    manifest["migrations"] = json!(["calm"]);
    add(&strata, &[manifest_variant(guest(), &manifest)]);
    strata.ok(&create("acme", &["--module", &id]));
    manifest["id"] = json!("i".repeat(41));
    let file = strata.file("long.wasm", &manifest_variant(guest(), &manifest));
    refused(
        &strata,
        &["plugin", "add", &file],
        ("manifest.invalid", 3),
        &["long.wasm"],
    );
}
