//! What version 2.0.0 changes on tables of version 1.0.0 beside local levels.
//!
//! Each change works on a tenant with rows: a column comes nullable, is filled, and only then may not be null
//! any more; applications of version 1.0.0 that do not know it get its default.

use strata_sdk::prelude::*;

/// A committee says whether it works; until now one had to compare dates.
pub(crate) fn committee_status(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.add_column("political_committees", |t| {
        t.enumeration("status", ["active", "expired", "dissolved"])
            .nullable()
            .comment("Whether it works; `expired` when its term is over and no other is elected.");
    });
    schema.set_default("political_committees", "status", "active");
    schema
        .backfill("political_committees", "status", "'dissolved'")
        .filter("dissolved_on IS NOT NULL");
    schema.backfill("political_committees", "status", "'active'");
    schema.set_nullable("political_committees", "status", false);
    schema.create_index("political_committees", ["status", "term_end"]);
    Ok(())
}

/// Takes the status back. It is said here because a host cannot take a backfill back by itself; nothing is
/// lost that was there before.
pub(crate) fn drop_committee_status(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.drop_index(
        "political_committees",
        "political_committees_status_term_end_index",
    );
    schema.drop_column("political_committees", "status");
    Ok(())
}

/// Donations of one donor are found across years, and longer addresses fit.
pub(crate) fn donor_lookup_and_wider_address(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_index("donation_records", ["donor_pan", "fiscal_year"]);
    schema.create_index(
        "donation_records",
        ["donor_citizenship_number", "fiscal_year"],
    );
    schema.set_type(
        "political_parties",
        "headquarters_address",
        ColumnType::String(500),
    );
    Ok(())
}
