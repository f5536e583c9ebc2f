//! The audit trail that the Election Commission may read.
//!
//! It is not the audit log of `basic`, which holds everything that anybody does: only what concerns money,
//! memberships and reports is here, with a reason, so that it can be handed over as it is.

use strata_sdk::prelude::*;

/// Who changed what the Election Commission relies on (CMP-01). Rows are added, never changed or removed.
pub(crate) fn audit_trails(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_table("audit_trails", |t| {
        t.id();
        t.timestamptz("occurred_at").default_now();
        t.reference("user_id", "users")
            .nullable()
            .without_index()
            .comment("None when no user acted.");
        t.string("actor", 190)
            .comment("Who acted as a text of its own, such as `user:12`.");
        t.enumeration(
            "action",
            [
                "create", "update", "approve", "reject", "submit", "cancel", "archive", "export",
            ],
        );
        t.string("subject_table", 63)
            .comment("Which table it concerns.");
        t.string("subject_id", 64).comment("Which row.");
        t.json("old_values")
            .nullable()
            .comment("What changed, as it was.");
        t.json("new_values")
            .nullable()
            .comment("What changed, as it is.");
        t.string("reason", 500).nullable();
        t.reference(
            "election_commission_report_id",
            "election_commission_reports",
        )
        .nullable()
        .comment("The report that it concerns, if it does.");
        t.string("ip_address", 45).nullable();
        t.append_only();
        t.index(["occurred_at"]);
        t.index(["user_id", "occurred_at"]);
        t.index(["subject_table", "subject_id", "occurred_at"]);
        t.check("audit_trails_actor_check", "LENGTH(actor) > 0");
        t.check(
            "audit_trails_subject_check",
            "LENGTH(subject_table) > 0 AND LENGTH(subject_id) > 0",
        );
        t.comment("What happened to money, memberships and reports. Append-only. Kept 10 years.");
    });
    Ok(())
}
