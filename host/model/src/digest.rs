//! [`Digest`]: SHA-256 over the canonical JSON of a value, with its kind and format in front.
//!
//! Canonical JSON is RFC 8785. Invariant: what is digested holds no floats, so that the same value has
//! one text on every machine.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::Digest as _;

use crate::error::{Error, Result};

mod codes {
    crate::codes! {
        DIGEST_INVALID = "digest.invalid", Input, "A digest is not `sha256:` and 64 hexadecimal digits, or a prefix of at least 12 of them.";
        DIGEST_UNENCODABLE = "digest.unencodable", Bug, "A value of ours could not be written as canonical JSON.";
    }
}
pub use codes::*;

/// The fewest hexadecimal digits that are accepted as the prefix of a digest.
pub const PREFIX_DIGITS_MIN: usize = 12;

/// A SHA-256 digest, shown as `sha256:<hex>`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of plain bytes, such as a component's.
    pub fn of_bytes(bytes: &[u8]) -> Digest {
        Digest(sha2::Sha256::digest(bytes).into())
    }

    /// The digest of a stored kind: SHA-256 over `strata/<kind>/<format>\n` and its canonical JSON.
    ///
    /// # Errors
    /// `digest.unencodable`, which is a bug.
    pub fn of<T: Serialize>(kind: &str, format: u32, value: &T) -> Result<Digest> {
        let json = canonical_json(value)?;
        let mut hasher = sha2::Sha256::new();
        hasher.update(format!("strata/{kind}/{format}\n"));
        hasher.update(json);
        Ok(Digest(hasher.finalize().into()))
    }

    /// The first twelve hexadecimal digits with their prefix, for people.
    pub fn short(&self) -> String {
        format!("sha256:{}", &self.hex()[..PREFIX_DIGITS_MIN])
    }

    /// The 64 hexadecimal digits.
    pub fn hex(&self) -> String {
        hex::encode(self.0)
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// A digest as a person types it: whole, or a prefix of at least twelve digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestPrefix(String);

impl DigestPrefix {
    /// Whether the digest begins with this prefix.
    pub fn matches(&self, digest: &Digest) -> bool {
        digest.hex().starts_with(&self.0)
    }

    /// The hexadecimal digits.
    pub fn hex(&self) -> &str {
        &self.0
    }
}

impl FromStr for DigestPrefix {
    type Err = Error;

    fn from_str(text: &str) -> Result<DigestPrefix> {
        let digits = text.strip_prefix("sha256:").unwrap_or(text);
        let fits = (PREFIX_DIGITS_MIN..=64).contains(&digits.len())
            && digits
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if fits {
            return Ok(DigestPrefix(digits.to_owned()));
        }
        Err(invalid(text))
    }
}

/// The canonical JSON text (RFC 8785) of a value.
///
/// # Errors
/// `digest.unencodable`.
pub fn canonical_json<T: Serialize>(value: &T) -> Result<String> {
    serde_json_canonicalizer::to_string(value).map_err(|cause| {
        Error::new(
            &DIGEST_UNENCODABLE,
            "a value could not be written as canonical JSON",
        )
        .because(cause)
    })
}

fn invalid(text: &str) -> Error {
    Error::new(
        &DIGEST_INVALID,
        format!("`{}` is not a digest", crate::name::display(text)),
    )
    .hint(format!(
        "a digest is `sha256:` and hexadecimal digits, at least the first {PREFIX_DIGITS_MIN}"
    ))
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", self.hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = Error;

    fn from_str(text: &str) -> Result<Digest> {
        let digits = text.strip_prefix("sha256:").ok_or_else(|| invalid(text))?;
        let mut bytes = [0; 32];
        hex::decode_to_slice(digits, &mut bytes).map_err(|_| invalid(text))?;
        Ok(Digest(bytes))
    }
}

impl TryFrom<String> for Digest {
    type Error = Error;

    fn try_from(text: String) -> Result<Digest> {
        text.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> String {
        digest.to_string()
    }
}
