//! What happened while a tenant was provisioned and changed, for people and metrics.
//!
//! It decides nothing: the ledger does. Its messages hold no secret.
//!
//! Invariant: events are added, never changed.

use std::fmt;
use std::str::FromStr;

use database::Row;
use jiff::Timestamp;
use model::digest::canonical_json;
use model::{Error, Result, RunId, TenantId};

use crate::change::{Change, tenant};
use crate::history::words;
use crate::landlord::Landlord;
use crate::stored::{LANDLORD_BAD_ROW, reading};

/// How much an event matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// It went as it should.
    Info,
    /// Somebody should look.
    Warning,
    /// It failed.
    Error,
}

words!(Level { Info = "info", Warning = "warning", Error = "error", });

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// To whom.
    pub tenant: TenantId,
    /// In which run, if in one.
    pub run: Option<RunId>,
    /// When.
    pub time: Timestamp,
    /// How much it matters.
    pub level: Level,
    /// What, in a word or two that stay the same: `step.applied`.
    pub event: String,
    /// What there is to say about it.
    pub message: serde_json::Value,
}

impl Landlord {
    /// A page of a tenant's events, oldest first: at most `limit`, after the key of an event. Each event
    /// comes with its key.
    ///
    /// # Errors
    /// `landlord.bad_row` and those of a database.
    pub async fn list_events(
        &mut self,
        of: TenantId,
        after: Option<i64>,
        limit: u32,
    ) -> Result<Vec<(i64, Event)>> {
        let sql = "SELECT id, tenant_id, run_id, time, level, event, message FROM provisioning_events \
                   WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
        let parameters = [tenant(of), after.unwrap_or(0).into(), limit.into()];
        let rows = self.fetch(sql, &parameters).await?;
        rows.iter().map(parse).collect()
    }
}

impl Change<'_> {
    /// Adds an event.
    ///
    /// # Errors
    /// `database.constraint` when the tenant is not there, and those of a database.
    pub async fn record_event(&mut self, event: &Event) -> Result<()> {
        let sql = "INSERT INTO provisioning_events (tenant_id, run_id, time, level, event, message) \
                   VALUES ($1, $2, $3, $4, $5, $6)";
        let parameters = [
            tenant(event.tenant),
            event.run.map(|run| run.to_string()).into(),
            event.time.into(),
            event.level.as_str().into(),
            event.event.as_str().into(),
            canonical_json(&event.message)?.into(),
        ];
        self.run(sql, &parameters).await.map(|_| ())
    }
}

fn parse(row: &Row) -> Result<(i64, Event)> {
    let row = reading(row, "provisioning_events");
    let event = Event {
        tenant: row.parse("tenant_id")?,
        run: row.parse_if_any("run_id")?,
        time: row.time("time")?,
        level: row.parse("level")?,
        event: row.text("event")?.to_owned(),
        message: row.json("message")?,
    };
    Ok((row.integer("id")?, event))
}
