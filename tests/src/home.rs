//! Homes that many tests begin from: built once in a run, copied for each test.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use crate::component::{components, fixtures};
use crate::strata::Strata;
use crate::workspace;

/// The committed fixtures, all in the catalogue of [`with_fixtures`].
pub const FIXTURES: [&str; 5] = [
    "fx_core-1.0.0",
    "fx_club-1.0.0",
    "fx_club-2.0.0",
    "fx_events-1.0.0",
    "fx_custom-1.0.0",
];

/// A home of its own with the committed fixtures in its catalogue, and no tenant.
pub fn with_fixtures() -> Strata {
    static HOME: OnceLock<PathBuf> = OnceLock::new();
    Strata::copy_of(
        HOME.get_or_init(|| {
            prepared(&FIXTURES.map(|name| fixtures().join(format!("{name}.wasm"))))
        }),
    )
}

/// A home of its own with every first-party component in its catalogue, and no tenant.
pub fn with_first_party() -> Strata {
    static HOME: OnceLock<PathBuf> = OnceLock::new();
    Strata::copy_of(HOME.get_or_init(|| {
        let entries = std::fs::read_dir(components()).unwrap();
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        files.retain(|file| file.extension().is_some_and(|end| end == "wasm"));
        files.sort();
        prepared(&files)
    }))
}

/// A home with these components, kept for the whole run; those of earlier runs are swept away.
fn prepared(files: &[PathBuf]) -> PathBuf {
    let folder = workspace::scratch().join("homes");
    std::fs::create_dir_all(&folder).unwrap();
    sweep(&folder);
    let home = tempfile::tempdir_in(&folder).unwrap().keep();
    let strata = Strata::new();
    let mut arguments = vec!["plugin".into(), "add".into()];
    arguments.extend(files.iter().map(|file| file.as_os_str().to_owned()));
    strata.ok(&arguments);
    std::fs::rename(strata.home(), home.join("home")).unwrap();
    home.join("home")
}

fn sweep(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let age = entry
            .metadata()
            .ok()
            .and_then(|data| data.modified().ok()?.elapsed().ok());
        if age.is_some_and(|age| age > Duration::from_secs(3_600)) {
            // Another run may sweep at the same time.
            let _swept_by_another = std::fs::remove_dir_all(entry.path());
        }
    }
}
