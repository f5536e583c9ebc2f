//! What a plugin call takes and gives: facts in, operations out, and every read in between.
//!
//! It does not call anything: `plugin` runs components, `plan` asks through its own trait.
//!
//! Invariant: the same component, migration and answered reads give the same operations.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::Slug;
use crate::operation::Operation;

mod codes {
    crate::codes! {
        SETTING_INVALID = "setting.invalid", Input, "A plugin does not take a setting: it breaks the plugin's JSON Schema, or the plugin cannot work with it.";
    }
}
pub use codes::*;

/// What plugins may know about a tenant. No secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenantFacts {
    /// The short name.
    pub slug: Slug,
    /// The name for people.
    pub name: String,
    /// The locale, a BCP 47 tag.
    pub locale: String,
    /// What the operator recorded.
    #[serde(default)]
    pub facts: BTreeMap<String, String>,
}

/// The settings of one plugin for one tenant, defaults filled in: key to JSON.
pub type Settings = BTreeMap<String, serde_json::Value>;

/// Something that a call asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Question {
    /// The tenant's slug.
    Slug,
    /// The tenant's name.
    Name,
    /// The tenant's locale.
    Locale,
    /// A setting of the plugin.
    Setting(String),
    /// A fact about the tenant.
    Fact(String),
    /// A table of the lent schema.
    Table(String),
    /// A view of the lent schema.
    View(String),
    /// A page of table names: after, limit.
    TableNames(Option<String>, u32),
}

/// A question with its answer: the text itself for facts, a digest for definitions, none for absence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Read {
    /// What was asked.
    pub question: Question,
    /// What was answered.
    pub answer: Option<String>,
}

impl Question {
    /// Whether the answer depends on the tenant and not on the schema alone.
    pub fn is_about_tenant(&self) -> bool {
        !matches!(
            self,
            Question::Table(_) | Question::View(_) | Question::TableNames(..)
        )
    }
}

/// What one migration gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emission {
    /// The operations, in order.
    pub operations: Vec<Operation>,
    /// Everything that the call read, each question once, in order.
    pub reads: Vec<Read>,
}
