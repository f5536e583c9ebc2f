//! The party constitution: its editions, articles and amendments.
//!
//! Invariant: an edition in force is not edited; an amendment says what changes and leads to a new edition.

use strata_sdk::prelude::*;

/// Editions, their articles, and amendments to them.
pub(crate) fn party_constitution(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    editions(schema);
    articles(schema);
    amendments(schema);
    Ok(())
}

fn editions(schema: &mut Schema) {
    schema.create_table("party_constitution", |t| {
        t.id();
        t.int("edition").unique().comment("1 for the first.");
        t.string("title", 255);
        t.string("title_np", 255).comment("Nepali title in Devanagari.");
        t.string("adopted_by", 190).comment("The body that adopted it, such as a general convention.");
        t.date("adopted_on");
        t.date("in_force_from").nullable();
        t.date("in_force_until").nullable();
        t.enumeration("status", ["draft", "in_force", "superseded"]).default("draft");
        t.timestamps();
        t.check("party_constitution_edition_check", "edition >= 1");
        t.check("party_constitution_in_force_check", "status = 'draft' OR in_force_from IS NOT NULL");
        t.check(
            "party_constitution_dates_check",
            "in_force_until IS NULL OR (in_force_from IS NOT NULL AND in_force_until >= in_force_from)",
        );
        t.comment("Editions of the party constitution.");
    });
}

fn articles(schema: &mut Schema) {
    schema.create_table("party_constitution_articles", |t| {
        t.id();
        t.reference("constitution_id", "party_constitution")
            .without_index();
        t.string("article_number", 16)
            .comment("As printed, such as `12` or `12ka`.");
        t.int("position")
            .comment("Order within the edition, from 1.");
        t.string("chapter", 190).nullable();
        t.string("heading", 255);
        t.string("heading_np", 255);
        t.text("body").comment("English text.");
        t.text("body_np")
            .comment("Nepali text, which is the binding one.");
        t.timestamps();
        t.unique(["constitution_id", "article_number"]);
        t.unique(["constitution_id", "position"]);
        t.check(
            "party_constitution_articles_position_check",
            "position >= 1",
        );
        t.comment("Articles of an edition of the party constitution.");
    });
}

fn amendments(schema: &mut Schema) {
    schema.create_table("party_constitution_amendments", |t| {
        t.id();
        t.reference("constitution_id", "party_constitution")
            .without_index();
        t.int("amendment_number")
            .comment("Counts within the edition, from 1.");
        t.reference("article_id", "party_constitution_articles")
            .nullable()
            .comment("The article that changes; none for a new one.");
        t.enumeration("kind", ["insert", "replace", "repeal"]);
        t.text("new_body")
            .nullable()
            .comment("English text after the amendment.");
        t.text("new_body_np")
            .nullable()
            .comment("Nepali text after the amendment.");
        t.text("grounds").nullable().comment("Why.");
        t.reference("proposed_by_member_id", "members").nullable();
        t.reference("proposed_by_committee_id", "political_committees")
            .nullable();
        t.date("proposed_on");
        t.enumeration("status", ["proposed", "adopted", "rejected", "withdrawn"])
            .default("proposed");
        t.date("decided_on").nullable();
        t.int("votes_for").nullable();
        t.int("votes_against").nullable();
        t.timestamps();
        t.unique(["constitution_id", "amendment_number"]);
        t.index(["status", "proposed_on"]);
        t.check(
            "party_constitution_amendments_article_check",
            "kind = 'insert' OR article_id IS NOT NULL",
        );
        t.check(
            "party_constitution_amendments_body_check",
            "kind = 'repeal' OR new_body_np IS NOT NULL",
        );
        t.check(
            "party_constitution_amendments_decided_on_check",
            "status IN ('proposed', 'withdrawn') OR decided_on IS NOT NULL",
        );
        t.check(
            "party_constitution_amendments_votes_check",
            "COALESCE(votes_for, 0) >= 0 AND COALESCE(votes_against, 0) >= 0",
        );
        t.comment("Proposed and decided changes to the party constitution.");
    });
}
