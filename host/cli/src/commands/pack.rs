//! `strata compliance pack add|remove|list|show|test`: which rule packs judge plans.

use clap::{Args, Subcommand};
use compliance::{CaseOutcome, Expected, Options, Outcome};
use engine::compliance::KnownPack;
use model::digest::Digest;
use model::hazard::Severity;
use model::name::printable;
use model::{Deed, Error, Result};
use serde::Serialize;

use crate::commands::compliance::{COMPLIANCE_CASES, COMPLIANCE_OPTION, word};
use crate::commands::context::{Context, closed};
use crate::output::time;

/// Rule packs: put in use, take out, list, look at, test them.
#[derive(Debug, Subcommand)]
pub enum PackCommand {
    /// Put a pack in use, from a folder or one that comes with Strata: every plan is judged by it from then on.
    Add(AddArguments),
    /// Take a pack out of use; plans are judged without it from then on.
    Remove(RemoveArguments),
    /// List the packs in use, and those that come with Strata.
    List,
    /// Show a pack's rules and options.
    Show(NameArguments),
    /// Run a pack's own test cases; no home is needed.
    Test(NameArguments),
}

/// Arguments of `strata compliance pack add`.
#[derive(Debug, Args)]
pub struct AddArguments {
    /// The folder of the pack, or the id of one that comes with Strata.
    #[arg(value_name = "FOLDER|ID")]
    pub source: String,
    /// An option of the pack; the value is JSON, else taken as text; can be repeated.
    #[arg(long = "option", value_name = "NAME=VALUE")]
    pub options: Vec<String>,
}

/// Arguments of `strata compliance pack remove`.
#[derive(Debug, Args)]
pub struct RemoveArguments {
    /// The id of the pack.
    pub id: String,
}

/// Arguments of `strata compliance pack show` and `test`.
#[derive(Debug, Args)]
pub struct NameArguments {
    /// The id of a pack, or its folder.
    #[arg(value_name = "ID|FOLDER")]
    pub name: String,
}

#[derive(Serialize)]
struct PackReport {
    id: String,
    version: String,
    title: String,
    digest: Digest,
    in_use: bool,
    put_by: Option<String>,
    put_at: Option<String>,
}

#[derive(Serialize)]
struct AddedReport {
    format: &'static str,
    pack: PackReport,
}

#[derive(Serialize)]
struct ListReport {
    format: &'static str,
    packs: Vec<PackReport>,
}

#[derive(Serialize)]
struct ShowReport<'a> {
    format: &'static str,
    pack: PackReport,
    description: &'a str,
    rules: Vec<RuleReport<'a>>,
    options: Vec<OptionReport<'a>>,
}

#[derive(Serialize)]
struct RuleReport<'a> {
    code: &'a str,
    severity: Severity,
    sentence: &'a str,
}

#[derive(Serialize)]
struct OptionReport<'a> {
    name: &'a str,
    value: Option<&'a serde_json::Value>,
    default: &'a serde_json::Value,
    description: &'a str,
}

#[derive(Serialize)]
struct TestReport<'a> {
    format: &'static str,
    pack: &'a str,
    cases: &'a [CaseOutcome],
    untested: &'a [String],
}

/// Runs a command of `strata compliance pack`.
///
/// # Errors
/// `compliance.cases_differ`, `compliance.option_unreadable` and those of [`engine::compliance`].
pub async fn run(context: &Context, command: &PackCommand) -> Result<()> {
    match command {
        PackCommand::Add(arguments) => add(context, arguments).await,
        PackCommand::Remove(arguments) => remove(context, arguments).await,
        PackCommand::List => list(context).await,
        PackCommand::Show(arguments) => show(context, arguments).await,
        PackCommand::Test(arguments) => test(context, arguments),
    }
}

async fn add(context: &Context, arguments: &AddArguments) -> Result<()> {
    let options = arguments.options.iter().map(|text| parse_option(text));
    let options = options.collect::<Result<Options>>()?;
    let mut home = context.open_as(Deed::KeepPacks, &arguments.source).await?;
    let added = engine::compliance::add(&mut home, &arguments.source, &options).await;
    let added = closed(home, added).await?;
    let pack = report(&added);
    if context.output.is_json() {
        context.output.json(&AddedReport {
            format: "strata/pack-added/1",
            pack,
        });
        return Ok(());
    }
    context.output.line(&format!(
        "{}@{} is in use, {}; every plan is judged by it from now on",
        pack.id,
        pack.version,
        pack.digest.short()
    ));
    context.output.line("next: strata compliance check TENANT");
    Ok(())
}

fn parse_option(text: &str) -> Result<(String, serde_json::Value)> {
    let Some((name, value)) = text.split_once('=') else {
        let what = format!("`{}` is not NAME=VALUE", model::name::display(text));
        return Err(Error::new(&COMPLIANCE_OPTION, what)
            .hint("write `--option NAME=VALUE`; `strata compliance pack show` lists the options"));
    };
    let value =
        serde_json::from_str(value).unwrap_or_else(|_| serde_json::Value::String(value.to_owned()));
    Ok((name.to_owned(), value))
}

async fn remove(context: &Context, arguments: &RemoveArguments) -> Result<()> {
    let id = &arguments.id;
    let mut home = context.open_as(Deed::KeepPacks, id).await?;
    let removed = engine::compliance::remove(&mut home, id).await;
    closed(home, removed).await?;
    if context.output.is_json() {
        context.output.json(&serde_json::json!({
            "format": "strata/pack-removed/1",
            "pack": id,
        }));
    } else {
        context.output.line(&format!(
            "`{id}` is out of use; plans are judged without it from now on"
        ));
    }
    Ok(())
}

async fn list(context: &Context) -> Result<()> {
    let mut home = context.open_to_look().await?;
    let packs = engine::compliance::list(&mut home).await;
    let packs: Vec<PackReport> = closed(home, packs).await?.iter().map(report).collect();
    if context.output.is_json() {
        context.output.json(&ListReport {
            format: "strata/packs/1",
            packs,
        });
        return Ok(());
    }
    let row = |pack: PackReport| {
        vec![
            pack.id,
            pack.version,
            if pack.in_use { "yes" } else { "no" }.to_owned(),
            pack.put_by.unwrap_or_else(|| "-".to_owned()),
            pack.put_at.unwrap_or_else(|| "-".to_owned()),
            pack.digest.short(),
            pack.title,
        ]
    };
    let header = [
        "pack", "version", "in use", "by", "since", "digest", "title",
    ];
    context
        .output
        .table(&header, packs.into_iter().map(row).collect());
    Ok(())
}

async fn show(context: &Context, arguments: &NameArguments) -> Result<()> {
    let mut home = context.open_to_look().await?;
    let known = engine::compliance::show(&mut home, &arguments.name).await;
    let known = closed(home, known).await?;
    let (manifest, set) = (known.pack.manifest(), known.pack.options());
    let options = manifest.options.iter().map(|(name, option)| OptionReport {
        name,
        value: set.get(name),
        default: &option.default,
        description: &option.description,
    });
    let rules = manifest.rules.iter().map(|rule| RuleReport {
        code: &rule.code,
        severity: rule.severity,
        sentence: &rule.sentence,
    });
    let shown = ShowReport {
        format: "strata/pack-shown/1",
        pack: report(&known),
        description: &manifest.description,
        rules: rules.collect(),
        options: options.collect(),
    };
    if context.output.is_json() {
        context.output.json(&shown);
    } else {
        print(context, &shown);
    }
    Ok(())
}

fn print(context: &Context, shown: &ShowReport<'_>) {
    let output = context.output;
    let pack = &shown.pack;
    let in_use = match (&pack.put_by, &pack.put_at) {
        (Some(by), Some(at)) => format!("since {at}, by {by}"),
        _ => "no".to_owned(),
    };
    output.pairs(&[
        ("pack", format!("{}@{}", pack.id, pack.version)),
        ("title", pack.title.clone()),
        ("for", shown.description.to_owned()),
        ("digest", pack.digest.to_string()),
        ("in use", in_use),
    ]);
    output.line("");
    let row = |rule: &RuleReport<'_>| {
        vec![
            rule.code.to_owned(),
            word(rule.severity).to_owned(),
            rule.sentence.to_owned(),
        ]
    };
    let rules = shown.rules.iter().map(row).collect();
    output.table(&["rule", "severity", "finds"], rules);
    for option in &shown.options {
        let value = option.value.unwrap_or(option.default).to_string();
        output.line(&format!(
            "\noption {} = {}\n  {}",
            option.name,
            printable(&value),
            option.description
        ));
    }
}

fn test(context: &Context, arguments: &NameArguments) -> Result<()> {
    let pack = engine::compliance::read(&arguments.name)?;
    let (cases, untested) = (pack.test(), pack.untested());
    if context.output.is_json() {
        context.output.json(&TestReport {
            format: "strata/pack-tested/1",
            pack: pack.id().as_str(),
            cases: &cases,
            untested: &untested,
        });
    } else {
        let row = |case: &CaseOutcome| {
            vec![
                case.file.clone(),
                printable(&case.name),
                case.about.clone(),
                outcome(&case.outcome),
            ]
        };
        let header = ["file", "case", "about", "outcome"];
        context
            .output
            .table(&header, cases.iter().map(row).collect());
        for code in &untested {
            context.output.line(&format!(
                "`{code}` has no case that finds something, or none that does not"
            ));
        }
    }
    let is_bad = |case: &&CaseOutcome| case.outcome != Outcome::Passed;
    let differing = cases.iter().filter(is_bad).count();
    if differing == 0 && untested.is_empty() {
        return Ok(());
    }
    Err(Error::new(
        &COMPLIANCE_CASES,
        format!(
            "{differing} of {} test cases of rule pack `{}` do not hold, {} rules are not tested both ways",
            cases.len(),
            pack.id(),
            untested.len()
        ),
    )
    .hint("correct the rules, or what the cases expect"))
}

fn outcome(outcome: &Outcome) -> String {
    let listed = |expected: &[Expected]| {
        let each = expected
            .iter()
            .map(|e| format!("{} on {}", e.code, e.object));
        printable(&each.collect::<Vec<_>>().join(", "))
    };
    match outcome {
        Outcome::Passed => "passed".to_owned(),
        Outcome::Failed { why } => format!("FAILED: {}", printable(why)),
        Outcome::Differed {
            missing,
            unexpected,
        } => {
            let mut parts = Vec::new();
            if !missing.is_empty() {
                parts.push(format!("missing {}", listed(missing)));
            }
            if !unexpected.is_empty() {
                parts.push(format!("not expected {}", listed(unexpected)));
            }
            format!("DIFFERS: {}", parts.join("; "))
        }
    }
}

fn report(known: &KnownPack) -> PackReport {
    let manifest = known.pack.manifest();
    let (put_by, put_at) = match &known.in_use {
        Some((by, at)) => (Some(by.clone()), Some(time(at))),
        None => (None, None),
    };
    PackReport {
        id: manifest.id.to_string(),
        version: manifest.version.to_string(),
        title: manifest.title.clone(),
        digest: known.pack.digest(),
        in_use: put_by.is_some(),
        put_by,
        put_at,
    }
}
