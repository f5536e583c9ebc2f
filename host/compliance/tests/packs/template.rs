//! The input that the template `political_party_nepal` gives, from its real migrations and manifests.
//!
//! Nothing of it is written down here, so that it changes with the template. Hazards are left out; the
//! pack of the Election Commission does not look at them.

use std::collections::BTreeMap;

use compliance::{Input, PluginInput, SchemaInput, StepInput};
use model::TenantFacts;
use model::manifest::Manifest;
use model::schema::{Origin, Schema};
use plugin_basic::Basic;
use plugin_political_party_nepal_1_0_0::PoliticalPartyNepal as First;
use plugin_political_party_nepal_2_0_0::PoliticalPartyNepal as Second;
use strata_sdk::Plugin;
use strata_sdk::testing::{MemorySchema, MemoryTenant};

use crate::translate;

/// A tenant while plans for it are made.
struct World {
    memory: MemorySchema,
    schema: Schema,
}

impl World {
    fn new() -> World {
        World {
            memory: MemorySchema::new(),
            schema: Schema::empty(),
        }
    }

    /// Applies the migrations of a plugin from the one at `from`, and gives them as steps.
    fn apply(&mut self, plugin: &dyn Plugin, from: usize) -> Vec<StepInput> {
        let manifest = manifest(plugin);
        let tenant = MemoryTenant::new("party").locale("ne-NP");
        let migrations = plugin.migrations().into_iter().skip(from);
        migrations
            .map(|migration| {
                let origin = Origin {
                    plugin: manifest.id.clone(),
                    version: manifest.version.clone(),
                    migration: migration.id().parse().unwrap(),
                    run: None,
                };
                let given = self.memory.apply(plugin, migration.id(), &tenant).unwrap();
                let operations: Vec<_> = given.into_iter().map(translate::operation).collect();
                for operation in &operations {
                    operation.apply(&mut self.schema, &origin).unwrap();
                }
                StepInput {
                    plugin: origin.plugin,
                    version: origin.version,
                    layer: manifest.layer,
                    migration: origin.migration,
                    operations,
                    hazards: Vec::new(),
                    reversible: true,
                }
            })
            .collect()
    }
}

fn manifest(plugin: &dyn Plugin) -> Manifest {
    Manifest::parse(plugin.manifest_json().as_bytes()).unwrap()
}

fn input(before: SchemaInput, steps: Vec<StepInput>, after: &Schema, top: &dyn Plugin) -> Input {
    let tenant = TenantFacts {
        slug: "party".parse().unwrap(),
        name: "A party".to_owned(),
        locale: "ne-NP".to_owned(),
        facts: BTreeMap::new(),
    };
    let mut input = Input::new("2026-11-27", tenant);
    input.before = before;
    input.after = SchemaInput::from(after);
    input.plan.steps = steps;
    input.plugins = [&Basic as &dyn Plugin, top]
        .map(|plugin| PluginInput::from(&manifest(plugin)))
        .into();
    input
}

fn made(plugin: &dyn Plugin) -> Input {
    let mut world = World::new();
    let mut steps = world.apply(&Basic, 0);
    steps.extend(world.apply(plugin, 0));
    input(SchemaInput::default(), steps, &world.schema, plugin)
}

/// A tenant is made with version 1.0.0.
pub(crate) fn made_with_the_first_version() -> Input {
    made(&First)
}

/// A tenant is made with version 2.0.0.
pub(crate) fn made_with_the_second_version() -> Input {
    made(&Second)
}

/// A tenant goes from version 1.0.0 to 2.0.0.
pub(crate) fn upgraded() -> Input {
    let mut world = World::new();
    world.apply(&Basic, 0);
    world.apply(&First, 0);
    let before = SchemaInput::from(&world.schema);
    let steps = world.apply(&Second, First.migrations().len());
    input(before, steps, &world.schema, &Second)
}
