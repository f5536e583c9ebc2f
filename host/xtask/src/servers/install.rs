//! Installing the programs of a database server, where that is what one would do by hand: as root on a
//! Debian or one of its kind.
//!
//! Invariants: no service is started, and no package is removed for another's sake.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::process;
use crate::servers::{Database, account, binaries};

/// Where Debian's packages look before they make a database that runs from then on.
const CLUSTERS: &str = "/etc/postgresql-common/createcluster.d";

/// Makes sure that a database's programs are there.
pub(super) fn ensure(database: Database, may_install: bool) -> Result<(), Failure> {
    if binaries::find(database).is_some() {
        return Ok(());
    }
    if !may_install
        || !account::is_root()
        || !process::succeeds(&mut apt("apt-get", &["--version"]))
    {
        return Err(binaries::missing(database));
    }
    let installed = match database {
        Database::Postgres => postgres(),
        Database::MariaDb => mariadb(),
    };
    installed.map_err(|failure| failure.within(binaries::missing(database).message()))?;
    if binaries::find(database).is_some() {
        return Ok(());
    }
    Err(Failure::broken(
        "its packages are installed, but its programs cannot be found",
    ))
}

fn postgres() -> Result<(), Failure> {
    update()?;
    // First what reads the setting, then what would make a database and start it.
    get(&["postgresql-common".to_owned()])?;
    let _setting = NoCluster::set()?;
    get(&["postgresql".to_owned()])
}

fn mariadb() -> Result<(), Failure> {
    update()?;
    let mut packages = Vec::new();
    for name in ["mariadb-server-core", "mariadb-client-core"] {
        let known = process::capture(&mut apt("apt-cache", &["pkgnames", name]))?;
        let package = newest_package(name, &known.stdout)
            .ok_or_else(|| Failure::broken(format!("there is no package `{name}`")))?;
        packages.push(package);
    }
    get(&packages)
}

fn update() -> Result<(), Failure> {
    process::show_and_run(&mut apt("apt-get", &["update", "-q"]))
}

fn get(packages: &[String]) -> Result<(), Failure> {
    let mut command = apt(
        "apt-get",
        &["install", "-q", "-y", "--no-install-recommends"],
    );
    // A MySQL server that somebody uses stays: the two exclude each other.
    command.arg("--no-remove").args(packages);
    process::show_and_run(&mut command)
}

fn apt(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive");
    command
}

/// The package of this name, else the one with the greatest version behind it, as older systems have.
fn newest_package(name: &str, known: &str) -> Option<String> {
    let version = |package: &&str| {
        let behind = package.strip_prefix(name)?;
        if behind.is_empty() {
            return Some(vec![u32::MAX]);
        }
        let numbers = behind.strip_prefix('-')?.split('.');
        numbers
            .map(|part| part.parse().ok())
            .collect::<Option<Vec<u32>>>()
    };
    known
        .lines()
        .filter(|package| version(package).is_some())
        .max_by_key(version)
        .map(str::to_owned)
}

/// The setting against a database of the system's own. It is taken back: what somebody installs later
/// behaves as always.
struct NoCluster {
    file: PathBuf,
}

impl NoCluster {
    fn set() -> Result<NoCluster, Failure> {
        let file = Path::new(CLUSTERS).join("strata-xtask.conf");
        std::fs::create_dir_all(CLUSTERS)
            .and_then(|()| std::fs::write(&file, "create_main_cluster = false\n"))
            .map_err(|cause| {
                Failure::broken(format!("cannot write `{}`: {cause}", file.display()))
            })?;
        Ok(NoCluster { file })
    }
}

impl Drop for NoCluster {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.file);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_without_a_version_is_taken_before_the_newest_with_one() {
        let name = "mariadb-server-core";
        let versioned = "mariadb-server-core-10.6\nmariadb-server-core-10.11\n";
        let newest = newest_package(name, versioned);
        assert_eq!(newest.as_deref(), Some("mariadb-server-core-10.11"));
        let known = format!("{versioned}mariadb-server-core\nmariadb-server-core-dbgsym\n");
        assert_eq!(newest_package(name, &known).as_deref(), Some(name));
        assert_eq!(newest_package(name, "mariadb-server-core-dbgsym\n"), None);
    }
}
