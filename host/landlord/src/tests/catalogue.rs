//! The catalogue and what tenants have of it.

use model::{Layer, PluginReference, Selection};

use crate::catalogue::*;
use crate::tests::home::{Home, everywhere};
use crate::tests::{added, at, component, landlord, locked, manifest, registered};

everywhere! {
    a_reference_means_the_newest_active_version_or_the_one_named,
    a_version_is_replaced_only_when_asked_and_while_nothing_refers_to_it,
    one_name_means_one_plugin,
    a_selection_is_read_back_as_it_was_made_and_what_stays_keeps_its_coming,
}

fn reference(text: &str) -> PluginReference {
    text.parse().unwrap()
}

async fn a_reference_means_the_newest_active_version_or_the_one_named(home: &Home) {
    let mut landlord = landlord(home).await;
    for (n, version) in ["1.2.0", "1.10.0", "2.0.0-beta.1"].into_iter().enumerate() {
        let manifest = manifest("forum", version, Layer::Module, &["discussion"]);
        added(&mut landlord, &manifest, component(n as u8)).await;
    }
    let mut version_of = async |text: &str| {
        landlord
            .plugin(&reference(text))
            .await
            .map(|plugin| plugin.manifest.version.to_string())
    };
    assert_eq!(version_of("forum").await.unwrap(), "1.10.0");
    assert_eq!(version_of("discussion").await.unwrap(), "1.10.0");
    assert_eq!(version_of("discussion@1.2.0").await.unwrap(), "1.2.0");
    assert_eq!(
        version_of("forum@2.0.0-beta.1").await.unwrap(),
        "2.0.0-beta.1"
    );
    assert!(
        version_of("forum@3.0.0")
            .await
            .unwrap_err()
            .is(&PLUGIN_UNKNOWN)
    );
    let mut change = landlord.begin().await.unwrap();
    let (id, version) = ("forum".parse().unwrap(), "1.10.0".parse().unwrap());
    change
        .set_plugin_active(&id, &version, false)
        .await
        .unwrap();
    change.commit().await.unwrap();
    assert_eq!(
        landlord
            .plugin(&reference("forum"))
            .await
            .unwrap()
            .manifest
            .version
            .to_string(),
        "1.2.0"
    );
    let listed = landlord.list_plugins(Some(Layer::Module)).await.unwrap();
    let versions: Vec<String> = listed
        .iter()
        .map(|plugin| plugin.manifest.version.to_string())
        .collect();
    assert_eq!(versions, ["1.2.0", "1.10.0", "2.0.0-beta.1"]);
    assert!(
        landlord
            .list_plugins(Some(Layer::Basic))
            .await
            .unwrap()
            .is_empty()
    );
}

async fn a_version_is_replaced_only_when_asked_and_while_nothing_refers_to_it(home: &Home) {
    let mut landlord = landlord(home).await;
    let forum = manifest("forum", "1.0.0", Layer::Module, &[]);
    let (old, new) = (component(1), component(2));
    let tenant = registered(&mut landlord, 2, "acme").await.id;
    let mut change = landlord.begin().await.unwrap();
    assert_eq!(
        change.add_plugin(&forum, &old, false, at(1)).await.unwrap(),
        Adding::Added
    );
    assert_eq!(
        change.add_plugin(&forum, &old, true, at(2)).await.unwrap(),
        Adding::Unchanged
    );
    let error = change
        .add_plugin(&forum, &new, false, at(2))
        .await
        .unwrap_err();
    assert!(error.is(&PLUGIN_VERSION_EXISTS));
    let replaced = change.add_plugin(&forum, &new, true, at(2)).await.unwrap();
    assert_eq!(replaced, Adding::Replaced { previous: old });
    let selection = Selection {
        plugins: vec![locked(&forum, new)],
        ..Selection::default()
    };
    change
        .set_selection(tenant, &selection, "tests", at(3))
        .await
        .unwrap();
    let error = change
        .add_plugin(&forum, &old, true, at(4))
        .await
        .unwrap_err();
    assert!(error.is(&PLUGIN_REFERENCED));
    change.commit().await.unwrap();
    assert!(landlord.component_is_referenced(&new).await.unwrap());
    assert!(!landlord.component_is_referenced(&old).await.unwrap());
}

async fn one_name_means_one_plugin(home: &Home) {
    let mut landlord = landlord(home).await;
    added(
        &mut landlord,
        &manifest("forum", "1.0.0", Layer::Module, &["discussion"]),
        component(1),
    )
    .await;
    let mut change = landlord.begin().await.unwrap();
    for (id, aliases) in [
        ("discussion", &[][..]),
        ("chat", &["forum"]),
        ("talk", &["discussion"]),
    ] {
        let other = manifest(id, "1.0.0", Layer::Module, aliases);
        let error = change
            .add_plugin(&other, &component(2), false, at(1))
            .await
            .unwrap_err();
        assert!(error.is(&PLUGIN_ALIAS_TAKEN), "{id}");
    }
}

async fn a_selection_is_read_back_as_it_was_made_and_what_stays_keeps_its_coming(home: &Home) {
    let mut landlord = landlord(home).await;
    let tenant = registered(&mut landlord, 2, "acme").await.id;
    let mut plugins = Vec::new();
    for (n, (id, layer)) in [
        ("core", Layer::Basic),
        ("party", Layer::Template),
        ("forum", Layer::Module),
    ]
    .into_iter()
    .enumerate()
    {
        plugins.push(
            added(
                &mut landlord,
                &manifest(id, "1.0.0", layer, &[]),
                component(n as u8),
            )
            .await,
        );
    }
    let settings = [("limit".to_owned(), serde_json::json!({"a": [1, "two"]}))].into();
    let all = Selection {
        plugins,
        settings: [("forum".parse().unwrap(), settings)].into(),
    };
    let mut fewer = all.clone();
    fewer.plugins.remove(1);
    for (selection, by, second) in [
        (&all, "first", 5),
        (&fewer, "second", 6),
        (&all, "third", 7),
    ] {
        let mut change = landlord.begin().await.unwrap();
        change
            .set_selection(tenant, selection, by, at(second))
            .await
            .unwrap();
        change.commit().await.unwrap();
        assert_eq!(&landlord.selection(tenant).await.unwrap(), selection);
        let template = landlord.tenant_by_id(tenant).await.unwrap().template;
        assert_eq!(template.is_some(), selection.plugins.len() == 3);
    }
    let came: Vec<String> = landlord
        .tenant_plugins(tenant)
        .await
        .unwrap()
        .into_iter()
        .map(|plugin| plugin.activated_by)
        .collect();
    assert_eq!(came, ["first", "third", "first"]);
    for (sql, rows) in [
        (
            "SELECT module_id, activated_at, activated_by FROM tenant_modules",
            1,
        ),
        ("SELECT customization_id FROM tenant_customizations", 0),
        (
            "SELECT id, name, template_type, is_active FROM tenant_templates",
            1,
        ),
        ("SELECT id, name, config FROM template_modules", 1),
    ] {
        assert_eq!(landlord.fetch(sql, &[]).await.unwrap().len(), rows, "{sql}");
    }
}
