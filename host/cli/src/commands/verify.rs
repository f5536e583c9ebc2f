//! `strata verify isolation`: proves that tenants cannot reach each other.

use clap::{Args, Subcommand};
use engine::isolation::{Report, Trial};
use model::id::Slug;
use model::{Deed, Error, Result};
use serde::Serialize;

use crate::commands::context::{Context, closed};

mod codes {
    model::codes! {
        ISOLATION_BROKEN = "isolation.broken", Findings, "A tenant's application can do what it must not be able to do.";
        NOTHING_NAMED = "isolation.nothing_named", Usage, "Neither a tenant nor all of them are named.";
    }
}
pub use codes::*;

/// Commands of `strata verify`.
#[derive(Debug, Subcommand)]
pub enum VerifyCommand {
    /// Log in as tenants' applications and try what must be refused.
    Isolation(IsolationArguments),
}

/// Arguments of `strata verify isolation`.
#[derive(Debug, Args)]
pub struct IsolationArguments {
    /// The tenant.
    pub slug: Option<String>,
    /// Every tenant.
    #[arg(long, conflicts_with = "slug")]
    pub all: bool,
}

#[derive(Serialize)]
struct IsolationReport<'a> {
    format: &'static str,
    tenants: &'a [Report],
    broken: usize,
}

/// Runs a command of `strata verify`.
///
/// # Errors
/// `isolation.broken` and those of [`engine::isolation`].
pub async fn run(context: &Context, command: &VerifyCommand) -> Result<()> {
    let VerifyCommand::Isolation(arguments) = command;
    let slug = match (&arguments.slug, arguments.all) {
        (Some(slug), _) => Some(Slug::new(&**slug)?),
        (None, true) => None,
        (None, false) => {
            return Err(
                Error::new(&NOTHING_NAMED, "neither a tenant nor `--all` is given")
                    .hint("strata verify isolation --all"),
            );
        }
    };
    let subject = slug.as_ref().map_or("", Slug::as_str).to_owned();
    let mut home = context.open_as(Deed::VerifyIsolation, &subject).await?;
    let reports = engine::isolation::verify(&mut home, slug.as_ref()).await;
    let reports = closed(home, reports).await?;
    print(context, &reports);
    let broken: Vec<&Trial> = reports.iter().flat_map(Report::broken).collect();
    match broken.first() {
        None => Ok(()),
        Some(first) => Err(Error::new(
            &ISOLATION_BROKEN,
            format!(
                "{} trials were not refused, the first: {}",
                broken.len(),
                first.what
            ),
        )
        .hint("look at who changed roles, grants or modes by hand")),
    }
}

fn print(context: &Context, reports: &[Report]) {
    if context.output.is_json() {
        let broken = reports.iter().flat_map(Report::broken).count();
        context.output.json(&IsolationReport {
            format: "strata/isolation/1",
            tenants: reports,
            broken,
        });
        return;
    }
    let mut rows = Vec::new();
    for report in reports {
        let refused = report.trials.len() - report.broken().count();
        rows.push(vec![
            report.slug.to_string(),
            report.place.clone(),
            format!("{refused} of {}", report.trials.len()),
            report.shown_to_everybody.join(", "),
        ]);
        for trial in report.broken() {
            rows.push(vec![
                String::new(),
                String::new(),
                "NOT REFUSED".to_owned(),
                trial.what.clone(),
            ]);
        }
    }
    let header = ["tenant", "place", "refused", "shown to everybody"];
    context.output.table(&header, rows);
}
