//! Identifiers that are not names of schema objects: plugins, migrations, tenants, runs.
//!
//! They are made elsewhere (UUIDs in `engine`, ids of plugins in manifests); here they are parsed.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::name::display;

mod codes {
    crate::codes! {
        PLUGIN_UNKNOWN = "plugin.unknown", Input, "The catalogue has no plugin of this id.";
        PLUGIN_ID_INVALID = "plugin.id_invalid", Input, "A plugin id is not `[a-z][a-z0-9_]*` of at most 40 bytes.";
        MIGRATION_ID_INVALID = "migration.id_invalid", Input, "A migration id is not `[a-z0-9][a-z0-9_]*` of at most 80 bytes.";
        SLUG_INVALID = "slug.invalid", Input, "A tenant's slug is not 1 to 50 of `[a-z0-9_-]` beginning with a letter or digit.";
        SLUG_RESERVED = "slug.reserved", Input, "A tenant's slug is a word that Strata keeps for itself.";
        ID_INVALID = "id.invalid", Input, "An identifier is not a UUID.";
        REFERENCE_INVALID = "plugin.reference_invalid", Usage, "A plugin reference is not `ID` or `ID@VERSION`.";
    }
}
pub use codes::*;

/// The longest plugin id in bytes: `<plugin>__<name>` columns must stay within a name.
pub const PLUGIN_ID_BYTES_MAX: usize = 40;
/// The longest migration id in bytes.
pub const MIGRATION_ID_BYTES_MAX: usize = 80;
/// The longest slug in bytes: `tenant_<slug>` with room for suffixes stays within 63.
pub const SLUG_BYTES_MAX: usize = 50;

/// Slugs that would shadow a role of the system or a database's own names.
const RESERVED_SLUGS: &[&str] = &[
    "landlord",
    "strata",
    "template",
    "template0",
    "template1",
    "postgres",
    "mysql",
    "sys",
    "system",
    "information_schema",
    "performance_schema",
    "main",
    "temp",
    "default",
    "admin",
    "root",
    "all",
];

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks and takes the text.
            ///
            /// # Errors
            /// The code of this kind of identifier, see [`FromStr`].
            pub fn new(text: impl Into<String>) -> Result<$name> {
                let text = text.into();
                let check: fn(&str) -> Result<()> = $check;
                check(&text)?;
                Ok($name(text))
            }

            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = Error;
            fn from_str(text: &str) -> Result<$name> {
                $name::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = Error;
            fn try_from(text: String) -> Result<$name> {
                $name::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }
    };
}

text_id!(
    /// The stable id of a plugin, `[a-z][a-z0-9_]*`, at most 40 bytes.
    PluginId,
    |text| {
        let shaped = text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
            && text.len() <= PLUGIN_ID_BYTES_MAX
            && !text.contains("__");
        if shaped {
            return Ok(());
        }
        Err(Error::new(&PLUGIN_ID_INVALID, format!("`{}` is not a plugin id", display(text))).hint(
            format!("a plugin id is a letter, then lower-case letters, digits and single `_`, at most {PLUGIN_ID_BYTES_MAX} bytes"),
        ))
    }
);

text_id!(
    /// The id of a migration within its plugin, `[a-z0-9][a-z0-9_]*`, at most 80 bytes.
    MigrationId,
    |text| {
        let shaped = text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
            && text.len() <= MIGRATION_ID_BYTES_MAX;
        if shaped {
            return Ok(());
        }
        Err(Error::new(&MIGRATION_ID_INVALID, format!("`{}` is not a migration id", display(text))).hint(
            format!("a migration id is lower-case letters, digits and `_`, at most {MIGRATION_ID_BYTES_MAX} bytes"),
        ))
    }
);

text_id!(
    /// The short name of a tenant: 1 to 50 of `[a-z0-9_-]`, first a letter or digit.
    Slug,
    |text| {
        let shaped = text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-')
            && text.len() <= SLUG_BYTES_MAX;
        if !shaped {
            return Err(Error::new(&SLUG_INVALID, format!("the slug `{}` is not allowed", display(text))).hint(
                format!("a slug is 1 to {SLUG_BYTES_MAX} of `a-z`, `0-9`, `_` and `-`, beginning with a letter or digit"),
            ));
        }
        if RESERVED_SLUGS.contains(&text.replace('-', "_").as_str()) {
            return Err(Error::new(&SLUG_RESERVED, format!("the slug `{text}` is reserved"))
                .hint("choose another slug"));
        }
        Ok(())
    }
);

impl Slug {
    /// The slug as it goes into names: hyphens become underscores.
    pub fn normalized(&self) -> String {
        self.0.replace('-', "_")
    }

    /// The name of the tenant's database. Stored when the tenant is registered, never recomputed.
    pub fn database_name(&self) -> String {
        format!("tenant_{}", self.normalized())
    }
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = Error;
            fn from_str(text: &str) -> Result<$name> {
                Uuid::try_parse(text).map($name).map_err(|cause| {
                    Error::new(&ID_INVALID, format!("`{}` is not an id", display(text))).because(cause)
                })
            }
        }
    };
}

uuid_id!(
    /// The id of a tenant, a UUIDv7.
    TenantId
);
uuid_id!(
    /// The id of a landlord, a UUIDv7.
    LandlordId
);
uuid_id!(
    /// The id of a run, a UUIDv7.
    RunId
);

/// `ID` or `ID@VERSION`, as a person names a plugin.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PluginReference {
    /// Which plugin.
    pub id: PluginId,
    /// Exactly this version, or the newest of the catalogue.
    pub version: Option<semver::Version>,
}

impl FromStr for PluginReference {
    type Err = Error;

    fn from_str(text: &str) -> Result<PluginReference> {
        let Some((id, version)) = text.split_once('@') else {
            return Ok(PluginReference {
                id: text.parse()?,
                version: None,
            });
        };
        let version = semver::Version::parse(version).map_err(|cause| {
            Error::new(
                &REFERENCE_INVALID,
                format!("`{}` names no version", display(text)),
            )
            .because(cause)
            .hint("write a plugin as `ID` or `ID@1.2.3`")
        })?;
        Ok(PluginReference {
            id: id.parse()?,
            version: Some(version),
        })
    }
}

impl fmt::Display for PluginReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.version {
            Some(version) => write!(f, "{}@{version}", self.id),
            None => write!(f, "{}", self.id),
        }
    }
}
