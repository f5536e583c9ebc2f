//! Members of the party and the register of their memberships.
//!
//! `members` is who they are today and changes; `member_registrations` is what was filed for each fiscal
//! year and is kept for the Election Commission.

use strata_sdk::prelude::*;

use crate::{calendar, place};

/// The people of the party.
pub(crate) fn members(schema: &mut Schema, tenant: &Context) -> Result<()> {
    let language: String = tenant.required_setting("default_language")?;
    if !["ne", "en"].contains(&language.as_str()) {
        return Err(PluginError::invalid_setting(
            "default_language",
            "it is neither `ne` nor `en`",
        ));
    }
    schema.create_table("members", |t| {
        t.id();
        t.reference("user_id", "users")
            .nullable()
            .unique()
            .on_delete(Action::SetNull)
            .comment("The account with which the member signs in, if there is one.");
        t.string("membership_number", 32).unique();
        identity(t);
        t.string("email", 190).nullable().ignore_case();
        t.string("phone", 32).nullable();
        t.string("address", 255).nullable();
        place::columns(t, "members", false);
        t.enumeration("preferred_language", ["ne", "en"])
            .default(language.as_str());
        t.enumeration(
            "status",
            [
                "applicant",
                "active",
                "suspended",
                "resigned",
                "expelled",
                "deceased",
            ],
        )
        .default("applicant");
        t.date("joined_on")
            .nullable()
            .comment("None until the application is approved.");
        t.date("left_on").nullable();
        t.timestamps();
        t.index(["full_name"]);
        t.index(["status", "joined_on"]);
        t.check(
            "members_membership_number_check",
            "LENGTH(membership_number) > 0",
        );
        t.check(
            "members_joined_on_check",
            "status <> 'active' OR joined_on IS NOT NULL",
        );
        t.check(
            "members_left_on_check",
            "left_on IS NULL OR (joined_on IS NOT NULL AND left_on >= joined_on)",
        );
        t.comment("Members of the party, applicants and former members included.");
    });
    Ok(())
}

fn identity(t: &mut TableBuilder) {
    t.string("full_name", 190)
        .comment("In Latin letters, as on the passport.");
    t.string("full_name_np", 190)
        .nullable()
        .comment("In Devanagari, as on the citizenship certificate.");
    t.string("citizenship_number", 64).nullable().unique();
    t.date("date_of_birth").nullable().comment("Gregorian.");
    t.enumeration("gender", ["female", "male", "other", "undisclosed"])
        .default("undisclosed");
}

/// What was filed about each member, fiscal year by fiscal year (CMP-01).
pub(crate) fn member_registrations(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_table("member_registrations", |t| {
        t.id();
        t.string("registration_number", 64).unique();
        t.reference("member_id", "members").without_index();
        calendar::column(t);
        t.enumeration(
            "registration_type",
            ["new", "renewal", "transfer", "termination"],
        );
        t.date("registered_on");
        t.reference("committee_id", "political_committees")
            .nullable()
            .comment("The committee that took the registration.");
        t.string("citizenship_number", 64)
            .comment("As it was shown on the day.");
        t.reference("citizen_validation_id", "citizen_validations")
            .nullable();
        t.decimal("membership_fee", 12, 2)
            .default("0.00")
            .comment("In Nepalese rupees.");
        t.enumeration("status", ["pending", "approved", "rejected", "cancelled"])
            .default("pending");
        t.string("rejection_reason", 500).nullable();
        t.reference("approved_by", "users").nullable();
        t.timestamptz("approved_at").nullable();
        t.reference(
            "election_commission_report_id",
            "election_commission_reports",
        )
        .nullable()
        .comment("The report in which it went to the Election Commission.");
        t.timestamps();
        t.unique(["member_id", "fiscal_year", "registration_type"]);
        t.index(["fiscal_year", "status"]);
        t.check(
            "member_registrations_membership_fee_check",
            "membership_fee >= 0",
        );
        t.check(
            "member_registrations_approved_at_check",
            "status <> 'approved' OR approved_at IS NOT NULL",
        );
        t.check(
            "member_registrations_rejection_reason_check",
            "status <> 'rejected' OR rejection_reason IS NOT NULL",
        );
        t.comment(
            "The register of memberships that the Election Commission may ask for. Kept 10 years.",
        );
    });
    Ok(())
}
