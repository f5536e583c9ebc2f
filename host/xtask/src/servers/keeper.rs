//! The process that owns the servers: starts them, says so, keeps them until its standard input ends.
//!
//! It runs in a group of its own, so that Ctrl-C at a terminal does not reach it: it always comes to the
//! end of this function, and the values dropped there stop the servers and remove their folder.

use std::io::Write as _;

use crate::failure::Failure;
use crate::servers::message::Message;
use crate::servers::place::Place;
use crate::servers::server::Server;
use crate::servers::stop::Stop;
use crate::servers::{Database, binaries, mariadb, postgres};

/// Keeps servers of these databases.
pub(crate) fn keep(databases: &[Database]) -> Result<(), Failure> {
    let stop = Stop::at_end_of_input();
    // Dropped last: servers are stopped before their folder is removed.
    let place = Place::make()?;
    let mut servers = Vec::new();
    // One after the other and on this thread: a server dies with the thread that started it.
    for &database in databases {
        match start(database, &place, &stop) {
            Ok((server, url)) => {
                servers.push((database, server));
                say(&Message::Ready { database, url });
            }
            Err(failure) => say(&Message::Missing {
                database,
                why: failure.message().to_owned(),
            }),
        }
    }
    say(&Message::Started);
    stop.wait();
    for (database, server) in &mut servers {
        if let Some(how) = server.ended() {
            say(&Message::Ended {
                database: *database,
                how,
            });
        }
    }
    Ok(())
}

fn start(database: Database, place: &Place, stop: &Stop) -> Result<(Server, String), Failure> {
    let Some(programs) = binaries::find(database) else {
        return Err(binaries::missing(database));
    };
    match database {
        Database::Postgres => postgres::start(&programs, place, stop),
        Database::MariaDb => mariadb::start(&programs, place, stop),
    }
}

/// That nobody listens any more is no reason to end otherwise than in order.
fn say(message: &Message) {
    if let Ok(line) = serde_json::to_string(message) {
        let _ = writeln!(std::io::stdout().lock(), "{line}");
    }
}
