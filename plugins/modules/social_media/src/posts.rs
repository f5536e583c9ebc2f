//! Accounts, posts and their tags.

use strata_sdk::prelude::*;

/// `001_create_social_posts`.
pub(crate) fn create(schema: &mut Schema, tenant: &Context) -> Result<()> {
    let requires_approval: bool = tenant.required_setting("requires_approval")?;
    schema.create_table("social_accounts", accounts);
    schema.create_table("social_posts", |t| posts(t, requires_approval));
    schema.create_table("social_post_tags", tags);
    Ok(())
}

fn accounts(t: &mut TableBuilder) {
    t.id();
    t.enumeration(
        "platform",
        [
            "facebook",
            "instagram",
            "linkedin",
            "mastodon",
            "tiktok",
            "viber",
            "x",
            "youtube",
            "website",
        ],
    )
    .comment("Where the account is.");
    t.string("handle", 120).comment("How it is called there.");
    t.string("name", 190).comment("Name for people in English.");
    t.string("name_np", 190)
        .nullable()
        .comment("Name for people in Nepali.");
    t.string("url", 500)
        .nullable()
        .comment("Where it can be seen.");
    t.reference("organizational_unit_id", "organizational_units")
        .nullable()
        .on_delete(Action::SetNull)
        .comment("The unit that speaks through it.");
    t.reference("responsible_id", "users")
        .comment("Who answers for it.");
    t.string("credential_reference", 255)
        .nullable()
        .comment("Where the vault keeps its secret; never the secret.");
    t.boolean("is_active")
        .default(true)
        .comment("Whether it is used.");
    t.timestamps();
    t.unique(["platform", "handle"]);
    t.comment("Accounts in social media.");
}

fn posts(t: &mut TableBuilder, requires_approval: bool) {
    t.id();
    t.reference("account_id", "social_accounts")
        .without_index()
        .comment("Through which account.");
    t.reference("author_id", "users")
        .without_index()
        .comment("Who wrote it.");
    t.text("body").comment("What it says.");
    t.enumeration("language", ["en", "ne", "mixed"])
        .default("ne")
        .comment("In which language.");
    t.json("media_references")
        .nullable()
        .comment("Where pictures and videos are kept, as a list.");
    t.enumeration(
        "status",
        [
            "draft",
            "in_review",
            "approved",
            "scheduled",
            "published",
            "failed",
            "withdrawn",
        ],
    )
    .default("draft")
    .comment("Where it stands.");
    t.reference("approved_by_id", "users")
        .nullable()
        .comment("Who agreed to it.");
    t.timestamptz("scheduled_at")
        .nullable()
        .comment("When it is to be published.");
    t.timestamptz("published_at")
        .nullable()
        .comment("When it was published.");
    t.string("external_id", 190)
        .nullable()
        .comment("How the platform knows it.");
    t.string("failure", 500)
        .nullable()
        .comment("What the platform said when it failed.");
    t.timestamps();
    t.check(
        "social_posts_scheduled_check",
        "status <> 'scheduled' OR scheduled_at IS NOT NULL",
    );
    t.check(
        "social_posts_published_check",
        "status <> 'published' OR published_at IS NOT NULL",
    );
    if requires_approval {
        t.check(
            "social_posts_approval_check",
            "status NOT IN ('approved', 'scheduled', 'published') \
             OR (approved_by_id IS NOT NULL AND approved_by_id <> author_id)",
        );
    }
    t.unique(["account_id", "external_id"]);
    t.index(["account_id", "status", "scheduled_at"]);
    t.index(["author_id", "status"]);
    t.comment("Posts, from draft to what became of them.");
}

fn tags(t: &mut TableBuilder) {
    t.reference("post_id", "social_posts")
        .without_index()
        .on_delete(Action::Cascade)
        .comment("Which post.");
    t.string("tag", 60)
        .index()
        .comment("The word, without `#`.");
    t.primary_key(["post_id", "tag"]);
    t.check("social_post_tags_tag_check", "LENGTH(tag) > 0");
    t.comment("What posts are about.");
}
