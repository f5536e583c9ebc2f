//! [`PrivateServer`]: a server of a test's own, which may be killed and started again.

use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::server::{Kind, TestServer, on};

/// Nobody's number, which owns nothing: PostgreSQL refuses root.
const NOBODY: u32 = 65_534;

/// The password of its administrator.
const PASSWORD: &str = "private";

/// What a server of a test's own has that others do not. In arguments, `{folder}` is its folder.
#[derive(Debug, Default)]
pub struct Extra {
    /// Arguments of the program that makes its data.
    pub make: Vec<String>,
    /// Arguments of the server.
    pub run: Vec<String>,
    /// Files in its folder, which it alone may read.
    pub files: Vec<(String, Vec<u8>)>,
}

/// A server of a test's own.
pub struct PrivateServer {
    kind: Kind,
    folder: tempfile::TempDir,
    port: u16,
    extra: Extra,
    process: Option<Child>,
}

impl PrivateServer {
    /// Makes and starts one. None where its programs are not on this machine, which is told, and an error
    /// where CI runs.
    pub fn start(kind: Kind) -> Option<PrivateServer> {
        PrivateServer::start_with(kind, Extra::default())
    }

    /// Makes and starts one that has more than others.
    pub fn start_with(kind: Kind, extra: Extra) -> Option<PrivateServer> {
        if program(kind, "server").is_none() {
            assert!(
                std::env::var("CI").is_err(),
                "CI must have the programs of {kind:?}"
            );
            eprintln!("skipped: no programs of {kind:?}");
            return None;
        }
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
            extra,
            process: None,
        };
        for (name, bytes) in &server.extra.files {
            server.put(name, bytes);
        }
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

    /// Puts a file into its folder, which it alone may read.
    pub fn put(&self, name: &str, bytes: &[u8]) {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        hand_over(&path);
    }

    /// What a file of its folder holds.
    pub fn file(&self, name: &str) -> String {
        let bytes = std::fs::read(self.folder.path().join(name)).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// How large a file its sessions may write from now on, those that are open left out on PostgreSQL.
    pub fn limit_files(&self, bytes: Option<u64>) {
        let id = self.process.as_ref().unwrap().id().to_string();
        let bytes = bytes.map_or("unlimited".to_owned(), |bytes| bytes.to_string());
        let mut command = Command::new("prlimit");
        command.args(["--pid", &id, &format!("--fsize={bytes}:")]);
        // Only its own user may do that, where root has not all rights of root.
        as_nobody(&mut command);
        assert!(command.status().unwrap().success());
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

    /// Kills it and starts it again with other arguments.
    pub fn restart(&mut self, run: Vec<String>) {
        self.kill();
        self.extra.run = run;
        self.run();
    }

    /// How large a file of its folder is.
    pub fn size_of(&self, name: &str) -> u64 {
        self.folder.path().join(name).metadata().unwrap().len()
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
        self.add(&mut command, &self.extra.run);
        as_nobody(&mut command);
        let log = self.folder.path().join("log");
        let log = std::fs::File::options().create(true).append(true).open(log);
        command
            .process_group(0)
            .stdout(Stdio::null())
            .stderr(log.unwrap());
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
        self.add(&mut command, &self.extra.make);
        as_nobody(&mut command);
        let made = command.output().unwrap();
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
    }

    fn add(&self, command: &mut Command, arguments: &[String]) {
        let folder = self.folder.path().to_str().unwrap();
        command.args(
            arguments
                .iter()
                .map(|text| text.replace("{folder}", folder)),
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
