//! The packs that come with Strata, embedded from `host/compliance/packs/`.
//!
//! They are packs like any other: chosen, versioned, and judged by their own test cases.

use std::collections::BTreeMap;

use model::error::{Error, Result};
use model::name::display;

use crate::pack::Pack;
use crate::pack::manifest::PACK_INVALID;

type Files = &'static [(&'static str, &'static str)];

macro_rules! files {
    ($pack:literal: $($path:literal),* $(,)?) => {
        ($pack, &[$(($path, include_str!(concat!("../../packs/", $pack, "/", $path)))),*])
    };
}

/// The packs with their files, by id.
const PACKS: &[(&str, Files)] = &[
    files!("election-commission-nepal": "pack.toml", "choices.rego", "geography.rego", "limits.rego", "reports.rego", "retention.rego", "structure.rego",
        "tests/choices.json", "tests/geography.json", "tests/limits.json", "tests/reports.json", "tests/retention.json", "tests/structure.json"),
    files!("privacy": "pack.toml", "classification.rego", "documents.rego", "tests/classification.json", "tests/documents.json"),
    files!("safety": "pack.toml", "changes.rego", "naming.rego", "structure.rego", "tests/changes.json", "tests/naming.json", "tests/structure.json"),
];

/// The ids of the packs that come with Strata, in order.
pub fn shipped() -> Vec<&'static str> {
    PACKS.iter().map(|(id, _)| *id).collect()
}

/// The files of a pack that comes with Strata: path to content.
pub fn shipped_files(id: &str) -> Option<BTreeMap<String, Vec<u8>>> {
    let (_, files) = PACKS.iter().find(|(known, _)| *known == id)?;
    let bytes = |(path, text): &(&str, &str)| ((*path).to_owned(), text.as_bytes().to_vec());
    Some(files.iter().map(bytes).collect())
}

/// A pack that comes with Strata.
///
/// # Errors
/// `pack.invalid` when none has this id.
pub fn shipped_pack(id: &str) -> Result<Pack> {
    let files = shipped_files(id).ok_or_else(|| {
        Error::new(
            &PACK_INVALID,
            format!("no rule pack `{}` comes with Strata", display(id)),
        )
        .hint(format!("the packs that do: {}", shipped().join(", ")))
    })?;
    Pack::parse(&files)
}
