//! A database's ledger: reading and appending rows of `strata_ledger`.
//!
//! The words and the chain are [`model::ledger`]'s; the table is made by [`crate::meta`].
//!
//! Invariant: what is read is one unbroken chain, and only what follows its head is appended.

use model::digest::canonical_json;
use model::ledger::{self, LEDGER_FORMAT, LEDGER_FORMAT_VERSION, LEDGER_UNREADABLE};
use model::{Digest, Error, LedgerRow, Result};

use crate::row::{Reading, Row};
use crate::session::Session;
use crate::transaction::Transaction;

/// All rows, verified to be one unbroken chain.
///
/// # Errors
/// `ledger.unreadable`, `ledger.tampered`, `ledger.format_newer` and those of [`crate::failure`].
pub async fn read(session: &mut Session) -> Result<Vec<LedgerRow>> {
    let sql = "SELECT sequence, event, format, previous_hash, hash, run, time \
               FROM strata_ledger ORDER BY sequence";
    let rows = session.fetch(sql, &[]).await?;
    let rows: Vec<LedgerRow> = rows
        .iter()
        .map(|row| parse(row, "strata_ledger", &LEDGER_UNREADABLE))
        .collect::<Result<_>>()?;
    ledger::verify(&rows)?;
    Ok(rows)
}

/// The place and hash of the last row; none when there is no row.
///
/// # Errors
/// `ledger.unreadable` and those of [`crate::failure`].
pub async fn head(session: &mut Session) -> Result<Option<(i64, Digest)>> {
    let sql = "SELECT sequence, hash FROM strata_ledger ORDER BY sequence DESC LIMIT 1";
    let rows = session.fetch(sql, &[]).await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let reading = Reading::new(row, "strata_ledger", &LEDGER_UNREADABLE);
    Ok(Some((reading.integer("sequence")?, reading.parse("hash")?)))
}

/// Appends a row, which must follow the head.
///
/// # Errors
/// `ledger.tampered` when it does not, and those of [`crate::failure`].
pub async fn append(transaction: &mut Transaction<'_>, row: &LedgerRow) -> Result<()> {
    let head = head(transaction.session())
        .await?
        .unwrap_or((0, ledger::genesis()));
    if (row.sequence, row.previous_hash) != (head.0 + 1, head.1) {
        let message = format!(
            "row {} does not follow row {}, the last of the ledger",
            row.sequence, head.0
        );
        return Err(Error::new(&ledger::LEDGER_TAMPERED, message)
            .hint("another process wrote to the ledger; look at `strata history`"));
    }
    let sql = "INSERT INTO strata_ledger (sequence, event, format, previous_hash, hash, run, time) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let parameters = [
        row.sequence.into(),
        canonical_json(&row.event)?.into(),
        row.format.into(),
        row.previous_hash.to_string().into(),
        row.hash.to_string().into(),
        row.run.to_string().into(),
        row.time.to_string().into(),
    ];
    transaction
        .session()
        .run(sql, &parameters)
        .await
        .map(|_| ())
}

/// Parses a row of a ledger or of a copy of one; `code` is for what does not parse.
///
/// # Errors
/// `code`, and `ledger.format_newer`.
pub fn parse(row: &Row, table: &'static str, code: &'static model::Code) -> Result<LedgerRow> {
    let reading = Reading::new(row, table, code);
    let sequence = reading.integer("sequence")?;
    let format = reading.integer("format")?;
    if format > LEDGER_FORMAT_VERSION {
        // Before the event: a newer one may be of a kind that is not known here.
        return Err(Error::new(
            &LEDGER_FORMAT,
            format!("row {sequence} of `{table}` has format {format}"),
        )
        .hint("upgrade Strata: this tenant was changed by a newer one"));
    }
    Ok(LedgerRow {
        sequence,
        event: reading.json("event")?,
        format,
        previous_hash: reading.parse("previous_hash")?,
        hash: reading.parse("hash")?,
        run: reading.parse("run")?,
        time: reading.time("time")?,
    })
}
