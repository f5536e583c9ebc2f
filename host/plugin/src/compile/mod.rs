//! Compilation: a component becomes machine code, in a child process that can be killed.
//!
//! The child is this same program, called with a hidden command that does nothing but
//! [`compile_component`]. A component is never compiled in the process that runs plugins: a compiler
//! that loops or eats memory is no flaw in the eyes of its authors.
//!
//! The compiler is behind the cargo feature `compiler` (on by default, so that the one program has the
//! hidden command). The engine that runs plugins is made without it even then (`engine.rs`).
//!
//! Invariant: the child sees no environment, no input but the component, and ends within a time.

#[cfg(feature = "compiler")]
mod worker;

use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use model::error::{Error, Result};

use crate::limits::{COMPILE_MESSAGE_BYTES_MAX, COMPILE_WALL, COMPILED_BYTES_MAX};
use crate::text::printable;

#[cfg(feature = "compiler")]
pub use worker::compile_component;

mod codes {
    model::codes! {
        COMPONENT_COMPILE_FAILED = "component.compile_failed", Input, "A component could not be compiled.";
        COMPONENT_COMPILE_TIMEOUT = "component.compile_timeout", Input, "A component takes longer to compile than any honest one.";
        COMPILER_UNAVAILABLE = "component.compiler_unavailable", Unreachable, "The compiling process could not be started or read.";
    }
}
pub use codes::*;

/// Compiles components by running a program: `program arguments… INPUT OUTPUT`.
#[derive(Debug, Clone)]
pub struct Compiler {
    /// The program, best the absolute path of this one.
    pub program: PathBuf,
    /// What comes before the two paths: the hidden command.
    pub arguments: Vec<OsString>,
}

impl Compiler {
    /// Compiles a component that passed the gate. `scratch` is where the two files go meanwhile.
    ///
    /// # Errors
    /// `component.compile_failed`, `component.compile_timeout`, `component.compiler_unavailable`.
    pub(crate) fn compile(&self, component: &[u8], scratch: &Path) -> Result<Vec<u8>> {
        self.compile_within(component, scratch, COMPILE_WALL)
    }

    fn compile_within(&self, component: &[u8], scratch: &Path, wall: Duration) -> Result<Vec<u8>> {
        let directory = tempfile::Builder::new()
            .prefix("compile-")
            .tempdir_in(scratch)
            .map_err(|cause| unavailable("its directory could not be made").because(cause))?;
        let input = directory.path().join("input.wasm");
        let output = directory.path().join("output.cwasm");
        let said = directory.path().join("said.txt");
        std::fs::write(&input, component).map_err(|cause| {
            unavailable("the component could not be written for it").because(cause)
        })?;
        let child = self.start(&input, &output, &said)?;
        let status = wait(child, wall)?;
        if !status.success() {
            return Err(failed(status, &head(&said)));
        }
        let code = File::open(&output).and_then(|file| {
            let mut code = Vec::new();
            file.take(COMPILED_BYTES_MAX + 1)
                .read_to_end(&mut code)
                .map(|_| code)
        });
        match code {
            Ok(code) if code.len() as u64 <= COMPILED_BYTES_MAX => Ok(code),
            Ok(_) => Err(Error::new(
                &COMPONENT_COMPILE_FAILED,
                format!("the component compiles to more than {COMPILED_BYTES_MAX} bytes"),
            )),
            Err(cause) => Err(unavailable("it left no code behind").because(cause)),
        }
    }

    fn start(&self, input: &Path, output: &Path, said: &Path) -> Result<Child> {
        let said = File::create(said)
            .map_err(|cause| unavailable("its messages cannot be kept").because(cause))?;
        Command::new(&self.program)
            .args(&self.arguments)
            .arg(input)
            .arg(output)
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::from(said))
            .spawn()
            .map_err(|cause| {
                unavailable(&format!(
                    "`{}` could not be started",
                    self.program.display()
                ))
                .because(cause)
            })
    }
}

/// Waits for the child, and kills it when it lasts too long.
fn wait(mut child: Child, wall: Duration) -> Result<ExitStatus> {
    let started = Instant::now();
    loop {
        let ended = child
            .try_wait()
            .map_err(|cause| unavailable("nothing is known of how it ended").because(cause))?;
        if let Some(status) = ended {
            return Ok(status);
        }
        if started.elapsed() >= wall {
            // Both can only fail when the child ended in between.
            let _ = child.kill();
            let _ = child.wait();
            return Err(timeout(&format!("{} seconds", wall.as_secs())));
        }
        // Short waits for a small plugin, longer ones for the rare large one.
        let pause =
            (started.elapsed() / 20).clamp(Duration::from_millis(1), Duration::from_millis(50));
        std::thread::sleep(pause);
    }
}

fn head(said: &Path) -> String {
    let mut bytes = Vec::new();
    let read = File::open(said)
        .and_then(|file| file.take(COMPILE_MESSAGE_BYTES_MAX).read_to_end(&mut bytes));
    match read {
        Ok(_) => printable(String::from_utf8_lossy(&bytes).trim(), 1_000),
        Err(_) => String::new(),
    }
}

fn failed(status: ExitStatus, said: &str) -> Error {
    #[cfg(unix)]
    if std::os::unix::process::ExitStatusExt::signal(&status)
        == Some(rustix::process::Signal::XCPU.as_raw())
    {
        return timeout(&format!(
            "{} seconds of processor time",
            crate::limits::COMPILE_CPU_SECONDS
        ));
    }
    let error = Error::new(
        &COMPONENT_COMPILE_FAILED,
        "the component could not be compiled",
    );
    match said {
        "" => error.because(format!(
            "the compiling process ended with {status} and said nothing"
        )),
        said => error.because(said.to_owned()),
    }
}

fn timeout(after: &str) -> Error {
    Error::new(
        &COMPONENT_COMPILE_TIMEOUT,
        format!("the component was not compiled after {after}"),
    )
    .hint("look for very large or deeply nested functions in the plugin")
}

fn unavailable(why: &str) -> Error {
    Error::new(
        &COMPILER_UNAVAILABLE,
        format!("the compiling process did not work: {why}"),
    )
    .hint("look at free space, free memory and process limits of this machine, then try again")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{
        COMPILER_UNAVAILABLE, COMPONENT_COMPILE_FAILED, COMPONENT_COMPILE_TIMEOUT, Compiler,
    };

    fn shell(script: &str) -> Compiler {
        Compiler {
            program: "/bin/sh".into(),
            arguments: vec!["-c".into(), script.into()],
        }
    }

    fn code_of(script: &str) -> model::Error {
        let scratch = tempfile::tempdir().unwrap();
        shell(script)
            .compile_within(b"x", scratch.path(), Duration::from_millis(300))
            .unwrap_err()
    }

    #[test]
    fn a_compiler_that_never_ends_is_killed() {
        assert!(code_of("exec /bin/sleep 60").is(&COMPONENT_COMPILE_TIMEOUT));
    }

    #[test]
    fn what_a_failing_compiler_says_is_kept_without_control_characters() {
        let error = code_of("printf 'no \\033[31mway' >&2; exit 3");
        assert!(error.is(&COMPONENT_COMPILE_FAILED));
        assert_eq!(error.causes(), ["no \\u{1b}[31mway"]);
    }

    #[test]
    fn a_compiler_killed_by_the_processor_limit_is_told_as_a_timeout() {
        assert!(code_of("kill -XCPU $$").is(&COMPONENT_COMPILE_TIMEOUT));
    }

    #[test]
    fn a_compiler_that_crashes_or_leaves_nothing_is_an_error() {
        assert!(code_of("kill -ABRT $$").is(&COMPONENT_COMPILE_FAILED));
        assert!(code_of("exit 0").is(&COMPILER_UNAVAILABLE));
    }

    #[test]
    fn a_program_that_is_not_there_is_an_error() {
        let scratch = tempfile::tempdir().unwrap();
        let absent = Compiler {
            program: "/nowhere/strata".into(),
            arguments: Vec::new(),
        };
        assert!(
            absent
                .compile(b"x", scratch.path())
                .unwrap_err()
                .is(&COMPILER_UNAVAILABLE)
        );
    }

    #[test]
    fn a_compiler_gets_no_environment() {
        let scratch = tempfile::tempdir().unwrap();
        // `sh` itself sets PWD and, some, SHLVL and _.
        let compiler =
            shell("/usr/bin/env | /bin/grep -vE '^(PWD|SHLVL|OLDPWD|_)=' > \"$1\"; exit 0");
        let seen = compiler.compile(b"x", scratch.path()).unwrap();
        assert_eq!(String::from_utf8_lossy(&seen), "");
    }
}
