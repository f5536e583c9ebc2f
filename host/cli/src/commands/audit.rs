//! `strata audit log|verify|export`: who did what, and whether the record of it is whole.

use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, BufWriter};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use engine::audit::{AUDIT_EXPORT_FAILED, AUDIT_EXPORT_INVALID};
use landlord::AuditFilter;
use model::{AuditEntry, Deed, Digest, Error, Result};
use serde::Serialize;

use crate::commands::context::{Context, closed};

/// The audit log: read, verify, export it.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Show the newest entries, the newest last.
    Log(LogArguments),
    /// Verify that no entry was changed, removed or moved, and say which one was.
    Verify(VerifyArguments),
    /// Write the log into a file that can be verified without this home.
    Export(ExportArguments),
}

/// Arguments of `strata audit log`.
#[derive(Debug, Args)]
pub struct LogArguments {
    /// Only of this actor.
    #[arg(long, value_name = "NAME")]
    pub actor: Option<String>,
    /// Only about this tenant, server, plugin or actor.
    #[arg(long, value_name = "NAME")]
    pub subject: Option<String>,
    /// Only of this action.
    #[arg(long, value_name = "ACTION")]
    pub action: Option<String>,
    /// How many.
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub limit: usize,
}

/// Arguments of `strata audit verify`.
#[derive(Debug, Args)]
pub struct VerifyArguments {
    /// An export instead of this home's log; no home is needed.
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
}

/// Arguments of `strata audit export`.
#[derive(Debug, Args)]
pub struct ExportArguments {
    /// The file, which must not be there yet.
    #[arg(long, value_name = "FILE")]
    pub file: PathBuf,
}

#[derive(Serialize)]
struct LogReport<'a> {
    format: &'static str,
    entries: &'a [AuditEntry],
}

#[derive(Serialize)]
struct VerifiedReport {
    format: &'static str,
    entries: i64,
    head: Option<Digest>,
}

/// Runs a command of `strata audit`.
///
/// # Errors
/// Those of [`engine::audit`].
pub async fn run(context: &Context, command: &AuditCommand) -> Result<()> {
    match command {
        AuditCommand::Log(arguments) => log(context, arguments).await,
        AuditCommand::Verify(arguments) => verify(context, arguments).await,
        AuditCommand::Export(arguments) => export(context, arguments).await,
    }
}

async fn log(context: &Context, arguments: &LogArguments) -> Result<()> {
    let filter = AuditFilter {
        actor: arguments.actor.clone(),
        subject: arguments.subject.clone(),
        action: arguments.action.clone(),
    };
    let mut home = context.open_as(Deed::ReadAudit, "").await?;
    let entries = engine::audit::log(&mut home, &filter, arguments.limit).await;
    let entries = closed(home, entries).await?;
    if context.output.is_json() {
        context.output.json(&LogReport {
            format: "strata/audit-log/1",
            entries: &entries,
        });
        return Ok(());
    }
    let row = |entry: &AuditEntry| {
        let event = &entry.event;
        vec![
            entry.sequence.to_string(),
            entry.time.to_string(),
            event.actor.clone(),
            event.action.clone(),
            match event.subject.is_empty() {
                true => "-".to_owned(),
                false => event.subject.clone(),
            },
            event
                .digest
                .map_or_else(|| "-".to_owned(), |digest| digest.short()),
            event.outcome.clone(),
        ]
    };
    let header = [
        "#", "time", "actor", "action", "subject", "digest", "outcome",
    ];
    context
        .output
        .table(&header, entries.iter().map(row).collect());
    Ok(())
}

async fn verify(context: &Context, arguments: &VerifyArguments) -> Result<()> {
    let head = match &arguments.file {
        Some(file) => verify_file(file)?,
        None => {
            let mut home = context.open_as(Deed::ReadAudit, "").await?;
            let verified = engine::audit::verify(&mut home).await;
            closed(home, verified).await?
        }
    };
    let report = VerifiedReport {
        format: "strata/audit-verified/1",
        entries: head.map_or(0, |(sequence, _)| sequence),
        head: head.map(|(_, hash)| hash),
    };
    if context.output.is_json() {
        context.output.json(&report);
        return Ok(());
    }
    let end = report
        .head
        .map_or_else(|| "nothing".to_owned(), |hash| hash.to_string());
    context.output.line(&format!(
        "{} entries, none changed, missing or out of place; the last is {end}",
        report.entries
    ));
    Ok(())
}

fn verify_file(file: &Path) -> Result<Option<(i64, Digest)>> {
    let opened = File::open(file).map_err(|cause| {
        let what = format!("the export `{}` cannot be read", file.display());
        Error::new(&AUDIT_EXPORT_INVALID, what)
            .because(cause)
            .hint("strata audit export --file FILE")
    })?;
    engine::audit::verify_export(BufReader::new(opened).lines())
}

async fn export(context: &Context, arguments: &ExportArguments) -> Result<()> {
    let file = &arguments.file;
    let mut home = context.open_as(Deed::ExportAudit, "").await?;
    let opened = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file);
    let exported = match opened {
        Ok(opened) => engine::audit::export(&mut home, &mut BufWriter::new(opened)).await,
        Err(cause) => {
            let what = format!("the file `{}` cannot be made", file.display());
            Err(Error::new(&AUDIT_EXPORT_FAILED, what)
                .because(cause)
                .hint("name a file that is not there yet, in a folder that is"))
        }
    };
    let entries = closed(home, exported).await?;
    if context.output.is_json() {
        context.output.json(&serde_json::json!({
            "format": "strata/audit-exported/1",
            "entries": entries,
            "file": file.display().to_string(),
        }));
    } else {
        let shown = file.display();
        context
            .output
            .line(&format!("wrote {entries} entries into `{shown}`"));
        context
            .output
            .line(&format!("next: strata audit verify --file {shown}"));
    }
    Ok(())
}
