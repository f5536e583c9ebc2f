//! `strata explain SLUG TABLE[.COLUMN]`: who made it, and what changed it since.

use ::plan::explain::Explanation;
use clap::Args;
use model::id::Slug;
use model::schema::provenance::Record;
use model::schema::{ObjectRef, Origin};
use model::{Deed, Result};
use serde::Serialize;

use crate::commands::context::{Context, closed};

/// Arguments of `strata explain`.
#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// The tenant.
    pub slug: String,
    /// The table, view or column.
    #[arg(value_name = "TABLE[.COLUMN]")]
    pub object: String,
}

#[derive(Serialize)]
struct ExplanationReport {
    format: &'static str,
    object: String,
    definition: Option<String>,
    comment: Option<String>,
    created: OriginReport,
    changed: Vec<ChangeReport>,
    parts: Vec<PartReport>,
}

#[derive(Serialize)]
struct OriginReport {
    plugin: String,
    version: String,
    migration: String,
    run: Option<String>,
}

#[derive(Serialize)]
struct ChangeReport {
    what: String,
    by: OriginReport,
}

#[derive(Serialize)]
struct PartReport {
    object: String,
    created: OriginReport,
    changed: Vec<ChangeReport>,
}

/// Explains.
///
/// # Errors
/// Those of [`engine::tenants::explain`].
pub async fn run(context: &Context, arguments: &ExplainArguments) -> Result<()> {
    let slug = Slug::new(&*arguments.slug)?;
    let mut home = context.open_for(Deed::LookAtTenant, &slug).await?;
    let explanation = engine::tenants::explain(&mut home, &slug, &arguments.object).await;
    let explanation = closed(home, explanation).await?;
    if context.output.is_json() {
        context.output.json(&report(&explanation));
    } else {
        print(context, &explanation);
    }
    Ok(())
}

fn print(context: &Context, explanation: &Explanation) {
    let output = context.output;
    output.line(&explanation.object.to_string());
    if let Some(comment) = &explanation.comment {
        output.line(&format!("  {comment}"));
    }
    if let Some(definition) = &explanation.definition {
        output.line(&format!("  {definition}"));
    }
    output.line(&format!(
        "  made by {}",
        origin(&explanation.record.created)
    ));
    for (by, what) in &explanation.record.changed {
        output.line(&format!("  {what} by {}", origin(by)));
    }
    if explanation.parts.is_empty() {
        return;
    }
    output.line("");
    let row = |(object, record): &(ObjectRef, Record)| {
        let created = &record.created;
        let changed: Vec<String> = record
            .changed
            .iter()
            .map(|(by, what)| format!("{what} ({by})"))
            .collect();
        vec![
            object.to_string().replace('`', ""),
            created.to_string(),
            changed.join("; "),
        ]
    };
    output.table(
        &["part", "made by", "changed since"],
        explanation.parts.iter().map(row).collect(),
    );
}

fn origin(origin: &Origin) -> String {
    match origin.run {
        Some(run) => format!("{origin} in run {run}"),
        None => origin.to_string(),
    }
}

fn report(explanation: &Explanation) -> ExplanationReport {
    ExplanationReport {
        format: "strata/explanation/1",
        object: explanation.object.to_string(),
        definition: explanation.definition.clone(),
        comment: explanation.comment.clone(),
        created: origin_report(&explanation.record.created),
        changed: changes(&explanation.record),
        parts: explanation
            .parts
            .iter()
            .map(|(object, record)| part(object, record))
            .collect(),
    }
}

fn part(object: &ObjectRef, record: &Record) -> PartReport {
    PartReport {
        object: object.to_string(),
        created: origin_report(&record.created),
        changed: changes(record),
    }
}

fn changes(record: &Record) -> Vec<ChangeReport> {
    let change = |(by, what): &(Origin, String)| ChangeReport {
        what: what.clone(),
        by: origin_report(by),
    };
    record.changed.iter().map(change).collect()
}

fn origin_report(origin: &Origin) -> OriginReport {
    OriginReport {
        plugin: origin.plugin.to_string(),
        version: origin.version.to_string(),
        migration: origin.migration.to_string(),
        run: origin.run.map(|run| run.to_string()),
    }
}
