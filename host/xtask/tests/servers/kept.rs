//! A keeper under test, and the folder that it works in.

use std::io::{BufRead as _, BufReader, Read};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::Pid;
use serde_json::Value;
use tempfile::TempDir;

/// How long something that happens soon may take on a busy machine.
const SOON: Duration = Duration::from_secs(30);

fn await_that(what: &str, is_so: impl Fn() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < SOON, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Whether servers die with the keeper here.
pub(crate) fn die_with_parent() -> bool {
    let mut ask = Command::new("setpriv");
    ask.args(["--pdeathsig", "KILL", "true"]);
    ask.output().is_ok_and(|output| output.status.success())
}

/// A folder for temporary files that nobody else uses.
pub(crate) struct Room(TempDir);

impl Room {
    pub(crate) fn new() -> Room {
        let folder = tempfile::Builder::new().prefix("x").tempdir().unwrap();
        // As root, the servers run as somebody else, who has to get in.
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        Room(folder)
    }

    /// Has a command use this folder, and no server that the test's own environment names.
    pub(crate) fn within<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env("TMPDIR", self.0.path())
            .env_remove("STRATA_TEST_POSTGRES_URL")
            .env_remove("STRATA_TEST_MYSQL_URL")
    }

    fn entries(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    pub(crate) fn assert_empty(&self) {
        assert_eq!(self.entries(), Vec::<PathBuf>::new());
    }

    pub(crate) fn await_empty(&self) {
        await_that("the folder is removed", || self.entries().is_empty());
    }

    /// The process of the one server in this folder.
    pub(crate) fn server(&self) -> Option<Pid> {
        let files = ["postgresql/data/postmaster.pid", "mariadb/pid"];
        let entries = self.entries();
        let paths = entries
            .iter()
            .flat_map(|entry| files.map(|file| entry.join(file)));
        let text = paths
            .filter_map(|path| std::fs::read_to_string(path).ok())
            .next()?;
        Pid::from_raw(text.lines().next()?.trim().parse().ok()?)
    }
}

/// A server's address, taken apart.
#[derive(Debug)]
pub(crate) struct Address {
    scheme: String,
    user: String,
    pub(crate) password: String,
    port: u16,
}

impl Address {
    fn parse(url: &str) -> Address {
        let (scheme, rest) = url.split_once("://").unwrap();
        let (user, rest) = rest.split_once(':').unwrap();
        let (password, rest) = rest.split_once("@127.0.0.1:").unwrap();
        let (port, _) = rest.split_once('/').unwrap();
        Address {
            scheme: scheme.to_owned(),
            user: user.to_owned(),
            password: password.to_owned(),
            port: port.parse().unwrap(),
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        TcpStream::connect(("127.0.0.1", self.port)).is_ok()
    }

    /// Whether a client gets in and may hand on what it may; nothing where there is no client program.
    pub(crate) fn asks(&self, password: &str) -> Option<bool> {
        let port = self.port.to_string();
        let mut client = if self.scheme == "postgres" {
            let mut client = Command::new("psql");
            client
                .env("PGPASSWORD", password)
                .args(["-X", "-h", "127.0.0.1", "-p", &port, "-U", &self.user])
                .args(["-d", "postgres", "-c", "CREATE ROLE another SUPERUSER"]);
            client
        } else {
            let mut client = Command::new("mariadb");
            client
                .env("MYSQL_PWD", password)
                .args([
                    "--no-defaults",
                    "-h",
                    "127.0.0.1",
                    "-P",
                    &port,
                    "-u",
                    &self.user,
                ])
                .args([
                    "-e",
                    "GRANT ALL ON *.* TO 'another'@'127.0.0.1' IDENTIFIED BY 'x'",
                    "mysql",
                ]);
            client
        };
        client.output().ok().map(|output| output.status.success())
    }
}

/// The addresses in lines `export STRATA_TEST_…=…`, up to the last server or the end.
pub(crate) fn exported(output: impl Read) -> Vec<Address> {
    let lines = BufReader::new(output).lines().map_while(Result::ok);
    let urls = lines.filter_map(|line| Some(Address::parse(line.split_once('=')?.1)));
    urls.take(n_here()).collect()
}

/// How many servers can be started on this machine, as the keeper itself says.
fn n_here() -> usize {
    let room = Room::new();
    Kept::start(&room, &["postgres", "mariadb"]).addresses.len()
}

/// A keeper, with the servers that it started.
pub(crate) struct Kept {
    child: Child,
    lines: BufReader<std::process::ChildStdout>,
    pub(crate) addresses: Vec<Address>,
}

impl Kept {
    pub(crate) fn start(room: &Room, databases: &[&str]) -> Kept {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.arg("keep-servers").args(databases);
        let mut child = room
            .within(&mut command)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        let mut kept = Kept {
            child,
            lines,
            addresses: Vec::new(),
        };
        loop {
            let message = kept.next().unwrap();
            if message == "started" {
                return kept;
            }
            if let Some(url) = message["ready"]["url"].as_str() {
                kept.addresses.push(Address::parse(url));
            } else {
                let why = message["missing"]["why"].as_str().unwrap();
                assert!(why.ends_with("on this machine"), "{why}");
            }
        }
    }

    fn next(&mut self) -> Option<Value> {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        serde_json::from_str(&line).ok()
    }

    pub(crate) fn await_closed(&self) {
        await_that("the ports are closed", || {
            !self.addresses.iter().any(Address::is_open)
        });
    }

    /// Has the keeper stop; returns how servers had ended before.
    pub(crate) fn stop(&mut self) -> Vec<String> {
        drop(self.child.stdin.take());
        let mut ended = Vec::new();
        while let Some(message) = self.next() {
            ended.push(message["ended"]["how"].as_str().unwrap().to_owned());
        }
        assert!(self.child.wait().unwrap().success());
        ended
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
