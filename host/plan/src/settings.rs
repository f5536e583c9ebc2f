//! Settings of plugins: judged by the JSON Schema of the manifest, defaults filled in.

use std::collections::BTreeMap;

use model::Result;
use model::emission::Settings;
use model::error::Error;
use model::manifest::Manifest;
use serde_json::Value;

mod codes {
    model::codes! {
        SETTING_SCHEMA = "setting.schema_invalid", Input, "A plugin's own JSON Schema of its settings is not one.";
    }
}
pub use codes::*;
pub use model::emission::SETTING_INVALID;

/// The settings of a plugin: what was given, judged, and defaults for the rest.
///
/// # Errors
/// `setting.invalid` naming plugin, key and reason; `setting.schema_invalid`.
pub fn settle(manifest: &Manifest, given: &Settings) -> Result<Settings> {
    let mut settled: Settings = given.clone();
    for (key, default) in defaults(&manifest.settings) {
        settled.entry(key).or_insert(default);
    }
    let object = Value::Object(settled.clone().into_iter().collect());
    let validator = validator(manifest)?;
    if let Some(error) = validator.iter_errors(&object).next() {
        let place = error.instance_path().to_string();
        let key = place.trim_start_matches('/');
        let what = if key.is_empty() {
            format!("the settings of plugin `{}`", manifest.id)
        } else {
            format!("the setting `{}.{key}`", manifest.id)
        };
        return Err(
            Error::new(&SETTING_INVALID, format!("{what} cannot be taken: {error}"))
                .hint(known_keys(manifest)),
        );
    }
    Ok(settled)
}

/// Demands that a manifest's settings are a JSON Schema of an object whose defaults meet it.
///
/// # Errors
/// `setting.schema_invalid`.
pub fn check_schema(manifest: &Manifest) -> Result<()> {
    let validator = validator(manifest)?;
    let is_object = manifest.settings.get("type").and_then(Value::as_str) == Some("object");
    if !is_object {
        return Err(schema_invalid(manifest, "its type is not `object`"));
    }
    let defaults = Value::Object(defaults(&manifest.settings).into_iter().collect());
    // An error at the object itself is a setting that has no default and must be given.
    let mut errors = validator.iter_errors(&defaults);
    match errors.find(|error| !error.instance_path().to_string().is_empty()) {
        Some(error) => Err(schema_invalid(
            manifest,
            &format!("a default breaks it: {error}"),
        )),
        None => Ok(()),
    }
}

fn validator(manifest: &Manifest) -> Result<jsonschema::Validator> {
    jsonschema::validator_for(&manifest.settings)
        .map_err(|cause| schema_invalid(manifest, &cause.to_string()))
}

fn schema_invalid(manifest: &Manifest, why: &str) -> Error {
    Error::new(
        &SETTING_SCHEMA,
        format!(
            "the settings of plugin `{}@{}` have no valid JSON Schema: {why}",
            manifest.id, manifest.version
        ),
    )
    .hint("correct `settings` in the plugin's manifest and build it again")
}

fn defaults(schema: &Value) -> BTreeMap<String, Value> {
    let properties = schema.get("properties").and_then(Value::as_object);
    let with_default = properties
        .into_iter()
        .flatten()
        .filter_map(|(key, property)| Some((key.clone(), property.get("default")?.clone())));
    with_default.collect()
}

fn known_keys(manifest: &Manifest) -> String {
    let properties = manifest
        .settings
        .get("properties")
        .and_then(Value::as_object);
    let keys: Vec<&str> = properties
        .into_iter()
        .flatten()
        .map(|(key, _)| key.as_str())
        .collect();
    if keys.is_empty() {
        format!("plugin `{}` takes no settings", manifest.id)
    } else {
        format!(
            "plugin `{}` takes {}; `strata plugin show {}` says how",
            manifest.id,
            keys.join(", "),
            manifest.id
        )
    }
}
