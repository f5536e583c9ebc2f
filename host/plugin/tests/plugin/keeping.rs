//! Adding, loading, compiling and removing components.

use std::path::PathBuf;

use model::digest::Digest;
use plugin::call::Call;
use plugin::compile::Compiler;
use plugin::host::Host;
use plugin::store::Store;

use crate::handmade::replaced;
use crate::support::{compiler, evil, fixtures, migration, new_host, schema, settings, tenant};

fn no_compiler() -> Compiler {
    Compiler {
        program: "/nowhere/strata".into(),
        arguments: Vec::new(),
    }
}

fn files(directory: &tempfile::TempDir, extension: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory.path().join("components")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .collect()
}

fn reopened(directory: &tempfile::TempDir, key: [u8; 32], compiler: Compiler) -> Host {
    Host::new(
        Store::open(&directory.path().join("components"), key).unwrap(),
        compiler,
    )
    .unwrap()
}

fn emits(host: &Host, digest: &Digest) -> bool {
    let loaded = host.load(digest).unwrap();
    let (tenant, settings, schema, migration) = (tenant(), settings(), schema(), migration("calm"));
    let call = Call {
        migration: &migration,
        tenant: &tenant,
        settings: &settings,
        schema: &schema,
    };
    loaded.up(&call).unwrap().value.operations.len() == 1
}

#[test]
fn adding_twice_is_adding_once() {
    let (directory, host) = new_host();
    let first = host.add(evil()).unwrap();
    let second = host.add(evil()).unwrap();
    assert_eq!(first.digest, second.digest);
    assert_eq!(host.store().digests().unwrap(), [first.digest]);
    assert_eq!(files(&directory, "cwasm").len(), 1);
    assert_eq!(host.store().bytes(&first.digest).unwrap(), evil());
}

#[test]
fn code_is_kept_and_loaded_without_a_compiler() {
    let (directory, host) = new_host();
    let digest = host.add(evil()).unwrap().digest;
    drop(host);
    assert!(emits(
        &reopened(&directory, [7; 32], no_compiler()),
        &digest
    ));
}

#[test]
fn broken_missing_or_foreign_code_is_made_again() {
    let (directory, host) = new_host();
    let digest = host.add(evil()).unwrap().digest;
    let code = files(&directory, "cwasm").remove(0);
    let mut bytes = std::fs::read(&code).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&code, &bytes).unwrap();
    // Broken code is never loaded: without a compiler there is nothing to load.
    let error = reopened(&directory, [7; 32], no_compiler())
        .load(&digest)
        .err()
        .unwrap();
    assert_eq!(error.code().name, "component.compiler_unavailable");
    assert!(emits(&reopened(&directory, [7; 32], compiler()), &digest));
    assert!(emits(
        &reopened(&directory, [7; 32], no_compiler()),
        &digest
    ));
    assert!(emits(&reopened(&directory, [8; 32], compiler()), &digest));
    std::fs::remove_file(&code).unwrap();
    assert!(emits(&reopened(&directory, [7; 32], compiler()), &digest));
}

#[test]
fn precompiled_code_offered_as_a_component_is_refused() {
    let (directory, host) = new_host();
    host.add(evil()).unwrap();
    let sealed = std::fs::read(files(&directory, "cwasm").remove(0)).unwrap();
    assert_eq!(
        host.add(&sealed).unwrap_err().code().name,
        "component.not_component"
    );
    let elf = sealed
        .windows(4)
        .position(|window| window == b"\x7fELF")
        .unwrap();
    assert_eq!(
        host.add(&sealed[elf..]).unwrap_err().code().name,
        "component.not_component"
    );
}

#[test]
fn a_removed_component_is_gone_with_its_code() {
    let (directory, host) = new_host();
    let digest = host.add(evil()).unwrap().digest;
    host.remove(&digest).unwrap();
    assert_eq!(
        host.load(&digest).err().unwrap().code().name,
        "component.missing"
    );
    assert!(files(&directory, "wasm").is_empty() && files(&directory, "cwasm").is_empty());
}

#[test]
fn a_component_that_was_changed_on_disk_is_refused() {
    let (directory, host) = new_host();
    let digest = host.add(evil()).unwrap().digest;
    std::fs::write(files(&directory, "wasm").remove(0), b"something else").unwrap();
    let error = reopened(&directory, [7; 32], compiler())
        .load(&digest)
        .err()
        .unwrap();
    assert_eq!(error.code().name, "component.damaged");
    // Adding it again repairs it.
    host.add(evil()).unwrap();
    assert!(emits(&reopened(&directory, [7; 32], compiler()), &digest));
}

#[test]
fn types_that_are_not_the_contract_s_are_refused_and_not_kept() {
    let (_directory, host) = new_host();
    let changed = replaced(evil(), "append-only", "prepend-not");
    let error = host.add(&changed).unwrap_err();
    assert_eq!(
        error.code().name,
        "component.contract_mismatch",
        "{error:?}"
    );
    assert!(error.message().contains("`evil@6.6.6`"));
    assert!(host.store().digests().unwrap().is_empty());
}

#[test]
fn a_component_that_is_nowhere_is_told_as_missing() {
    let (_directory, host) = new_host();
    let error = host.load(&Digest::of_bytes(b"nothing")).err().unwrap();
    assert_eq!(error.code().name, "component.missing");
}

#[test]
fn all_committed_fixtures_can_be_added_and_emit_their_migrations() {
    let (_directory, host) = new_host();
    let (tenant, settings) = (tenant(), settings());
    let mut emitted = 0;
    for entry in std::fs::read_dir(fixtures()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "wasm") {
            continue;
        }
        let inspected = host.add(&std::fs::read(&path).unwrap()).unwrap();
        let loaded = host.load(&inspected.digest).unwrap();
        let schema = model::Schema::empty();
        for migration in &inspected.manifest.migrations {
            let call = Call {
                migration,
                tenant: &tenant,
                settings: &settings,
                schema: &schema,
            };
            match loaded.up(&call) {
                Ok(outcome) => emitted += outcome.value.operations.len(),
                // On an empty schema without its settings a fixture may say that it cannot work.
                Err(error) => assert!(
                    ["plugin.failed", "setting.invalid"].contains(&error.code().name),
                    "{}: {error:?}",
                    path.display()
                ),
            }
        }
    }
    assert!(emitted > 0);
}
