//! Version 1.0.0 as it is shipped: manifest and migrations belong together.

use plugin_basic::Basic;
use plugin_political_party_nepal_1_0_0::PoliticalPartyNepal;
use strata_sdk::testing::{MemorySchema, MemoryTenant, Refused, assert_manifest_matches, rules};

#[test]
fn the_manifest_lists_the_migrations_of_the_code() {
    assert_manifest_matches(&PoliticalPartyNepal);
}

#[test]
fn it_applies_on_top_of_basic_and_keeps_the_rules() -> Result<(), Refused> {
    let tenant = MemoryTenant::new("acme").locale("ne-NP");
    let mut schema = MemorySchema::new();
    schema.apply_all(&Basic, &tenant)?;
    schema.apply_all(&PoliticalPartyNepal, &tenant)?;
    assert_eq!(
        rules::violations(&PoliticalPartyNepal, &schema),
        Vec::<String>::new()
    );
    Ok(())
}
