//! The order in which plugins are applied: by layer, then dependencies, then id. Deterministic.

use std::collections::{BTreeMap, BTreeSet};

use model::Result;
use model::error::Error;
use model::id::PluginId;
use model::manifest::Layer;
use petgraph::graphmap::DiGraphMap;

use crate::catalogue::Entry;

mod codes {
    model::codes! {
        CYCLE = "plugin.cycle", Input, "Plugins need each other in a circle.";
    }
}
pub use codes::*;

/// Puts plugins in order of application.
///
/// # Errors
/// `plugin.cycle` naming its members.
pub fn order(entries: Vec<Entry>) -> Result<Vec<Entry>> {
    refuse_cycles(&entries)?;
    let mut waiting: BTreeMap<(Layer, PluginId), Entry> = entries
        .into_iter()
        .map(|entry| ((entry.manifest.layer, entry.manifest.id.clone()), entry))
        .collect();
    let mut ordered: Vec<Entry> = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let open: BTreeSet<PluginId> = waiting.keys().map(|(_, id)| id.clone()).collect();
        let ready = waiting
            .iter()
            .find(|(_, entry)| !entry.manifest.depends.iter().any(|d| open.contains(&d.id)));
        let Some(key) = ready.map(|(key, _)| key.clone()) else {
            return Err(cycle(&open.into_iter().collect::<Vec<_>>()));
        };
        ordered.extend(waiting.remove(&key));
    }
    Ok(ordered)
}

fn refuse_cycles(entries: &[Entry]) -> Result<()> {
    let mut graph: DiGraphMap<&str, ()> = DiGraphMap::new();
    for entry in entries {
        for needed in &entry.manifest.depends {
            graph.add_edge(entry.manifest.id.as_str(), needed.id.as_str(), ());
        }
    }
    for circle in petgraph::algo::tarjan_scc(&graph) {
        if circle.len() > 1 {
            let members: BTreeSet<PluginId> = entries
                .iter()
                .map(|e| e.manifest.id.clone())
                .filter(|id| circle.contains(&id.as_str()))
                .collect();
            return Err(cycle(&members.into_iter().collect::<Vec<_>>()));
        }
    }
    Ok(())
}

fn cycle(members: &[PluginId]) -> Error {
    let names: Vec<String> = members.iter().map(|id| format!("`{id}`")).collect();
    Error::new(
        &CYCLE,
        format!("plugins need each other in a circle: {}", names.join(", ")),
    )
    .hint("one of them must stop depending on the others; leave one out until it does")
}
