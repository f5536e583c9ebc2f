//! [`DatabaseFile`]: which file a database is, and that it is that file and nothing else.
//!
//! It opens no database; [`crate::connection`] does, between the two looks that are taken here.
//!
//! Invariants: a database is a regular file with one link. A symbolic link, a second hard link or a
//! device could make one tenant's statements run on another's file. What is done to files here is done
//! through a handle of their directory: no name leads out of it, and a directory that is exchanged
//! meanwhile is not mixed with the one that was looked at.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::{Dir, Metadata, MetadataExt as _, OpenOptions, OpenOptionsExt as _};
use model::{Error, Result};

use crate::failure::{DATABASE_EXISTS, DATABASE_MISSING, DATABASE_UNREACHABLE};
use crate::location::checked_name;

mod codes {
    model::codes! {
        DATABASE_NOT_REGULAR = "database.not_regular", Rule, "The file of a database is a link, has several links or is not a regular file.";
        DATABASE_REPLACED = "database.replaced", Conflict, "The file of a database was exchanged while it was being opened.";
    }
}
pub use codes::*;

/// What SQLite puts beside a database's file while it is open, or leaves after a crash.
const SIDE_FILES: [&str; 3] = ["-wal", "-shm", "-journal"];

/// A database that is a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseFile {
    directory: PathBuf,
    name: String,
}

/// Which file stands at a location, in which directory: each a device and an inode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Identity {
    directory: (u64, u64),
    file: (u64, u64),
}

fn device_and_inode(metadata: &Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}

impl DatabaseFile {
    /// The database `<directory>/<database_name>.db`.
    ///
    /// # Errors
    /// `database.name_invalid`.
    pub fn new(directory: &Path, database_name: &str) -> Result<DatabaseFile> {
        Ok(DatabaseFile {
            directory: directory.to_owned(),
            name: checked_name(database_name)?,
        })
    }

    /// The name of the database.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file.
    pub fn path(&self) -> PathBuf {
        self.directory.join(self.file_name())
    }

    fn file_name(&self) -> String {
        format!("{}.db", self.name)
    }

    /// A handle of the directory.
    fn open_directory(&self) -> io::Result<Dir> {
        Dir::open_ambient_dir(&self.directory, ambient_authority())
    }

    /// Whether anything stands where the file would be.
    pub fn exists(&self) -> bool {
        let directory = self.open_directory();
        directory.is_ok_and(|directory| directory.symlink_metadata(self.file_name()).is_ok())
    }

    /// The path from the root, so that neither a change of the working directory nor a beginning such as
    /// `file:` gives it another meaning.
    pub(crate) fn absolute_path(&self) -> Result<PathBuf> {
        let directory = fs::canonicalize(&self.directory).map_err(|cause| match cause.kind() {
            io::ErrorKind::NotFound => self.missing(),
            _ => self.unreachable("find the directory of", cause),
        })?;
        Ok(directory.join(self.file_name()))
    }

    /// Looks at the directory and, through it and without following links, at the file.
    ///
    /// # Errors
    /// `database.missing`, `database.not_regular`, `database.unreachable`.
    pub(crate) fn inspect(&self) -> Result<Identity> {
        let directory = self.open_directory().map_err(|cause| match cause.kind() {
            io::ErrorKind::NotFound => self.missing(),
            _ => self.unreachable("open the directory of", cause),
        })?;
        self.inspect_in(&directory)
    }

    fn inspect_in(&self, directory: &Dir) -> Result<Identity> {
        let looking = |cause| self.unreachable("look at", cause);
        let metadata = match directory.symlink_metadata(self.file_name()) {
            Ok(metadata) => metadata,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Err(self.missing()),
            Err(cause) => return Err(looking(cause)),
        };
        self.demand_regular("", &metadata)?;
        for suffix in SIDE_FILES {
            match directory.symlink_metadata(self.side_file_name(suffix)) {
                Ok(metadata) => self.demand_regular(suffix, &metadata)?,
                Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
                Err(cause) => return Err(looking(cause)),
            }
        }
        Ok(Identity {
            directory: device_and_inode(&directory.dir_metadata().map_err(looking)?),
            file: device_and_inode(&metadata),
        })
    }

    /// What is looked at so that nobody else reads or writes the file, each with why it is not so: modes of
    /// the file, of what stands beside it and of the directory, and links.
    ///
    /// # Errors
    /// `database.missing`, `database.unreachable`.
    pub fn exposures(&self) -> Result<Vec<(String, Option<String>)>> {
        let directory = self.open_directory().map_err(|cause| match cause.kind() {
            io::ErrorKind::NotFound => self.missing(),
            _ => self.unreachable("open the directory of", cause),
        })?;
        let mut found = Vec::new();
        let looking = |cause| self.unreachable("look at", cause);
        let mode = directory.dir_metadata().map_err(looking)?.mode();
        found.push((
            "others write to the directory of the file".to_owned(),
            (mode & 0o022 != 0).then(|| format!("its mode is {:o}", mode & 0o777)),
        ));
        for suffix in std::iter::once("").chain(SIDE_FILES) {
            let metadata = match directory.symlink_metadata(self.side_file_name(suffix)) {
                Ok(metadata) => metadata,
                Err(cause) if cause.kind() == io::ErrorKind::NotFound && suffix.is_empty() => {
                    return Err(self.missing());
                }
                Err(cause) if cause.kind() == io::ErrorKind::NotFound => continue,
                Err(cause) => return Err(looking(cause)),
            };
            let name = self.side_file_name(suffix);
            let (mode, link) = (metadata.mode(), self.demand_regular(suffix, &metadata));
            found.push((
                format!("others read or write `{name}`"),
                (mode & 0o077 != 0).then(|| format!("its mode is {:o}", mode & 0o777)),
            ));
            found.push((
                format!("`{name}` is reached by another name"),
                link.err().map(|error| error.message().to_owned()),
            ));
        }
        Ok(found)
    }

    /// Demands that the file and its directory are still those that were looked at.
    ///
    /// # Errors
    /// `database.replaced` and those of [`DatabaseFile::inspect`].
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
        let opened = self.open_directory();
        let directory = opened.map_err(|cause| self.unreachable("create", cause))?;
        // `create_new` is O_EXCL, which does not follow a link at the end of the path.
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        let file = match directory.open_with(self.file_name(), &options) {
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
        self.sync(&directory)
    }

    /// Removes the file and what SQLite put beside it. What is not there is left.
    ///
    /// # Errors
    /// `database.not_regular`, `database.unreachable`.
    pub(crate) fn remove(&self) -> Result<()> {
        let directory = match self.open_directory() {
            Ok(directory) => directory,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(cause) => return Err(self.unreachable("open the directory of", cause)),
        };
        match self.inspect_in(&directory) {
            Ok(_) => {}
            Err(error) if error.is(&DATABASE_MISSING) => {}
            Err(error) => return Err(error),
        }
        // The database goes first: side files without it are never read again, the reverse would be a
        // database without its last transactions.
        let side_files = SIDE_FILES.iter().map(|suffix| self.side_file_name(suffix));
        for name in std::iter::once(self.file_name()).chain(side_files) {
            match directory.remove_file(&name) {
                Ok(()) => {}
                Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
                Err(cause) => return Err(self.unreachable("remove", cause)),
            }
        }
        self.sync(&directory)
    }

    fn sync(&self, directory: &Dir) -> Result<()> {
        // The handle itself may be one that only names the directory, which cannot be synced.
        directory
            .open(".")
            .and_then(|opened| opened.sync_all())
            .map_err(|cause| self.unreachable("sync the directory of", cause))
    }

    fn side_file_name(&self, suffix: &str) -> String {
        format!("{}.db{suffix}", self.name)
    }

    fn demand_regular(&self, suffix: &str, metadata: &Metadata) -> Result<()> {
        let why = if metadata.is_symlink() {
            "is a symbolic link"
        } else if !metadata.is_file() {
            "is not a regular file"
        } else if metadata.nlink() != 1 {
            "has more than one name (hard link)"
        } else {
            return Ok(());
        };
        let path = self.directory.join(self.side_file_name(suffix));
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

impl fmt::Display for DatabaseFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "database `{}`", self.name)
    }
}
