//! Proof that members are citizens of Nepal.
//!
//! Differs from the documents: the scans are not JSON in a column but rows of a classified table that point
//! into an encrypted object store (DEF-74); the index (`citizenship_number`, `validation_status`) is left out,
//! because the number alone is unique (DEF-78), and one for the queue of open cases is there instead.

use strata_sdk::prelude::*;

/// Validations and the documents behind them.
pub(crate) fn citizen_validations(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_table("citizen_validations", |t| {
        t.id();
        t.string("citizenship_number", 64).unique();
        t.reference("member_id", "members")
            .nullable()
            .comment("The member, as soon as there is one: validation comes before membership.");
        t.date("validation_date");
        t.enumeration("validation_status", ["pending", "verified", "rejected", "expired"])
            .default("pending");
        t.string("verified_by", 64).nullable().comment("The id of the government officer.");
        t.timestamptz("verified_at").nullable();
        t.text("rejection_reason").nullable();
        t.timestamps();
        t.index(["validation_status", "validation_date"]);
        t.check("citizen_validations_citizenship_number_check", "LENGTH(citizenship_number) > 0");
        t.check(
            "citizen_validations_verified_check",
            "validation_status <> 'verified' OR (verified_by IS NOT NULL AND verified_at IS NOT NULL)",
        );
        t.check(
            "citizen_validations_rejected_check",
            "validation_status <> 'rejected' OR rejection_reason IS NOT NULL",
        );
        t.comment("Whether a citizenship certificate was checked, by whom and with what result.");
    });
    schema.create_table("citizen_validation_documents", |t| {
        t.id();
        t.reference("citizen_validation_id", "citizen_validations")
            .without_index();
        t.enumeration(
            "document_type",
            ["citizenship_front", "citizenship_back", "photo", "other"],
        );
        t.string("storage_key", 190)
            .unique()
            .comment("Where the encrypted file is in the object store.");
        t.string("encryption_key_id", 64)
            .comment("Which key it was encrypted with; never the key.");
        t.string("content_sha256", 64)
            .comment("SHA-256 of the plain file in hexadecimal digits.");
        t.string("media_type", 100);
        t.bigint("size_bytes");
        t.reference("uploaded_by", "users").nullable();
        t.timestamptz("uploaded_at").default_now();
        t.unique(["citizen_validation_id", "document_type", "content_sha256"]);
        t.check(
            "citizen_validation_documents_size_bytes_check",
            "size_bytes > 0",
        );
        t.check(
            "citizen_validation_documents_content_sha256_check",
            "LENGTH(content_sha256) = 64",
        );
        t.comment(
            "Citizenship scans and photos, as references. Personal data of the highest class.",
        );
    });
    Ok(())
}
