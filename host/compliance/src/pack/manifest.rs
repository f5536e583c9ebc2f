//! [`PackManifest`]: what a pack says about itself in `pack.toml`.
//!
//! It does not hold rules: it declares which findings they may make, and how bad each is.
//!
//! Invariant: a `PackManifest` was checked: codes are well formed, declared once and not Strata's own;
//! each option has a default of a kind that can be given.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use model::error::{Error, Result};
use model::hazard::Severity;
use model::name::{display, steers};
use semver::Version;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::core;
use crate::pack::Options;

mod codes {
    model::codes! {
        PACK_INVALID = "pack.invalid", Input, "A folder is not a rule pack: a file, its manifest or a test case is not as it must be.";
        PACK_OPTION_INVALID = "pack.option_invalid", Input, "A rule pack does not have an option, or its value is of another kind.";
    }
}
pub use codes::*;

/// The format of manifests of packs that this host reads.
pub const PACK_FORMAT: &str = "strata/pack/1";
/// The most rules of a pack.
pub const RULES_MAX: usize = 200;
/// The most options of a pack.
pub const OPTIONS_MAX: usize = 50;
/// The longest id of a pack in bytes.
pub const PACK_ID_BYTES_MAX: usize = 40;
/// The longest text for people in bytes.
const TEXT_BYTES_MAX: usize = 2_000;
/// The longest list that is an option's value.
const OPTION_LIST_MAX: usize = 500;

/// The id of a pack: a letter, then lower-case letters, digits and single `-`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PackId(String);

/// A pack's manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackManifest {
    /// `strata/pack/1`.
    pub format: String,
    /// The stable id.
    pub id: PackId,
    /// The version.
    pub version: Version,
    /// The name for people.
    pub title: String,
    /// What it is for.
    pub description: String,
    /// The findings that it may make.
    pub rules: Vec<Rule>,
    /// What can be set from outside.
    #[serde(default)]
    pub options: BTreeMap<String, PackOption>,
}

/// A rule, in the eyes of those who read its findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The code of its findings: `noun.reason`.
    pub code: String,
    /// How bad each of them is.
    pub severity: Severity,
    /// What is wrong when it finds something, as a sentence.
    pub sentence: String,
}

/// An option of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackOption {
    /// Its value when none is given: true or false, a whole number, a text, or a list of texts.
    pub default: Value,
    /// What it is for.
    pub description: String,
}

impl PackManifest {
    /// Parses and checks the text of a `pack.toml`.
    ///
    /// # Errors
    /// `pack.invalid`.
    pub fn parse(text: &str) -> Result<PackManifest> {
        let manifest: PackManifest = toml::from_str(text)
            .map_err(|cause| invalid("`pack.toml` is not what it must be").because(cause))?;
        manifest.check()?;
        Ok(manifest)
    }

    fn check(&self) -> Result<()> {
        if self.format != PACK_FORMAT {
            return Err(invalid(format!(
                "its format is `{}`, not `{PACK_FORMAT}`",
                display(&self.format)
            )));
        }
        if self.rules.is_empty() || self.rules.len() > RULES_MAX || self.options.len() > OPTIONS_MAX
        {
            return Err(invalid(format!(
                "it declares 1 to {RULES_MAX} rules and at most {OPTIONS_MAX} options"
            )));
        }
        let sentences = self.rules.iter().map(|rule| &rule.sentence);
        let described = self.options.values().map(|option| &option.description);
        let texts = [&self.title, &self.description].into_iter();
        for text in texts.chain(sentences).chain(described) {
            if text.trim().is_empty() || text.len() > TEXT_BYTES_MAX || text.chars().any(steers) {
                return Err(invalid(format!(
                    "the text `{}` is empty, too long or has control or hidden characters",
                    display(text)
                )));
            }
        }
        self.check_rules()?;
        self.options.iter().try_for_each(|(name, option)| {
            if is_word(name) && is_value(&option.default) {
                return Ok(());
            }
            Err(invalid(format!(
                "its option `{}` is not a lower-case word with a default",
                display(name)
            )))
        })
    }

    fn check_rules(&self) -> Result<()> {
        let mut seen = BTreeSet::new();
        for Rule { code, .. } in &self.rules {
            let shaped = code
                .split_once('.')
                .is_some_and(|(noun, reason)| is_word(noun) && is_word(reason));
            let is_ours = code.starts_with("pack.") || core::ALL.iter().any(|c| c.name == code);
            if !shaped || is_ours || !seen.insert(code) {
                return Err(invalid(format!(
                    "the code `{}` is not `noun.reason`, is Strata's own, or is declared twice",
                    display(code)
                )));
            }
        }
        Ok(())
    }

    /// The rule of a code.
    pub fn rule(&self, code: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.code == code)
    }

    /// Of the options that are given, those that differ from their defaults.
    pub(crate) fn chosen(&self, given: &Options) -> Result<Options> {
        let mut chosen = Options::new();
        for (name, value) in given {
            let Some(option) = self.options.get(name) else {
                let known: Vec<&str> = self.options.keys().map(String::as_str).collect();
                return Err(self.wrong_option(name, "does not exist").hint(format!(
                    "the options of this pack: {}",
                    if known.is_empty() {
                        "none".to_owned()
                    } else {
                        known.join(", ")
                    }
                )));
            };
            let same_kind =
                std::mem::discriminant(value) == std::mem::discriminant(&option.default);
            if !same_kind || !is_value(value) {
                return Err(self
                    .wrong_option(name, "has a value of another kind")
                    .hint(format!("give a value like its default, {}", option.default)));
            }
            if *value != option.default {
                chosen.insert(name.clone(), value.clone());
            }
        }
        Ok(chosen)
    }

    /// All options with their values: those that were chosen, and the defaults of the rest.
    pub(crate) fn effective(&self, chosen: &Options) -> Options {
        let defaults = self.options.iter();
        let mut all: Options = defaults
            .map(|(name, option)| (name.clone(), option.default.clone()))
            .collect();
        all.extend(chosen.clone());
        all
    }

    fn wrong_option(&self, name: &str, why: &str) -> Error {
        Error::new(
            &PACK_OPTION_INVALID,
            format!(
                "option `{}` of rule pack `{}` {why}",
                display(name),
                self.id
            ),
        )
    }
}

/// Whether a value is of a kind that an option may have.
fn is_value(value: &Value) -> bool {
    match value {
        Value::Bool(_) => true,
        Value::Number(number) => number.is_i64(),
        Value::String(text) => text.len() <= TEXT_BYTES_MAX,
        Value::Array(list) => {
            let short = |item: &Value| item.as_str().is_some_and(|t| t.len() <= TEXT_BYTES_MAX);
            list.len() <= OPTION_LIST_MAX && list.iter().all(short)
        }
        Value::Null | Value::Object(_) => false,
    }
}

/// Whether a text is `[a-z][a-z0-9_]*`, at most 60 bytes.
fn is_word(text: &str) -> bool {
    text.len() <= 60
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn invalid(why: impl fmt::Display) -> Error {
    Error::new(&PACK_INVALID, format!("the rule pack is not valid: {why}"))
        .hint("correct `pack.toml`; docs/compliance.md shows a whole one")
}

impl PackId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PackId {
    type Error = Error;

    fn try_from(text: String) -> Result<PackId> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let shaped = text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.bytes().all(plain)
            && text.len() <= PACK_ID_BYTES_MAX
            && !text.contains("--")
            && !text.ends_with('-');
        if shaped {
            return Ok(PackId(text));
        }
        Err(Error::new(
            &PACK_INVALID,
            format!("`{}` is not the id of a rule pack", display(&text)),
        )
        .hint(format!(
            "an id is a letter, then lower-case letters, digits and single `-`, at most {PACK_ID_BYTES_MAX} bytes"
        )))
    }
}

impl std::str::FromStr for PackId {
    type Err = Error;

    fn from_str(text: &str) -> Result<PackId> {
        text.to_owned().try_into()
    }
}

impl From<PackId> for String {
    fn from(id: PackId) -> String {
        id.0
    }
}

impl fmt::Display for PackId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
