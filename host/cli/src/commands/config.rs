//! `strata config show`: every key, its value and where the value comes from.

use clap::Subcommand;
use serde::Serialize;

use crate::commands::context::Context;
use crate::configuration::Setting;

/// Commands of `strata config`.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Show every key, its value and where the value comes from.
    Show,
}

#[derive(Serialize)]
struct Shown<'a> {
    format: &'static str,
    settings: &'a [Setting],
}

/// Shows the configuration.
pub fn show(context: &Context) {
    let settings = &context.loaded.settings;
    if context.output.is_json() {
        context.output.json(&Shown {
            format: "strata/config/1",
            settings,
        });
        return;
    }
    let rows = settings.iter().map(|s| {
        vec![
            s.key.clone(),
            s.value.clone(),
            s.source.to_owned(),
            s.variable.clone(),
        ]
    });
    context
        .output
        .table(&["key", "value", "from", "variable"], rows.collect());
}
