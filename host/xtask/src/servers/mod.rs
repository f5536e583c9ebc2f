//! Database servers for tests: private, throwaway, reachable from this machine alone.
//!
//! A process of its own, the keeper, owns the servers and their folder. It ends them when its standard
//! input ends, which happens however `xtask` ends: a failed step, a panic, Ctrl-C, even SIGKILL. So no
//! signal has to be handled. Where the system can (`setpriv`), a server also dies with the keeper, and a
//! folder that was left behind anyway is removed by the next keeper.

mod account;
mod binaries;
mod install;
mod keeper;
mod lease;
mod mariadb;
mod message;
mod password;
mod place;
mod postgres;
mod server;
mod stop;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

pub(crate) use keeper::keep;
pub(crate) use lease::Servers;

/// A database that tests need a server of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Database {
    /// PostgreSQL.
    Postgres,
    /// MariaDB, which the tests speak to as they would to MySQL.
    #[value(name = "mariadb")]
    #[serde(rename = "mariadb")]
    MariaDb,
}

impl Database {
    /// All of them, in the order in which they are started.
    pub(crate) const ALL: [Database; 2] = [Database::Postgres, Database::MariaDb];

    /// Its name, as people write it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Database::Postgres => "PostgreSQL",
            Database::MariaDb => "MariaDB",
        }
    }

    /// Its name, as the keeper is given it.
    fn argument(self) -> &'static str {
        match self {
            Database::Postgres => "postgres",
            Database::MariaDb => "mariadb",
        }
    }

    /// The variable that tells the tests where its server is.
    pub(crate) fn variable(self) -> &'static str {
        match self {
            Database::Postgres => "STRATA_TEST_POSTGRES_URL",
            Database::MariaDb => "STRATA_TEST_MYSQL_URL",
        }
    }

    /// Whether whoever started us names a server of their own.
    pub(crate) fn is_given(self) -> bool {
        std::env::var_os(self.variable()).is_some_and(|url| !url.is_empty())
    }
}

/// `cargo xtask servers`: for running one test by hand.
pub(crate) fn run(may_install: bool) -> Result<(), Failure> {
    let servers = Servers::start(&Database::ALL, may_install)?;
    for (variable, url) in servers.environment() {
        println!("export {variable}={url}");
    }
    for skipped in servers.skipped() {
        eprintln!("skipped: {skipped}");
    }
    if servers.environment().next().is_none() {
        return Err(Failure::broken("no server could be started"));
    }
    eprintln!("the servers run until Ctrl-C");
    servers.wait()
}
