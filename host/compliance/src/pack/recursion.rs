//! What rules refer to each other: none to itself by any way, and no chain of them deeper than the stack
//! can bear.
//!
//! `regorus` recurses over rules without a limit of its own, so that a function that calls itself would
//! end the process.
//!
//! Invariant: what passes is evaluated in bounded stack, and makes values of bounded depth.

use std::collections::BTreeMap;

use crate::pack::syntax::{Definition, Refusal};

/// How deep the syntax of a chain of rules that call each other may nest in all.
pub const CHAIN_DEPTH_MAX: usize = 250;
/// The same over all calls of a rule together: how deep a value that it makes can be.
pub const CALLS_DEPTH_MAX: usize = 4_000;

#[derive(Debug, Clone, Copy, Default)]
struct Reach {
    chain: usize,
    calls: usize,
}

/// Why the rules of a pack are refused, if they are: the name of a rule beside.
pub(crate) fn refuse(definitions: &[Definition]) -> Option<Refusal> {
    let mut by_name: BTreeMap<&str, Vec<&Definition>> = BTreeMap::new();
    for definition in definitions {
        by_name
            .entry(&definition.name)
            .or_default()
            .push(definition);
    }
    let mut known = BTreeMap::new();
    // Rules are visited without recursion: a chain may be as long as the pack.
    for name in by_name.keys().copied() {
        let mut open = vec![name];
        let mut path: Vec<&str> = Vec::new();
        while let Some(next) = open.last().copied() {
            if known.contains_key(next) {
                open.pop();
                continue;
            }
            let Some(definitions) = by_name.get(next) else {
                open.pop();
                continue;
            };
            let needs = definitions.iter().flat_map(|definition| &definition.names);
            let missing: Vec<&str> = needs
                .map(String::as_str)
                .filter(|needed| by_name.contains_key(needed) && !known.contains_key(needed))
                .collect();
            if missing.is_empty() {
                let reach = reach(definitions, &known);
                if reach.chain > CHAIN_DEPTH_MAX || reach.calls > CALLS_DEPTH_MAX {
                    return Some(too_deep(definitions, next));
                }
                known.insert(next, reach);
                path.retain(|entered| *entered != next);
                open.pop();
            } else if path.contains(&next) {
                return Some(recursive(definitions, next));
            } else {
                path.push(next);
                open.extend(missing);
            }
        }
    }
    None
}

fn reach(definitions: &[&Definition], known: &BTreeMap<&str, Reach>) -> Reach {
    let mut all = Reach::default();
    for definition in definitions {
        let named = definition.names.iter();
        let reaches: Vec<Reach> = named
            .filter_map(|name| known.get(name.as_str()).copied())
            .collect();
        let chain = reaches
            .iter()
            .map(|reach| reach.chain)
            .max()
            .unwrap_or_default();
        let calls: usize = reaches.iter().map(|reach| reach.calls).sum();
        all.chain = all.chain.max(definition.depth.saturating_add(chain));
        all.calls = all.calls.max(definition.depth.saturating_add(calls));
    }
    all
}

fn line(definitions: &[&Definition]) -> u32 {
    definitions
        .first()
        .map(|first| first.line)
        .unwrap_or_default()
}

fn recursive(definitions: &[&Definition], name: &str) -> Refusal {
    (
        line(definitions),
        format!(
            "rule `{name}` refers to itself, directly or through others; a variable may not have a rule's name"
        ),
    )
}

fn too_deep(definitions: &[&Definition], name: &str) -> Refusal {
    (
        line(definitions),
        format!(
            "rule `{name}` and those that it refers to nest deeper than {CHAIN_DEPTH_MAX}, or {CALLS_DEPTH_MAX} over all its calls"
        ),
    )
}
