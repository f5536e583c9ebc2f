//! Files that are refused before anything of them is compiled or run.

use model::error::Error;
use plugin::gate::inspect;
use wasm_encoder::{Instruction, MemoryType};

use crate::handmade::{
    holding, instantiating, instantiation_bomb, module, module_with_memory, nested_loops, replaced,
    with_section, with_utf16,
};
use crate::support::{evil, fixtures};

fn refusal(bytes: &[u8]) -> Error {
    inspect(bytes).expect_err("the component must be refused")
}

fn code(bytes: &[u8]) -> &'static str {
    refusal(bytes).code().name
}

#[test]
fn a_good_component_is_described_without_running_it() {
    let inspected = inspect(evil()).unwrap();
    assert_eq!(inspected.manifest.id.as_str(), "evil");
    assert_eq!(inspected.size_bytes, evil().len() as u64);
    assert_eq!(inspected.digest, model::Digest::of_bytes(evil()));
}

#[test]
fn all_committed_fixtures_pass() {
    let mut seen = 0;
    for entry in std::fs::read_dir(fixtures()).unwrap() {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_some_and(|extension| extension == "wasm")
        {
            inspect(&std::fs::read(&path).unwrap())
                .unwrap_or_else(|e| panic!("{}: {e:?}", path.display()));
            seen += 1;
        }
    }
    assert!(seen > 0);
}

#[test]
fn files_that_are_no_components_are_told_what_they_are() {
    assert_eq!(code(b""), "component.truncated");
    assert_eq!(code(b"\0as"), "component.truncated");
    assert_eq!(code(b"\0asm\x0d"), "component.truncated");
    assert_eq!(code(b"MZ and so on"), "component.not_component");
    assert_eq!(code(b"(component)"), "component.not_component");
    assert_eq!(code(b"\0asm\x07\0\x07\0"), "component.not_component");
    let core = refusal(&module(0, &[]).finish());
    assert_eq!(core.code().name, "component.not_component");
    assert!(core.message().contains("core module"));
    assert!(core.hints()[0].contains("strata plugin build"));
    let native = refusal(b"\x7fELF\x02\x01\x01 precompiled");
    assert_eq!(native.code().name, "component.not_component");
    assert!(native.message().contains("precompiled"));
}

#[test]
fn too_large_files_are_refused_before_they_are_read() {
    let large = vec![0; plugin::limits::COMPONENT_BYTES_MAX + 1];
    assert_eq!(code(&large), "component.too_large");
}

#[test]
fn a_component_cut_anywhere_is_refused() {
    let whole = evil();
    for at in (0..whole.len()).step_by(whole.len() / 97) {
        let name = code(&whole[..at]);
        // Where one section ends and the next begins, the rest is missing instead.
        assert!(name.starts_with("component."), "cut at {at}: {name}");
    }
    assert_eq!(code(&whole[..whole.len() - 3]), "component.truncated");
}

#[test]
fn no_changed_byte_makes_the_gate_panic() {
    let mut bytes = evil().to_vec();
    // A fixed sequence: the same bytes on every run.
    let mut random: u64 = 0x9e37_79b9_7f4a_7c15;
    for _ in 0..400 {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let at = usize::try_from(random % bytes.len() as u64).unwrap();
        let was = bytes[at];
        bytes[at] ^= (random >> 32) as u8 | 1;
        drop(inspect(&bytes));
        bytes[at] = was;
    }
}

#[test]
fn an_import_from_wasi_is_refused_by_name() {
    let error = refusal(&replaced(
        evil(),
        "strata:plugin/log@0.1.0",
        "wasi:randoms/logs@0.1.0",
    ));
    assert_eq!(error.code().name, "component.imports");
    assert!(
        error.message().contains("wasi:randoms/logs@0.1.0") && error.message().contains("WASI")
    );
    assert!(error.hints()[0].contains("wasm32-unknown-unknown"));
}

#[test]
fn any_other_import_is_refused_by_name() {
    let error = refusal(&replaced(
        evil(),
        "strata:plugin/log@0.1.0",
        "strata:plugin/lag@0.1.0",
    ));
    assert_eq!(error.code().name, "component.imports");
    assert!(error.message().contains("strata:plugin/lag@0.1.0"));
    assert_eq!(
        code(&replaced(
            evil(),
            "strata:plugin/log@0.1.0",
            "bellow:plugin/log@0.1.0"
        )),
        "component.imports"
    );
}

#[test]
fn a_newer_contract_is_refused_in_imports_exports_and_manifest() {
    for newer in ["0.1.1", "0.2.0", "1.0.0"] {
        for name in ["strata:plugin/log", "strata:plugin/migrations"] {
            let changed = replaced(evil(), &format!("{name}@0.1.0"), &format!("{name}@{newer}"));
            assert_eq!(code(&changed), "component.contract_newer", "{name}@{newer}");
        }
        let manifest = replaced(
            evil(),
            "\"contract\": \"0.1.0\"",
            &format!("\"contract\": \"{newer}\""),
        );
        assert_eq!(code(&manifest), "component.contract_newer");
    }
    let older = replaced(evil(), "\"contract\": \"0.1.0\"", "\"contract\": \"0.0.9\"");
    assert_eq!(code(&older), "component.contract_older");
}

#[test]
fn exactly_one_manifest_is_demanded() {
    assert_eq!(
        code(&replaced(evil(), "strata:manifest", "strata:manifold")),
        "component.no_manifest"
    );
    assert_eq!(
        code(&with_section(evil(), "strata:manifest", b"{}")),
        "component.two_manifests"
    );
    let other = with_section(evil(), "strata:other", b"{}");
    assert!(inspect(&other).is_ok());
}

#[test]
fn a_manifest_that_is_too_large_or_wrong_is_refused() {
    let without = replaced(evil(), "strata:manifest", "strata:manifold");
    let large = with_section(&without, "strata:manifest", &vec![b' '; 64 * 1024 + 1]);
    assert_eq!(code(&large), "manifest.invalid");
    assert_eq!(
        code(&with_section(&without, "strata:manifest", b"[]")),
        "manifest.invalid"
    );
}

#[test]
fn a_component_without_migrations_is_refused() {
    let without = replaced(
        evil(),
        "strata:plugin/migrations@0.1.0",
        "strata:plugin/migrationz@0.1.0",
    );
    assert_eq!(code(&without), "component.no_migrations");
}

#[test]
fn parts_of_webassembly_that_are_left_out_are_refused() {
    let simd = module(0, &[Instruction::V128Const(0), Instruction::Drop]);
    assert_eq!(code(&holding(&simd)), "component.invalid");
    let memory = MemoryType {
        minimum: 1,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    };
    assert_eq!(
        code(&holding(&module_with_memory(MemoryType {
            memory64: true,
            ..memory
        }))),
        "component.invalid"
    );
    let shared = MemoryType {
        shared: true,
        maximum: Some(1),
        ..memory
    };
    assert_eq!(
        code(&holding(&module_with_memory(shared))),
        "component.invalid"
    );
    assert_eq!(code(&with_utf16()), "component.invalid");
}

#[test]
fn loops_and_locals_that_multiply_are_refused() {
    let error = refusal(&holding(&module(200, &nested_loops(100))));
    assert_eq!(error.code().name, "component.too_complex");
    assert_eq!(code(&holding(&module(1_001, &[]))), "component.too_complex");
    // Honest loops pass this part of the gate.
    assert_ne!(
        code(&holding(&module(20, &nested_loops(10)))),
        "component.too_complex"
    );
}

#[test]
fn memories_and_tables_beyond_those_of_a_call_are_refused() {
    let memory = |minimum| MemoryType {
        minimum,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    };
    let too_complex = "component.too_complex";
    assert_eq!(
        code(&holding(&module_with_memory(memory(1_025)))),
        too_complex
    );
    assert_ne!(
        code(&holding(&module_with_memory(memory(1_024)))),
        too_complex
    );
    assert_eq!(
        code(&instantiating(&module_with_memory(memory(1)), 5)),
        too_complex
    );
    assert_ne!(
        code(&instantiating(&module_with_memory(memory(1)), 4)),
        too_complex
    );
    assert_eq!(code(&instantiating(&module(0, &[]), 65)), too_complex);
}

#[test]
fn large_bodies_are_refused() {
    let body = vec![Instruction::Nop; 512 * 1024];
    assert_eq!(code(&holding(&module(0, &body))), "component.too_complex");
}

#[test]
fn instances_that_multiply_are_counted_and_refused() {
    let bomb = instantiation_bomb(3, 10);
    assert!(bomb.len() < 1_000);
    assert_eq!(code(&bomb), "component.too_complex");
    assert_eq!(code(&instantiation_bomb(5, 1)), "component.too_complex");
    assert_ne!(code(&instantiation_bomb(3, 2)), "component.too_complex");
}
