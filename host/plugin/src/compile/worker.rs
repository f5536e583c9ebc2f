//! The body of the hidden command `strata compile-component INPUT OUTPUT`.
//!
//! It trusts nobody: its input passed the gate in another process, and still it limits itself before it
//! reads a byte. Crashing here is acceptable; the parent tells it as a refused component.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use model::error::{Error, Result};
use rustix::process::{Resource, Rlimit, setrlimit};
use wasmtime::CodeBuilder;

use crate::compile::{COMPILER_UNAVAILABLE, COMPONENT_COMPILE_FAILED};
use crate::engine;
use crate::limits;
use crate::text::printable;

/// Compiles the component in `input` to machine code in `output`, under limits that this process sets
/// on itself and keeps: call it in a process of its own.
///
/// # Errors
/// `component.compile_failed`, `component.compiler_unavailable`.
pub fn compile_component(input: &Path, output: &Path) -> Result<()> {
    limit_this_process()?;
    let code = std::thread::scope(|scope| {
        let compiling = || compile(input);
        let thread = std::thread::Builder::new()
            .name("compile".to_owned())
            .stack_size(limits::COMPILE_STACK_BYTES)
            .spawn_scoped(scope, compiling)
            .map_err(|cause| unavailable("no thread could be started").because(cause))?;
        thread
            .join()
            .map_err(|_| failed("the compiler panicked".to_owned()))?
    })?;
    let write = || -> std::io::Result<()> {
        let mut file = File::create_new(output)?;
        file.write_all(&code)?;
        file.sync_all()
    };
    write().map_err(|cause| unavailable("the code could not be written").because(cause))
}

fn limit_this_process() -> Result<()> {
    let limits = [
        (Resource::Core, 0),
        (Resource::Cpu, limits::COMPILE_CPU_SECONDS),
        (Resource::As, limits::COMPILE_ADDRESS_SPACE_BYTES),
        (Resource::Fsize, limits::COMPILED_BYTES_MAX),
    ];
    for (resource, most) in limits {
        setrlimit(
            resource,
            Rlimit {
                current: Some(most),
                maximum: Some(most),
            },
        )
        .map_err(|cause| unavailable("its limits could not be set").because(cause))?;
    }
    Ok(())
}

fn compile(input: &Path) -> Result<Vec<u8>> {
    let mut component = Vec::new();
    File::open(input)
        .and_then(|file| {
            file.take(limits::COMPONENT_BYTES_MAX as u64)
                .read_to_end(&mut component)
        })
        .map_err(|cause| unavailable("the component could not be read").because(cause))?;
    let engine =
        engine::compiling().map_err(|cause| unavailable(&printable(&format!("{cause:#}"), 500)))?;
    let mut builder = CodeBuilder::new(&engine);
    builder
        .wasm_binary(component.as_slice(), None)
        .and_then(|builder| builder.compile_component_serialized())
        .map_err(|cause| failed(printable(&format!("{cause:#}"), 1_000)))
}

fn failed(why: String) -> Error {
    Error::new(
        &COMPONENT_COMPILE_FAILED,
        "the component could not be compiled",
    )
    .because(why)
}

fn unavailable(why: &str) -> Error {
    Error::new(
        &COMPILER_UNAVAILABLE,
        format!("compiling did not work: {why}"),
    )
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::compile::{COMPONENT_COMPILE_FAILED, Compiler};

    /// With two paths after its own name this test is the compiling process; otherwise it does nothing.
    #[test]
    #[expect(
        clippy::disallowed_methods,
        reason = "the test is a program here and takes arguments"
    )]
    fn compiler_process() {
        let arguments: Vec<_> = std::env::args().collect();
        if let [.., name, input, output] = arguments.as_slice()
            && name == "compile::worker::tests::compiler_process"
        {
            super::compile_component(Path::new(input), Path::new(output)).unwrap();
        }
    }

    #[test]
    fn what_is_no_component_fails_to_compile_and_harms_nobody() {
        let scratch = tempfile::tempdir().unwrap();
        let compiler = Compiler {
            program: std::env::current_exe().unwrap(),
            arguments: vec![
                "--exact".into(),
                "compile::worker::tests::compiler_process".into(),
            ],
        };
        for garbage in [
            &b"garbage"[..],
            b"\0asm\x0d\0\x01\0\xff\xff",
            b"\x7fELF",
            b"(component)",
            b"",
        ] {
            let error = compiler.compile(garbage, scratch.path()).unwrap_err();
            assert!(error.is(&COMPONENT_COMPILE_FAILED), "{error:?}");
        }
        // An empty component is a component.
        assert!(
            compiler
                .compile(b"\0asm\x0d\0\x01\0", scratch.path())
                .is_ok()
        );
        assert_eq!(
            std::fs::read_dir(scratch.path()).unwrap().count(),
            0,
            "nothing is left behind"
        );
    }
}
