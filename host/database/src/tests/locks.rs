//! The session lock.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};

use crate::lock::*;
use crate::tests::location;

#[test]
fn a_second_taker_is_told_who_has_the_lock() {
    let home = tempfile::tempdir().unwrap();
    let lock = SessionLock::acquire(home.path(), location(home.path()).name()).unwrap();
    let error = SessionLock::acquire(home.path(), location(home.path()).name()).unwrap_err();
    assert!(error.is(&TENANT_LOCKED));
    assert!(
        error.message().contains(&std::process::id().to_string()),
        "{error}"
    );
    drop(lock);
    SessionLock::acquire(home.path(), location(home.path()).name()).unwrap();
}

#[test]
fn a_lock_file_that_is_a_link_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let victim = home.path().join("victim");
    fs::write(&victim, "precious").unwrap();
    symlink(&victim, home.path().join("tenant_acme.lock")).unwrap();
    let error = SessionLock::acquire(home.path(), location(home.path()).name()).unwrap_err();
    assert!(error.is(&LOCK_FAILED));
    assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
}

/// Not a test of its own: what the other process of the test below does.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "another process of the same test binary is told so"
)]
fn helper_holds_the_lock_until_it_is_killed() {
    let Some(home) = std::env::args_os()
        .nth(4)
        .filter(|_| std::env::args().any(|a| a == "--nocapture"))
    else {
        return;
    };
    let home = std::path::PathBuf::from(home);
    if !home.is_absolute() {
        return;
    }
    let _lock = SessionLock::acquire(&home, location(&home).name()).unwrap();
    fs::write(home.join("held"), "").unwrap();
    let _ = BufReader::new(std::io::stdin()).lines().next();
}

#[test]
fn a_killed_process_leaves_no_lock() {
    let home = tempfile::tempdir().unwrap();
    let mut other = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "tests::locks::helper_holds_the_lock_until_it_is_killed",
            "--nocapture",
        ])
        .arg(home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    while !home.path().join("held").exists() {
        assert!(
            other.try_wait().unwrap().is_none(),
            "the other process ended early"
        );
        std::thread::yield_now();
    }
    let error = SessionLock::acquire(home.path(), location(home.path()).name()).unwrap_err();
    assert!(error.is(&TENANT_LOCKED));
    assert!(error.message().contains(&other.id().to_string()), "{error}");
    other.kill().unwrap();
    other.wait().unwrap();
    SessionLock::acquire(home.path(), location(home.path()).name()).unwrap();
}
