//! [`Location`]: which file a database is, and that it is that file and nothing else.
//!
//! It opens no database; [`crate::connection`] does, between the two looks that are taken here.
//!
//! Invariant: a database is a regular file with one link. A symbolic link, a second hard link or a
//! device could make one tenant's statements run on another's file.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use model::{Error, Result};

use crate::failure::DATABASE_UNREACHABLE;

mod codes {
    model::codes! {
        DATABASE_MISSING = "database.missing", Input, "The file of a database is not there.";
        DATABASE_EXISTS = "database.exists", Conflict, "A database is to be created where one already is.";
        DATABASE_NOT_REGULAR = "database.not_regular", Rule, "The file of a database is a link, has several links or is not a regular file.";
        DATABASE_REPLACED = "database.replaced", Conflict, "The file of a database was exchanged while it was being opened.";
        DATABASE_NAME_INVALID = "database.name_invalid", Input, "The name of a database is not `[a-z0-9_]+` of at most 63 bytes.";
    }
}
pub use codes::*;

/// The longest name of a database in bytes: PostgreSQL's limit, kept everywhere.
pub const DATABASE_NAME_BYTES_MAX: usize = 63;

/// What SQLite puts beside a database's file while it is open, or leaves after a crash.
const SIDE_FILES: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Where a database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    directory: PathBuf,
    name: String,
}

/// Which file stands at a location: a device and an inode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Identity {
    device: u64,
    inode: u64,
}

impl Location {
    /// The database `<directory>/<database_name>.db`.
    ///
    /// # Errors
    /// `database.name_invalid`.
    pub fn file(directory: &Path, database_name: &str) -> Result<Location> {
        let letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        let fits = (1..=DATABASE_NAME_BYTES_MAX).contains(&database_name.len());
        if fits && database_name.bytes().all(letter) {
            return Ok(Location {
                directory: directory.to_owned(),
                name: database_name.to_owned(),
            });
        }
        Err(Error::new(
            &DATABASE_NAME_INVALID,
            format!(
                "`{}` is not a name of a database",
                model::name::display(database_name)
            ),
        ))
    }

    /// The name of the database.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file.
    pub fn path(&self) -> PathBuf {
        self.directory.join(format!("{}.db", self.name))
    }

    /// Whether anything stands where the file would be.
    pub fn exists(&self) -> bool {
        fs::symlink_metadata(self.path()).is_ok()
    }

    /// The path from the root, so that neither a change of the working directory nor a beginning such as
    /// `file:` gives it another meaning.
    pub(crate) fn absolute_path(&self) -> Result<PathBuf> {
        let directory = fs::canonicalize(&self.directory).map_err(|cause| match cause.kind() {
            io::ErrorKind::NotFound => self.missing(),
            _ => self.unreachable("find the directory of", cause),
        })?;
        Ok(directory.join(format!("{}.db", self.name)))
    }

    /// Looks at the file without following links.
    ///
    /// # Errors
    /// `database.missing`, `database.not_regular`, `database.unreachable`.
    pub(crate) fn inspect(&self) -> Result<Identity> {
        let metadata = match fs::symlink_metadata(self.path()) {
            Ok(metadata) => metadata,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Err(self.missing()),
            Err(cause) => return Err(self.unreachable("look at", cause)),
        };
        self.demand_regular("", &metadata)?;
        for suffix in SIDE_FILES {
            if let Ok(metadata) = fs::symlink_metadata(self.side_file(suffix)) {
                self.demand_regular(suffix, &metadata)?;
            }
        }
        Ok(Identity {
            device: metadata.dev(),
            inode: metadata.ino(),
        })
    }

    /// Demands that the file is still the one that was looked at.
    ///
    /// # Errors
    /// `database.replaced` and those of [`Location::inspect`].
    pub(crate) fn demand_same(&self, before: Identity) -> Result<()> {
        if self.inspect()? == before {
            return Ok(());
        }
        Err(Error::new(
            &DATABASE_REPLACED,
            format!("{self} was exchanged while it was being opened"),
        ))
    }

    /// Makes the empty file, for this user alone, where nothing was before.
    ///
    /// # Errors
    /// `database.exists`, `database.unreachable`.
    pub(crate) fn create(&self) -> Result<()> {
        // `create_new` is O_EXCL, which does not follow a link at the end of the path.
        let made = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(self.path());
        let file = match made {
            Ok(file) => file,
            Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {
                return Err(
                    Error::new(&DATABASE_EXISTS, format!("{self} is already there"))
                        .hint("nothing is overwritten; move the file away if it is not needed"),
                );
            }
            Err(cause) => return Err(self.unreachable("create", cause)),
        };
        file.sync_all()
            .map_err(|cause| self.unreachable("create", cause))?;
        self.sync_directory()
    }

    /// Removes the file and what SQLite put beside it. What is not there is left.
    ///
    /// # Errors
    /// `database.not_regular`, `database.unreachable`.
    pub(crate) fn remove(&self) -> Result<()> {
        match self.inspect() {
            Ok(_) => {}
            Err(error) if error.is(&DATABASE_MISSING) => {}
            Err(error) => return Err(error),
        }
        // The database goes first: side files without it are never read again, the reverse would be a
        // database without its last transactions.
        let side_files = SIDE_FILES.iter().map(|suffix| self.side_file(suffix));
        for path in std::iter::once(self.path()).chain(side_files) {
            match fs::remove_file(&path) {
                Ok(()) => {}
                Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
                Err(cause) => return Err(self.unreachable("remove", cause)),
            }
        }
        if self.directory.exists() {
            self.sync_directory()
        } else {
            Ok(())
        }
    }

    fn sync_directory(&self) -> Result<()> {
        File::open(&self.directory)
            .and_then(|directory| directory.sync_all())
            .map_err(|cause| self.unreachable("sync the directory of", cause))
    }

    fn side_file(&self, suffix: &str) -> PathBuf {
        self.directory.join(format!("{}.db{suffix}", self.name))
    }

    fn demand_regular(&self, suffix: &str, metadata: &fs::Metadata) -> Result<()> {
        let why = if metadata.is_symlink() {
            "is a symbolic link"
        } else if !metadata.is_file() {
            "is not a regular file"
        } else if metadata.nlink() != 1 {
            "has more than one name (hard link)"
        } else {
            return Ok(());
        };
        let path = self.side_file(suffix);
        Err(
            Error::new(&DATABASE_NOT_REGULAR, format!("`{}` {why}", path.display()))
                .hint("a database is a regular file of its own; put the file itself there"),
        )
    }

    fn missing(&self) -> Error {
        Error::new(
            &DATABASE_MISSING,
            format!("{self} is not there: `{}`", self.path().display()),
        )
        .hint("restore the file from a backup, or correct the directory in the configuration")
    }

    pub(crate) fn unreachable(&self, what: &str, cause: io::Error) -> Error {
        Error::new(&DATABASE_UNREACHABLE, format!("failed to {what} {self}")).because(cause)
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "database `{}`", self.name)
    }
}
