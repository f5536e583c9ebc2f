//! A server that runs: started on a free port, awaited, stopped; what its log says.
//!
//! Invariant: a server does not outlive its value.

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};

use crate::failure::Failure;
use crate::process;
use crate::servers::stop::Stop;

/// How long a server may take to come up, and a program to make its files.
const START_MAX: Duration = Duration::from_secs(60);

/// How long a server may take to end before it is killed.
const STOP_MAX: Duration = Duration::from_secs(10);

/// How often is looked.
const PAUSE: Duration = Duration::from_millis(20);

/// How many ports are tried: between choosing a free one and the server's taking it, another program can.
const N_PORTS_MAX: usize = 5;

/// How much of a log is shown.
const TAIL_LINES: usize = 20;

/// A running server.
pub(super) struct Server {
    child: Child,
    log: PathBuf,
    ends_by: Signal,
}

/// How one kind of server is started.
pub(super) struct Recipe<'a> {
    /// The command, for a port.
    pub(super) command: &'a dyn Fn(u16) -> Command,
    /// Where its output goes.
    pub(super) log: &'a Path,
    /// Whether it can be reached.
    pub(super) is_ready: &'a dyn Fn() -> bool,
    /// What ends it soonest without leaving anything in the system; its files are thrown away.
    pub(super) ends_by: Signal,
}

impl Server {
    /// Starts a server on a free port and waits until it is ready.
    pub(super) fn start(recipe: &Recipe<'_>, stop: &Stop) -> Result<(Server, u16), Failure> {
        let mut n_tried = 0;
        loop {
            n_tried += 1;
            let port = free_port()?;
            let mut server = Server::spawn(recipe, port)?;
            let why = match server.wait_until_ready(recipe.is_ready, stop) {
                Ok(()) => return Ok((server, port)),
                Err(why) => why,
            };
            let is_race = tail(recipe.log).contains("already in use");
            if !is_race || n_tried == N_PORTS_MAX {
                return Err(with_log(&why, recipe.log));
            }
        }
    }

    fn spawn(recipe: &Recipe<'_>, port: u16) -> Result<Server, Failure> {
        Ok(Server {
            child: spawn(&mut (recipe.command)(port), recipe.log)?,
            log: recipe.log.to_path_buf(),
            ends_by: recipe.ends_by,
        })
    }

    fn wait_until_ready(&mut self, is_ready: &dyn Fn() -> bool, stop: &Stop) -> Result<(), String> {
        let started = Instant::now();
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("it ended before it was ready ({status})"));
            }
            if is_ready() {
                return Ok(());
            }
            if started.elapsed() > START_MAX {
                return Err(format!("it was not ready after {} s", START_MAX.as_secs()));
            }
            if stop.asked_within(PAUSE) {
                return Err("asked to stop".to_owned());
            }
        }
    }

    /// How the server ended, if it did so without being told.
    pub(super) fn ended(&mut self) -> Option<String> {
        let status = self.child.try_wait().ok()??;
        Some(
            with_log(&format!("it ended by itself ({status})"), &self.log)
                .message()
                .to_owned(),
        )
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        end(&mut self.child, self.ends_by);
    }
}

/// Runs a program that makes a server's files.
pub(super) fn prepare(command: &mut Command, log: &Path, stop: &Stop) -> Result<(), Failure> {
    let mut child = spawn(command, log)?;
    let started = Instant::now();
    let why = loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => break format!("its files could not be made ({status})"),
            Ok(None) if started.elapsed() > START_MAX => {
                break format!("its files were not made in {} s", START_MAX.as_secs());
            }
            Ok(None) if stop.asked_within(PAUSE) => break "asked to stop".to_owned(),
            Ok(None) => {}
            Err(cause) => break format!("cannot wait for the program: {cause}"),
        }
    };
    end(&mut child, Signal::KILL);
    Err(with_log(&why, log))
}

fn spawn(command: &mut Command, log: &Path) -> Result<Child, Failure> {
    let output = File::create(log).and_then(|file| Ok((file.try_clone()?, file)));
    let spawned = output.and_then(|(stdout, stderr)| {
        command
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(stderr)
            .spawn()
    });
    spawned.map_err(|cause| {
        let shown = process::shown(command);
        Failure::broken(format!("cannot start `{shown}`: {cause}"))
    })
}

/// Ends a program and what it started, and waits for it.
fn end(child: &mut Child, signal: Signal) {
    let Some(id) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) else {
        return;
    };
    if matches!(child.try_wait(), Ok(Some(_))) {
        return;
    }
    // The program leads a group of its own. That it is gone already is as good.
    let _ = rustix::process::kill_process_group(id, signal);
    let started = Instant::now();
    while started.elapsed() < STOP_MAX {
        if matches!(child.try_wait(), Ok(Some(_))) {
            return;
        }
        std::thread::sleep(PAUSE);
    }
    let _ = rustix::process::kill_process_group(id, Signal::KILL);
    let _ = child.wait();
}

fn free_port() -> Result<u16, Failure> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|cause| Failure::broken(format!("no free port: {cause}")))
}

fn with_log(why: &str, log: &Path) -> Failure {
    let tail = tail(log);
    if tail.is_empty() {
        return Failure::broken(format!("{why}, its log is empty"));
    }
    Failure::broken(format!("{why}; the end of its log:\n{tail}"))
}

/// The last lines of a log, indented.
fn tail(log: &Path) -> String {
    let bytes = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    let last = lines.iter().skip(lines.len().saturating_sub(TAIL_LINES));
    let last: Vec<String> = last.map(|line| format!("    {line}")).collect();
    last.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command
    }

    fn start(script: &str) -> Result<(Server, u16), Failure> {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let recipe = Recipe {
            command: &|port| shell(&script.replace("PORT", &port.to_string())),
            log: &log,
            is_ready: &|| tail(&log).contains("is up"),
            ends_by: Signal::TERM,
        };
        Server::start(&recipe, &Stop::never())
    }

    #[test]
    fn a_server_is_awaited_and_stopped() {
        let (mut server, port) = start("echo is up at PORT; exec sleep 100").unwrap();
        assert_ne!(port, 0);
        assert_eq!(server.ended(), None);
        let id = Pid::from_child(&server.child);
        drop(server);
        assert!(rustix::process::test_kill_process_group(id).is_err());
    }

    #[test]
    fn a_server_that_does_not_come_up_is_told_with_its_log() {
        let failure = start("echo no such folder >&2; exit 3").err().unwrap();
        let message = failure.message();
        assert!(message.contains("exit status: 3"), "{message}");
        assert!(message.contains("    no such folder"), "{message}");
    }

    #[test]
    fn a_port_that_another_program_took_is_tried_again_but_not_for_ever() {
        let counted = tempfile::NamedTempFile::new().unwrap();
        let path = counted.path().display().to_string();
        let script = format!("echo x >> {path}; echo Address already in use; exit 1");
        assert!(start(&script).is_err());
        let n_tried = std::fs::read_to_string(counted.path())
            .unwrap()
            .lines()
            .count();
        assert_eq!(n_tried, N_PORTS_MAX);
    }

    #[test]
    fn a_server_that_ends_by_itself_is_noticed() {
        let (mut server, _) = start("echo is up; sleep 0.2; echo out of memory; exit 9").unwrap();
        let started = Instant::now();
        let how = loop {
            if let Some(how) = server.ended() {
                break how;
            }
            assert!(started.elapsed() < START_MAX);
            std::thread::sleep(PAUSE);
        };
        assert!(how.contains("exit status: 9"), "{how}");
    }
}
