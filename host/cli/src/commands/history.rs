//! `strata history SLUG`: what happened to a tenant's database, from its ledger.

use clap::Args;
use engine::tenants::Event;
use model::id::Slug;
use model::{Deed, Result};
use serde::Serialize;

use crate::commands::context::{Context, closed};
use crate::output::time;

/// Arguments of `strata history`.
#[derive(Debug, Args)]
pub struct HistoryArguments {
    /// The tenant.
    pub slug: String,
}

#[derive(Serialize)]
struct HistoryReport<'a> {
    format: &'static str,
    slug: &'a Slug,
    events: &'a [Event],
}

/// Shows the ledger.
///
/// # Errors
/// Those of [`engine::tenants::history`].
pub async fn run(context: &Context, arguments: &HistoryArguments) -> Result<()> {
    let slug = Slug::new(&*arguments.slug)?;
    let mut home = context.open_for(Deed::LookAtTenant, &slug).await?;
    let events = engine::tenants::history(&mut home, &slug).await;
    let events = closed(home, events).await?;
    if context.output.is_json() {
        context.output.json(&HistoryReport {
            format: "strata/history/1",
            slug: &slug,
            events: &events,
        });
        return Ok(());
    }
    let row = |event: &Event| {
        vec![
            event.sequence.to_string(),
            time(&event.time),
            event.event.to_owned(),
            event.what.clone(),
            event.run.to_string(),
        ]
    };
    context.output.table(
        &["#", "time", "event", "what", "run"],
        events.iter().map(row).collect(),
    );
    Ok(())
}
