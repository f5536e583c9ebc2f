//! Facts about the tenant that a migration is for.
//!
//! Each is asked for by a function, so that the host knows what a call has read; ask for no more than
//! the migration needs. There are no secrets here.

use crate::error::{PluginError, Result};
use crate::setting::{self, Setting};

/// Where the facts come from: the host in a component, [`MemoryTenant`](crate::testing::MemoryTenant)
/// in a test.
pub trait Tenant {
    /// The tenant's short name.
    fn slug(&self) -> String;
    /// The tenant's name for people.
    fn name(&self) -> String;
    /// The tenant's locale as a BCP 47 tag.
    fn locale(&self) -> String;
    /// The value of one of the plugin's own settings as JSON, its default filled in.
    fn setting(&self, key: &str) -> Option<String>;
    /// A fact that the operator recorded about the tenant.
    fn fact(&self, key: &str) -> Option<String>;
}

/// Facts about the tenant that a migration is for.
pub struct Context {
    tenant: Box<dyn Tenant>,
}

impl Context {
    /// Facts from somewhere else than the host, for tests.
    pub fn new(tenant: impl Tenant + 'static) -> Context {
        Context {
            tenant: Box::new(tenant),
        }
    }

    /// The tenant's short name.
    pub fn slug(&self) -> String {
        self.tenant.slug()
    }

    /// The tenant's name for people.
    pub fn name(&self) -> String {
        self.tenant.name()
    }

    /// The tenant's locale as a BCP 47 tag, such as `ne-NP`; `en` when nobody said.
    pub fn locale(&self) -> String {
        self.tenant.locale()
    }

    /// A fact that the operator recorded about the tenant.
    pub fn fact(&self, key: &str) -> Option<String> {
        self.tenant.fact(key)
    }

    /// The value of one of the plugin's own settings, its default filled in; none when the setting has
    /// neither value nor default, or is null.
    ///
    /// `T` says what is expected: `bool`, `u32`, `i64`, `f64`, `String`, or a `Vec`, `Option` or
    /// `BTreeMap<String, _>` of these; see [`Setting`].
    ///
    /// # Errors
    ///
    /// [`PluginError::InvalidSetting`] when the value is something else.
    pub fn setting<T: Setting>(&self, key: &str) -> Result<Option<T>> {
        let Some(json) = self.tenant.setting(key) else {
            return Ok(None);
        };
        setting::read::<Option<T>>(&json)
            .ok_or_else(|| PluginError::invalid_setting(key, format!("it is not {}", T::EXPECTED)))
    }

    /// Like [`setting`](Context::setting), for a type of the author's own that derives
    /// `serde::Deserialize`, or for `serde_json::Value`. Makes a component some 70 KB larger.
    ///
    /// # Errors
    ///
    /// [`PluginError::InvalidSetting`] when the value is something else.
    #[cfg(feature = "json")]
    pub fn setting_as<T: serde::de::DeserializeOwned>(&self, key: &str) -> Result<Option<T>> {
        let Some(json) = self.tenant.setting(key) else {
            return Ok(None);
        };
        serde_json::from_str(&json)
            .map_err(|error| PluginError::invalid_setting(key, error.to_string()))
    }

    /// Like [`setting`](Context::setting), for a setting that the migration cannot do without.
    ///
    /// # Errors
    ///
    /// [`PluginError::InvalidSetting`] when it is missing or something else.
    pub fn required_setting<T: Setting>(&self, key: &str) -> Result<T> {
        self.setting(key)?
            .ok_or_else(|| PluginError::invalid_setting(key, "it has no value"))
    }
}
