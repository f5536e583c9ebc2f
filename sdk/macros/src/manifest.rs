//! The manifest: TOML that a person writes becomes JSON that the host reads.
//!
//! It checks what can be known of one file alone; what concerns other plugins is for the host, whether the
//! migrations are those of the code for `strata_sdk::testing::assert_manifest_matches`.
//!
//! Invariant: the same text gives the same bytes.

use serde::{Deserialize, Serialize};

/// The version of the contract in `wit/v0`; a test of `strata-sdk` compares them.
const CONTRACT: &str = "0.1.0";

/// The largest manifest that the host takes, in bytes.
const JSON_BYTES_MAX: usize = 64 * 1024;

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    #[serde(skip_deserializing)]
    format: &'static str,
    #[serde(skip_deserializing)]
    contract: &'static str,
    id: String,
    version: String,
    layer: Layer,
    title: String,
    #[serde(default)]
    description: String,
    publisher: String,
    #[serde(default)]
    depends: Vec<Dependency>,
    #[serde(default)]
    conflicts: Vec<Conflict>,
    #[serde(default)]
    required_modules: Vec<Dependency>,
    #[serde(default)]
    default_modules: Vec<String>,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    tier: Tier,
    #[serde(default)]
    category: String,
    #[serde(default)]
    extension_points: Vec<ExtensionPoint>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    settings: Option<toml::Table>,
    migrations: Vec<String>,
    #[serde(default)]
    capabilities: Vec<Capability>,
    #[serde(default)]
    classification: Vec<Classification>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tenant: Option<String>,
}

#[derive(Deserialize, Serialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Layer {
    Basic,
    Template,
    Module,
    Custom,
}

#[derive(Deserialize, Serialize, Default)]
#[serde(rename_all = "lowercase")]
enum Tier {
    #[default]
    Basic,
    Premium,
    Custom,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Capability {
    RawSql,
    Destructive,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Dependency {
    id: String,
    requirement: String,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Conflict {
    id: String,
    reason: String,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct ExtensionPoint {
    table: String,
    #[serde(default)]
    columns: bool,
    #[serde(default)]
    indexes: bool,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Classification {
    table: String,
    #[serde(default)]
    personal: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    purpose: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retention_years: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    protection: Option<Protection>,
}

/// How personal data is protected.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Protection {
    Access,
    Encrypted,
    Hashed,
    Reference,
}

/// Converts the text of a `plugin.toml`.
pub(crate) fn to_json(text: &str) -> Result<String, String> {
    let mut manifest: Manifest =
        toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
    manifest.format = "strata/manifest/1";
    manifest.contract = CONTRACT;
    check(&manifest)?;
    let json = serde_json::to_string(&manifest).map_err(|error| error.to_string())?;
    if json.len() > JSON_BYTES_MAX {
        return Err(format!(
            "has {} bytes as JSON; at most {JSON_BYTES_MAX} are allowed",
            json.len()
        ));
    }
    Ok(json)
}

fn check(manifest: &Manifest) -> Result<(), String> {
    if !is_name(&manifest.id) {
        let id = &manifest.id;
        return Err(format!(
            "field `id`: `{id}` is not a letter and then lower-case letters, digits and single `_`, at most 40 bytes"
        ));
    }
    if !is_version(&manifest.version) {
        let version = &manifest.version;
        return Err(format!(
            "field `version`: `{version}` is not a version such as `1.2.0`"
        ));
    }
    for (position, id) in manifest.migrations.iter().enumerate() {
        if id.is_empty()
            || manifest
                .migrations
                .iter()
                .skip(position + 1)
                .any(|other| other == id)
        {
            return Err(format!(
                "field `migrations`: `{id}` is empty or there twice"
            ));
        }
    }
    match (&manifest.layer, &manifest.tenant) {
        (Layer::Custom, None) => Err("field `tenant`: a custom plugin names its one tenant".into()),
        (Layer::Basic | Layer::Template | Layer::Module, Some(_)) => {
            Err("field `tenant`: only a custom plugin names a tenant".into())
        }
        _ => dates(manifest.settings.as_ref()),
    }
}

/// JSON has no dates, and a JSON Schema needs none.
fn dates(settings: Option<&toml::Table>) -> Result<(), String> {
    fn has_date(value: &toml::Value) -> bool {
        match value {
            toml::Value::Datetime(_) => true,
            toml::Value::Array(items) => items.iter().any(has_date),
            toml::Value::Table(table) => table.values().any(has_date),
            _ => false,
        }
    }
    if settings.is_some_and(|settings| settings.values().any(has_date)) {
        return Err("field `settings`: a date is written as text".into());
    }
    Ok(())
}

fn is_name(text: &str) -> bool {
    let is_inner = |byte: u8| byte == b'_' || byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.len() <= 63
        && text
            .bytes()
            .next()
            .is_some_and(|first| !first.is_ascii_digit())
        && text.bytes().all(is_inner)
}

/// Whether a text begins as `1.2.3`; the host reads it in full.
fn is_version(text: &str) -> bool {
    let core = text.split(['-', '+']).next().unwrap_or_default();
    let parts: Vec<&str> = core.split('.').collect();
    parts.len() == 3 && parts.iter().all(|part| part.parse::<u64>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: &str = r#"
        id = "club"
        version = "1.0.0"
        layer = "template"
        title = "Club"
        description = "Clubs."
        publisher = "Strata"
        migrations = ["001_a"]
    "#;

    fn refused(change: impl Fn(&str) -> String) -> String {
        to_json(&change(LEAST)).expect_err("it is refused")
    }

    #[test]
    fn the_least_manifest_becomes_json_with_format_and_contract_first() {
        let json = to_json(LEAST).expect("it is fine");
        assert!(json.starts_with(
            r#"{"format":"strata/manifest/1","contract":"0.1.0","id":"club","version":"1.0.0""#
        ));
        assert!(json.contains(r#""tier":"basic""#));
        assert!(!json.contains("tenant"));
    }

    #[test]
    fn a_missing_field_is_named() {
        assert!(refused(|text| text.replace("title", "# title")).contains("missing field `title`"));
    }

    #[test]
    fn an_unknown_field_is_named_with_its_line() {
        let message = refused(|text| format!("{text}\nlicence = 1"));
        assert!(message.contains("unknown field `licence`"), "{message}");
        assert!(message.contains("line"), "{message}");
    }

    #[test]
    fn format_and_contract_cannot_be_given() {
        assert!(refused(|text| format!("{text}\ncontract = \"9.0.0\"")).contains("contract"));
    }

    #[test]
    fn wrong_values_are_refused_with_their_field() {
        for (from, to, field) in [
            ("\"club\"", "\"Club\"", "`id`"),
            ("1.0.0", "1.0", "`version`"),
            ("[\"001_a\"]", "[\"001_a\", \"001_a\"]", "`migrations`"),
            ("\"template\"", "\"custom\"", "`tenant`"),
            ("\"template\"", "\"other\"", "layer"),
        ] {
            let message = refused(|text| text.replace(from, to));
            assert!(message.contains(field), "{message}");
        }
    }

    #[test]
    fn settings_keep_their_form() {
        let json = to_json(&format!(
            "{LEAST}\n[settings]\ntype = \"object\"\n[settings.properties.wards]\ntype = \"integer\"\ndefault = 33"
        ))
        .expect("it is fine");
        assert!(json.contains(
            r#""settings":{"type":"object","properties":{"wards":{"type":"integer","default":33}}}"#
        ) || json.contains(
            r#""settings":{"properties":{"wards":{"default":33,"type":"integer"}},"type":"object"}"#
        ), "{json}");
    }
}
