//! The files of a pack: which may be there, how many and how large, and which is what.
//!
//! It does not read their contents; the manifest, the rules and the cases do that themselves.

use std::collections::BTreeMap;

use model::error::{Error, Result};
use model::name::display;

use crate::pack::manifest::PACK_INVALID;

/// The most files of a pack.
pub const FILES_MAX: usize = 100;
/// The largest file in bytes.
pub const FILE_BYTES_MAX: usize = 128 * 1024;
/// The most bytes of all files together.
pub const PACK_BYTES_MAX: usize = 1024 * 1024;
/// The most bytes of all rules together.
pub const REGO_BYTES_MAX: usize = 256 * 1024;

/// The files of a pack by their kind, as text.
#[derive(Debug, Default)]
pub(crate) struct Sorted {
    /// `pack.toml`.
    pub(crate) manifest: String,
    /// The rules, by path.
    pub(crate) rego: BTreeMap<String, String>,
    /// The test cases, by path.
    pub(crate) cases: BTreeMap<String, String>,
}

/// Checks the files and tells them apart.
pub(crate) fn sort(files: &BTreeMap<String, Vec<u8>>) -> Result<Sorted> {
    if files.len() > FILES_MAX {
        return Err(invalid(format!(
            "it has {} files, at most {FILES_MAX} are read",
            files.len()
        )));
    }
    let bytes: usize = files.values().map(Vec::len).sum();
    if bytes > PACK_BYTES_MAX {
        return Err(invalid(format!(
            "it has {bytes} bytes, at most {PACK_BYTES_MAX} are read"
        )));
    }
    let mut sorted = Sorted::default();
    for (path, bytes) in files {
        let text = text(path, bytes)?;
        if path == "pack.toml" {
            sorted.manifest = text;
        } else if path == "README.md" {
        } else if is_below(path, None, ".rego") {
            sorted.rego.insert(path.clone(), text);
        } else if is_below(path, Some("tests/"), ".json") {
            sorted.cases.insert(path.clone(), text);
        } else {
            return Err(invalid(format!(
                "it has a file `{}`, which no pack has",
                display(path)
            )));
        }
    }
    check(&sorted)?;
    Ok(sorted)
}

fn check(sorted: &Sorted) -> Result<()> {
    if sorted.manifest.trim().is_empty() {
        return Err(invalid("it has no `pack.toml`, or an empty one"));
    }
    if sorted.rego.is_empty() {
        return Err(invalid("it has no rules"));
    }
    let bytes: usize = sorted.rego.values().map(String::len).sum();
    if bytes > REGO_BYTES_MAX {
        return Err(invalid(format!(
            "its rules have {bytes} bytes, at most {REGO_BYTES_MAX} are read"
        )));
    }
    Ok(())
}

fn text(path: &str, bytes: &[u8]) -> Result<String> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(invalid(format!(
            "its file `{}` has {} bytes, at most {FILE_BYTES_MAX} are read",
            display(path),
            bytes.len()
        )));
    }
    String::from_utf8(bytes.to_vec()).map_err(|cause| {
        invalid(format!("its file `{}` is not UTF-8", display(path))).because(cause)
    })
}

/// Whether a path is of plain names, in a folder at most, and ends like this.
fn is_below(path: &str, folder: Option<&str>, end: &str) -> bool {
    let Some(stem) = path
        .strip_prefix(folder.unwrap_or_default())
        .and_then(|rest| rest.strip_suffix(end))
    else {
        return false;
    };
    let plain = |part: &str| {
        let of = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
        !part.is_empty() && part.len() <= 80 && part.bytes().all(of)
    };
    stem.split('/').count() <= 2 && stem.split('/').all(plain)
}

fn invalid(why: impl std::fmt::Display) -> Error {
    Error::new(&PACK_INVALID, format!("the rule pack is not valid: {why}")).hint(
        "a pack is a folder of `pack.toml`, rules `*.rego`, test cases `tests/*.json` and, if you like, \
         `README.md`; names are lower-case letters, digits, `_` and `-`",
    )
}
