//! Reports to the Election Commission.
//!
//! Differs from the documents: the period is part of the key, or there could be a single quarterly report a
//! year (DEF-77).

use strata_sdk::prelude::*;

use crate::calendar;

/// Which periods go with which type of report.
const PERIOD_CHECK: &str = "(report_type = 'quarterly' AND period IN ('Q1', 'Q2', 'Q3', 'Q4')) \
    OR (report_type = 'annual' AND period = 'annual') \
    OR (report_type = 'election' AND LENGTH(period) > 0 \
    AND period NOT IN ('Q1', 'Q2', 'Q3', 'Q4', 'annual'))";

/// Adds fiscal year, type and period of a report, which together are unique.
pub(crate) fn period(t: &mut TableBuilder, table: &str) {
    calendar::column(t);
    t.enumeration("report_type", ["quarterly", "annual", "election"]);
    t.string("period", 32)
        .comment("`Q1` to `Q4`, `annual`, or the election, such as `house-2084`.");
    t.unique(["fiscal_year", "report_type", "period"]);
    t.check(format!("{table}_period_check"), PERIOD_CHECK);
}

/// What was or must be reported, and what became of it.
pub(crate) fn election_commission_reports(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_table("election_commission_reports", |t| {
        t.id();
        period(t, "election_commission_reports");
        t.date("submission_deadline");
        t.date("submitted_date").nullable();
        t.enumeration("status", ["draft", "submitted", "verified", "rejected"])
            .default("draft");
        t.string("ec_reference_number", 64)
            .nullable()
            .comment("The Election Commission's own number.");
        t.json("attachments")
            .comment("References to files in the object store, not the files.");
        t.text("ec_remarks")
            .nullable()
            .comment("What the Election Commission wrote back.");
        t.timestamps();
        t.index(["submission_deadline", "status"]);
        t.check(
            "election_commission_reports_submitted_date_check",
            "status = 'draft' OR submitted_date IS NOT NULL",
        );
        t.comment(
            "Reports to the Election Commission of Nepal, one a fiscal year, type and period.",
        );
    });
    Ok(())
}
