//! Committees from the centre down to the wards, and who sits on them.
//!
//! Differs from the documents: members of a committee are rows that point at people, not JSON (DEF-74).

use strata_sdk::prelude::*;

use crate::place;

/// Which places each level of committee has.
const LEVEL_CHECK: &str = "level = 'special' \
    OR (level = 'central' AND province_id IS NULL AND district_id IS NULL AND ward_number IS NULL) \
    OR (level = 'provincial' AND province_id IS NOT NULL AND district_id IS NULL AND ward_number IS NULL) \
    OR (level = 'district' AND district_id IS NOT NULL AND ward_number IS NULL) \
    OR (level = 'ward' AND district_id IS NOT NULL AND ward_number IS NOT NULL)";

/// The hierarchy of committees.
pub(crate) fn political_committees(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_table("political_committees", |t| {
        t.id();
        t.enumeration(
            "level",
            ["central", "provincial", "district", "ward", "special"],
        );
        t.string("name", 190);
        t.string("name_np", 190)
            .comment("Nepali name in Devanagari.");
        t.reference("parent_committee_id", "political_committees")
            .nullable()
            .comment("The committee above; none for the central one.");
        place::columns(t, "political_committees", false);
        t.json("jurisdiction")
            .comment("What it is responsible for, beyond the place.");
        t.date("formation_date");
        t.date("term_start");
        t.date("term_end");
        t.date("dissolved_on")
            .nullable()
            .comment("When it ended before its term, if it did.");
        t.timestamps();
        t.index(["level", "province_id", "district_id"]);
        t.check("political_committees_level_check", LEVEL_CHECK);
        t.check("political_committees_term_check", "term_start <= term_end");
        t.check(
            "political_committees_dissolved_on_check",
            "dissolved_on IS NULL OR dissolved_on >= formation_date",
        );
        t.comment("Committees: Central, Province, District, Ward, and special ones beside them.");
    });
    Ok(())
}

/// Who sits on which committee, and since when.
pub(crate) fn committee_members(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_table("committee_members", |t| {
        t.id();
        t.reference("committee_id", "political_committees")
            .without_index();
        t.reference("member_id", "members").without_index();
        t.enumeration(
            "post",
            [
                "chairperson",
                "vice_chairperson",
                "general_secretary",
                "deputy_general_secretary",
                "secretary",
                "joint_secretary",
                "treasurer",
                "spokesperson",
                "member",
                "alternate_member",
                "adviser",
                "other",
            ],
        )
        .default("member");
        t.string("post_title", 120)
            .nullable()
            .comment("The party's own word for the post.");
        t.date("term_start");
        t.date("term_end")
            .nullable()
            .comment("None while the person sits on the committee.");
        t.timestamps();
        t.unique(["committee_id", "member_id", "term_start"]);
        t.index(["member_id", "term_start"]);
        t.check(
            "committee_members_term_check",
            "term_end IS NULL OR term_end >= term_start",
        );
        t.check(
            "committee_members_post_check",
            "post <> 'other' OR post_title IS NOT NULL",
        );
        t.comment("Seats on committees, past and present.");
    });
    Ok(())
}
