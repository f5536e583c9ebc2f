//! Events: where they are, who comes, who does what.

use strata_sdk::prelude::*;

/// `002_create_event_management`.
pub(crate) fn create(schema: &mut Schema, tenant: &Context) -> Result<()> {
    let currency = crate::currency(tenant)?;
    schema.create_table("event_venues", venues);
    schema.create_table("community_events", |t| events(t, &currency));
    schema.create_table("event_attendances", attendances);
    schema.create_table("event_tasks", tasks);
    schema
        .create_view(
            "event_turnout",
            "SELECT e.id AS event_id, e.title AS title, e.capacity AS capacity, \
             a.status AS status, COUNT(a.id) AS people \
             FROM community_events AS e \
             JOIN event_attendances AS a ON a.event_id = e.id \
             GROUP BY e.id, e.title, e.capacity, a.status",
        )
        .comment("How many people registered for, wait for and came to each event.");
    Ok(())
}

fn venues(t: &mut TableBuilder) {
    t.id();
    t.string("name", 190).unique().comment("Name in English.");
    t.string("name_np", 190)
        .nullable()
        .comment("Name in Nepali.");
    t.string("address", 255).nullable().comment("Where it is.");
    t.int("capacity")
        .nullable()
        .comment("How many people it holds.");
    t.boolean("is_accessible")
        .default(false)
        .comment("Whether a wheelchair gets in.");
    t.timestamps();
    t.check("event_venues_capacity_check", "capacity > 0");
    t.comment("Places for events.");
}

fn events(t: &mut TableBuilder, currency: &str) {
    t.id();
    t.reference("group_id", "community_groups")
        .without_index()
        .comment("Who holds it.");
    t.reference("venue_id", "event_venues")
        .nullable()
        .without_index()
        .comment("Where.");
    t.reference("organizer_id", "users")
        .nullable()
        .on_delete(Action::SetNull)
        .comment("Who answers for it.");
    t.string("title", 190).comment("Title in English.");
    t.string("title_np", 190)
        .nullable()
        .comment("Title in Nepali.");
    t.text("description")
        .nullable()
        .comment("What will happen.");
    t.enumeration(
        "kind",
        [
            "meeting",
            "festival",
            "cleanup",
            "training",
            "fundraiser",
            "sport",
            "health_camp",
        ],
    )
    .comment("What it is.");
    t.enumeration("status", ["draft", "published", "cancelled", "finished"])
        .default("draft")
        .comment("Where it stands.");
    t.timestamptz("starts_at").comment("When it begins.");
    t.timestamptz("ends_at").comment("When it ends.");
    t.timestamptz("registration_closes_at")
        .nullable()
        .comment("Until when people can register.");
    t.int("capacity")
        .nullable()
        .comment("How many people may come; any number if none is said.");
    t.decimal("budget", 12, 2)
        .default(0)
        .comment("What it may cost.");
    t.string("currency", 3)
        .default(currency)
        .comment("ISO 4217 code of the budget.");
    t.timestamps();
    t.check("community_events_period_check", "ends_at > starts_at");
    t.check(
        "community_events_registration_check",
        "registration_closes_at <= ends_at",
    );
    t.check("community_events_capacity_check", "capacity > 0");
    t.check("community_events_budget_check", "budget >= 0");
    t.index(["group_id", "starts_at"]);
    t.index(["venue_id", "starts_at"]);
    t.index(["status", "starts_at"]);
    t.comment("What groups invite to.");
}

fn attendances(t: &mut TableBuilder) {
    t.id();
    t.reference("event_id", "community_events")
        .without_index()
        .on_delete(Action::Cascade)
        .comment("Which event.");
    t.reference("member_id", "group_members")
        .nullable()
        .comment("The member who comes, if one.");
    t.string("guest_name", 190)
        .nullable()
        .comment("The name of a guest who is no member.");
    t.string("guest_phone", 32)
        .nullable()
        .comment("A guest's number with country code.");
    t.enumeration(
        "status",
        ["registered", "waiting", "attended", "absent", "cancelled"],
    )
    .default("registered")
    .comment("Whether they come.");
    t.timestamptz("checked_in_at")
        .nullable()
        .comment("When they came.");
    t.timestamps();
    t.check(
        "event_attendances_who_check",
        "(member_id IS NOT NULL AND guest_name IS NULL) \
         OR (member_id IS NULL AND guest_name IS NOT NULL)",
    );
    t.unique(["event_id", "member_id"]);
    t.index(["event_id", "status"]);
    t.comment("Who comes to an event: a member or a guest.");
}

fn tasks(t: &mut TableBuilder) {
    t.id();
    t.reference("event_id", "community_events")
        .without_index()
        .on_delete(Action::Cascade)
        .comment("Which event.");
    t.reference("assignee_id", "group_members")
        .nullable()
        .on_delete(Action::SetNull)
        .comment("Who does it.");
    t.string("title", 190).comment("What is to be done.");
    t.date("due_on")
        .nullable()
        .comment("Until when (Gregorian).");
    t.enumeration("status", ["open", "done", "dropped"])
        .default("open")
        .comment("Where it stands.");
    t.timestamps();
    t.index(["event_id", "status"]);
    t.comment("What has to be done for an event.");
}
