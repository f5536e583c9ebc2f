//! What `testing::rules` finds in a schema that would not work well on every database.
#![expect(
    clippy::expect_used,
    reason = "helpers of tests stand outside test functions"
)]

use strata_sdk::prelude::*;
use strata_sdk::testing::{MemorySchema, MemoryTenant, rules};
use strata_sdk::{Described, Step};

/// One migration, and a manifest that classifies a column and the same table again.
struct Pages(Step);

impl Described for Pages {
    fn manifest_json(&self) -> &'static str {
        r#"{"id":"pages","migrations":["001_pages"],
            "classification":[{"table":"pages","personal":["author"]},{"table":"pages"}]}"#
    }
}

impl Plugin for Pages {
    fn migrations(&self) -> Vec<Migration> {
        vec![Migration::new("001_pages", self.0)]
    }
}

fn violations(step: Step) -> Vec<String> {
    let plugin = Pages(step);
    let mut schema = MemorySchema::new();
    schema
        .apply_all(&plugin, &MemoryTenant::new("acme"))
        .expect("it can be applied");
    rules::violations(&plugin, &schema)
}

#[test]
fn a_careful_schema_keeps_the_rules() {
    let found = violations(|schema, _| {
        schema.create_table("pages", |t| {
            t.id();
            t.string("author", 190).index();
            t.comment("What is written.");
        });
        Ok(())
    });
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn each_breach_of_a_rule_is_named() {
    let found = violations(|schema, _| {
        schema.create_table("pages", |t| {
            t.id();
            t.string("title", 255).unique();
            t.decimal("price", 30, 2);
            t.index(["title", "price"]);
            t.reference("page_id", "pages").without_index();
        });
        Ok(())
    });
    assert_eq!(
        found,
        [
            "index `pages_title_price_index` of `pages` is covered by `pages_title_unique`",
            "foreign key `pages_page_id_fk` of `pages` has no index",
            "column `pages.title` is too wide for an index",
            "column `pages.price` does not fit every database",
            "table `pages` has no comment",
            "classified column `pages.author` does not exist",
        ]
    );
}

#[test]
fn a_classified_table_has_to_exist() {
    let found = violations(|_, _| Ok(()));
    assert_eq!(found, ["classified table `pages` does not exist"; 2]);
}
