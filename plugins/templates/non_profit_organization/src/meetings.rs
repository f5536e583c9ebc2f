//! Meetings of chapters: who was there and what was decided.

use strata_sdk::prelude::*;

/// `006_create_chapter_meetings`.
pub(crate) fn create(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_table("chapter_meetings", meetings);
    schema.create_table("meeting_attendance", attendance);
    schema.create_table("meeting_resolutions", resolutions);
    Ok(())
}

fn meetings(t: &mut TableBuilder) {
    t.id();
    t.reference("chapter_id", "chapters")
        .without_index()
        .comment("Whose meeting it is.");
    t.string("title", 190).comment("Title in English.");
    t.string("title_np", 190)
        .nullable()
        .comment("Title in Nepali.");
    t.enumeration("kind", ["general_assembly", "board", "special"])
        .comment("What it may decide.");
    t.timestamptz("starts_at").comment("When it begins.");
    t.timestamptz("ends_at").nullable().comment("When it ends.");
    t.string("place", 255)
        .nullable()
        .comment("Address or link.");
    t.reference("chair_id", "ngo_members")
        .nullable()
        .on_delete(Action::SetNull)
        .comment("Who leads it.");
    t.int("quorum")
        .default(0)
        .comment("How many members must be present.");
    t.enumeration("status", ["planned", "held", "cancelled"])
        .default("planned")
        .comment("Where it stands.");
    t.text("minutes").nullable().comment("What was said.");
    t.timestamps();
    t.check(
        "chapter_meetings_period_check",
        "ends_at IS NULL OR ends_at > starts_at",
    );
    t.check("chapter_meetings_quorum_check", "quorum >= 0");
    t.index(["chapter_id", "starts_at"]);
    t.index(["status", "starts_at"]);
    t.comment("Meetings of chapters.");
}

fn attendance(t: &mut TableBuilder) {
    t.reference("meeting_id", "chapter_meetings")
        .without_index()
        .on_delete(Action::Cascade)
        .comment("Which meeting.");
    t.reference("member_id", "ngo_members")
        .comment("Which member.");
    t.enumeration("presence", ["present", "online", "excused", "absent"])
        .comment("Whether they came.");
    t.timestamps();
    t.primary_key(["meeting_id", "member_id"]);
    t.comment("Who came to a meeting.");
}

fn resolutions(t: &mut TableBuilder) {
    t.id();
    t.reference("meeting_id", "chapter_meetings")
        .without_index()
        .comment("Where it was decided.");
    t.string("number", 40).comment("Its number in the minutes.");
    t.text("wording")
        .comment("What was put to the vote, in English.");
    t.text("wording_np")
        .nullable()
        .comment("What was put to the vote, in Nepali.");
    t.int("votes_for").default(0).comment("Hands for it.");
    t.int("votes_against")
        .default(0)
        .comment("Hands against it.");
    t.int("abstentions")
        .default(0)
        .comment("Hands for neither.");
    t.enumeration("outcome", ["carried", "defeated", "deferred"])
        .comment("What came of it.");
    t.timestamps();
    t.check(
        "meeting_resolutions_votes_check",
        "votes_for >= 0 AND votes_against >= 0 AND abstentions >= 0",
    );
    t.unique(["meeting_id", "number"]);
    t.comment("What a meeting decided.");
}
