//! A plugin of the layer `module` whose operations are sound and whose third or fourth migration fails
//! on rows: two stones in one place, two people of one name. No simulation of a schema can foresee it.

use strata_sdk::prelude::*;

/// Stones that lie in one place, when the tenant has the fact `twice`.
#[strata_sdk::plugin(manifest = "plugin.toml")]
pub struct Stumble;

impl Plugin for Stumble {
    fn migrations(&self) -> Vec<Migration> {
        vec![
            Migration::new("001_stones", stones),
            Migration::new("002_paths", paths),
            Migration::new("003_one_stone_a_place", one_stone_a_place),
            Migration::new("004_one_cairn_a_person", one_cairn_a_person),
        ]
    }
}

fn stones(schema: &mut Schema, tenant: &Context) -> Result<()> {
    schema.create_table("stones", |t| {
        t.id();
        t.string("key", 20).unique();
        t.string("place", 20);
    });
    let second = match tenant.fact("twice") {
        Some(_) => "ford",
        None => "bridge",
    };
    schema.insert_rows(
        "stones",
        ["key"],
        rows![
            { "key": "first", "place": "ford" },
            { "key": "second", "place": second },
        ],
    );
    Ok(())
}

fn paths(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_table("paths", |t| {
        t.id();
        t.reference("stone_id", "stones");
        t.reference("person_id", "people").nullable();
    });
    schema.add_column("people", |t| {
        t.string("fx_stumble__cairn", 255).nullable();
    });
    Ok(())
}

fn one_stone_a_place(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_index("stones", ["place"]).unique();
    Ok(())
}

fn one_cairn_a_person(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.backfill("people", "fx_stumble__cairn", "LOWER(name)");
    schema
        .create_index("people", ["fx_stumble__cairn"])
        .unique();
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_manifest_matches() {
        strata_sdk::testing::assert_manifest_matches(&super::Stumble);
    }
}
