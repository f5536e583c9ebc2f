//! Groups, who belongs to them, what they pay in and what they are told.

use strata_sdk::prelude::*;

/// `001_create_community_structure`.
pub(crate) fn create(schema: &mut Schema, tenant: &Context) -> Result<()> {
    let wards: u32 = tenant.required_setting("wards")?;
    let currency = crate::currency(tenant)?;
    schema.create_table("community_groups", |t| groups(t, wards));
    schema.create_table("group_members", members);
    schema.create_table("group_contributions", |t| contributions(t, &currency));
    schema.create_table("group_announcements", announcements);
    schema
        .create_view(
            "group_strength",
            "SELECT g.id AS group_id, g.slug AS slug, g.name AS name, COUNT(m.id) AS active_members \
             FROM community_groups AS g \
             LEFT JOIN group_members AS m ON m.group_id = g.id AND m.status = 'active' \
             GROUP BY g.id, g.slug, g.name",
        )
        .comment("How many active members each group has.");
    Ok(())
}

fn groups(t: &mut TableBuilder, wards: u32) {
    t.id();
    t.string("slug", 60).unique().comment("Stable short name.");
    t.string("name", 190).index().comment("Name in English.");
    t.string("name_np", 190)
        .nullable()
        .comment("Name in Nepali.");
    t.enumeration(
        "kind",
        [
            "neighbourhood",
            "mothers",
            "youth",
            "savings",
            "forest_users",
            "interest",
        ],
    )
    .comment("What brings its people together.");
    t.text("description").nullable().comment("What it is for.");
    t.reference("parent_group_id", "community_groups")
        .nullable()
        .comment("The group that it belongs to.");
    t.reference("organizational_unit_id", "organizational_units")
        .nullable()
        .on_delete(Action::SetNull)
        .comment("The unit of the hierarchy that it is.");
    t.smallint("ward_number")
        .nullable()
        .comment("The ward it meets in.");
    t.string("meeting_place", 255)
        .nullable()
        .comment("Where it meets.");
    t.date("founded_on")
        .nullable()
        .comment("When it was founded (Gregorian).");
    t.boolean("is_active")
        .default(true)
        .comment("Whether it still meets.");
    t.timestamps();
    t.check(
        "community_groups_ward_check",
        format!("ward_number BETWEEN 1 AND {wards}"),
    );
    t.index(["kind", "is_active"]);
    t.comment("Groups of people who do something together.");
}

fn members(t: &mut TableBuilder) {
    t.id();
    t.reference("group_id", "community_groups")
        .without_index()
        .comment("Which group.");
    t.reference("user_id", "users")
        .nullable()
        .on_delete(Action::SetNull)
        .comment("The member's account, if there is one.");
    t.string("name", 190).comment("Full name in English.");
    t.string("name_np", 190)
        .nullable()
        .comment("Full name in Nepali.");
    t.string("email", 190)
        .nullable()
        .ignore_case()
        .comment("Where to write to.");
    t.string("phone", 32)
        .nullable()
        .index()
        .comment("Number with country code.");
    t.enumeration("role", ["coordinator", "secretary", "treasurer", "member"])
        .default("member")
        .comment("What they do for the group.");
    t.enumeration("status", ["invited", "active", "left"])
        .default("invited")
        .comment("Whether they belong to it.");
    t.date("joined_on")
        .nullable()
        .comment("First day (Gregorian).");
    t.date("left_on")
        .nullable()
        .comment("Last day (Gregorian).");
    t.timestamps();
    t.check(
        "group_members_joined_check",
        "status = 'invited' OR joined_on IS NOT NULL",
    );
    t.check(
        "group_members_left_check",
        "status <> 'left' OR left_on IS NOT NULL",
    );
    t.check("group_members_period_check", "left_on >= joined_on");
    t.unique(["group_id", "user_id"]);
    t.index(["group_id", "status"]);
    t.comment("Who belongs to which group.");
}

fn contributions(t: &mut TableBuilder, currency: &str) {
    t.id();
    t.string("receipt_number", 40)
        .unique()
        .comment("Number of the receipt.");
    t.reference("group_id", "community_groups")
        .without_index()
        .comment("To which group.");
    t.reference("member_id", "group_members")
        .comment("Who paid.");
    t.enumeration("kind", ["dues", "savings", "donation", "fine"])
        .comment("What for.");
    t.decimal("amount", 12, 2).comment("How much.");
    t.string("currency", 3)
        .default(currency)
        .comment("ISO 4217 code of the amount.");
    t.date("paid_on").comment("When (Gregorian).");
    t.string("note", 255)
        .nullable()
        .comment("What else is to know.");
    t.timestamps();
    t.check("group_contributions_amount_check", "amount > 0");
    t.check("group_contributions_currency_check", "LENGTH(currency) = 3");
    t.index(["group_id", "paid_on"]);
    t.comment("What members pay in.");
}

fn announcements(t: &mut TableBuilder) {
    t.id();
    t.reference("group_id", "community_groups")
        .without_index()
        .comment("Whose it is.");
    t.reference("author_id", "users")
        .nullable()
        .on_delete(Action::SetNull)
        .comment("Who wrote it.");
    t.string("title", 190).comment("Title in English.");
    t.string("title_np", 190)
        .nullable()
        .comment("Title in Nepali.");
    t.text("body").comment("What it says.");
    t.boolean("is_pinned")
        .default(false)
        .comment("Whether it stays on top.");
    t.timestamptz("published_at")
        .nullable()
        .comment("Since when it can be read.");
    t.timestamps();
    t.index(["group_id", "published_at"])
        .descending("published_at");
    t.comment("What a group is told.");
}
