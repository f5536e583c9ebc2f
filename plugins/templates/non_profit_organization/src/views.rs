//! Views for lists and reports; without personal data.

use strata_sdk::prelude::*;

/// `007_create_views`.
pub(crate) fn create(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema
        .create_view(
            "chapter_strength",
            "SELECT c.id AS chapter_id, c.code AS code, c.name AS name, COUNT(m.id) AS active_members \
             FROM chapters AS c \
             LEFT JOIN ngo_members AS m ON m.chapter_id = c.id AND m.status = 'active' \
             GROUP BY c.id, c.code, c.name",
        )
        .comment("How many active members each chapter has.");
    schema
        .create_view(
            "grant_balances",
            "SELECT g.id AS grant_id, g.grant_number AS grant_number, g.currency AS currency, \
             g.amount AS awarded, COALESCE(SUM(d.amount), 0) AS received \
             FROM grants AS g \
             LEFT JOIN grant_disbursements AS d ON d.grant_id = g.id AND d.received_on IS NOT NULL \
             GROUP BY g.id, g.grant_number, g.currency, g.amount",
        )
        .comment("What was awarded and what has come of it, for each grant.");
    schema
        .create_view(
            "project_donations",
            "SELECT p.id AS project_id, p.code AS code, d.currency AS currency, \
             COUNT(d.id) AS donations, SUM(d.amount) AS amount \
             FROM ngo_projects AS p \
             JOIN ngo_donations AS d ON d.project_id = p.id \
             WHERE d.status = 'received' \
             GROUP BY p.id, p.code, d.currency",
        )
        .comment("Donations received for each project, by currency.");
    Ok(())
}
