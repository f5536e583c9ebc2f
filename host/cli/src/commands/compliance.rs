//! `strata compliance check|report|pack`: what rule packs say about tenants, and which are in use.

use clap::{Args, Subcommand, ValueEnum};
use compliance::PackFinding;
use engine::compliance::{Checked, JudgingPack};
use model::hazard::Severity;
use model::{Deed, Error, Result, Slug};
use serde::Serialize;

use crate::commands::compliance_page;
use crate::commands::context::{Context, closed};
use crate::commands::pack::{self, PackCommand};

mod codes {
    model::codes! {
        COMPLIANCE_FINDINGS = "compliance.findings", Findings, "A tenant breaks a rule of a rule pack.";
        COMPLIANCE_CASES = "compliance.cases_differ", Findings, "A test case of a rule pack does not hold, or a rule has none.";
        COMPLIANCE_OPTION = "compliance.option_unreadable", Usage, "An option of a rule pack is not NAME=VALUE.";
    }
}
pub use codes::*;

/// Rule packs: judge tenants by them, put them in use so that every plan is judged.
#[derive(Debug, Subcommand)]
pub enum ComplianceCommand {
    /// Judge a tenant's schema as it stands; exit code 10 when a rule of severity error finds something.
    Check(CheckArguments),
    /// Write down what the rules say about a tenant, for people; it is no failure when they find something.
    Report(ReportArguments),
    /// Rule packs: put in use, take out, list, look at, test them.
    #[command(subcommand)]
    Pack(PackCommand),
}

/// Arguments of `strata compliance check`.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// The tenant.
    pub slug: String,
    /// A pack instead of those in use: its id, or its folder; can be repeated.
    #[arg(long = "pack", value_name = "ID|FOLDER")]
    pub packs: Vec<String>,
}

/// Arguments of `strata compliance report`.
#[derive(Debug, Args)]
pub struct ReportArguments {
    /// The tenant and the packs.
    #[command(flatten)]
    pub check: CheckArguments,
    /// How it is written; as the output is, if not given.
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<ReportFormat>,
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// For people at a terminal.
    Table,
    /// For programs.
    Json,
    /// One page for a browser, or for printing.
    Html,
}

#[derive(Serialize)]
struct ComplianceReport<'a> {
    format: &'static str,
    slug: &'a Slug,
    name: &'a str,
    today: &'a str,
    environment: &'a str,
    tables: usize,
    packs: &'a [JudgingPack],
    errors: usize,
    warnings: usize,
    notes: usize,
    findings: Vec<Found<'a>>,
}

#[derive(Serialize)]
struct Found<'a> {
    pack: &'a str,
    code: &'a str,
    severity: Severity,
    object: &'a str,
    message: &'a str,
    fix: &'a str,
}

/// Runs a command of `strata compliance`.
///
/// # Errors
/// `compliance.findings`, `compliance.cases_differ` and those of [`engine::compliance`].
pub async fn run(context: &Context, command: &ComplianceCommand) -> Result<()> {
    match command {
        ComplianceCommand::Check(arguments) => check(context, arguments).await,
        ComplianceCommand::Report(arguments) => report(context, arguments).await,
        ComplianceCommand::Pack(command) => pack::run(context, command).await,
    }
}

async fn check(context: &Context, arguments: &CheckArguments) -> Result<()> {
    let checked = judged(context, arguments).await?;
    if context.output.is_json() {
        print_json(context, &checked);
    } else {
        print(context, &checked);
    }
    let mut errors = of(&checked, Severity::Error);
    let Some(first) = errors.next() else {
        return Ok(());
    };
    let n = errors.count() + 1;
    Err(Error::new(
        &COMPLIANCE_FINDINGS,
        format!(
            "`{}` breaks rules of severity error, {n} findings, the first is `{}`: {}",
            checked.slug, first.finding.code, first.finding.message
        ),
    )
    .hint(first.finding.fix.clone()))
}

async fn report(context: &Context, arguments: &ReportArguments) -> Result<()> {
    let checked = judged(context, &arguments.check).await?;
    let format = match arguments.format {
        Some(format) => format,
        None if context.output.is_json() => ReportFormat::Json,
        None => ReportFormat::Table,
    };
    match format {
        ReportFormat::Table => print(context, &checked),
        ReportFormat::Json => print_json(context, &checked),
        ReportFormat::Html => context.output.line(&compliance_page::page(&checked)),
    }
    Ok(())
}

async fn judged(context: &Context, arguments: &CheckArguments) -> Result<Checked> {
    let slug = Slug::new(&*arguments.slug)?;
    let mut home = context.open_for(Deed::CheckCompliance, &slug).await?;
    let checked = engine::compliance::check(&mut home, &slug, &arguments.packs).await;
    closed(home, checked).await
}

/// The findings of a severity.
pub fn of(checked: &Checked, severity: Severity) -> impl Iterator<Item = &PackFinding> {
    let is = move |found: &&PackFinding| found.finding.severity == severity;
    checked.findings.iter().filter(is)
}

/// A severity as people read it.
pub fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn print_json(context: &Context, checked: &Checked) {
    context.output.json(&ComplianceReport {
        format: "strata/compliance/1",
        slug: &checked.slug,
        name: &checked.name,
        today: &checked.today,
        environment: &checked.environment,
        tables: checked.tables,
        packs: &checked.packs,
        errors: of(checked, Severity::Error).count(),
        warnings: of(checked, Severity::Warning).count(),
        notes: of(checked, Severity::Note).count(),
        findings: checked.findings.iter().map(Found::from).collect(),
    });
}

impl<'a> From<&'a PackFinding> for Found<'a> {
    fn from(found: &'a PackFinding) -> Found<'a> {
        Found {
            pack: found.pack.as_str(),
            code: &found.finding.code,
            severity: found.finding.severity,
            object: &found.finding.object,
            message: &found.finding.message,
            fix: &found.finding.fix,
        }
    }
}

fn print(context: &Context, checked: &Checked) {
    let output = context.output;
    let mut rows = Vec::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        rows.extend(of(checked, severity).map(|PackFinding { pack, finding }| {
            vec![
                pack.to_string(),
                word(severity).to_owned(),
                finding.code.clone(),
                finding.object.clone(),
                finding.message.clone(),
                finding.fix.clone(),
            ]
        }));
    }
    if !rows.is_empty() {
        let header = ["pack", "severity", "code", "object", "message", "fix"];
        output.table(&header, rows);
        output.line("");
    }
    output.line(&format!("{}: {}", checked.slug, summary(checked)));
    for pack in &checked.packs {
        output.line(&passed(pack));
    }
}

/// What was found, in a line.
pub fn summary(checked: &Checked) -> String {
    let count = |severity| of(checked, severity).count();
    format!(
        "{} errors, {} warnings, {} notes in {} tables, judged on {}",
        count(Severity::Error),
        count(Severity::Warning),
        count(Severity::Note),
        checked.tables,
        checked.today
    )
}

/// What of a pack found nothing, in a line.
pub fn passed(pack: &JudgingPack) -> String {
    format!(
        "{} of {} rules of {}@{} found nothing",
        pack.passed, pack.rules, pack.id, pack.version
    )
}
