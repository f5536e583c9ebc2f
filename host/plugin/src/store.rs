//! The store: component bytes under their digest, and the machine code made of them.
//!
//! It judges nothing and compiles nothing: [`crate::host`] puts in what passed the gate. It is a cache of
//! code, but the home of components: what is removed here is gone.
//!
//! Invariant: what is read is what was written: components are hashed again on every read, code carries
//! a seal. Files are never changed in place.

use std::fs::{self, DirBuilder, File, Permissions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use model::digest::Digest;
use model::error::{Error, Result};

use crate::engine;
use crate::limits::{COMPILED_BYTES_MAX, COMPONENT_BYTES_MAX};
use crate::seal::Seal;

mod codes {
    model::codes! {
        COMPONENT_MISSING = "component.missing", Input, "A component is not in the store of this installation.";
        COMPONENT_DAMAGED = "component.damaged", Unreachable, "A component in the store is not what its digest says.";
        COMPONENT_STORE = "component.store", Unreachable, "The store of components cannot be read or written.";
    }
}
pub use codes::*;

/// A directory of components.
pub struct Store {
    directory: PathBuf,
    seal: Seal,
}

impl Store {
    /// Opens the store in a directory, which is made when it is not there and closed to other users.
    /// `key` is the installation's master key; the key of the seals is derived from it.
    ///
    /// # Errors
    /// `component.store`.
    pub fn open(directory: &Path, key: [u8; 32]) -> Result<Store> {
        let made = DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(directory);
        made.and_then(|()| fs::set_permissions(directory, Permissions::from_mode(0o700)))
            .map_err(|cause| unusable(directory, "made").because(cause))?;
        let seal = Seal::new(&key).ok_or_else(|| unusable(directory, "sealed"))?;
        Ok(Store {
            directory: directory.to_owned(),
            seal,
        })
    }

    /// The bytes of a component, hashed again.
    ///
    /// # Errors
    /// `component.missing`, `component.damaged`, `component.store`.
    pub fn bytes(&self, digest: &Digest) -> Result<Vec<u8>> {
        let path = self.component_path(digest);
        let bytes = match read(&path, COMPONENT_BYTES_MAX as u64) {
            Ok(bytes) => bytes,
            Err(cause) if cause.kind() == ErrorKind::NotFound => {
                return Err(Error::new(
                    &COMPONENT_MISSING,
                    format!("the component `{}` is not in the store", digest.short()),
                )
                .hint("add it again with `strata plugin add FILE`"));
            }
            Err(cause) => return Err(unusable(&path, "read").because(cause)),
        };
        if Digest::of_bytes(&bytes) != *digest {
            return Err(Error::new(
                &COMPONENT_DAMAGED,
                format!(
                    "`{}` is not the component that its name says",
                    path.display()
                ),
            )
            .hint("remove the file and add the component again with `strata plugin add FILE`"));
        }
        Ok(bytes)
    }

    /// Whether a component is in the store; its bytes are not read.
    pub fn contains(&self, digest: &Digest) -> bool {
        self.component_path(digest).is_file()
    }

    /// Removes a component and its code, of whatever engine. One that is not there is removed already.
    ///
    /// # Errors
    /// `component.store`.
    pub fn remove(&self, digest: &Digest) -> Result<()> {
        let listed = |cause| unusable(&self.directory, "listed").because(cause);
        for entry in fs::read_dir(&self.directory).map_err(listed)? {
            let path = entry.map_err(listed)?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            if !name.is_some_and(|name| name.starts_with(&digest.hex())) {
                continue;
            }
            match fs::remove_file(&path) {
                Err(cause) if cause.kind() != ErrorKind::NotFound => {
                    return Err(unusable(&path, "removed").because(cause));
                }
                _ => {}
            }
        }
        self.sync()
    }

    /// The digests of all components, in order.
    ///
    /// # Errors
    /// `component.store`.
    pub fn digests(&self) -> Result<Vec<Digest>> {
        let failed = |cause| unusable(&self.directory, "listed").because(cause);
        let mut digests = Vec::new();
        for entry in fs::read_dir(&self.directory).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            let digest = name.to_str().and_then(|name| name.strip_suffix(".wasm"));
            if let Some(Ok(digest)) = digest.map(|hex| format!("sha256:{hex}").parse::<Digest>()) {
                digests.push(digest);
            }
        }
        digests.sort_unstable();
        Ok(digests)
    }

    /// Where files may be made that do not stay.
    pub(crate) fn scratch(&self) -> &Path {
        &self.directory
    }

    /// Keeps the bytes of a component that passed all checks.
    pub(crate) fn keep(&self, digest: &Digest, bytes: &[u8]) -> Result<()> {
        self.write(&self.component_path(digest), bytes)
    }

    /// Keeps the code of a component.
    pub(crate) fn keep_code(&self, digest: &Digest, code: &[u8]) -> Result<()> {
        let sealed = self.seal.seal(digest, &engine::tag(), code);
        self.write(&self.code_path(digest), &sealed)
    }

    /// The code of a component for this engine, when it is there and unbroken.
    pub(crate) fn code(&self, digest: &Digest) -> Option<Vec<u8>> {
        let path = self.code_path(digest);
        let sealed = read(&path, COMPILED_BYTES_MAX + 1_024).ok()?;
        let code = self.seal.open(digest, &engine::tag(), sealed);
        if code.is_none() {
            tracing::warn!(path = %path.display(), "precompiled code without a valid seal is made again");
        }
        code
    }

    fn component_path(&self, digest: &Digest) -> PathBuf {
        self.directory.join(format!("{}.wasm", digest.hex()))
    }

    fn code_path(&self, digest: &Digest) -> PathBuf {
        self.directory
            .join(format!("{}-{}.cwasm", digest.hex(), engine::tag()))
    }

    /// Writes a file so that it is whole or not there, whenever the machine stops.
    fn write(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        let write = || -> std::io::Result<()> {
            let mut file = tempfile::NamedTempFile::new_in(&self.directory)?;
            file.write_all(bytes)?;
            file.as_file().sync_all()?;
            file.persist(path).map_err(|failed| failed.error)?;
            Ok(())
        };
        write().map_err(|cause| unusable(path, "written").because(cause))?;
        self.sync()
    }

    fn sync(&self) -> Result<()> {
        File::open(&self.directory)
            .and_then(|directory| directory.sync_all())
            .map_err(|cause| unusable(&self.directory, "written").because(cause))
    }
}

fn read(path: &Path, most: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unusable(path: &Path, what: &str) -> Error {
    Error::new(
        &COMPONENT_STORE,
        format!("`{}` could not be {what}", path.display()),
    )
    .hint("the store of components must belong to the user that runs Strata, with free space")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use model::digest::Digest;

    use super::{COMPONENT_DAMAGED, COMPONENT_MISSING, COMPONENT_STORE, Store};

    fn store() -> (tempfile::TempDir, Store) {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&directory.path().join("components"), [7; 32]).unwrap();
        (directory, store)
    }

    #[test]
    fn what_is_kept_is_found_under_its_digest_and_is_gone_when_removed() {
        let (_directory, store) = store();
        let digest = Digest::of_bytes(b"bytes");
        assert!(store.bytes(&digest).unwrap_err().is(&COMPONENT_MISSING));
        store.keep(&digest, b"bytes").unwrap();
        store.keep(&digest, b"bytes").unwrap();
        assert_eq!(store.bytes(&digest).unwrap(), b"bytes");
        assert_eq!(store.digests().unwrap(), [digest]);
        store.remove(&digest).unwrap();
        store.remove(&digest).unwrap();
        assert!(!store.contains(&digest));
        assert!(store.digests().unwrap().is_empty());
    }

    #[test]
    fn a_changed_component_is_told_as_damaged() {
        let (_directory, store) = store();
        let digest = Digest::of_bytes(b"bytes");
        store.keep(&digest, b"bytes").unwrap();
        std::fs::write(store.component_path(&digest), b"other").unwrap();
        assert!(store.bytes(&digest).unwrap_err().is(&COMPONENT_DAMAGED));
    }

    #[test]
    fn broken_or_foreign_code_is_not_given_out() {
        let (directory, store) = store();
        let digest = Digest::of_bytes(b"bytes");
        assert!(store.code(&digest).is_none());
        store.keep_code(&digest, b"code").unwrap();
        assert_eq!(store.code(&digest).unwrap(), b"code");
        let foreign = Store::open(&directory.path().join("components"), [8; 32]).unwrap();
        assert!(foreign.code(&digest).is_none());
        let path = store.code_path(&digest);
        let mut bytes = std::fs::read(&path).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        std::fs::write(&path, bytes).unwrap();
        assert!(store.code(&digest).is_none());
    }

    #[test]
    fn the_directory_is_closed_to_others() {
        let (directory, _store) = store();
        let mode = std::fs::metadata(directory.path().join("components"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o700);
    }

    #[test]
    fn a_directory_that_cannot_be_made_is_an_error() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let opened = Store::open(&file.path().join("components"), [7; 32])
            .err()
            .unwrap();
        assert!(opened.is(&COMPONENT_STORE));
    }
}
