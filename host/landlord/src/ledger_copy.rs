//! The landlord's copy of each tenant's ledger, reconciled from the tenant, never the other way.
//!
//! The ledger itself is in the tenant's database; reading it there is `database`'s business.
//!
//! Invariant: the copy is a beginning of the tenant's ledger. A tenant whose ledger is shorter or another
//! one is refused: its database was exchanged or set back.

use jiff::Timestamp;
use model::digest::canonical_json;
use model::{Error, LedgerRow, Result, TenantId, ledger};

use crate::change::{Change, tenant};
use crate::landlord::Landlord;
use crate::stored::LANDLORD_BAD_ROW;
use crate::tenants::{self, demand_known};

mod codes {
    model::codes! {
        LEDGER_DIVERGED = "ledger.diverged", Conflict, "A tenant's ledger does not go on from what the landlord has seen of it: the database was exchanged or set back.";
    }
}
pub use codes::*;

impl Landlord {
    /// The copy of a tenant's ledger, verified to be one unbroken chain that ends where the landlord
    /// says.
    ///
    /// # Errors
    /// `landlord.bad_row`, `ledger.tampered`, `ledger.format_newer`, `tenant.unknown` and those of a
    /// database.
    pub async fn ledger_copy(&mut self, of: TenantId) -> Result<Vec<LedgerRow>> {
        let known = self.tenant_by_id(of).await?;
        let sql = "SELECT sequence, event, format, previous_hash, hash, run, time FROM tenant_ledger \
                   WHERE tenant_id = $1 ORDER BY sequence";
        let rows = self.fetch(sql, &[tenant(of)]).await?;
        let rows = rows
            .iter()
            .map(|row| database::ledger::parse(row, "tenant_ledger", &LANDLORD_BAD_ROW));
        let rows: Vec<LedgerRow> = rows.collect::<Result<_>>()?;
        ledger::verify(&rows)?;
        if rows.last().map(|row| (row.sequence, row.hash)) != known.ledger_head {
            return Err(Error::new(
                &ledger::LEDGER_TAMPERED,
                format!(
                    "the landlord's copy of the ledger of `{}` does not end where it ended",
                    known.slug
                ),
            )
            .hint("restore the landlord from a backup, or compare with `strata sync`"));
        }
        Ok(rows)
    }
}

impl Change<'_> {
    /// Brings the copy up to a tenant's ledger, given whole and in order, and returns how many rows were
    /// missing.
    ///
    /// # Errors
    /// `ledger.diverged`, `ledger.tampered`, `ledger.format_newer`, `tenant.unknown` and those of a
    /// database.
    pub async fn reconcile_ledger(
        &mut self,
        of: TenantId,
        rows: &[LedgerRow],
        now: Timestamp,
    ) -> Result<usize> {
        let known = tenants::by_id(self.session(), of).await?;
        ledger::verify(rows)?;
        let (seen, hash) = known.ledger_head.unwrap_or((0, ledger::genesis()));
        let seen_rows = usize::try_from(seen).unwrap_or(usize::MAX);
        let goes_on = match seen_rows.checked_sub(1) {
            None => true,
            Some(last) => rows.get(last).is_some_and(|row| row.hash == hash),
        };
        if !goes_on {
            return Err(Error::new(
                &LEDGER_DIVERGED,
                format!(
                    "the ledger of `{}` does not hold row {seen} as the landlord has seen it",
                    known.slug
                ),
            )
            .hint("its database was exchanged or set back to a backup; nothing was changed"));
        }
        let missing = rows.get(seen_rows..).unwrap_or(&[]);
        for row in missing {
            self.copy_row(of, row).await?;
        }
        if let Some(last) = missing.last() {
            let sql = "UPDATE tenants SET ledger_sequence = $2, ledger_hash = $3, updated_at = $4 WHERE id = $1";
            let parameters = [
                tenant(of),
                last.sequence.into(),
                last.hash.to_string().into(),
                now.into(),
            ];
            let changed = self.run(sql, &parameters).await?;
            demand_known(changed, of)?;
        }
        Ok(missing.len())
    }

    async fn copy_row(&mut self, of: TenantId, row: &LedgerRow) -> Result<()> {
        let sql = "INSERT INTO tenant_ledger (tenant_id, sequence, event, format, previous_hash, hash, run, time) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let parameters = [
            tenant(of),
            row.sequence.into(),
            canonical_json(&row.event)?.into(),
            row.format.into(),
            row.previous_hash.to_string().into(),
            row.hash.to_string().into(),
            row.run.to_string().into(),
            row.time.to_string().into(),
        ];
        self.run(sql, &parameters).await.map(|_| ())
    }
}
