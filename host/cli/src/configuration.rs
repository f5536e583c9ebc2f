//! The configuration: `config.toml` in the home, overridden by `STRATA_<KEY>`, then by flags.
//!
//! Invariant: unknown keys are errors; each key has a default here and exactly one reader elsewhere.

use std::path::Path;

use model::{Error, Result};
use serde::{Deserialize, Serialize};

mod codes {
    model::codes! {
        CONFIG_INVALID = "config.invalid", Usage, "The configuration has an unknown key or a value that does not fit.";
        CONFIG_UNREADABLE = "config.unreadable", Unreachable, "The configuration file cannot be read.";
    }
}
pub use codes::*;

/// The name of the file in the home.
pub const FILE_NAME: &str = "config.toml";

/// The whole configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Configuration {
    /// How tenants are built.
    pub provisioning: Provisioning,
    /// How databases are spoken to.
    pub database: Database,
    /// What rule packs are told.
    pub compliance: Compliance,
    /// How data is printed.
    pub output: Output,
    /// How log lines are written.
    pub log: Log,
}

/// `provisioning.*`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Provisioning {
    /// How often the building of a tenant is tried before it counts as permanently failed.
    pub max_attempts: u32,
    /// Whether a failed first provisioning drops the database that it made.
    pub cleanup_on_failure: bool,
    /// After how many seconds a run stops between two steps, to be resumed.
    pub timeout_s: u64,
}

impl Default for Provisioning {
    fn default() -> Provisioning {
        Provisioning {
            max_attempts: 3,
            cleanup_on_failure: true,
            timeout_s: 300,
        }
    }
}

/// `database.*`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// How long a statement waits for a lock of another process, in milliseconds.
    pub lock_timeout_ms: u64,
    /// How many pages of a tenant's SQLite file there may be at most; 0 for SQLite's own limit.
    pub max_page_count: u32,
}

impl Default for Database {
    fn default() -> Database {
        Database {
            lock_timeout_ms: 3_000,
            max_page_count: 0,
        }
    }
}

/// `compliance.*`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Compliance {
    /// What kind of place this is: `production`, `staging`, `test`.
    pub environment: String,
}

impl Default for Compliance {
    fn default() -> Compliance {
        Compliance {
            environment: "production".to_owned(),
        }
    }
}

/// `output.*`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Output {
    /// `table` or `json`.
    pub format: String,
}

impl Default for Output {
    fn default() -> Output {
        Output {
            format: "table".to_owned(),
        }
    }
}

/// `log.*`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// `text` or `json`.
    pub format: String,
    /// `error`, `warn`, `info`, `debug` or `trace`.
    pub level: String,
}

impl Default for Log {
    fn default() -> Log {
        Log {
            format: "text".to_owned(),
            level: "warn".to_owned(),
        }
    }
}

/// A key, its value and where the value comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// `provisioning.timeout_s`.
    pub key: String,
    /// The value as TOML.
    pub value: String,
    /// `default`, `file` or `environment`.
    pub source: &'static str,
    /// The variable that overrides it.
    pub variable: String,
}

/// The configuration with the source of every key.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The values.
    pub configuration: Configuration,
    /// Every key in order.
    pub settings: Vec<Setting>,
}

/// Loads the configuration of a home; `variable` looks up an environment variable.
///
/// # Errors
/// `config.invalid`, `config.unreadable`.
pub fn load(home: &Path, variable: &dyn Fn(&str) -> Option<String>) -> Result<Loaded> {
    let path = home.join(FILE_NAME);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(cause) => {
            return Err(Error::new(
                &CONFIG_UNREADABLE,
                format!("`{}` cannot be read", path.display()),
            )
            .because(cause));
        }
    };
    // Read once strictly, so that an unknown key is told with its place in the file.
    toml::from_str::<Configuration>(&text).map_err(|cause| {
        invalid(format!("`{}` is not a configuration", path.display())).because(cause)
    })?;
    let file: toml::Table = toml::from_str(&text)
        .map_err(|cause| invalid(format!("`{}` is not TOML", path.display())).because(cause))?;
    let mut merged = defaults()?;
    let mut settings = Vec::new();
    for (section, values) in merged.iter_mut() {
        let Some(values) = values.as_table_mut() else {
            continue;
        };
        for (key, value) in values.iter_mut() {
            settings.push(merge(section, key, value, &file, variable)?);
        }
    }
    let configuration = toml::Value::Table(merged)
        .try_into()
        .map_err(|cause| invalid("the configuration does not fit").because(cause))?;
    Ok(Loaded {
        configuration,
        settings,
    })
}

fn merge(
    section: &str,
    key: &str,
    value: &mut toml::Value,
    file: &toml::Table,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Setting> {
    let mut source = "default";
    if let Some(in_file) = file.get(section).and_then(|section| section.get(key)) {
        *value = in_file.clone();
        source = "file";
    }
    let name = format!("STRATA_{}_{}", section.to_uppercase(), key.to_uppercase());
    if let Some(text) = variable(&name) {
        *value = parse(value, &text).ok_or_else(|| {
            invalid(format!(
                "the variable `{name}` is `{}`",
                model::name::display(&text)
            ))
            .hint(format!("`{section}.{key}` is a {}", value.type_str()))
        })?;
        source = "environment";
    }
    Ok(Setting {
        key: format!("{section}.{key}"),
        value: value.to_string(),
        source,
        variable: name,
    })
}

/// Reads a text as a value of the same type as `like`.
fn parse(like: &toml::Value, text: &str) -> Option<toml::Value> {
    match like {
        toml::Value::String(_) => Some(toml::Value::String(text.to_owned())),
        toml::Value::Integer(_) => text.parse().ok().map(toml::Value::Integer),
        toml::Value::Boolean(_) => text.parse().ok().map(toml::Value::Boolean),
        _ => None,
    }
}

fn defaults() -> Result<toml::Table> {
    toml::Table::try_from(Configuration::default())
        .map_err(|cause| invalid("the default configuration cannot be written").because(cause))
}

fn invalid(sentence: impl Into<String>) -> Error {
    Error::new(&CONFIG_INVALID, sentence)
        .hint("`strata config show` lists every key with its default")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nothing(_: &str) -> Option<String> {
        None
    }

    #[test]
    fn a_home_without_a_file_has_the_defaults() -> Result<()> {
        let home = std::env::temp_dir().join("strata-configuration-without-a-file");
        let loaded = load(&home, &nothing)?;
        assert_eq!(loaded.configuration, Configuration::default());
        assert!(
            loaded
                .settings
                .iter()
                .all(|setting| setting.source == "default")
        );
        Ok(())
    }

    #[test]
    fn a_variable_overrides_the_file_and_the_file_the_default()
    -> std::result::Result<(), Box<dyn std::error::Error>> {
        let home = tempfile::tempdir()?;
        std::fs::write(
            home.path().join(FILE_NAME),
            "[provisioning]\nmax_attempts = 7\ntimeout_s = 60\n",
        )?;
        let variable =
            |name: &str| (name == "STRATA_PROVISIONING_TIMEOUT_S").then(|| "90".to_owned());
        let loaded = load(home.path(), &variable)?;
        assert_eq!(loaded.configuration.provisioning.max_attempts, 7);
        assert_eq!(loaded.configuration.provisioning.timeout_s, 90);
        let source = |key: &str| {
            loaded
                .settings
                .iter()
                .find(|s| s.key == key)
                .map(|s| s.source)
        };
        assert_eq!(source("provisioning.timeout_s"), Some("environment"));
        assert_eq!(source("provisioning.max_attempts"), Some("file"));
        assert_eq!(source("provisioning.cleanup_on_failure"), Some("default"));
        Ok(())
    }

    #[test]
    fn an_unknown_key_is_an_error() -> std::result::Result<(), Box<dyn std::error::Error>> {
        let home = tempfile::tempdir()?;
        std::fs::write(home.path().join(FILE_NAME), "[provisioning]\nretries = 7\n")?;
        let error = load(home.path(), &nothing)
            .err()
            .ok_or("the key was taken")?;
        assert!(error.is(&CONFIG_INVALID), "{error:?}");
        assert!(error.causes().concat().contains("retries"), "{error:?}");
        Ok(())
    }

    #[test]
    fn a_variable_of_the_wrong_type_is_an_error() -> Result<()> {
        let variable =
            |name: &str| (name == "STRATA_DATABASE_MAX_PAGE_COUNT").then(|| "many".to_owned());
        let error = load(Path::new("/nonexistent"), &variable).err();
        assert!(error.is_some_and(|error| error.is(&CONFIG_INVALID)));
        Ok(())
    }
}
