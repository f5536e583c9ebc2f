//! Chapters, the members of the organisation, and who holds an office.

use strata_sdk::prelude::*;

/// `001_create_ngo_structure`.
pub(crate) fn create(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_table("chapters", chapters);
    schema.create_table("ngo_members", members);
    schema.create_table("chapter_officers", officers);
    Ok(())
}

fn chapters(t: &mut TableBuilder) {
    t.id();
    t.string("code", 20)
        .unique()
        .comment("Stable short name, such as `au-nsw`.");
    t.string("name", 190).comment("Name in English.");
    t.string("name_np", 190)
        .nullable()
        .comment("Name in Nepali.");
    t.enumeration(
        "kind",
        ["headquarters", "country", "region", "city", "student"],
    )
    .default("city")
    .comment("How far the chapter reaches.");
    t.reference("parent_chapter_id", "chapters")
        .nullable()
        .comment("The chapter that it belongs to; none for the headquarters.");
    t.reference("organizational_unit_id", "organizational_units")
        .nullable()
        .on_delete(Action::SetNull)
        .comment("The unit of the hierarchy that the chapter is.");
    t.string("country_code", 2)
        .comment("ISO 3166-1 code of the country it works in.");
    t.string("city", 120).nullable().comment("Where it sits.");
    t.date("founded_on")
        .nullable()
        .comment("When it was founded (Gregorian).");
    t.boolean("is_active")
        .default(true)
        .comment("Whether it still works.");
    t.timestamps();
    t.check("chapters_country_code_check", "LENGTH(country_code) = 2");
    t.index(["country_code", "is_active"]);
    t.comment("Branches of the organisation, at home and abroad.");
}

fn members(t: &mut TableBuilder) {
    t.id();
    t.string("member_number", 40)
        .unique()
        .comment("Number on the member's card.");
    t.reference("user_id", "users")
        .nullable()
        .unique()
        .on_delete(Action::SetNull)
        .comment("The member's account, if there is one.");
    t.reference("chapter_id", "chapters")
        .without_index()
        .comment("The chapter the member votes in.");
    t.string("name", 190)
        .index()
        .comment("Full name in English.");
    t.string("name_np", 190)
        .nullable()
        .comment("Full name in Nepali.");
    t.string("email", 190)
        .nullable()
        .ignore_case()
        .index()
        .comment("Where to write to.");
    t.string("phone", 32)
        .nullable()
        .comment("Number with country code.");
    t.string("address", 255)
        .nullable()
        .comment("Postal address.");
    t.enumeration(
        "membership_type",
        ["general", "life", "honorary", "student", "institutional"],
    )
    .default("general")
    .comment("What kind of membership it is.");
    t.enumeration(
        "status",
        ["applied", "active", "lapsed", "resigned", "expelled"],
    )
    .default("applied")
    .comment("Where the membership stands.");
    t.date("joined_on")
        .nullable()
        .comment("First day of membership (Gregorian).");
    t.date("left_on")
        .nullable()
        .comment("Last day of membership (Gregorian).");
    t.timestamps();
    t.check(
        "ngo_members_joined_check",
        "status NOT IN ('active', 'lapsed') OR joined_on IS NOT NULL",
    );
    t.check(
        "ngo_members_period_check",
        "left_on IS NULL OR left_on >= joined_on",
    );
    t.index(["chapter_id", "status"]);
    t.comment("Members of the organisation.");
}

fn officers(t: &mut TableBuilder) {
    t.id();
    t.reference("chapter_id", "chapters")
        .without_index()
        .comment("Whose office it is.");
    t.reference("member_id", "ngo_members")
        .comment("Who holds it.");
    t.enumeration(
        "office",
        [
            "president",
            "vice_president",
            "secretary",
            "treasurer",
            "officer",
        ],
    )
    .comment("Which office.");
    t.date("term_start")
        .comment("First day of the term (Gregorian).");
    t.date("term_end")
        .nullable()
        .comment("Last day of the term; open if there is none.");
    t.timestamps();
    t.check(
        "chapter_officers_term_check",
        "term_end IS NULL OR term_end >= term_start",
    );
    t.unique(["chapter_id", "office", "member_id", "term_start"])
        .name("chapter_officers_term_unique");
    t.comment("Who holds which office of a chapter, and when.");
}
