//! Stored plans, found by the beginning of their digest.
//!
//! Invariant: a plan that is read back has the digest under which it was stored: what was shown and
//! approved is what runs.

use database::Row;
use jiff::Timestamp;
use model::{BoundPlan, Digest, DigestPrefix, Error, Result, TenantId};

use crate::change::{Change, tenant};
use crate::landlord::Landlord;
use crate::stored::reading;

mod codes {
    model::codes! {
        PLAN_UNKNOWN = "plan.unknown", Input, "No stored plan has a digest that begins so.";
        PLAN_AMBIGUOUS = "plan.ambiguous", Usage, "Several stored plans have a digest that begins so, or several tenants have the same plan.";
    }
}
pub use codes::*;

/// A plan as it was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPlan {
    /// The plan with its tenant.
    pub plan: BoundPlan,
    /// When it was made.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
}

impl Landlord {
    /// The plan whose digest begins so, of this tenant if one is named.
    ///
    /// Tenants that stand alike share a digest; then the tenant must be named.
    ///
    /// # Errors
    /// `plan.unknown`, `plan.ambiguous`, `landlord.bad_row` and those of a database.
    pub async fn plan(
        &mut self,
        prefix: &DigestPrefix,
        of: Option<TenantId>,
    ) -> Result<StoredPlan> {
        let sql = "SELECT digest, tenant_id, base, body, created_at, created_by FROM plans \
                   WHERE digest LIKE 'sha256:' || $1 || '%' AND tenant_id = COALESCE($2, tenant_id) \
                   ORDER BY digest, tenant_id LIMIT 2";
        let of = of.map(|id| id.to_string());
        let rows = self.fetch(sql, &[prefix.hex().into(), of.into()]).await?;
        match rows.as_slice() {
            [] => Err(Error::new(
                &PLAN_UNKNOWN,
                format!("there is no plan `sha256:{}`", prefix.hex()),
            )
            .hint("make one with `strata plan`")),
            [row] => parse(row),
            [first, second, ..] => Err(ambiguous(prefix, &parse(first)?, &parse(second)?)),
        }
    }
}

impl Change<'_> {
    /// Stores a plan. The same plan of the same tenant is left as it is.
    ///
    /// # Errors
    /// Those of a database.
    pub async fn store_plan(&mut self, plan: &BoundPlan, by: &str, now: Timestamp) -> Result<()> {
        let sql = "INSERT INTO plans (digest, tenant_id, base, body, created_at, created_by) \
                   VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (digest, tenant_id) DO NOTHING";
        let parameters = [
            plan.digest.to_string().into(),
            tenant(plan.tenant),
            plan.plan.base.to_string().into(),
            model::digest::canonical_json(plan)?.into(),
            now.into(),
            by.into(),
        ];
        self.run(sql, &parameters).await.map(|_| ())
    }
}

fn ambiguous(prefix: &DigestPrefix, first: &StoredPlan, second: &StoredPlan) -> Error {
    let (first, second) = (&first.plan, &second.plan);
    if first.digest == second.digest {
        return Error::new(
            &PLAN_AMBIGUOUS,
            format!(
                "tenants `{}` and `{}` have the same plan `{}`",
                first.slug,
                second.slug,
                first.digest.short()
            ),
        )
        .hint(format!("name the tenant: `--tenant {}`", first.slug));
    }
    let message = format!(
        "`sha256:{}` begins the digests of several plans",
        prefix.hex()
    );
    Error::new(&PLAN_AMBIGUOUS, message).hint(format!("write more digits: `{}`", first.digest))
}

fn parse(row: &Row) -> Result<StoredPlan> {
    let row = reading(row, "plans");
    let plan: BoundPlan = row.json("body")?;
    let (digest, of): (Digest, TenantId) = (row.parse("digest")?, row.parse("tenant_id")?);
    let same = plan.digest == digest && plan.tenant == of && plan.plan.digest()? == digest;
    if !same || plan.plan.base != row.parse("base")? {
        return Err(row.bad(
            "body",
            "it is not the plan that was stored under this digest",
        ));
    }
    Ok(StoredPlan {
        plan,
        created_at: row.time("created_at")?,
        created_by: row.text("created_by")?.to_owned(),
    })
}
