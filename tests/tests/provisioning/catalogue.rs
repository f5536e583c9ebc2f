//! The whole catalogue: every plugin of it, in every version, makes a tenant that shows no drift.

use std::collections::BTreeSet;

use serde_json::Value;
use tests::Strata;

use crate::tenants::demand_sound;
use crate::world::{catalogue, demand_healthy, text};

/// A plugin of the catalogue.
struct Listed {
    id: String,
    version: String,
    layer: String,
}

impl Listed {
    fn reference(&self) -> String {
        format!("{}@{}", self.id, self.version)
    }

    fn slug(&self) -> String {
        self.reference().replace(['@', '.'], "-")
    }
}

fn listed(strata: &Strata) -> Vec<Listed> {
    let list = strata.json(&["plugin", "list"]);
    let plugins = list["plugins"].as_array().unwrap().iter();
    let read = |plugin: &Value| Listed {
        id: text(&plugin["id"]),
        version: text(&plugin["version"]),
        layer: text(&plugin["layer"]),
    };
    plugins.map(read).collect()
}

/// The template that a module or customization depends on, or one that goes with everything.
fn template_for(strata: &Strata, plugin: &Listed, templates: &BTreeSet<String>) -> String {
    let shown = strata.json(&["plugin", "show", &plugin.reference()]);
    let depends = shown["manifest"]["depends"].as_array().unwrap().iter();
    let mut ids = depends.map(|dependency| text(&dependency["id"]));
    let template = ids.find(|id| templates.contains(id));
    template.unwrap_or_else(|| "community_group".to_owned())
}

fn create(strata: &Strata, slug: &str, options: &[&str]) {
    let mut arguments = vec!["tenant", "create", slug, "--name", slug];
    arguments.extend(options);
    assert_eq!(strata.json(&arguments)["outcome"], "created", "{slug}");
    demand_sound(&strata.tenant_file(slug));
}

#[test]
fn every_version_of_every_template_makes_a_tenant_without_drift() {
    let strata = catalogue();
    let plugins = listed(&strata);
    let templates: Vec<&Listed> = plugins.iter().filter(|p| p.layer == "template").collect();
    assert!(templates.len() >= 7, "{}", templates.len());
    for template in templates {
        create(
            &strata,
            &template.slug(),
            &["--template", &template.reference()],
        );
    }
    demand_healthy(&strata);
}

#[test]
fn every_version_of_every_module_and_customization_makes_a_tenant_without_drift() {
    let strata = catalogue();
    let plugins = listed(&strata);
    let layer = |layer: &'static str| plugins.iter().filter(move |p| p.layer == layer);
    let templates: BTreeSet<String> = layer("template").map(|p| p.id.clone()).collect();
    for module in layer("module") {
        let template = template_for(&strata, module, &templates);
        let options = ["--template", &template, "--module", &module.reference()];
        create(&strata, &module.slug(), &options);
    }
    for custom in layer("custom") {
        let shown = strata.json(&["plugin", "show", &custom.reference()]);
        let slug = text(&shown["manifest"]["tenant"]);
        let template = template_for(&strata, custom, &templates);
        let options = ["--template", &template, "--custom", &custom.reference()];
        create(&strata, &slug, &options);
    }
    demand_healthy(&strata);
}

#[test]
fn all_modules_together_make_a_tenant_without_drift() {
    let strata = catalogue();
    let plugins = listed(&strata);
    let modules = plugins.iter().filter(|p| p.layer == "module");
    let ids: BTreeSet<&str> = modules.map(|p| p.id.as_str()).collect();
    let mut options = vec!["--template", "political_party_nepal"];
    options.extend(ids.iter().flat_map(|id| ["--module", id]));
    create(&strata, "everything", &options);
    demand_healthy(&strata);
}
