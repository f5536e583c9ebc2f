//! New in version 1.1.0: how often a subscription is billed.
//!
//! It works on a tenant with rows: the column comes nullable, is filled, and only then may not be null any
//! more; an application of version 1.0.0 that does not know it gets its default.

use strata_sdk::prelude::*;

/// `003_add_billing_cycle`.
pub(crate) fn create(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.add_column("subscriptions", |t| {
        t.enumeration("billing_cycle", ["monthly", "quarterly", "yearly", "once"])
            .nullable()
            .comment("How often the fee is asked for; once for a subscription for life.");
    });
    schema.set_default("subscriptions", "billing_cycle", "yearly");
    schema
        .backfill("subscriptions", "billing_cycle", "'once'")
        .filter("billing_cycle IS NULL AND ends_on IS NULL");
    schema.backfill("subscriptions", "billing_cycle", "'yearly'");
    schema.set_nullable("subscriptions", "billing_cycle", false);
    schema.create_index("subscriptions", ["billing_cycle", "status"]);
    Ok(())
}

/// Takes `003_add_billing_cycle` back. It is said here because a host cannot take a backfill back by
/// itself; nothing is lost that was there before.
pub(crate) fn remove(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.drop_index("subscriptions", "subscriptions_billing_cycle_status_index");
    schema.drop_column("subscriptions", "billing_cycle");
    Ok(())
}
