//! Why a migration gives no operations.
//!
//! A mistake in the plugin's own code is a panic, not an error of this kind.

use std::fmt;

/// A result whose failure is a [`PluginError`].
pub type Result<T, E = PluginError> = std::result::Result<T, E>;

/// Why a migration gives no operations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PluginError {
    /// A setting has a value that the plugin cannot work with.
    InvalidSetting(InvalidSetting),
    /// The schema is not what the migration needs.
    UnexpectedSchema(String),
    /// The plugin has no migration of this id.
    UnknownMigration(String),
    /// Anything else.
    Failed(String),
}

/// A setting that does not work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidSetting {
    /// Which.
    pub key: String,
    /// Why.
    pub message: String,
}

impl PluginError {
    /// The setting `key` has a value that the plugin cannot work with.
    pub fn invalid_setting(key: impl Into<String>, message: impl Into<String>) -> PluginError {
        PluginError::InvalidSetting(InvalidSetting {
            key: key.into(),
            message: message.into(),
        })
    }

    /// The schema is not what the migration needs.
    pub fn unexpected_schema(message: impl Into<String>) -> PluginError {
        PluginError::UnexpectedSchema(message.into())
    }

    /// Anything else.
    pub fn failed(message: impl Into<String>) -> PluginError {
        PluginError::Failed(message.into())
    }
}

impl fmt::Display for PluginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PluginError::InvalidSetting(setting) => {
                write!(f, "setting `{}`: {}", setting.key, setting.message)
            }
            PluginError::UnexpectedSchema(message) | PluginError::Failed(message) => {
                f.write_str(message)
            }
            PluginError::UnknownMigration(id) => write!(f, "there is no migration `{id}`"),
        }
    }
}

impl std::error::Error for PluginError {}
