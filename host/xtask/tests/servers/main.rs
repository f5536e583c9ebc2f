//! The servers of the tests, with the real binary: they come up, and nothing is left of them, however
//! whoever started them ends.
//!
//! A database whose programs are not on this machine is left out; nothing is installed.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests stand outside test functions"
)]

mod kept;

use std::process::{Command, Stdio};

use rustix::process::Signal;

use crate::kept::{Address, Kept, Room, die_with_parent};

const BOTH: [&str; 2] = ["postgres", "mariadb"];

#[test]
fn servers_answer_to_their_password_alone_and_leave_nothing() {
    let room = Room::new();
    let mut kept = Kept::start(&room, &BOTH);
    for address in &kept.addresses {
        assert!(address.is_open());
        assert_ne!(address.asks(&address.password), Some(false), "{address:?}");
        assert_ne!(address.asks("wrong"), Some(true), "{address:?}");
    }
    assert_eq!(kept.stop(), Vec::<String>::new());
    assert!(!kept.addresses.iter().any(Address::is_open));
    room.assert_empty();
}

#[test]
fn a_server_that_ended_in_the_middle_is_named_with_its_log() {
    let room = Room::new();
    for database in BOTH {
        let mut kept = Kept::start(&room, &[database]);
        let Some(server) = room.server() else {
            continue;
        };
        rustix::process::kill_process(server, Signal::KILL).unwrap();
        kept.await_closed();
        let ended = kept.stop();
        assert_eq!(ended.len(), 1, "{ended:?}");
        assert!(ended[0].contains("signal: 9"), "{ended:?}");
        assert!(ended[0].contains("ready"), "{ended:?}");
        room.assert_empty();
    }
}

#[test]
fn nothing_is_left_when_the_keeper_is_killed_and_another_one_starts() {
    if !die_with_parent() {
        return;
    }
    let room = Room::new();
    let mut killed = Kept::start(&room, &BOTH);
    killed.kill();
    killed.await_closed();
    Kept::start(&room, &BOTH).stop();
    room.assert_empty();
}

#[test]
fn nothing_is_left_when_xtask_is_killed() {
    let room = Room::new();
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(["servers", "--no-install"]);
    let mut xtask = room
        .within(&mut command)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let addresses = kept::exported(xtask.stdout.take().unwrap());
    xtask.kill().unwrap();
    xtask.wait().unwrap();
    room.await_empty();
    assert!(!addresses.iter().any(Address::is_open));
}
