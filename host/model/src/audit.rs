//! [`AuditEntry`]: who did what, entry by entry, each chained to the one before.
//!
//! The entries lie in the landlord; an export carries them with what they need to be verified. Here are
//! the words and the chain, which is no tenant's ledger: that one says what was done to a database.
//!
//! Invariant: sequence numbers have no gap, and each hash covers the entry, its place and the hash before.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::error::{Error, Result};

mod codes {
    crate::codes! {
        AUDIT_TAMPERED = "audit.tampered", Findings, "The audit log is not the chain that was written: an entry is missing, changed or out of place.";
        AUDIT_FORMAT = "audit.format_newer", Conflict, "The audit log was written by a newer Strata.";
    }
}
pub use codes::*;

/// The format of audit entries.
pub const AUDIT_FORMAT_VERSION: u32 = 1;

/// What happened, before it has its place in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditEvent {
    /// Who.
    pub actor: String,
    /// The roles that it had.
    pub roles: Vec<String>,
    /// What: `apply`, `plugin.add`.
    pub action: String,
    /// To what: a tenant's slug, a plugin, a server.
    pub subject: String,
    /// The digest of what it was about, where there is one.
    pub digest: Option<Digest>,
    /// `begun`, `done`, or the code of the error that ended it.
    pub outcome: String,
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditEntry {
    /// Its place, from 1 on.
    pub sequence: i64,
    /// What happened.
    pub event: AuditEvent,
    /// The format that it was written in.
    pub format: u32,
    /// When.
    pub time: Timestamp,
    /// The hash of the entry before.
    pub previous_hash: Digest,
    /// The hash of this one.
    pub hash: Digest,
}

#[derive(Serialize)]
struct Hashed<'a> {
    sequence: i64,
    event: &'a AuditEvent,
    previous_hash: &'a Digest,
    time: String,
}

/// The hash before the first entry.
fn genesis() -> Digest {
    Digest::of_bytes(b"strata/audit\n")
}

impl AuditEntry {
    /// The entry after the one with this place and hash, or the first.
    ///
    /// # Errors
    /// Those of digests, which would be a bug.
    pub fn following(
        previous: Option<(i64, Digest)>,
        event: AuditEvent,
        time: Timestamp,
    ) -> Result<AuditEntry> {
        let (last, previous_hash) = previous.unwrap_or_else(|| (0, genesis()));
        let mut entry = AuditEntry {
            sequence: last + 1,
            event,
            format: AUDIT_FORMAT_VERSION,
            time,
            previous_hash,
            hash: previous_hash,
        };
        entry.hash = entry.computed_hash()?;
        Ok(entry)
    }

    fn computed_hash(&self) -> Result<Digest> {
        let hashed = Hashed {
            sequence: self.sequence,
            event: &self.event,
            previous_hash: &self.previous_hash,
            time: self.time.to_string(),
        };
        Digest::of("audit", self.format, &hashed)
    }
}

/// Verifies entries one after the other, as many as there are.
#[derive(Debug)]
pub struct Verifier {
    last: (i64, Digest),
}

impl Default for Verifier {
    fn default() -> Verifier {
        Verifier {
            last: (0, genesis()),
        }
    }
}

impl Verifier {
    /// Demands that an entry follows those before.
    ///
    /// # Errors
    /// `audit.tampered` naming the first entry that does not fit, `audit.format_newer`.
    pub fn take(&mut self, entry: &AuditEntry) -> Result<()> {
        if entry.format > AUDIT_FORMAT_VERSION {
            let what = format!(
                "entry {} of the audit log has the format {}",
                entry.sequence, entry.format
            );
            return Err(Error::new(&AUDIT_FORMAT, what).hint("upgrade Strata"));
        }
        let (last, hash) = self.last;
        let wanted = last + 1;
        if entry.sequence != wanted {
            return Err(tampered(
                wanted,
                &format!(
                    "entry {wanted} is missing: entry {} follows entry {last}",
                    entry.sequence
                ),
            ));
        }
        if entry.previous_hash != hash {
            let what = format!("entry {wanted} does not follow the one before it");
            return Err(tampered(wanted, &what));
        }
        if entry.computed_hash()? != entry.hash {
            let what = format!("entry {wanted} is not what was written");
            return Err(tampered(wanted, &what));
        }
        self.last = (entry.sequence, entry.hash);
        Ok(())
    }

    /// Demands that the entries end where the log's head says.
    ///
    /// # Errors
    /// `audit.tampered`.
    pub fn end(self, head: Option<(i64, Digest)>) -> Result<()> {
        let (last, hash) = self.last;
        match head {
            Some((sequence, _)) if sequence > last => Err(tampered(
                last + 1,
                &format!("entries {} to {sequence} are missing at the end", last + 1),
            )),
            Some((sequence, head)) if sequence == last && head == hash => Ok(()),
            None if last == 0 => Ok(()),
            _ => Err(tampered(
                last,
                &format!("entry {last} is not where the log is said to end"),
            )),
        }
    }
}

fn tampered(sequence: i64, what: &str) -> Error {
    Error::new(
        &AUDIT_TAMPERED,
        format!("the audit log was changed: {what}"),
    )
    .hint(format!(
        "everything before entry {sequence} is as it was written"
    ))
    .hint("compare with an export that was kept elsewhere: strata audit export")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(n: i64) -> Vec<AuditEntry> {
        let mut entries: Vec<AuditEntry> = Vec::new();
        for at in 0..n {
            let event = AuditEvent {
                actor: "ram".into(),
                roles: vec!["operator".into()],
                action: "apply".into(),
                subject: format!("tenant-{at}"),
                digest: None,
                outcome: "done".into(),
            };
            let head = entries.last().map(|entry| (entry.sequence, entry.hash));
            let time = Timestamp::from_second(at).unwrap();
            entries.push(AuditEntry::following(head, event, time).unwrap());
        }
        entries
    }

    fn verify(entries: &[AuditEntry], head: Option<(i64, Digest)>) -> Result<()> {
        let mut verifier = Verifier::default();
        for entry in entries {
            verifier.take(entry)?;
        }
        verifier.end(head)
    }

    #[test]
    fn whatever_is_changed_missing_or_out_of_place_is_found_and_named() {
        let whole = log(50);
        let head = whole.last().map(|entry| (entry.sequence, entry.hash));
        verify(&whole, head).unwrap();
        verify(&[], None).unwrap();
        let refused = |entries: &[AuditEntry], named: &str| {
            let error = verify(entries, head).unwrap_err();
            assert!(
                error.is(&AUDIT_TAMPERED) && error.message().contains(named),
                "{error}"
            );
        };
        let changed = |change: fn(&mut Vec<AuditEntry>)| {
            let mut entries = whole.clone();
            change(&mut entries);
            entries
        };
        refused(&changed(|e| e[20].event.actor = "hari".into()), "entry 21");
        refused(&changed(|e| e[20].event.outcome.push('x')), "entry 21");
        refused(&changed(|e| e[20].time = Timestamp::UNIX_EPOCH), "entry 21");
        refused(&changed(|e| drop(e.remove(20))), "entry 21 is missing");
        refused(&changed(|e| e.swap(20, 21)), "entry 21");
        refused(&changed(|e| drop(e.pop())), "entries 50 to 50");
        refused(&changed(|e| e.truncate(0)), "entries 1 to 50");
        // Who makes the whole chain anew does not know the head that was kept.
        refused(&log(49), "entries 50");
        let mut other = log(50);
        other[0].event.actor = "hari".into();
        refused(&other, "entry 1");
    }
}
