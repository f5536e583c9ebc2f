//! The order of application: layers, then needs, then ids, whatever order the catalogue came in.

use plan::order::order;
use plan::{Catalogue, Entry};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::world::{entries, names, plugin, resolve, wish};

fn needing(id: &str, layer: &str, needs: &[&str]) -> Entry {
    let needs: Vec<Value> = needs
        .iter()
        .map(|id| json!({"id": id, "requirement": "^1"}))
        .collect();
    let mut more = json!({"depends": needs});
    if layer == "custom" {
        more["tenant"] = json!("acme");
    }
    plugin(id, layer, more)
}

fn ids(entries: &[Entry]) -> Vec<&str> {
    entries
        .iter()
        .map(|entry| entry.manifest.id.as_str())
        .collect()
}

#[test]
fn layers_come_first_then_needs_then_ids() {
    let ordered = order(vec![
        needing("aa", "custom", &[]),
        needing("ab", "module", &["zz"]),
        needing("zz", "module", &[]),
        needing("ac", "module", &[]),
        needing("zt", "template", &[]),
        needing("zb", "basic", &[]),
        needing("ba", "basic", &["zb"]),
    ])
    .unwrap();
    assert_eq!(ids(&ordered), ["zb", "ba", "zt", "ac", "zz", "ab", "aa"]);
}

#[test]
fn a_circle_names_its_members_and_nobody_else() {
    let error = order(vec![
        needing("core", "basic", &[]),
        needing("one", "module", &["two", "core"]),
        needing("two", "module", &["three"]),
        needing("three", "module", &["one"]),
        needing("apart", "module", &["one"]),
        needing("below", "module", &[]),
    ])
    .unwrap_err();
    insta::assert_debug_snapshot!(error, @r#"
    plugin.cycle: plugins need each other in a circle: `one`, `three`, `two`
      hint: one of them must stop depending on the others; leave one out until it does
    "#);
}

#[test]
fn a_need_for_what_was_not_chosen_holds_nothing_up() {
    let ordered = order(vec![
        needing("b", "module", &["absent"]),
        needing("a", "module", &[]),
    ])
    .unwrap();
    assert_eq!(ids(&ordered), ["a", "b"]);
}

/// Plugins that need only such of a lower number: never a circle.
fn any_entries() -> impl Strategy<Value = Vec<Entry>> {
    let layers = prop::collection::vec(
        prop::sample::select(vec!["basic", "template", "module"]),
        2..9,
    );
    (layers, prop::collection::vec(any::<bool>(), 81)).prop_map(|(mut layers, edges)| {
        layers.sort_by_key(|layer| {
            ["basic", "template", "module"]
                .iter()
                .position(|l| l == layer)
        });
        let entry = |n: usize| {
            let needs: Vec<String> = (0..n)
                .filter(|m| edges[n * 9 + m])
                .map(|m| format!("p{}", 9 - m))
                .collect();
            needing(
                &format!("p{}", 9 - n),
                layers[n],
                &needs.iter().map(String::as_str).collect::<Vec<_>>(),
            )
        };
        (0..layers.len()).map(entry).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_permutation_of_the_catalogue_gives_the_same_plugins_in_the_same_order(shuffled in Just(entries()).prop_shuffle()) {
        let first = resolve(&wish("club", &["mail", "dues", "stock"]), &Catalogue::new(entries())).unwrap();
        let other = resolve(&wish("club", &["mail", "dues", "stock"]), &Catalogue::new(shuffled)).unwrap();
        prop_assert_eq!(names(&first), names(&other));
    }

    #[test]
    fn the_order_keeps_layers_and_needs_and_does_not_depend_on_arrival(
        (list, shuffled) in any_entries().prop_flat_map(|list| (Just(list.clone()), Just(list).prop_shuffle())),
    ) {
        let ordered = order(list).unwrap();
        let shuffled = order(shuffled).unwrap();
        prop_assert_eq!(ids(&ordered), ids(&shuffled));
        for (n, entry) in ordered.iter().enumerate() {
            for later in &ordered[n..] {
                prop_assert!(entry.manifest.layer <= later.manifest.layer);
                prop_assert!(!entry.manifest.depends.iter().any(|need| need.id == later.manifest.id));
            }
        }
    }
}
