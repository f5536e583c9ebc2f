//! [`PrivateServer`]: a server of a test's own, which may be killed and started again.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::server::{Kind, TestServer, on};

/// Nobody's number, which owns nothing: PostgreSQL refuses root.
const NOBODY: u32 = 65_534;

/// The password of its administrator.
const PASSWORD: &str = "private";

/// A server of a test's own.
pub struct PrivateServer {
    kind: Kind,
    folder: tempfile::TempDir,
    port: u16,
    process: Option<Child>,
}

impl PrivateServer {
    /// Makes and starts one; none where its programs are not on this machine.
    pub fn start(kind: Kind) -> Option<PrivateServer> {
        program(kind, "server")?;
        let folder = tempfile::Builder::new()
            .prefix("strata-p")
            .tempdir_in("/tmp")
            .unwrap();
        hand_over(folder.path());
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let mut server = PrivateServer {
            kind,
            folder,
            port,
            process: None,
        };
        server.make();
        server.run();
        Some(server)
    }

    /// As tests see a server.
    pub fn as_test_server(&self) -> TestServer {
        let (user, scheme, database) = match self.kind {
            Kind::Postgres => ("postgres", "postgres", "postgres"),
            Kind::Mysql => ("root", "mysql", "mysql"),
        };
        TestServer {
            kind: self.kind,
            url: format!(
                "{scheme}://{user}:{PASSWORD}@127.0.0.1:{}/{database}",
                self.port
            ),
        }
    }

    /// Kills it without a chance to tidy up: on PostgreSQL the whole family of processes.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            let group = format!("-{}", process.id());
            Command::new("kill")
                .args(["-9", "--", &group])
                .status()
                .unwrap();
            process.wait().unwrap();
        }
    }

    /// Starts it again. What is left of a killed PostgreSQL may need a moment to be gone, and until then
    /// another one ends at once.
    pub fn run(&mut self) {
        let begun = Instant::now();
        let url = self.as_test_server().url;
        while on(&url, "SELECT 'up'").is_err() {
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "the server does not come up"
            );
            let ended = self
                .process
                .as_mut()
                .map(|process| process.try_wait().unwrap());
            if !matches!(ended, Some(None)) {
                self.spawn();
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn spawn(&mut self) {
        let data = self.folder.path().join("data");
        let mut command = Command::new(program(self.kind, "server").unwrap());
        match self.kind {
            Kind::Postgres => {
                // A killed server leaves its note of which process it is.
                let _may_not_be_there = std::fs::remove_file(data.join("postmaster.pid"));
                command
                    .arg("-D")
                    .arg(&data)
                    .args(["-p", &self.port.to_string()]);
                command.args([
                    "-c",
                    "listen_addresses=127.0.0.1",
                    "-c",
                    "unix_socket_directories=",
                ]);
            }
            Kind::Mysql => {
                command
                    .arg("--no-defaults")
                    .arg(format!("--datadir={}", data.display()));
                let socket = self.folder.path().join("s");
                command.arg(format!("--socket={}", socket.display()));
                // A server that starts tidies up after others in a folder that it shares with them.
                command.arg(format!("--tmpdir={}", self.folder.path().display()));
                command.arg(format!("--port={}", self.port));
                command.args(["--bind-address=127.0.0.1", "--skip-name-resolve"]);
                command.arg("--innodb-buffer-pool-size=64M");
                let file = self.folder.path().join("init.sql");
                std::fs::write(
                    &file,
                    format!(
                        "CREATE USER IF NOT EXISTS 'root'@'127.0.0.1';\n\
                         ALTER USER 'root'@'127.0.0.1' IDENTIFIED BY '{PASSWORD}';\n\
                         GRANT ALL ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;\n"
                    ),
                )
                .unwrap();
                hand_over(&file);
                command.arg(format!("--init-file={}", file.display()));
            }
        }
        as_nobody(&mut command);
        command
            .process_group(0)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        self.process = Some(command.spawn().unwrap());
    }

    fn make(&self) {
        let data = self.folder.path().join("data");
        let mut command = Command::new(program(self.kind, "maker").unwrap());
        match self.kind {
            Kind::Postgres => {
                let file = self.folder.path().join("password");
                std::fs::write(&file, PASSWORD).unwrap();
                hand_over(&file);
                command.arg("-D").arg(&data).args([
                    "-U",
                    "postgres",
                    "-A",
                    "scram-sha-256",
                    "-E",
                    "UTF8",
                ]);
                command.args(["--locale=C", "--pwfile"]).arg(&file);
            }
            Kind::Mysql => {
                command
                    .arg("--no-defaults")
                    .arg(format!("--datadir={}", data.display()));
                command.args(["--auth-root-authentication-method=normal", "--skip-test-db"]);
            }
        }
        as_nobody(&mut command);
        let made = command.output().unwrap();
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
    }
}

impl Drop for PrivateServer {
    fn drop(&mut self) {
        self.kill();
    }
}

fn program(kind: Kind, which: &str) -> Option<PathBuf> {
    let names: &[&str] = match (kind, which) {
        (Kind::Postgres, "server") => &["postgres"],
        (Kind::Postgres, _) => &["initdb"],
        (Kind::Mysql, "server") => &["mariadbd"],
        (Kind::Mysql, _) => &["mariadb-install-db"],
    };
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let mut folders: Vec<PathBuf> = versions
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .collect();
    folders.extend(["/usr/sbin", "/usr/bin", "/usr/local/bin"].map(PathBuf::from));
    let files = folders
        .iter()
        .flat_map(|folder| names.iter().map(move |name| folder.join(name)));
    let mut files = files.filter(|file| file.exists());
    files.next()
}

/// Gives a file or folder to the user that servers run as.
fn hand_over(path: &Path) {
    if rustix::process::getuid().is_root() {
        std::os::unix::fs::chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    }
}

fn as_nobody(command: &mut Command) {
    if rustix::process::getuid().is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
}
