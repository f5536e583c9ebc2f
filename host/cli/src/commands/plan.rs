//! `strata plan SLUG`: plans a change, stores it, prints it and its digest.

use clap::Args;
use engine::change::{Change, Planned};
use engine::request::parse_setting;
use model::hazard::{Hazard, HazardKind, Severity};
use model::id::Slug;
use model::plan::{BoundPlan, Step};
use model::{Deed, Result};
use serde::Serialize;

use crate::commands::context::{Context, closed};

/// Arguments of `strata plan`.
#[derive(Debug, Args)]
pub struct PlanArguments {
    /// The tenant.
    pub slug: String,
    /// The tenant's template in another version.
    #[arg(long, value_name = "ID[@VERSION]")]
    pub template: Option<String>,
    /// A module to add, or in another version; can be repeated.
    #[arg(long = "add-module", value_name = "ID[@VERSION]")]
    pub modules: Vec<String>,
    /// A customization to add, or in another version; can be repeated.
    #[arg(long = "add-custom", value_name = "ID[@VERSION]")]
    pub customs: Vec<String>,
    /// A setting of a plugin; the value is JSON, else taken as text; can be repeated.
    #[arg(long = "set", value_name = "PLUGIN.KEY=VALUE")]
    pub settings: Vec<String>,
    /// What is allowed by name for rule packs: a code of a hazard, a table, a column; can be repeated.
    #[arg(long = "allow", value_name = "NAME")]
    pub allowed: Vec<String>,
    /// Print the SQL statements as well.
    #[arg(long)]
    pub sql: bool,
}

#[derive(Serialize)]
struct PlanReport<'a> {
    format: &'static str,
    #[serde(flatten)]
    bound: &'a BoundPlan,
}

/// Plans.
///
/// # Errors
/// Those of [`engine::change::plan`].
pub async fn run(context: &Context, arguments: &PlanArguments) -> Result<()> {
    let mut change = Change {
        slug: Slug::new(&*arguments.slug)?,
        template: arguments.template.as_deref().map(str::parse).transpose()?,
        modules: arguments
            .modules
            .iter()
            .map(|text| text.parse())
            .collect::<Result<_>>()?,
        customs: arguments
            .customs
            .iter()
            .map(|text| text.parse())
            .collect::<Result<_>>()?,
        settings: Default::default(),
        allowed: arguments.allowed.iter().cloned().collect(),
    };
    for text in &arguments.settings {
        let (plugin, key, value) = parse_setting(text)?;
        change
            .settings
            .entry(plugin)
            .or_default()
            .insert(key, value);
    }
    let mut home = context.open_for(Deed::Plan, &change.slug).await?;
    let planned = engine::change::plan(&mut home, &change).await;
    let Planned { bound } = closed(home, planned).await?;
    print(context, &bound, arguments.sql);
    if !context.output.is_json() {
        context.output.line(&format!(
            "\nnext: strata apply {} --plan {}",
            bound.slug,
            bound.digest.short()
        ));
    }
    Ok(())
}

/// Prints a plan: what it does to what, and what could hurt.
pub fn print(context: &Context, bound: &BoundPlan, with_sql: bool) {
    let output = context.output;
    if output.is_json() {
        output.json(&PlanReport {
            format: "strata/plan/1",
            bound,
        });
        return;
    }
    output.line(&format!("plan for `{}`", bound.slug));
    output.pairs(&[
        ("digest", bound.digest.to_string()),
        ("from", bound.plan.base.to_string()),
        ("to", bound.plan.target.to_string()),
    ]);
    if bound.plan.is_empty() {
        output.line("no migration to apply");
        return;
    }
    for step in &bound.plan.steps {
        print_step(context, step, with_sql);
    }
    for finding in bound
        .plan
        .findings
        .iter()
        .filter(|finding| finding.severity < Severity::Error)
    {
        output.line(&format!("finding {}: {}", finding.code, finding.message));
    }
}

fn print_step(context: &Context, step: &Step, with_sql: bool) {
    let output = context.output;
    output.line(&format!(
        "\n{} {}@{} {}",
        step.layer, step.plugin, step.version, step.migration
    ));
    for (n, operation) in step.operations.iter().enumerate() {
        output.line(&format!("  {operation}"));
        if with_sql {
            let statements = step.statements.iter().filter(|s| s.operation as usize == n);
            for planned in statements {
                let sql = model::name::printable(&planned.statement.sql);
                output.line(&format!("    {};", sql.replace('\n', "\n    ")));
            }
        }
    }
    for (kind, message, objects) in grouped(&step.hazards) {
        output.line(&format!("  ! {kind} ({}): {message}", objects.join(", ")));
    }
}

/// Hazards of the same kind and sentence as one, with all their objects.
fn grouped(hazards: &[Hazard]) -> Vec<(HazardKind, &str, Vec<&str>)> {
    let mut groups: Vec<(HazardKind, &str, Vec<&str>)> = Vec::new();
    for hazard in hazards {
        let same = |group: &&mut (HazardKind, &str, Vec<&str>)| {
            group.0 == hazard.kind && group.1 == hazard.message
        };
        match groups.iter_mut().find(same) {
            Some((_, _, objects)) if objects.contains(&hazard.object.as_str()) => {}
            Some((_, _, objects)) => objects.push(&hazard.object),
            None => groups.push((hazard.kind, &hazard.message, vec![&hazard.object])),
        }
    }
    groups
}
