//! The folder that the servers of one keeper live in, and how programs are run there.
//!
//! Invariants: whoever holds the folder's lock is alive and removes the folder; a folder whose lock
//! nobody holds is rubbish. Nothing is removed but folders of our own with our name and such a lock.

use std::fs::{File, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{
    DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _,
};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::failure::Failure;
use crate::process;
use crate::servers::account::Account;

/// How the folder's name begins.
const PREFIX: &str = "strata-servers-";

/// The file that is locked while the folder is in use.
const LOCK: &str = "lock";

/// A longer folder would leave too little of the 104 bytes (macOS; Linux: 108) that a socket's path may
/// have.
const BASE_BYTES_MAX: usize = 60;

/// The folder, and who works in it.
pub(super) struct Place {
    folder: TempDir,
    account: Account,
    dies_with_parent: bool,
    /// Held, not read.
    _lock: File,
}

impl Place {
    /// Makes the folder, and removes those that killed keepers left.
    pub(super) fn make() -> Result<Place, Failure> {
        let account = Account::find()?;
        let base = base(account);
        remove_left(&base);
        let made = || {
            let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(&base)?;
            // Another account has to pass, not to look.
            let mode = if account == Account::Own {
                0o700
            } else {
                0o711
            };
            std::fs::set_permissions(folder.path(), Permissions::from_mode(mode))?;
            let lock = lock(folder.path())?;
            Ok((folder, lock))
        };
        let (folder, lock) = made().map_err(|cause: std::io::Error| {
            Failure::broken(format!(
                "cannot make a folder in `{}`: {cause}",
                base.display()
            ))
        })?;
        let mut ask = Command::new("setpriv");
        Ok(Place {
            folder,
            account,
            dies_with_parent: process::succeeds(ask.args(["--pdeathsig", "KILL", "true"])),
            _lock: lock,
        })
    }

    /// Makes a folder for one server, which only that server may look into.
    pub(super) fn server_folder(&self, name: &str) -> Result<PathBuf, Failure> {
        let path = self.folder.path().join(name);
        std::fs::DirBuilder::new()
            .mode(0o700)
            .create(&path)
            .and_then(|()| self.account.own(&path))
            .map_err(|cause| cannot_write(&path, &cause))?;
        Ok(path)
    }

    /// Writes a file that only the servers may read.
    pub(super) fn write_secret(&self, path: &Path, text: &str) -> Result<(), Failure> {
        let mut options = File::options();
        options.write(true).create_new(true).mode(0o600);
        options
            .open(path)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .and_then(|()| self.account.own(path))
            .map_err(|cause| cannot_write(path, &cause))
    }

    /// A program in a server's folder, with nothing of our environment that could configure it, and with
    /// this signal when we die, where the system can do that.
    pub(super) fn command(&self, program: &Path, folder: &Path, signal_at_death: &str) -> Command {
        let mut command = if self.dies_with_parent {
            let mut command = Command::new("setpriv");
            command
                .args(["--pdeathsig", signal_at_death, "--"])
                .arg(program);
            command
        } else {
            Command::new(program)
        };
        let path = std::env::var_os("PATH").unwrap_or_default();
        command
            .env_clear()
            .env("PATH", path)
            .env("HOME", folder)
            .env("TMPDIR", folder)
            // Messages in English: we read them.
            .env("LC_ALL", "C")
            .current_dir(folder)
            // A script is killed with what it started.
            .process_group(0);
        self.account.run(&mut command);
        command
    }
}

/// The system's folder for temporary files, unless the servers could not work there.
fn base(account: Account) -> PathBuf {
    let base = std::env::temp_dir();
    let base = base.canonicalize().unwrap_or(base);
    let is_short = base.as_os_str().len() <= BASE_BYTES_MAX;
    if is_short && (account == Account::Own || lets_others_pass(&base)) {
        return base;
    }
    PathBuf::from("/tmp")
}

fn lets_others_pass(folder: &Path) -> bool {
    folder.ancestors().all(|folder| {
        std::fs::metadata(folder).is_ok_and(|found| found.permissions().mode() & 0o001 != 0)
    })
}

/// Locks a new folder. The lock gets its name when it is held, so that nobody ever sees it free.
fn lock(folder: &Path) -> std::io::Result<File> {
    let path = folder.join("lock-to-be");
    let file = File::create(&path)?;
    file.lock()?;
    std::fs::rename(path, folder.join(LOCK))?;
    Ok(file)
}

/// Removes the folders of keepers that are dead. What cannot be removed stays: it harms nobody.
fn remove_left(base: &Path) {
    let us = rustix::process::geteuid().as_raw();
    for entry in std::fs::read_dir(base).into_iter().flatten().flatten() {
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX)
            && entry
                .metadata()
                .is_ok_and(|found| found.is_dir() && found.uid() == us);
        let Ok(lock) = File::open(entry.path().join(LOCK)) else {
            continue;
        };
        if is_ours && lock.try_lock().is_ok() {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

fn cannot_write(path: &Path, cause: &std::io::Error) -> Failure {
    Failure::broken(format!("cannot write `{}`: {cause}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_folders_of_dead_keepers_are_removed() {
        let base = tempfile::tempdir().unwrap();
        let folder = |name: &str| {
            let path = base.path().join(name);
            std::fs::create_dir(&path).unwrap();
            path
        };
        let dead = folder("strata-servers-dead");
        drop(lock(&dead).unwrap());
        let alive = folder("strata-servers-alive");
        let held = lock(&alive).unwrap();
        let unlocked = folder("strata-servers-young");
        let foreign = folder("something-else");
        drop(lock(&foreign).unwrap());

        remove_left(base.path());
        assert!(!dead.exists());
        assert!(alive.is_dir() && unlocked.is_dir() && foreign.is_dir());
        drop(held);
    }

    #[test]
    fn a_folder_that_others_cannot_pass_is_seen() {
        let root = tempfile::tempdir().unwrap();
        std::fs::set_permissions(root.path(), Permissions::from_mode(0o700)).unwrap();
        assert!(!lets_others_pass(root.path()));
        assert!(lets_others_pass(Path::new("/")));
    }
}
