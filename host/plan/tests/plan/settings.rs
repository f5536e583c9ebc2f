//! Settings: defaults are filled in, what breaks the schema of the plugin is refused by its key.

use model::emission::Settings;
use model::id::PluginId;
use plan::settings::{check_schema, settle};
use plan::{Entry, Wish};
use serde_json::{Value, json};

use crate::world::{code, id, plugin, resolve, wish, with};

fn mailer() -> Entry {
    plugin(
        "mail",
        "module",
        json!({"aliases": ["post"], "settings": {
        "type": "object", "additionalProperties": false,
        "properties": {
            "sender": {"type": "string", "minLength": 3},
            "limit": {"type": "integer", "minimum": 1, "default": 50}}}}),
    )
}

fn given(json: Value) -> Settings {
    serde_json::from_value(json).unwrap()
}

#[test]
fn defaults_are_filled_in_and_what_is_given_stays() {
    let settled = |json| settle(&mailer().manifest, &given(json)).unwrap();
    assert_eq!(settled(json!({})), given(json!({"limit": 50})));
    assert_eq!(
        settled(json!({"limit": 7, "sender": "abc"})),
        given(json!({"limit": 7, "sender": "abc"}))
    );
}

#[test]
fn a_setting_that_breaks_the_schema_or_is_not_in_it_is_refused() {
    for broken in [
        json!({"limit": 0}),
        json!({"limit": "7"}),
        json!({"limit": null}),
        json!({"sender": "a"}),
        json!({"sendr": "abc"}),
    ] {
        assert_eq!(
            code(settle(&mailer().manifest, &given(broken.clone()))),
            Some("setting.invalid"),
            "{broken}"
        );
    }
    let bare = plugin("stock", "module", json!({}));
    assert_eq!(
        code(settle(&bare.manifest, &given(json!({"x": 1})))),
        Some("setting.invalid")
    );
    insta::assert_debug_snapshot!(settle(&mailer().manifest, &given(json!({"limit": 0}))).unwrap_err(), @r#"
    setting.invalid: the setting `mail.limit` cannot be taken: 0 is less than the minimum of 1
      hint: plugin `mail` takes limit, sender; `strata plugin show mail` says how
    "#);
    insta::assert_debug_snapshot!(settle(&mailer().manifest, &given(json!({"sendr": "abc"}))).unwrap_err(), @r#"
    setting.invalid: the settings of plugin `mail` cannot be taken: Additional properties are not allowed ('sendr' was unexpected)
      hint: plugin `mail` takes limit, sender; `strata plugin show mail` says how
    "#);
}

fn with_settings(of: &str, json: Value) -> Wish {
    let settings = [(PluginId::new(of).unwrap(), given(json))].into();
    Wish {
        settings,
        ..wish("club", &["mail"])
    }
}

#[test]
fn settings_come_with_the_plugins_and_stray_ones_are_refused() {
    let catalogue = with(vec![mailer()]);
    let resolved = resolve(&with_settings("mail", json!({"sender": "abc"})), &catalogue).unwrap();
    assert_eq!(
        resolved.settings[&id("mail")],
        given(json!({"limit": 50, "sender": "abc"}))
    );
    let by_alias = resolve(&with_settings("post", json!({"limit": 3})), &catalogue).unwrap();
    assert_eq!(by_alias.settings[&id("mail")], given(json!({"limit": 3})));
    assert_eq!(
        code(resolve(&with_settings("stock", json!({})), &catalogue)),
        Some("setting.unknown_plugin")
    );
    assert_eq!(
        code(resolve(&with_settings("nothing", json!({})), &catalogue)),
        Some("plugin.unknown")
    );
    assert_eq!(
        code(resolve(
            &with_settings("mail", json!({"limit": 0})),
            &catalogue
        )),
        Some("setting.invalid")
    );
}

#[test]
fn the_settings_of_a_manifest_must_be_a_schema_of_an_object_that_its_defaults_meet() {
    check_schema(&mailer().manifest).unwrap();
    let required =
        json!({"type": "object", "required": ["x"], "properties": {"x": {"type": "string"}}});
    check_schema(&plugin("a", "module", json!({"settings": required})).manifest).unwrap();
    for broken in [
        json!({"type": "array"}),
        json!({}),
        json!({"type": "object", "properties": {"x": {"type": "texts"}}}),
        json!({"type": "object", "properties": {"x": {"type": "string", "default": 5}}}),
        json!(true),
    ] {
        let entry = plugin("a", "module", json!({"settings": broken}));
        assert_eq!(
            code(check_schema(&entry.manifest)),
            Some("setting.schema_invalid"),
            "{broken}"
        );
    }
}
