//! The audit log: who did what, only ever added to.
//!
//! The chain of its entries is `model`'s. Where the log ends is stored beside it, sealed
//! ([`crate::vault`]), so that who changes the tables by hand and has no key cannot shorten it.
//!
//! Invariant: entries are added one after the other; whoever adds waits for the one before.

use database::{Parameter, Row, Secret};
use jiff::Timestamp;
use model::audit::{AUDIT_TAMPERED, Verifier};
use model::digest::canonical_json;
use model::{AuditEntry, AuditEvent, Digest, Error, Result};

use crate::change::Change;
use crate::landlord::Landlord;
use crate::stored::reading;
use crate::vault::Vault;

/// What the sealed head belongs to.
const HEAD: &str = "audit/head";

/// How many entries are read at once.
const PAGE: i64 = 1_000;

/// Which entries are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Of this actor.
    pub actor: Option<String>,
    /// About this subject.
    pub subject: Option<String>,
    /// Of this action.
    pub action: Option<String>,
}

impl AuditFilter {
    fn takes(&self, event: &AuditEvent) -> bool {
        let is = |wanted: &Option<String>, text: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted == text)
        };
        is(&self.actor, &event.actor)
            && is(&self.subject, &event.subject)
            && is(&self.action, &event.action)
    }
}

macro_rules! select_entries {
    ($rest:literal) => {
        concat!(
            "SELECT sequence, event, format, time, previous_hash, hash FROM audit_log ",
            $rest
        )
    };
}

impl Landlord {
    /// The newest entries that the filter takes, at most so many, the newest last.
    ///
    /// # Errors
    /// `landlord.bad_row` and those of a database.
    pub async fn audit_entries(
        &mut self,
        filter: &AuditFilter,
        limit: usize,
    ) -> Result<Vec<AuditEntry>> {
        let mut found = Vec::new();
        let mut before = i64::MAX;
        while found.len() < limit {
            let sql = select_entries!("WHERE sequence < $1 ORDER BY sequence DESC LIMIT 1000");
            let rows = self.fetch(sql, &[before.into()]).await?;
            let Some(last) = rows.last() else { break };
            before = reading(last, "audit_log").integer("sequence")?;
            for row in &rows {
                let entry = parse(row)?;
                if found.len() < limit && filter.takes(&entry.event) {
                    found.push(entry);
                }
            }
        }
        found.reverse();
        Ok(found)
    }

    /// Verifies the whole log against its sealed head and hands each entry on; how many there are, and the
    /// hash of the last.
    ///
    /// # Errors
    /// `audit.tampered` naming the first entry that does not fit, `audit.format_newer`,
    /// `secret.unreadable`, what `each` says, and those of a database.
    pub async fn verify_audit(
        &mut self,
        vault: &Vault,
        each: &mut (dyn FnMut(&AuditEntry) -> Result<()> + Send),
    ) -> Result<Option<(i64, Digest)>> {
        let rows = self.fetch(SELECT_HEAD, &[]).await?;
        let head = rows.first().map(|row| head_of(row, vault)).transpose()?;
        let mut verifier = Verifier::default();
        let mut last = 0_i64;
        loop {
            let sql = select_entries!("WHERE sequence > $1 ORDER BY sequence LIMIT 1000");
            let rows = self.fetch(sql, &[last.into()]).await?;
            for row in &rows {
                let entry = parse(row).map_err(|cause| unreadable(last, cause))?;
                // An entry that came after the head was read is none of this look's.
                if head.is_none_or(|(end, _)| entry.sequence <= end) {
                    verifier.take(&entry)?;
                    each(&entry)?;
                }
                last = entry.sequence;
            }
            if i64::try_from(rows.len()).unwrap_or(i64::MAX) < PAGE {
                break;
            }
        }
        verifier.end(head)?;
        Ok(head)
    }
}

const SELECT_HEAD: &str = "SELECT id, sealed FROM audit_head";

impl Change<'_> {
    /// Adds an entry.
    ///
    /// # Errors
    /// `audit.tampered` when the log does not end where it ended, `secret.unreadable` and those of a
    /// database.
    pub async fn add_to_audit(
        &mut self,
        event: AuditEvent,
        vault: &Vault,
        now: Timestamp,
    ) -> Result<AuditEntry> {
        let rows = self.fetch(SELECT_HEAD, &[]).await?;
        let head = rows.first().map(|row| head_of(row, vault)).transpose()?;
        let last = self.fetch(select_entries!("ORDER BY sequence DESC LIMIT 1"), &[]);
        let last = last.await?.first().map(parse).transpose()?;
        if last.map(|entry| (entry.sequence, entry.hash)) != head {
            return Err(Error::new(
                &AUDIT_TAMPERED,
                "the audit log does not end where it ended, and nothing is added to it",
            )
            .hint("strata audit verify"));
        }
        let entry = AuditEntry::following(head, event, now)?;
        let sql = "INSERT INTO audit_log (sequence, event, format, time, previous_hash, hash) \
                   VALUES ($1, $2, $3, $4, $5, $6)";
        let parameters = [
            entry.sequence.into(),
            canonical_json(&entry.event)?.into(),
            entry.format.into(),
            entry.time.to_string().into(),
            entry.previous_hash.to_string().into(),
            entry.hash.to_string().into(),
        ];
        self.run(sql, &parameters).await?;
        let text = format!("{} {}", entry.sequence, entry.hash);
        let sealed: Parameter = vault.seal(HEAD, &Secret::new(text))?.into();
        let sql = "INSERT INTO audit_head (id, sealed) VALUES (1, $1) \
                   ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed";
        self.run(sql, &[sealed]).await?;
        Ok(entry)
    }
}

fn head_of(row: &Row, vault: &Vault) -> Result<(i64, Digest)> {
    let row = reading(row, "audit_head");
    let opened = vault.open(HEAD, row.text("sealed")?)?;
    let parsed = opened
        .expose()
        .split_once(' ')
        .and_then(|(sequence, hash)| {
            let sequence = sequence.parse().ok()?;
            Some((sequence, hash.parse().ok()?))
        });
    parsed.ok_or_else(|| row.bad("sealed", "it names no entry"))
}

fn parse(row: &Row) -> Result<AuditEntry> {
    let row = reading(row, "audit_log");
    let event = serde_json::from_str(row.text("event")?);
    Ok(AuditEntry {
        sequence: row.integer("sequence")?,
        event: event.map_err(|cause| row.bad("event", "it is no event").because(cause))?,
        format: row.integer("format")?,
        time: row.time("time")?,
        previous_hash: row.parse("previous_hash")?,
        hash: row.parse("hash")?,
    })
}

/// A row that cannot be read was changed.
fn unreadable(last: i64, cause: Error) -> Error {
    let what = format!(
        "the audit log was changed: entry {} cannot be read",
        last + 1
    );
    Error::new(&AUDIT_TAMPERED, what).because(cause)
}
