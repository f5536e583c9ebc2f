//! Organizational units and users.
//!
//! What users may do is in `access`. A platform's own administrators are not here but in the landlord
//! (CON-49).

use strata_sdk::prelude::*;

/// The tree of units that users belong to.
pub(crate) fn organizational_units(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_table("organizational_units", |t| {
        t.id();
        t.reference("parent_id", "organizational_units")
            .nullable()
            .comment(
                "The unit above; none for a root. The application keeps the tree free of cycles.",
            );
        t.string("code", 64)
            .unique()
            .comment("Stable short name, such as `head_office`.");
        t.string("name", 255).comment("The name for people.");
        t.string("kind", 64)
            .default("unit")
            .comment("What the organisation calls it: branch, department, chapter, …");
        t.enumeration("status", ["active", "dissolved"])
            .default("active");
        t.int("sort_order")
            .default(0)
            .comment("Position among the units with the same parent.");
        t.timestamps();
        t.check("organizational_units_code_check", "LENGTH(code) > 0");
        t.check("organizational_units_name_check", "LENGTH(name) > 0");
        t.comment("The organisation's hierarchy: each unit but the roots stands under another.");
    });
    Ok(())
}

/// Who can sign in.
pub(crate) fn users(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_table("users", |t| {
        t.id();
        t.string("name", 255)
            .comment("Full name as the person writes it.");
        t.string("email", 190)
            .unique()
            .ignore_case()
            .comment("The address to sign in with; upper and lower case are the same.");
        t.string("phone", 32)
            .nullable()
            .comment("In international form, such as +977-9800000000.");
        t.string("password_hash", 255)
            .nullable()
            .comment("A salted hash with its parameters; none when the person signs in elsewhere.");
        t.enumeration("status", ["invited", "active", "blocked"])
            .default("active")
            .comment("Blocked people keep their row, because the audit log points at it.");
        t.reference("unit_id", "organizational_units")
            .nullable()
            .on_delete(Action::SetNull)
            .comment("The unit that the person belongs to first of all.");
        t.string("locale", 35)
            .nullable()
            .comment("BCP 47 tag; none for the tenant's own.");
        t.timestamptz("email_verified_at").nullable();
        t.timestamptz("last_signed_in_at").nullable();
        t.timestamps();
        t.check("users_name_check", "LENGTH(name) > 0");
        t.check("users_email_check", "LENGTH(email) >= 3");
        t.comment("People who can sign in to this tenant.");
    });
    Ok(())
}
