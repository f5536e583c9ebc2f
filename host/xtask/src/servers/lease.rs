//! Servers as `xtask` holds them: it starts the keeper, reads what it says, and lets it go.

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::failure::Failure;
use crate::servers::message::Message;
use crate::servers::{Database, install};

/// Servers that run as long as this value lives.
pub(crate) struct Servers {
    keeper: Option<Keeper>,
    ready: Vec<(Database, String)>,
    skipped: Vec<String>,
}

struct Keeper {
    child: Child,
    /// Open, which is what the keeper goes by.
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Servers {
    /// Starts servers of these databases. One that cannot be had is skipped, and is no failure.
    pub(crate) fn start(databases: &[Database], may_install: bool) -> Result<Servers, Failure> {
        let mut servers = Servers {
            keeper: None,
            ready: Vec::new(),
            skipped: Vec::new(),
        };
        let mut wanted = Vec::new();
        for &database in databases {
            match install::ensure(database, may_install) {
                Ok(()) => wanted.push(database),
                Err(failure) => servers.skip(database, failure.message()),
            }
        }
        if !wanted.is_empty() {
            servers.keeper = Some(Keeper::start(&wanted)?);
            servers.await_all()?;
        }
        Ok(servers)
    }

    fn await_all(&mut self) -> Result<(), Failure> {
        while let Some(keeper) = &mut self.keeper {
            match keeper.next() {
                Some(Message::Ready { database, url }) => self.ready.push((database, url)),
                Some(Message::Missing { database, why }) => self.skip(database, &why),
                Some(Message::Started) => break,
                Some(Message::Ended { .. }) | None => {
                    let message = "the process that starts the servers ended without a word";
                    return Err(Failure::broken(message));
                }
            }
        }
        Ok(())
    }

    fn skip(&mut self, database: Database, why: &str) {
        self.skipped.push(format!("{}: {why}", database.name()));
    }

    /// The variables that tell tests where the servers are.
    pub(crate) fn environment(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.ready
            .iter()
            .map(|(database, url)| (database.variable(), url.as_str()))
    }

    /// The databases that run, by name.
    pub(crate) fn running(&self) -> impl Iterator<Item = &'static str> {
        self.ready.iter().map(|(database, _)| database.name())
    }

    /// The databases that could not be had, each with the reason.
    pub(crate) fn skipped(&self) -> &[String] {
        &self.skipped
    }

    /// Stops the servers. Returns those that had ended by themselves before, with the end of their log.
    pub(crate) fn stop(mut self) -> Vec<String> {
        let Some(mut keeper) = self.keeper.take() else {
            return Vec::new();
        };
        keeper.input = None;
        let mut ended = Vec::new();
        while let Some(message) = keeper.next() {
            if let Message::Ended { database, how } = message {
                ended.push(format!("{}: {how}", database.name()));
            }
        }
        match keeper.child.wait() {
            Ok(status) if status.success() => {}
            Ok(status) => ended.push(format!(
                "the servers were gone: their keeper ended ({status})"
            )),
            Err(cause) => ended.push(format!("cannot tell how the servers ended: {cause}")),
        }
        ended
    }

    /// Waits until the keeper ends, which it does not do by itself.
    pub(crate) fn wait(mut self) -> Result<(), Failure> {
        let Some(mut keeper) = self.keeper.take() else {
            return Ok(());
        };
        while keeper.next().is_some() {}
        Err(Failure::broken("the keeper of the servers was killed"))
    }
}

impl Keeper {
    fn start(databases: &[Database]) -> Result<Keeper, Failure> {
        let cannot = |cause: std::io::Error| {
            Failure::broken(format!("cannot start the keeper of servers: {cause}"))
        };
        let mut command = Command::new(std::env::current_exe().map_err(cannot)?);
        command.arg("keep-servers");
        for database in databases {
            command.arg(database.argument());
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()
            .map_err(cannot)?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Failure::broken("the keeper of servers has no pipes"));
        };
        Ok(Keeper {
            child,
            input: Some(input),
            output: BufReader::new(output),
        })
    }

    /// The next thing that the keeper says; nothing when it is gone.
    fn next(&mut self) -> Option<Message> {
        let mut line = String::new();
        self.output.read_line(&mut line).ok()?;
        serde_json::from_str(&line).ok()
    }
}

impl Drop for Keeper {
    /// Waits until the servers are stopped and their folder is removed.
    fn drop(&mut self) {
        self.input = None;
        let _ = self.child.wait();
    }
}
