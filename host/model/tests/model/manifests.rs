//! What a manifest must be; everything else is refused before any code of the plugin runs.

use model::Manifest;
use serde_json::{Value, json};

fn good() -> Value {
    json!({"format": "strata/manifest/1", "id": "crm", "version": "1.2.3", "layer": "module",
        "title": "CRM", "publisher": "Strata", "contract": "0.1.0", "migrations": ["0001_init"]})
}

fn parse(json: &Value) -> Result<Manifest, model::Error> {
    Manifest::parse(json.to_string().as_bytes())
}

fn with(key: &str, value: Value) -> Value {
    let mut json = good();
    json[key] = value;
    json
}

#[test]
fn a_short_manifest_is_filled_with_defaults() {
    let manifest = parse(&good()).unwrap();
    assert_eq!(
        manifest.settings,
        json!({"type": "object", "additionalProperties": false})
    );
    assert!(manifest.depends.is_empty() && manifest.capabilities.is_empty());
    let again = serde_json::to_value(&manifest).unwrap();
    assert_eq!(parse(&again).unwrap(), manifest);
}

#[test]
fn what_is_not_a_manifest_is_refused() {
    let need = |id: &str| json!({"id": id, "requirement": "^1"});
    let cases = [
        ("format", json!("strata/manifest/2")),
        ("id", json!("CRM")),
        ("id", json!("a__b")),
        ("version", json!("1.2")),
        ("layer", json!("core")),
        ("title", json!("  ")),
        ("title", json!("a\u{1b}[31m")),
        ("title", json!("x".repeat(2_001))),
        ("publisher", json!("")),
        ("description", json!("a\0b")),
        ("migrations", json!(["0001", "0002", "0001"])),
        ("migrations", json!(["../0001"])),
        (
            "migrations",
            json!((0..1_001).map(|n| format!("m{n}")).collect::<Vec<_>>()),
        ),
        ("depends", json!([need("crm")])),
        ("depends", json!([{"id": "a", "requirement": "newest"}])),
        (
            "depends",
            json!([{"id": "a", "requirement": "^1", "optional": true}]),
        ),
        ("depends", json!([need("a"), need("a")])),
        ("required_modules", json!([need("a"), need("a")])),
        ("default_modules", json!(["a", "a"])),
        ("aliases", json!(["a", "a"])),
        ("aliases", json!(["crm"])),
        (
            "conflicts",
            json!([{"id": "crm", "reason": "it cannot be there twice"}]),
        ),
        (
            "conflicts",
            json!([{"id": "a", "reason": "x"}, {"id": "a", "reason": "y"}]),
        ),
        ("conflicts", json!([{"id": "a", "reason": "a\u{1b}[31m"}])),
        ("category", json!("a\u{1b}[31m")),
        ("extension_points", json!([{"table": "a"}, {"table": "a"}])),
        (
            "classification",
            json!([{"table": "a"}, {"table": "a", "retention_years": 10}]),
        ),
        (
            "classification",
            json!([{"table": "a", "purpose": "a\u{7}"}]),
        ),
        (
            "classification",
            json!([{"table": "a", "protection": "prayer"}]),
        ),
        ("capabilities", json!(["root"])),
        ("tier", json!("free")),
        ("tenant", json!("acme")),
        ("layer", json!("custom")),
        ("surprise", json!(1)),
    ];
    for (key, value) in cases {
        let json = with(key, value);
        match parse(&json) {
            Ok(_) => panic!("taken: `{key}` {}", json[key]),
            Err(error) => assert_eq!(error.code().name, "manifest.invalid", "{key}"),
        }
    }
}

#[test]
fn how_personal_data_is_protected_is_kept_as_it_was_said() {
    for protection in ["access", "encrypted", "hashed", "reference"] {
        let said = json!([{"table": "a", "personal": ["b"], "protection": protection}]);
        let manifest = parse(&with("classification", said.clone())).unwrap();
        assert_eq!(
            serde_json::to_value(&manifest).unwrap()["classification"],
            said
        );
    }
}

#[test]
fn a_manifest_without_what_it_must_say_is_refused() {
    for key in [
        "format",
        "id",
        "version",
        "layer",
        "title",
        "publisher",
        "contract",
        "migrations",
    ] {
        let mut json = good();
        json.as_object_mut().unwrap().remove(key);
        assert!(parse(&json).is_err(), "{key}");
    }
}

#[test]
fn a_manifest_larger_than_64_kib_is_not_even_read() {
    let mut bytes = good().to_string().into_bytes();
    bytes.resize(64 * 1024, b' ');
    assert!(Manifest::parse(&bytes).is_ok());
    bytes.push(b' ');
    assert_eq!(
        Manifest::parse(&bytes).unwrap_err().code().name,
        "manifest.invalid"
    );
}

#[test]
fn a_key_written_twice_is_refused() {
    let text = good().to_string().replacen('{', r#"{"layer":"basic","#, 1);
    assert!(Manifest::parse(text.as_bytes()).is_err());
}

#[test]
fn only_a_customization_names_a_tenant_and_it_must() {
    let mut json = with("layer", json!("custom"));
    json["tenant"] = json!("acme");
    assert_eq!(parse(&json).unwrap().tenant.unwrap().as_str(), "acme");
    json["tenant"] = json!("../acme");
    assert!(parse(&json).is_err());
    insta::assert_debug_snapshot!(parse(&with("tenant", json!("acme"))).unwrap_err(), @r#"
    manifest.invalid: the manifest is not valid: only a customization names a tenant
      hint: the manifest is made from the plugin's `plugin.toml`; correct it and build again
    "#);
    insta::assert_debug_snapshot!(parse(&with("surprise", json!(1))).unwrap_err(), @r#"
    manifest.invalid: the manifest is not valid: its JSON is not what the contract asks for
      caused by: unknown field `surprise`, expected one of `format`, `id`, `version`, `layer`, `title`, `description`, `publisher`, `contract`, `depends`, `conflicts`, `required_modules`, `default_modules`, `aliases`, `tier`, `category`, `extension_points`, `settings`, `migrations`, `capabilities`, `classification`, `tenant` at line 1 column 135
      hint: the manifest is made from the plugin's `plugin.toml`; correct it and build again
    "#);
}

#[test]
fn texts_for_people_take_joiners_but_nothing_hidden_and_only_a_description_has_lines() {
    let conflict = |reason: &str| with("conflicts", json!([{"id": "a", "reason": reason}]));
    parse(&with("description", json!("one\ntwo"))).unwrap();
    parse(&with("title", json!("\u{928}\u{947}\u{200d}\u{92a}"))).unwrap();
    parse(&conflict("both bill")).unwrap();
    for hidden in [
        "a\nb",
        "a\u{202e}b",
        "a\u{200b}b",
        "a\u{2028}b",
        "a\u{e0041}b",
        "a\u{7}b",
    ] {
        for key in ["title", "publisher", "category"] {
            let error = parse(&with(key, json!(hidden))).unwrap_err();
            assert_eq!(error.code().name, "manifest.invalid", "{key} {hidden:?}");
        }
        assert!(parse(&conflict(hidden)).is_err(), "{hidden:?}");
    }
    assert!(parse(&with("description", json!("a\u{202e}b"))).is_err());
}
