//! Resolving for a tenant that has something: it keeps what it has, and goes forward only.

use plan::{Entry, Wish};
use serde_json::json;

use crate::world::{code, entries, having, names, plugin, plugin_at, resolve, wish, with};

fn entry(id: &str) -> Entry {
    entries()
        .into_iter()
        .find(|entry| entry.manifest.id.as_str() == id)
        .unwrap()
}

fn club() -> Wish {
    having(&[&entry("core"), &entry("club"), &entry("mail")])
}

fn newer() -> plan::Catalogue {
    let next = |id: &str, layer: &str| plugin_at(id, "1.1.0", layer, json!({}));
    with(vec![
        next("core", "basic"),
        next("club", "template"),
        next("mail", "module"),
        next("people", "module"),
    ])
}

#[test]
fn what_a_tenant_has_does_not_float_when_a_newer_version_is_added() {
    let resolved = resolve(&club(), &newer()).unwrap();
    assert_eq!(names(&resolved), ["core@1.0.0", "club@1.0.0", "mail@1.0.0"]);
    let more = Wish {
        modules: vec!["stock".parse().unwrap()],
        ..club()
    };
    assert_eq!(
        names(&resolve(&more, &newer()).unwrap()),
        ["core@1.0.0", "club@1.0.0", "mail@1.0.0", "stock@1.0.0"]
    );
}

#[test]
fn a_newer_version_comes_when_it_is_asked_for_by_name() {
    let asked = Wish {
        modules: vec!["mail@1.1.0".parse().unwrap()],
        template: Some("club@1.1.0".parse().unwrap()),
        ..club()
    };
    assert_eq!(
        names(&resolve(&asked, &newer()).unwrap()),
        ["core@1.0.0", "club@1.1.0", "mail@1.1.0"]
    );
}

#[test]
fn default_modules_are_not_brought_to_a_tenant_that_has_something() {
    let bare = having(&[&entry("core"), &entry("club")]);
    assert_eq!(
        names(&resolve(&bare, &with(vec![])).unwrap()),
        ["core@1.0.0", "club@1.0.0"]
    );
}

#[test]
fn an_older_version_or_another_template_is_refused() {
    let mail = plugin_at("mail", "1.1.0", "module", json!({}));
    let present = having(&[&entry("core"), &entry("club"), &mail]);
    let older = Wish {
        modules: vec!["mail@1.0.0".parse().unwrap()],
        ..present.clone()
    };
    assert_eq!(code(resolve(&older, &newer())), Some("plugin.downgrade"));
    let other = Wish {
        template: Some("shop".parse().unwrap()),
        ..club()
    };
    assert_eq!(
        code(resolve(&other, &newer())),
        Some("template.change_forbidden")
    );
    let same = Wish {
        template: Some("verein".parse().unwrap()),
        ..club()
    };
    let with_alias = plugin("club", "template", json!({"aliases": ["verein"]}));
    assert!(resolve(&same, &with(vec![with_alias])).is_ok());
    insta::assert_debug_snapshot!(resolve(&older, &newer()).unwrap_err(), @r#"
    plugin.downgrade: plugin `mail` is there in version 1.1.0, older 1.0.0 was asked for
      hint: a tenant goes forward only
    "#);
    insta::assert_debug_snapshot!(resolve(&other, &newer()).unwrap_err(), @r#"
    template.change_forbidden: the tenant was built from template `club` and cannot become `shop` in place
      hint: create another tenant from the other template and move the data
    "#);
}

#[test]
fn a_version_that_is_no_longer_offered_stays_with_the_tenant_that_has_it() {
    for id in ["core", "club", "mail"] {
        let mut retired = entry(id);
        retired.is_active = false;
        let second = plugin("second", "basic", json!({}));
        let resolved = resolve(&club(), &with(vec![retired, second])).unwrap();
        assert!(
            names(&resolved).contains(&format!("{id}@1.0.0")),
            "{id} is gone: {:?}",
            names(&resolved)
        );
    }
}

#[test]
fn a_version_that_the_catalogue_lost_is_told_and_nothing_takes_its_place() {
    let lost = plugin_at("mail", "0.9.0", "module", json!({}));
    let present = having(&[&entry("core"), &entry("club"), &lost]);
    assert_eq!(
        code(resolve(&present, &with(vec![]))),
        Some("plugin.version_unknown")
    );
}

#[test]
fn a_customization_of_another_tenant_is_refused_even_if_it_is_there() {
    let present = having(&[&entry("core"), &entry("acme_extra")]);
    assert!(resolve(&present, &with(vec![])).is_ok());
    let other = plan::resolve(&present, &with(vec![]), &"other".parse().unwrap());
    assert_eq!(code(other), Some("custom.wrong_tenant"));
}

#[test]
fn a_wish_for_nothing_new_is_the_lock_that_was_there() {
    let first = resolve(&wish("club", &[]), &with(vec![])).unwrap();
    let again = resolve(
        &Wish {
            present: first.lock(),
            ..Wish::default()
        },
        &newer(),
    )
    .unwrap();
    assert_eq!(again.lock(), first.lock());
}
