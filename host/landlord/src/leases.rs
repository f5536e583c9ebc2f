//! [`Lease`]: who may change a tenant, for how long, with which fencing token.
//!
//! The lock that one machine's processes share is `database`'s; a lease works between machines.
//!
//! Invariant: a tenant's tokens only grow; the tenant's database refuses a token smaller than one that
//! has written there, so a holder that lost its lease without knowing cannot write.

use database::Row;
use jiff::Timestamp;
use model::{Error, Result, TenantId};

use crate::change::{Change, tenant};
use crate::landlord::Landlord;
use crate::stored::reading;
use crate::tenants;

mod codes {
    model::codes! {
        LEASE_HELD = "lease.held", Conflict, "Somebody else is changing the tenant.";
        LEASE_LOST = "lease.lost", Conflict, "Somebody else has taken over the tenant since.";
    }
}
pub use codes::*;

/// The right to change a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The tenant.
    pub tenant: TenantId,
    /// Who holds it, for people.
    pub holder: String,
    /// The fencing token.
    pub fence: i64,
    /// Until when, unless it is renewed.
    pub expires_at: Timestamp,
}

/// What is known about a holder that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// Nothing: its lease stands until it expires.
    Wait,
    /// It is dead: whoever asks has the tenant's session lock, which a living holder would have.
    HolderIsDead,
}

impl Landlord {
    /// The lease on a tenant, expired or not, if there is one.
    ///
    /// # Errors
    /// `landlord.bad_row` and those of a database.
    pub async fn lease(&mut self, of: TenantId) -> Result<Option<Lease>> {
        let rows = self.fetch(SELECT_LEASE, &[tenant(of)]).await?;
        rows.first().map(parse).transpose()
    }
}

impl Change<'_> {
    /// Takes the lease on a tenant, with a token higher than all before.
    ///
    /// # Errors
    /// `lease.held`, `tenant.unknown` and those of a database.
    pub async fn acquire_lease(
        &mut self,
        of: TenantId,
        holder: &str,
        claim: Claim,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<Lease> {
        let known = tenants::by_id(self.session(), of).await?;
        let rows = self.fetch(SELECT_LEASE, &[tenant(of)]).await?;
        let present = rows.first().map(parse).transpose()?;
        if let Some(present) =
            present.filter(|lease| claim == Claim::Wait && lease.expires_at > now)
        {
            return Err(Error::new(
                &LEASE_HELD,
                format!(
                    "`{}` is changing tenant `{}`, until {}",
                    present.holder, known.slug, present.expires_at
                ),
            )
            .hint("wait until it is done, then do it again"));
        }
        let lease = Lease {
            tenant: of,
            holder: holder.to_owned(),
            fence: known.fence + 1,
            expires_at,
        };
        let sql = "UPDATE tenants SET fence = $2 WHERE id = $1";
        self.run(sql, &[tenant(of), lease.fence.into()]).await?;
        let sql = "INSERT INTO leases (tenant_id, holder, fence, expires_at) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (tenant_id) DO UPDATE SET holder = excluded.holder, \
                   fence = excluded.fence, expires_at = excluded.expires_at";
        let parameters = [
            tenant(of),
            holder.into(),
            lease.fence.into(),
            expires_at.into(),
        ];
        self.run(sql, &parameters).await?;
        Ok(lease)
    }

    /// Holds a lease for longer. One that has expired is renewed too, while nobody else has taken it.
    ///
    /// # Errors
    /// `lease.lost` and those of a database.
    pub async fn renew_lease(&mut self, lease: &Lease, expires_at: Timestamp) -> Result<Lease> {
        let sql = "UPDATE leases SET expires_at = $3 WHERE tenant_id = $1 AND fence = $2";
        let parameters = [tenant(lease.tenant), lease.fence.into(), expires_at.into()];
        if self.run(sql, &parameters).await? == 1 {
            return Ok(Lease {
                expires_at,
                ..lease.clone()
            });
        }
        Err(Error::new(
            &LEASE_LOST,
            format!(
                "the lease {} on tenant `{}` is no longer held",
                lease.fence, lease.tenant
            ),
        )
        .hint("another process has taken over; look at `strata history`"))
    }

    /// Gives a lease back. One that is held no longer is left to its holder.
    ///
    /// # Errors
    /// Those of a database.
    pub async fn release_lease(&mut self, lease: &Lease) -> Result<()> {
        let sql = "DELETE FROM leases WHERE tenant_id = $1 AND fence = $2";
        self.run(sql, &[tenant(lease.tenant), lease.fence.into()])
            .await
            .map(|_| ())
    }
}

const SELECT_LEASE: &str =
    "SELECT tenant_id, holder, fence, expires_at FROM leases WHERE tenant_id = $1";

fn parse(row: &Row) -> Result<Lease> {
    let row = reading(row, "leases");
    Ok(Lease {
        tenant: row.parse("tenant_id")?,
        holder: row.text("holder")?.to_owned(),
        fence: row.integer("fence")?,
        expires_at: row.time("expires_at")?,
    })
}
