//! Marxist study circles: what is studied, when, and who was there.

use strata_sdk::prelude::*;

/// Circles, their sessions, and attendance.
pub(crate) fn marxist_study_circles(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_table("marxist_study_circles", |t| {
        t.id();
        t.string("code", 64).unique().comment("Stable short name.");
        t.string("name", 190);
        t.string("name_np", 190)
            .comment("Nepali name in Devanagari.");
        t.reference("cell_id", "party_cells")
            .nullable()
            .comment("None for a circle of several cells.");
        t.reference("facilitator_member_id", "members").nullable();
        t.enumeration("stage", ["introductory", "intermediate", "advanced"])
            .default("introductory");
        t.text("curriculum")
            .nullable()
            .comment("Texts and topics, in order.");
        t.date("starts_on");
        t.date("ends_on").nullable();
        t.timestamps();
        t.check(
            "marxist_study_circles_dates_check",
            "ends_on IS NULL OR ends_on >= starts_on",
        );
        t.comment("Study circles for the political education of members.");
    });
    schema.create_table("marxist_study_sessions", |t| {
        t.id();
        t.reference("circle_id", "marxist_study_circles")
            .without_index();
        t.int("session_number")
            .comment("Counts within the circle, from 1.");
        t.date("held_on");
        t.string("topic", 255);
        t.string("topic_np", 255).nullable();
        t.string("venue", 255).nullable();
        t.timestamps();
        t.unique(["circle_id", "session_number"]);
        t.check(
            "marxist_study_sessions_session_number_check",
            "session_number >= 1",
        );
        t.comment("Meetings of a study circle.");
    });
    schema.create_table("marxist_study_attendance", |t| {
        t.reference("session_id", "marxist_study_sessions")
            .without_index()
            .on_delete(Action::Cascade);
        t.reference("member_id", "members");
        t.enumeration("status", ["present", "absent", "excused"])
            .default("present");
        t.string("note", 255).nullable();
        t.primary_key(["session_id", "member_id"]);
        t.comment("Who was at which meeting.");
    });
    schema
        .create_view(
            "marxist_study_participation",
            "SELECT s.circle_id AS circle_id, a.member_id AS member_id, COUNT(*) AS sessions_attended \
             FROM marxist_study_attendance AS a \
             JOIN marxist_study_sessions AS s ON s.id = a.session_id \
             WHERE a.status = 'present' GROUP BY s.circle_id, a.member_id",
        )
        .comment("How many meetings of a circle each member was at.");
    Ok(())
}
