//! The files of the repository: what git knows or would add, or without git, what stands in the folders.
//!
//! Paths are relative to the root, with `/` between their parts.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Folders that are never looked into when git is not there to say so.
const NOT_OURS: [&str; 5] = [
    ".git",
    "target",
    ".strata",
    "strata-demo",
    "proptest-regressions",
];

/// The folder with the workspace's manifest.
pub(crate) fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_path_buf()
}

/// Every file, sorted. A file that git still lists but that was deleted is left out.
pub(crate) fn files() -> Vec<String> {
    let root = root();
    let mut files = listed_by_git(&root).unwrap_or_else(|| walked(&root));
    files.retain(|path| root.join(path).is_file());
    files.sort();
    files.dedup();
    files
}

/// Every Rust source in these folders.
pub(crate) fn rust_files(folders: &[&str]) -> Vec<String> {
    let wanted =
        |path: &String| path.ends_with(".rs") && folders.iter().any(|f| path.starts_with(f));
    files().into_iter().filter(wanted).collect()
}

/// A file's text; nothing when it is not text.
pub(crate) fn text(path: &str) -> Option<String> {
    std::fs::read(root().join(path))
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
}

fn listed_by_git(root: &Path) -> Option<Vec<String>> {
    let arguments = [
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ];
    let output = Command::new("git")
        .current_dir(root)
        .args(arguments)
        .output()
        .ok()?;
    let listed = String::from_utf8(output.stdout).ok()?;
    let files: Vec<String> = listed.split_terminator('\0').map(str::to_owned).collect();
    (output.status.success() && files.iter().any(|path| path == "Cargo.toml")).then_some(files)
}

fn walked(root: &Path) -> Vec<String> {
    let mut files = Vec::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let is_ours = !NOT_OURS.iter().any(|name| path.ends_with(name));
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && is_ours => open.push(path),
                Ok(kind) if kind.is_file() => files.extend(relative(root, &path)),
                _ => {}
            }
        }
    }
    files
}

fn relative(root: &Path, path: &Path) -> Option<String> {
    Some(path.strip_prefix(root).ok()?.to_str()?.replace('\\', "/"))
}
