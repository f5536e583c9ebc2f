//! [`Snapshot`]: all that a home holds, so that a test can say that nothing changed.

use std::collections::BTreeSet;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::database;

/// Every file of a home with its digest, and every row of its landlord.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    lines: BTreeSet<String>,
}

impl Snapshot {
    /// What is in one and not in the other: `- line` for what went, `+ line` for what came.
    pub fn changes_to(&self, next: &Snapshot) -> Vec<String> {
        let gone = self
            .lines
            .difference(&next.lines)
            .map(|line| format!("- {line}"));
        let come = next
            .lines
            .difference(&self.lines)
            .map(|line| format!("+ {line}"));
        gone.chain(come).collect()
    }

    /// Whether something that begins so is there.
    pub fn has(&self, start: &str) -> bool {
        self.lines.iter().any(|line| line.starts_with(start))
    }
}

/// Takes a snapshot of a home; an empty one when there is nothing.
///
/// Files without bytes in `locks/` are left out: they mean nothing while nobody holds them. So are the
/// landlord's fences: taking the right to write counts a tenant's fence up, and giving it back does not
/// count it down.
pub fn snapshot_of(home: &Path) -> Snapshot {
    let mut lines = BTreeSet::new();
    collect(home, home, &mut lines);
    Snapshot { lines }
}

fn collect(home: &Path, folder: &Path, lines: &mut BTreeSet<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(home).unwrap().display().to_string();
        let data = path.symlink_metadata().unwrap();
        if data.is_dir() {
            lines.insert(format!("{name}/"));
            collect(home, &path, lines);
        } else if data.is_symlink() {
            let target = std::fs::read_link(&path).unwrap();
            lines.insert(format!("{name} -> {}", target.display()));
        } else if name == "landlord.db" {
            let rows = database::dump_without(&path, "fence");
            lines.extend(rows.into_iter().map(|row| format!("{name} {row}")));
        } else if !(name.starts_with("locks/") && data.len() == 0) {
            let digest = hex::encode(Sha256::digest(std::fs::read(&path).unwrap()));
            lines.insert(format!("{name} {digest}"));
        }
    }
}
