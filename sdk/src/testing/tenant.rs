//! A tenant in memory.
//!
//! It does not know a plugin's defaults; [`MemorySchema`](super::MemorySchema) fills them in from the manifest.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::context::Tenant;

/// A tenant in memory.
#[derive(Debug, Clone)]
pub struct MemoryTenant {
    slug: String,
    name: String,
    locale: String,
    settings: BTreeMap<String, Value>,
    facts: BTreeMap<String, String>,
}

impl MemoryTenant {
    /// A tenant whose name is its slug and whose locale is `en`.
    pub fn new(slug: impl Into<String>) -> MemoryTenant {
        let slug = slug.into();
        MemoryTenant {
            name: slug.clone(),
            slug,
            locale: "en".to_owned(),
            settings: BTreeMap::new(),
            facts: BTreeMap::new(),
        }
    }

    /// Gives it a name for people.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> MemoryTenant {
        self.name = name.into();
        self
    }

    /// Gives it a locale as a BCP 47 tag, such as `ne-NP`.
    #[must_use]
    pub fn locale(mut self, locale: impl Into<String>) -> MemoryTenant {
        self.locale = locale.into();
        self
    }

    /// Sets one of the plugin's settings; `serde_json::json!` makes values that are not plain.
    #[must_use]
    pub fn setting(mut self, key: impl Into<String>, value: impl Into<Value>) -> MemoryTenant {
        self.settings.insert(key.into(), value.into());
        self
    }

    /// Records a fact.
    #[must_use]
    pub fn fact(mut self, key: impl Into<String>, value: impl Into<String>) -> MemoryTenant {
        self.facts.insert(key.into(), value.into());
        self
    }

    /// The same tenant with defaults for the settings that have no value.
    pub(super) fn with_defaults(&self, defaults: BTreeMap<String, Value>) -> MemoryTenant {
        let mut tenant = self.clone();
        for (key, value) in defaults {
            tenant.settings.entry(key).or_insert(value);
        }
        tenant
    }
}

impl Tenant for MemoryTenant {
    fn slug(&self) -> String {
        self.slug.clone()
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    fn locale(&self) -> String {
        self.locale.clone()
    }

    fn setting(&self, key: &str) -> Option<String> {
        self.settings.get(key).map(Value::to_string)
    }

    fn fact(&self, key: &str) -> Option<String> {
        self.facts.get(key).cloned()
    }
}
