//! What a test reads from a plugin's manifest.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::plugin::{Described, Plugin};

/// Asserts that the manifest lists the migrations of the code, in the same order, each once.
///
/// # Panics
///
/// When it does not; the message shows both lists.
#[track_caller]
pub fn assert_manifest_matches(plugin: &dyn Plugin) {
    let listed = migrations(plugin);
    let written: Vec<String> = plugin
        .migrations()
        .iter()
        .map(|migration| migration.id().to_owned())
        .collect();
    assert_eq!(
        listed, written,
        "the manifest lists other migrations (left) than the code (right)"
    );
}

fn migrations(plugin: &dyn Plugin) -> Vec<String> {
    read(plugin)
        .get("migrations")
        .and_then(Value::as_array)
        .map(|ids| {
            ids.iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect()
        })
        .unwrap_or_default()
}

/// The plugin's id.
pub(super) fn id(plugin: &dyn Plugin) -> String {
    read(plugin)
        .get("id")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

/// The defaults of the settings, from `settings.properties.<key>.default`.
pub(super) fn defaults(plugin: &dyn Plugin) -> BTreeMap<String, Value> {
    let manifest = read(plugin);
    let properties = manifest
        .pointer("/settings/properties")
        .and_then(Value::as_object);
    properties
        .into_iter()
        .flatten()
        .filter_map(|(key, schema)| Some((key.clone(), schema.get("default")?.clone())))
        .collect()
}

/// The classified tables, each with its personal columns.
pub(super) fn classified(plugin: &dyn Plugin) -> Vec<(String, Vec<String>)> {
    let manifest = read(plugin);
    let entries = manifest.get("classification").and_then(Value::as_array);
    let texts = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let columns = |value: &Value| value.as_array().into_iter().flatten().map(texts).collect();
    entries
        .into_iter()
        .flatten()
        .map(|entry| (texts(&entry["table"]), columns(&entry["personal"])))
        .collect()
}

fn read(plugin: &(impl Described + ?Sized)) -> Value {
    serde_json::from_str(plugin.manifest_json()).unwrap_or_default()
}
