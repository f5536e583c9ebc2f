//! Party cells: the smallest unit of the party, below the ward committee.

use strata_sdk::prelude::*;

/// Cells and who works in them.
pub(crate) fn party_cells(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_table("party_cells", |t| {
        t.id();
        t.string("code", 64).unique().comment("Stable short name.");
        t.string("name", 190);
        t.string("name_np", 190)
            .comment("Nepali name in Devanagari.");
        t.reference("committee_id", "political_committees")
            .comment("The committee that leads the cell.");
        t.reference("convener_member_id", "members").nullable();
        t.enumeration(
            "kind",
            [
                "residential",
                "workplace",
                "student",
                "professional",
                "overseas",
            ],
        )
        .default("residential");
        t.int("member_count_min")
            .default(3)
            .comment("Fewer members than this, and the cell is merged.");
        t.date("formed_on");
        t.date("dissolved_on").nullable();
        t.timestamps();
        t.check("party_cells_code_check", "LENGTH(code) > 0");
        t.check(
            "party_cells_member_count_min_check",
            "member_count_min >= 1",
        );
        t.check(
            "party_cells_dissolved_on_check",
            "dissolved_on IS NULL OR dissolved_on >= formed_on",
        );
        t.comment("Party cells under their committees.");
    });
    schema.create_table("party_cell_members", |t| {
        t.id();
        t.reference("cell_id", "party_cells").without_index();
        t.reference("member_id", "members").without_index();
        t.enumeration("role", ["convener", "secretary", "treasurer", "member"])
            .default("member");
        t.date("joined_on");
        t.date("left_on")
            .nullable()
            .comment("None while the member works in the cell.");
        t.timestamps();
        t.unique(["cell_id", "member_id", "joined_on"]);
        t.index(["member_id", "joined_on"]);
        t.check(
            "party_cell_members_left_on_check",
            "left_on IS NULL OR left_on >= joined_on",
        );
        t.comment("Who works in which cell, past and present.");
    });
    Ok(())
}

/// Since when a member is an organized one, beside the member.
pub(crate) fn organized_membership(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.add_column("members", |t| {
        t.date("cpn_uml__organized_since")
            .nullable()
            .index()
            .comment(
                "Since when the person is an organized member (sangathit sadasya). Personal data.",
            );
    });
    Ok(())
}
