//! [`SessionLock`]: one process at a time works on a tenant's database.
//!
//! On a server a session lock ([`crate::Connection::lock`]) does the same between machines; its name is here.
//! It is not the lease, which `landlord` keeps and which works between machines. It never waits.
//!
//! Invariant: the lock is the operating system's, on an open file; a process that is killed leaves none.
//! The file stays behind, for removing it would let two processes lock two files of one name.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use model::{Error, Result};

use crate::location::Location;

mod codes {
    model::codes! {
        TENANT_LOCKED = "tenant.locked", Conflict, "Another process is at work on the tenant's database.";
        LOCK_FAILED = "lock.failed", Unreachable, "A lock file cannot be made or locked.";
    }
}
pub use codes::*;

/// The most of a lock file that is read: a process id and a line's end.
const HOLDER_BYTES_MAX: u64 = 32;

/// The name of the session lock of a tenant on a server: by its migration role.
pub fn session_lock_name(migration: &str) -> String {
    format!("strata:{migration}")
}

/// Held while a process works on a database; ends when it is dropped.
#[derive(Debug)]
pub struct SessionLock {
    file: File,
    path: PathBuf,
}

impl SessionLock {
    /// Takes the lock of a database, or says who has it.
    ///
    /// # Errors
    /// `tenant.locked`, `lock.failed`.
    pub fn acquire(locks_directory: &Path, database: &str) -> Result<SessionLock> {
        let path = locks_directory.join(format!("{database}.lock"));
        let failed = |cause: std::io::Error| {
            Error::new(&LOCK_FAILED, format!("failed to lock `{}`", path.display())).because(cause)
        };
        fs::create_dir_all(locks_directory).map_err(failed)?;
        let no_links = i32::try_from(rustix::fs::OFlags::NOFOLLOW.bits()).unwrap_or(0);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .custom_flags(no_links)
            .open(&path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(locked(database, &mut file)),
            Err(TryLockError::Error(cause)) => return Err(failed(cause)),
        }
        let mut lock = SessionLock {
            file,
            path: path.clone(),
        };
        lock.sign().map_err(failed)?;
        Ok(lock)
    }

    /// The file that is locked.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes down who holds the lock, for people.
    fn sign(&mut self) -> std::io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()?;
        writeln!(self.file, "{}", std::process::id())
    }
}

impl Drop for SessionLock {
    fn drop(&mut self) {
        // Closing the file is what unlocks; an old number in it would only mislead people.
        let emptied = self.file.set_len(0).and_then(|()| self.file.unlock());
        if let Err(cause) = emptied {
            tracing::debug!(path = %self.path.display(), %cause, "failed to release a lock early");
        }
    }
}

fn locked(database: &str, file: &mut File) -> Error {
    let mut text = String::new();
    let read = file.take(HOLDER_BYTES_MAX).read_to_string(&mut text);
    let holder = match (read, text.trim().parse::<u32>()) {
        (Ok(_), Ok(pid)) => format!("process {pid}"),
        _ => "another process".to_owned(),
    };
    Error::new(
        &TENANT_LOCKED,
        format!("{holder} is at work on database `{database}`"),
    )
    .hint("wait until it is done, then do it again")
}

/// Somebody has the lock of a server, perhaps on another machine.
pub(crate) fn locked_elsewhere(location: &Location) -> Error {
    Error::new(
        &TENANT_LOCKED,
        format!("another session is at work on {location}"),
    )
    .hint("wait until it is done, then do it again")
}
