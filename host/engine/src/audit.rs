//! What commands leave in the audit log: that a deed began, and how it ended.
//!
//! The log itself is `landlord`'s, its chain `model`'s.
//!
//! Invariant: a deed that changes something is written down before it begins. One that has no end in the
//! log died.

use std::io::Write;

use landlord::AuditFilter;
use model::audit::Verifier;
use model::digest::canonical_json;
use model::error::Error;
use model::{AuditEntry, AuditEvent, Deed, Digest, Result};
use serde::{Deserialize, Serialize};

use crate::home::Home;

mod codes {
    model::codes! {
        AUDIT_EXPORT_FAILED = "audit.export_failed", Unreachable, "An export of the audit log cannot be written.";
        AUDIT_EXPORT_INVALID = "audit.export_invalid", Input, "A file is no export of an audit log.";
    }
}
pub use codes::*;

/// The format of an export's first line.
const EXPORT_FORMAT: &str = "strata/audit-export/1";

/// The outcome of a deed that begins.
const BEGUN: &str = "begun";

/// The outcome of a deed that is done.
const DONE: &str = "done";

/// A deed that began.
#[derive(Debug, Clone)]
pub(crate) struct Begun {
    deed: Deed,
    subject: String,
    digest: Option<Digest>,
}

/// Writes down that a deed begins, where it is one that is written down.
pub(crate) async fn begin(home: &mut Home, deed: Deed, subject: &str) -> Result<()> {
    if !deed.is_audited() {
        return Ok(());
    }
    add(home, deed, subject, None, BEGUN).await?;
    home.begun = Some(Begun {
        deed,
        subject: subject.to_owned(),
        digest: None,
    });
    Ok(())
}

/// Notes what the deed that began is about: the digest of a plan or a component.
pub fn about(home: &mut Home, digest: Digest) {
    if let Some(begun) = &mut home.begun {
        begun.digest = Some(digest);
    }
}

/// Writes down that somebody was refused.
pub(crate) async fn refused(
    home: &mut Home,
    deed: Deed,
    subject: &str,
    error: &Error,
) -> Result<()> {
    add(home, deed, subject, None, error.code().name).await
}

/// Writes down how the deed ended that began in this home.
///
/// # Errors
/// `audit.tampered` and those of the landlord.
pub async fn end(home: &mut Home, error: Option<&Error>) -> Result<()> {
    let Some(Begun {
        deed,
        subject,
        digest,
    }) = home.begun.take()
    else {
        return Ok(());
    };
    let outcome = error.map_or(DONE, |error| error.code().name);
    add(home, deed, &subject, digest, outcome).await
}

async fn add(
    home: &mut Home,
    deed: Deed,
    subject: &str,
    digest: Option<Digest>,
    outcome: &str,
) -> Result<()> {
    let roles = home.actor.iter().flat_map(|actor| &actor.roles);
    let event = AuditEvent {
        actor: home.options.executed_by.clone(),
        roles: roles.map(|role| role.as_str().to_owned()).collect(),
        action: deed.as_str().to_owned(),
        subject: subject.to_owned(),
        digest,
        outcome: outcome.to_owned(),
    };
    let (now, vault) = (home.clock.now(), home.vault.clone());
    let mut change = home.landlord.begin().await?;
    change.add_to_audit(event, &vault, now).await?;
    change.commit().await
}

/// The newest entries that the filter takes, the newest last.
///
/// # Errors
/// Those of the landlord.
pub async fn log(home: &mut Home, filter: &AuditFilter, limit: usize) -> Result<Vec<AuditEntry>> {
    home.landlord.audit_entries(filter, limit).await
}

/// Verifies the log; how many entries there are, and the hash of the last.
///
/// # Errors
/// `audit.tampered`, `audit.format_newer` and those of the landlord.
pub async fn verify(home: &mut Home) -> Result<Option<(i64, Digest)>> {
    let vault = home.vault.clone();
    home.landlord.verify_audit(&vault, &mut |_| Ok(())).await
}

/// The first line of an export.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExportHeader {
    format: String,
    landlord: String,
}

/// The last line of an export.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExportEnd {
    entries: i64,
    head: Option<Digest>,
}

/// Writes the whole log, verified, one JSON value a line: a header, the entries, and where they end.
///
/// # Errors
/// `audit.tampered`, `audit.export_failed` and those of the landlord.
pub async fn export(home: &mut Home, into: &mut (dyn Write + Send)) -> Result<i64> {
    let header = ExportHeader {
        format: EXPORT_FORMAT.to_owned(),
        landlord: home.landlord_id().to_string(),
    };
    write_line(into, &header)?;
    let vault = home.vault.clone();
    let head = home
        .landlord
        .verify_audit(&vault, &mut |entry| write_line(into, entry))
        .await?;
    let end = ExportEnd {
        entries: head.map_or(0, |(sequence, _)| sequence),
        head: head.map(|(_, hash)| hash),
    };
    write_line(into, &end)?;
    into.flush().map_err(|cause| unwritable().because(cause))?;
    Ok(end.entries)
}

fn write_line(into: &mut (dyn Write + Send), value: &impl Serialize) -> Result<()> {
    let line = canonical_json(value)?;
    writeln!(into, "{line}").map_err(|cause| unwritable().because(cause))
}

fn unwritable() -> Error {
    Error::new(
        &AUDIT_EXPORT_FAILED,
        "the export of the audit log cannot be written",
    )
    .hint("check that there is room, and who may write there")
}

/// Verifies an export without any landlord; how many entries it has, and the hash of the last.
///
/// # Errors
/// `audit.export_invalid`, `audit.tampered`, `audit.format_newer`.
pub fn verify_export(
    lines: impl Iterator<Item = std::io::Result<String>>,
) -> Result<Option<(i64, Digest)>> {
    let mut lines = lines.enumerate().map(|(n, line)| {
        line.map(|line| (n + 1, line))
            .map_err(|cause| invalid(n + 1, "it cannot be read").because(cause))
    });
    let (_, header) = lines
        .next()
        .unwrap_or_else(|| Err(invalid(1, "there is none")))?;
    let header: ExportHeader = serde_json::from_str(&header)
        .map_err(|cause| invalid(1, "it is no header").because(cause))?;
    if header.format != EXPORT_FORMAT {
        return Err(invalid(1, &format!("the format is not `{EXPORT_FORMAT}`")));
    }
    let mut verifier = Verifier::default();
    let mut end = None;
    for line in lines {
        let (n, line) = line?;
        if end.is_some() {
            return Err(invalid(n, "it comes after the end"));
        }
        match serde_json::from_str::<AuditEntry>(&line) {
            Ok(entry) => verifier.take(&entry)?,
            Err(cause) => {
                let parsed = serde_json::from_str::<ExportEnd>(&line);
                end = Some(parsed.map_err(|_| invalid(n, "it is no entry").because(cause))?);
            }
        }
    }
    let Some(end) = end else {
        return Err(invalid(
            0,
            "the last one, which says where the log ends, is missing",
        ));
    };
    let head = end.head.map(|hash| (end.entries, hash));
    verifier.end(head)?;
    Ok(head)
}

fn invalid(line: usize, why: &str) -> Error {
    let what = match line {
        0 => format!("the file is no whole export of an audit log: of its lines {why}"),
        _ => format!("the file is no export of an audit log: line {line}: {why}"),
    };
    Error::new(&AUDIT_EXPORT_INVALID, what).hint("strata audit export --file FILE")
}
