//! What is asked for most often, as views.
//!
//! Invariant: every column has a name, every table an alias.

use strata_sdk::prelude::*;

const ACTIVE_MEMBERS: &str = "SELECT m.id AS id, m.membership_number AS membership_number, \
    m.full_name AS full_name, m.full_name_np AS full_name_np, p.code AS province_code, \
    p.name AS province_name, d.code AS district_code, d.name AS district_name, \
    m.ward_number AS ward_number, m.joined_on AS joined_on \
    FROM members AS m \
    LEFT JOIN provinces AS p ON p.id = m.province_id \
    LEFT JOIN districts AS d ON d.id = m.district_id \
    WHERE m.status = 'active'";

const COMMITTEE_ROSTER: &str = "SELECT s.id AS id, c.id AS committee_id, c.level AS level, \
    c.name AS committee_name, c.name_np AS committee_name_np, m.id AS member_id, \
    m.full_name AS full_name, m.full_name_np AS full_name_np, s.post AS post, \
    s.post_title AS post_title, s.term_start AS term_start \
    FROM committee_members AS s \
    JOIN political_committees AS c ON c.id = s.committee_id \
    JOIN members AS m ON m.id = s.member_id \
    WHERE s.term_end IS NULL AND c.dissolved_on IS NULL";

const DONATION_TOTALS: &str = "SELECT r.fiscal_year AS fiscal_year, r.donor_type AS donor_type, \
    COUNT(*) AS donations, SUM(r.amount) AS total_amount \
    FROM donation_records AS r GROUP BY r.fiscal_year, r.donor_type";

const WARD_MEMBER_COUNTS: &str = "SELECT m.district_id AS district_id, \
    m.ward_number AS ward_number, COUNT(*) AS members \
    FROM members AS m WHERE m.status = 'active' GROUP BY m.district_id, m.ward_number";

/// The views of version 1.0.0.
pub(crate) fn views(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema
        .create_view("active_members", ACTIVE_MEMBERS)
        .comment("Active members with the names of their province and district.");
    schema
        .create_view("committee_roster", COMMITTEE_ROSTER)
        .comment("Who sits on which committee today.");
    schema
        .create_view("donation_totals", DONATION_TOTALS)
        .comment("Donations by fiscal year and kind of donor.");
    schema
        .create_view("ward_member_counts", WARD_MEMBER_COUNTS)
        .comment("Active members by district and ward number.");
    Ok(())
}
