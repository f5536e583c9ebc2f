//! A MariaDB server: its files, its settings, its address.

use std::path::Path;
use std::process::Command;

use rustix::process::Signal;

use crate::failure::Failure;
use crate::servers::binaries::Programs;
use crate::servers::password;
use crate::servers::place::Place;
use crate::servers::server::{Recipe, Server, prepare};
use crate::servers::stop::Stop;

/// What the server logs when it can be reached, after it ran the file with the account.
const READY: &str = "ready for connections";

/// Stands first, or the machine's configuration is read.
const NO_DEFAULTS: &str = "--no-defaults";

/// The file that makes the account.
const ACCOUNT: &str = "account.sql";

/// Options that are the same in every run. A crash of the machine may lose everything.
const OPTIONS: [&str; 8] = [
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=OFF",
    "--innodb-flush-method=nosync",
    "--sync-frm=OFF",
    "--innodb-buffer-pool-size=256M",
    "--max-connections=200",
];

/// Starts a server and returns it with its address.
pub(super) fn start(
    programs: &Programs,
    place: &Place,
    stop: &Stop,
) -> Result<(Server, String), Failure> {
    let folder = place.server_folder("mariadb")?;
    place.server_folder("mariadb/tmp")?;
    let log = folder.join("log");
    let password = password::random()?;
    place.write_secret(&folder.join(ACCOUNT), &account(&password))?;
    prepare(&mut install(programs, place, &folder), &log, stop)?;

    let recipe = Recipe {
        command: &|port| {
            let mut command = place.command(&programs.server, &folder, "KILL");
            command.args(arguments(&folder, port));
            command
        },
        log: &log,
        is_ready: &|| std::fs::read_to_string(&log).is_ok_and(|text| text.contains(READY)),
        // It is one process and leaves nothing but its files.
        ends_by: Signal::KILL,
    };
    let (server, port) = Server::start(&recipe, stop)?;
    Ok((server, url(&password, port)))
}

/// Makes the system tables. The only account is one that no password fits; ours is made at the start.
fn install(programs: &Programs, place: &Place, folder: &Path) -> Command {
    let mut install = place.command(&programs.install, folder, "KILL");
    install
        .arg(NO_DEFAULTS)
        .arg(option("datadir", &folder.join("data")))
        .arg(option("tmpdir", &folder.join("tmp")))
        .args(["--auth-root-authentication-method=socket", "--skip-test-db"]);
    install
}

/// The server changes into its data folder, so every path is absolute.
fn arguments(folder: &Path, port: u16) -> Vec<String> {
    let mut arguments = vec![NO_DEFAULTS.to_owned()];
    let paths = [
        ("datadir", "data"),
        ("tmpdir", "tmp"),
        ("socket", "socket"),
        ("pid-file", "pid"),
        ("init-file", ACCOUNT),
    ];
    arguments.extend(paths.map(|(name, file)| option(name, &folder.join(file))));
    arguments.extend(OPTIONS.map(str::to_owned));
    arguments.push(format!("--port={port}"));
    arguments
}

fn option(name: &str, path: &Path) -> String {
    format!("--{name}={}", path.display())
}

/// Statements for the server's first start; each on a line of its own, as the server reads them.
fn account(password: &str) -> String {
    let account = "'root'@'127.0.0.1'";
    format!(
        "CREATE USER {account} IDENTIFIED BY '{password}';\n\
         GRANT ALL PRIVILEGES ON *.* TO {account} WITH GRANT OPTION;\n"
    )
}

fn url(password: &str, port: u16) -> String {
    format!("mysql://root:{password}@127.0.0.1:{port}/mysql")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_configuration_of_the_machine_is_read_and_every_path_is_its_own() {
        let arguments = arguments(Path::new("/place"), 3307);
        assert_eq!(arguments[0], NO_DEFAULTS);
        assert!(arguments.contains(&"--socket=/place/socket".to_owned()));
        assert!(arguments.contains(&"--port=3307".to_owned()));
    }

    #[test]
    fn the_account_has_a_statement_a_line() {
        let text = account("secret");
        assert!(text.lines().all(|line| line.ends_with(';')), "{text}");
        assert!(text.contains("CREATE USER 'root'@'127.0.0.1' IDENTIFIED BY 'secret';"));
    }

    #[test]
    fn the_address_names_user_password_port_and_database() {
        assert_eq!(
            url("secret", 3307),
            "mysql://root:secret@127.0.0.1:3307/mysql"
        );
    }
}
