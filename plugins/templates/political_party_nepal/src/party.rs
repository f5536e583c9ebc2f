//! The party itself, as the Election Commission has it registered.
//!
//! Differs from the documents: province and district are references, not copies of their codes.

use strata_sdk::prelude::*;

use crate::place;

/// The party and those it has merged with or split from.
pub(crate) fn political_parties(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_table("political_parties", |t| {
        t.id();
        t.string("registration_number", 64)
            .unique()
            .comment("The number under which the Election Commission has it.");
        t.json("name_translations")
            .comment("Names by language: {\"en\": …, \"np\": …}.");
        t.string("abbreviation", 32).nullable();
        t.string("election_symbol", 100)
            .nullable()
            .comment("The symbol on the ballot paper.");
        t.date("established_date");
        t.string("chairperson_name", 255);
        t.string("headquarters_address", 255);
        place::columns(t, "political_parties", true);
        t.string("ec_registration_certificate", 255)
            .nullable()
            .comment("Where the scanned certificate is kept.");
        t.date("ec_registration_date").nullable();
        t.enumeration("ec_status", ["active", "suspended", "cancelled"])
            .default("active");
        t.check(
            "political_parties_registration_number_check",
            "LENGTH(registration_number) > 0",
        );
        t.check(
            "political_parties_dates_check",
            "ec_registration_date IS NULL OR ec_registration_date >= established_date",
        );
        t.comment(
            "Registrations with the Election Commission; usually one row, the tenant itself.",
        );
    });
    Ok(())
}
