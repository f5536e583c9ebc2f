//! Names of ours after names of theirs, within what all servers keep of a name.
//!
//! Invariant: the same names give the same one; two that differ do not meet where they are cut.

use model::digest::Digest;
use model::name::{NAME_BYTES_MAX, Name};

use crate::writer::Identifier;

/// How many letters of a digest tell names apart.
const DIGEST_LETTERS: usize = 12;

/// A name after another one, cut where it has to be, with a digest of the whole then.
pub(crate) fn prefixed(prefix: &'static str, name: &Name) -> Identifier {
    let whole = [prefix, name.as_str()].concat();
    if whole.len() <= NAME_BYTES_MAX {
        return Identifier::prefixed(prefix, name);
    }
    told_apart(&whole, &whole)
}

/// A name with a digest of what tells it apart, whether it has to be cut or not.
pub(crate) fn told_apart(whole: &str, by: &str) -> Identifier {
    let digest = Digest::of_bytes(by.as_bytes()).to_string();
    let letters = digest.trim_start_matches("sha256:");
    let letters = letters.get(..DIGEST_LETTERS).unwrap_or_default();
    let most = NAME_BYTES_MAX - DIGEST_LETTERS - 1;
    let kept = whole.get(..whole.len().min(most)).unwrap_or_default();
    Identifier::foreign(&[kept, "_", letters].concat())
}
