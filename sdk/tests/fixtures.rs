//! The committed components of `tests/fixtures/v0`: each holds one manifest, stays small and imports the
//! contract alone.
//!
//! Whether they run is tested with the host.
#![expect(
    clippy::expect_used,
    reason = "helpers of tests stand outside test functions"
)]

use std::path::Path;

use wasmparser::{Parser, Payload};

const SECTION: &str = "strata:manifest";
const BYTES_MAX: usize = 120 * 1024;

fn components() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/v0/components");
    let mut components: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("it is readable").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "wasm")
        })
        .map(|path| {
            let name = path
                .file_stem()
                .expect("it has a name")
                .to_string_lossy()
                .into_owned();
            (name, std::fs::read(path).expect("it is readable"))
        })
        .collect();
    components.sort();
    components
}

#[test]
fn each_component_holds_one_manifest_that_says_its_name() {
    for (name, bytes) in components() {
        let mut manifests = Vec::new();
        for payload in Parser::new(0).parse_all(&bytes) {
            if let Payload::CustomSection(section) = payload.expect("it is valid")
                && section.name() == SECTION
            {
                manifests.push(section.data().to_vec());
            }
        }
        assert_eq!(manifests.len(), 1, "{name}");
        let manifest: serde_json::Value =
            serde_json::from_slice(&manifests[0]).expect("it is JSON");
        let text = |key: &str| manifest[key].as_str().expect("it is text").to_owned();
        assert_eq!(format!("{}-{}", text("id"), text("version")), name);
    }
}

#[test]
fn each_component_is_small() {
    let components = components();
    assert_eq!(components.len(), 6);
    for (name, bytes) in components {
        assert!(bytes.len() <= BYTES_MAX, "{name} has {} bytes", bytes.len());
    }
}

#[test]
fn each_component_imports_the_contract_alone() {
    for (name, bytes) in components() {
        let mut n_imports = 0;
        for payload in Parser::new(0).parse_all(&bytes) {
            match payload.expect("it is valid") {
                Payload::ComponentImportSection(imports) => {
                    for import in imports {
                        n_imports += 1;
                        let import = format!("{:?}", import.expect("it is valid").name);
                        assert!(import.contains("strata:plugin/"), "{name} imports {import}");
                    }
                }
                Payload::ModuleSection { .. } => break,
                _ => {}
            }
        }
        assert!(n_imports > 0, "{name}");
    }
}
