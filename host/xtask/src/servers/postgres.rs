//! A PostgreSQL server: its files, its settings, its address.

use std::path::Path;

use rustix::process::Signal;

use crate::failure::Failure;
use crate::servers::binaries::Programs;
use crate::servers::password;
use crate::servers::place::Place;
use crate::servers::server::{Recipe, Server, prepare};
use crate::servers::stop::Stop;

/// Settings that are the same in every run. A crash of the machine may lose everything.
const SETTINGS: [&str; 8] = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=200",
    // Files, because `/dev/shm` is small in a container.
    "dynamic_shared_memory_type=mmap",
    // A crash is seen instead of being repaired behind the tests.
    "restart_after_crash=off",
];

/// Starts a server and returns it with its address.
pub(super) fn start(
    programs: &Programs,
    place: &Place,
    stop: &Stop,
) -> Result<(Server, String), Failure> {
    let folder = place.server_folder("postgresql")?;
    let log = folder.join("log");
    let secret = folder.join("password");
    let password = password::random()?;
    place.write_secret(&secret, &password)?;
    let mut initdb = place.command(&programs.install, &folder, "KILL");
    initdb
        // One locale on every machine, so that a test does not sort differently elsewhere.
        .args(["--pgdata=data", "--encoding=UTF8", "--locale=C", "--no-sync"])
        .args(["--username=postgres", "--pwfile=password", "--auth=scram-sha-256"]);
    prepare(&mut initdb, &log, stop)?;

    let recipe = Recipe {
        command: &|port| {
            // Its shared memory outlives SIGKILL; this signal is its "immediate shutdown".
            let mut command = place.command(&programs.server, &folder, "QUIT");
            command.args(arguments(port));
            command
        },
        log: &log,
        is_ready: &|| is_ready(&folder.join("data")),
        ends_by: Signal::QUIT,
    };
    let (server, port) = Server::start(&recipe, stop)?;
    Ok((server, url(&password, port)))
}

fn arguments(port: u16) -> Vec<String> {
    let mut arguments = vec!["-D".to_owned(), "data".to_owned()];
    let port = format!("port={port}");
    for setting in SETTINGS.iter().copied().chain([port.as_str()]) {
        arguments.extend(["-c".to_owned(), setting.to_owned()]);
    }
    arguments
}

/// The server writes its state into its own folder; who answers at a port may be somebody else.
fn is_ready(data: &Path) -> bool {
    std::fs::read_to_string(data.join("postmaster.pid")).is_ok_and(|text| says_ready(&text))
}

/// The state is the eighth line.
fn says_ready(text: &str) -> bool {
    text.lines()
        .nth(7)
        .is_some_and(|state| state.trim() == "ready")
}

fn url(password: &str, port: u16) -> String {
    format!("postgres://postgres:{password}@127.0.0.1:{port}/postgres")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_ready_when_its_own_file_says_so() {
        let text = "41\n/data\n1764000000\n5433\n\n127.0.0.1\n  11 22\n";
        assert!(!says_ready(text));
        assert!(!says_ready(&format!("{text}starting\n")));
        assert!(says_ready(&format!("{text}ready   \n")));
    }

    #[test]
    fn a_server_listens_on_one_port_of_this_machine() {
        let arguments = arguments(5433).join(" ");
        assert!(arguments.contains("-c listen_addresses=127.0.0.1 -c unix_socket_directories= "));
        assert!(arguments.ends_with("-c port=5433"));
    }

    #[test]
    fn the_address_names_user_password_port_and_database() {
        let expected = "postgres://postgres:secret@127.0.0.1:5433/postgres";
        assert_eq!(url("secret", 5433), expected);
    }
}
