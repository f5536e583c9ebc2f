//! Reads a variant that has no fields, and refuses every field there.
//!
//! `deny_unknown_fields` alone says nothing about the unit variants of a tagged enum: serde skips over
//! whatever stands beside their tag.

use serde::{Deserialize, Deserializer};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoFields {}

/// For `deserialize_with` on a unit variant.
pub(crate) fn no_fields<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
    NoFields::deserialize(deserializer).map(|NoFields {}| ())
}
