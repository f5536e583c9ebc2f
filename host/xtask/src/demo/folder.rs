//! The folder of a demo: a file marks it as ours, and nothing without that file is touched.
//!
//! Invariant: nothing is removed but a real folder (no link) that carries the marker.

use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// The file that marks a folder as a demo's.
const MARKER: &str = ".strata-demo";

/// What the marker says to whoever finds it.
const MARKER_TEXT: &str = "This folder was made by `cargo xtask demo`; `--fresh` removes it.\n";

/// A folder that a demo may use.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    exists: bool,
}

impl Folder {
    /// Takes a folder that is not there yet or carries the marker, and refuses any other.
    pub(super) fn check(path: &Path) -> Result<Folder, Failure> {
        let folder = |exists| Folder {
            path: path.to_path_buf(),
            exists,
        };
        let found = match std::fs::symlink_metadata(path) {
            Ok(found) => found,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(folder(false)),
            Err(cause) => {
                let message = format!("cannot look at `{}`: {cause}", path.display());
                return Err(Failure::refused(message));
            }
        };
        let marked =
            std::fs::symlink_metadata(path.join(MARKER)).is_ok_and(|marker| marker.is_file());
        if found.is_dir() && marked {
            return Ok(folder(true));
        }
        let message = format!(
            "`{}` exists and is not a demo's folder (no `{MARKER}`)",
            path.display()
        );
        Err(Failure::refused(message).hint("name another folder with `--dir`"))
    }

    /// Makes the folder and its marker; with `fresh`, removes an earlier demo first.
    pub(super) fn prepare(&self, fresh: bool) -> Result<(), Failure> {
        let failed = |what: &str, cause: std::io::Error| {
            Failure::broken(format!("cannot {what} `{}`: {cause}", self.path.display()))
        };
        if fresh && self.exists {
            std::fs::remove_dir_all(&self.path).map_err(|cause| failed("remove", cause))?;
        }
        std::fs::create_dir_all(&self.path)
            .and_then(|()| std::fs::write(self.path.join(MARKER), MARKER_TEXT))
            .map_err(|cause| failed("make", cause))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_someone_else_is_refused_and_kept() {
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join("letter.txt"), "dear").unwrap();
        let failure = Folder::check(root.path()).unwrap_err();
        assert_eq!(failure.exit_code(), 3);
        assert!(root.path().join("letter.txt").is_file());
    }

    #[test]
    fn a_link_to_a_demo_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let demo = root.path().join("demo");
        Folder::check(&demo).unwrap().prepare(false).unwrap();
        let link = root.path().join("link");
        std::os::unix::fs::symlink(&demo, &link).unwrap();
        assert!(Folder::check(&link).is_err());
    }

    #[test]
    fn fresh_removes_what_an_earlier_demo_left_and_a_second_run_keeps_it() {
        let root = tempfile::tempdir().unwrap();
        let demo = root.path().join("demo");
        Folder::check(&demo).unwrap().prepare(false).unwrap();
        let left = demo.join("landlord.db");
        std::fs::write(&left, "").unwrap();

        Folder::check(&demo).unwrap().prepare(false).unwrap();
        assert!(left.is_file());
        Folder::check(&demo).unwrap().prepare(true).unwrap();
        assert!(!left.exists());
        assert!(demo.join(MARKER).is_file());
    }
}
