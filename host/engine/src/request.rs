//! [`TenantRequest`]: what somebody asks a tenant to be, as it was asked.
//!
//! It is stored with the tenant, so that the same command again is recognised as the same.

use std::collections::BTreeMap;

use landlord::tenants::{LOCALE_BYTES_MAX, NAME_CHARS_MAX};
use model::Result;
use model::emission::{Settings, TenantFacts};
use model::error::Error;
use model::id::{PluginId, PluginReference, Slug};
use serde::{Deserialize, Serialize};

mod codes {
    model::codes! {
        SETTING_SYNTAX = "setting.syntax", Usage, "A setting is not written `PLUGIN.KEY=VALUE`.";
        FACT_SYNTAX = "fact.syntax", Usage, "A fact is not written `KEY=VALUE`.";
        NAME_MISSING = "tenant.name_invalid", Input, "A tenant's name is empty, too long or has control or direction characters.";
    }
}
pub use codes::*;

/// The fact that holds a tenant's locale.
pub const LOCALE_FACT: &str = "locale";
/// The longest key or value of a fact, in bytes.
pub const FACT_BYTES_MAX: usize = 4_096;

/// What a tenant is asked to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenantRequest {
    /// Its slug.
    pub slug: Slug,
    /// Its name for people.
    pub name: String,
    /// Its template, as it was written.
    pub template: Option<String>,
    /// Its modules, as they were written, in order of their names.
    pub modules: Vec<String>,
    /// Its customizations, as they were written, in order of their names.
    pub customs: Vec<String>,
    /// Settings by plugin.
    pub settings: BTreeMap<PluginId, Settings>,
    /// Facts about it.
    pub facts: BTreeMap<String, String>,
    /// The server that its database was asked to be on, if one was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
}

impl TenantRequest {
    /// Demands a name that can be shown and facts of a sane size, and sorts what has no order.
    ///
    /// # Errors
    /// `tenant.name_invalid`, `fact.syntax`, `plugin.reference_invalid`.
    pub fn checked(mut self) -> Result<TenantRequest> {
        let printable = !self.name.chars().any(model::name::steers);
        if self.name.trim().is_empty() || self.name.chars().count() > NAME_CHARS_MAX || !printable {
            return Err(Error::new(
                &NAME_MISSING,
                format!("the name `{}` of tenant `{}` is not allowed", model::name::display(&self.name), self.slug),
            )
            .hint(format!("a name has 1 to {NAME_CHARS_MAX} characters, none of them a control or direction character: `--name \"Nepali Congress\"`")));
        }
        if self.tenant_facts().locale.len() > LOCALE_BYTES_MAX {
            return Err(Error::new(
                &FACT_SYNTAX,
                format!(
                    "the fact `{LOCALE_FACT}` of tenant `{}` is no locale",
                    self.slug
                ),
            )
            .hint(format!(
                "a locale is a tag such as `ne-NP`, at most {LOCALE_BYTES_MAX} bytes"
            )));
        }
        self.template()?;
        self.modules()?;
        self.customs()?;
        self.modules.sort();
        self.modules.dedup();
        self.customs.sort();
        self.customs.dedup();
        Ok(self)
    }

    /// The template.
    ///
    /// # Errors
    /// `plugin.reference_invalid`, `plugin.id_invalid`.
    pub fn template(&self) -> Result<Option<PluginReference>> {
        self.template.as_deref().map(str::parse).transpose()
    }

    /// The modules.
    ///
    /// # Errors
    /// As [`TenantRequest::template`].
    pub fn modules(&self) -> Result<Vec<PluginReference>> {
        self.modules.iter().map(|text| text.parse()).collect()
    }

    /// The customizations.
    ///
    /// # Errors
    /// As [`TenantRequest::template`].
    pub fn customs(&self) -> Result<Vec<PluginReference>> {
        self.customs.iter().map(|text| text.parse()).collect()
    }

    /// What plugins may know.
    pub fn tenant_facts(&self) -> TenantFacts {
        let locale = self
            .facts
            .get(LOCALE_FACT)
            .cloned()
            .unwrap_or_else(|| "en".to_owned());
        TenantFacts {
            slug: self.slug.clone(),
            name: self.name.clone(),
            locale,
            facts: self.facts.clone(),
        }
    }
}

/// Reads `PLUGIN.KEY=VALUE`; a value that is not JSON is taken as text.
///
/// # Errors
/// `setting.syntax`, `plugin.id_invalid`.
pub fn parse_setting(text: &str) -> Result<(PluginId, String, serde_json::Value)> {
    let syntax = || {
        Error::new(
            &SETTING_SYNTAX,
            format!("`{}` is not a setting", model::name::display(text)),
        )
        .hint("write `--set PLUGIN.KEY=VALUE`, such as `--set basic.language=\"ne\"`")
    };
    let (path, value) = text.split_once('=').ok_or_else(syntax)?;
    let (plugin, key) = path.split_once('.').ok_or_else(syntax)?;
    if key.is_empty() {
        return Err(syntax());
    }
    let value =
        serde_json::from_str(value).unwrap_or_else(|_| serde_json::Value::String(value.to_owned()));
    if !is_exact(&value) {
        return Err(syntax().hint("numbers are whole and at most 2^53; write others as text"));
    }
    Ok((plugin.parse()?, key.to_owned(), value))
}

/// Whether a value means the same in every JSON: no fractions, no numbers beyond 2^53.
fn is_exact(value: &serde_json::Value) -> bool {
    const EXACT_MAX: u64 = 1 << 53;
    match value {
        serde_json::Value::Number(number) => number
            .as_i64()
            .is_some_and(|number| number.unsigned_abs() <= EXACT_MAX),
        serde_json::Value::Array(values) => values.iter().all(is_exact),
        serde_json::Value::Object(values) => values.values().all(is_exact),
        _ => true,
    }
}

/// Reads `KEY=VALUE`.
///
/// # Errors
/// `fact.syntax`.
pub fn parse_fact(text: &str) -> Result<(String, String)> {
    let shaped = |key: &str, value: &str| {
        let plain = key
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'.');
        !key.is_empty()
            && plain
            && text.len() <= FACT_BYTES_MAX
            && !value.chars().any(model::name::steers)
    };
    match text.split_once('=') {
        Some((key, value)) if shaped(key, value) => Ok((key.to_owned(), value.to_owned())),
        _ => Err(Error::new(
            &FACT_SYNTAX,
            format!("`{}` is not a fact", model::name::display(text)),
        )
        .hint("write `--fact KEY=VALUE`; a key is lower-case letters, digits, `_` and `.`")),
    }
}
