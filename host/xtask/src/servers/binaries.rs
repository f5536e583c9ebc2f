//! Where the programs of the database servers are, if they are on this machine.
//!
//! `PATH` comes first, so that whoever has several can choose; then where packages put what they keep off
//! `PATH`.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::servers::Database;

/// Folders of folders with a version in their name, and what stands before it; the newest is taken.
const VERSIONED: [(&str, &str, &str); 4] = [
    ("usr/lib/postgresql", "", "bin"),
    ("usr", "pgsql-", "bin"),
    ("opt/homebrew/opt", "postgresql@", "bin"),
    ("usr/local/opt", "postgresql@", "bin"),
];

/// Folders with programs that a user's `PATH` may lack.
const PLAIN: [&str; 9] = [
    "usr/local/sbin",
    "usr/local/bin",
    "usr/sbin",
    "usr/bin",
    "usr/libexec",
    "opt/homebrew/bin",
    "opt/homebrew/opt/mariadb/bin",
    "usr/local/opt/mariadb/bin",
    "usr/local/mysql/bin",
];

/// The program that makes a server's files, and the server.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Programs {
    /// Makes an empty database.
    pub(super) install: PathBuf,
    /// The server.
    pub(super) server: PathBuf,
}

/// Finds the programs of a database.
pub(super) fn find(database: Database) -> Option<Programs> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let search = Search {
        path: std::env::split_paths(&path).collect(),
        root: PathBuf::from("/"),
    };
    search.find(database)
}

/// Says what was looked for in vain.
pub(super) fn missing(database: Database) -> Failure {
    let [install, server] = names(database);
    Failure::broken(format!("no `{server}` with `{install}` on this machine"))
}

/// What the two programs are called.
fn names(database: Database) -> [&'static str; 2] {
    match database {
        Database::Postgres => ["initdb", "postgres"],
        Database::MariaDb => ["mariadb-install-db", "mariadbd"],
    }
}

/// Where to look.
struct Search {
    path: Vec<PathBuf>,
    root: PathBuf,
}

impl Search {
    fn find(&self, database: Database) -> Option<Programs> {
        let [install, server] = names(database);
        match database {
            // Both from one folder: `initdb` refuses a server of another version.
            Database::Postgres => self.folders().into_iter().find_map(|folder| {
                Some(Programs {
                    install: program(&folder, install)?,
                    server: program(&folder, server)?,
                })
            }),
            Database::MariaDb => Some(Programs {
                install: self.first(install)?,
                server: self.first(server)?,
            }),
        }
    }

    fn first(&self, name: &str) -> Option<PathBuf> {
        self.folders()
            .iter()
            .find_map(|folder| program(folder, name))
    }

    fn folders(&self) -> Vec<PathBuf> {
        let versioned = VERSIONED.iter().filter_map(|(folder, prefix, inner)| {
            Some(newest(&self.root.join(folder), prefix)?.join(inner))
        });
        let mut folders = self.path.clone();
        folders.extend(versioned);
        folders.extend(PLAIN.iter().map(|folder| self.root.join(folder)));
        folders
    }
}

fn program(folder: &Path, name: &str) -> Option<PathBuf> {
    let path = folder.join(name);
    let found = std::fs::metadata(&path).ok()?;
    (found.is_file() && found.permissions().mode() & 0o111 != 0).then_some(path)
}

/// The folder with the greatest number behind this prefix.
fn newest(parent: &Path, prefix: &str) -> Option<PathBuf> {
    let numbered = std::fs::read_dir(parent)
        .ok()?
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name();
            let version = name.to_str()?.strip_prefix(prefix)?;
            let numbers: Option<Vec<u32>> =
                version.split('.').map(|part| part.parse().ok()).collect();
            Some((numbers?, entry.path()))
        });
    numbered.max().map(|(_, path)| path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(root: &Path, path: &str) -> PathBuf {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, "").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    fn search(root: &Path, path: &[&str]) -> Search {
        Search {
            path: path.iter().map(|folder| root.join(folder)).collect(),
            root: root.to_path_buf(),
        }
    }

    #[test]
    fn the_newest_server_is_taken_by_number_and_only_with_both_programs() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        put(root, "usr/lib/postgresql/9.6/bin/postgres");
        put(root, "usr/lib/postgresql/9.6/bin/initdb");
        put(root, "usr/lib/postgresql/common/bin/initdb");
        put(root, "usr/lib/postgresql/15/bin/postgres");
        assert_eq!(search(root, &[]).find(Database::Postgres), None);

        let install = put(root, "usr/lib/postgresql/15/bin/initdb");
        let server = root.join("usr/lib/postgresql/15/bin/postgres");
        let expected = Programs { install, server };
        assert_eq!(search(root, &[]).find(Database::Postgres), Some(expected));
    }

    #[test]
    fn path_comes_before_where_packages_put_things() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        put(root, "usr/sbin/mariadbd");
        let install = put(root, "usr/bin/mariadb-install-db");
        let server = put(root, "mine/mariadbd");
        let found = search(root, &["mine"]).find(Database::MariaDb);
        assert_eq!(found, Some(Programs { install, server }));
    }

    #[test]
    fn a_file_that_cannot_be_run_is_no_program() {
        let root = tempfile::tempdir().unwrap();
        let server = put(root.path(), "usr/sbin/mariadbd");
        put(root.path(), "usr/bin/mariadb-install-db");
        std::fs::set_permissions(&server, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(search(root.path(), &[]).find(Database::MariaDb), None);
    }
}
