//! How posts and accounts are received, day by day, as platforms tell.

use strata_sdk::prelude::*;

/// `002_create_social_analytics`.
pub(crate) fn create(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_table("social_analytics", posts);
    schema.create_table("social_followers", followers);
    schema
        .create_view(
            "social_post_totals",
            "SELECT p.id AS post_id, p.account_id AS account_id, p.published_at AS published_at, \
             SUM(a.impressions) AS impressions, SUM(a.reactions) AS reactions, \
             SUM(a.comments) AS comments, SUM(a.shares) AS shares, SUM(a.clicks) AS clicks \
             FROM social_posts AS p \
             JOIN social_analytics AS a ON a.post_id = p.id \
             WHERE p.status = 'published' \
             GROUP BY p.id, p.account_id, p.published_at",
        )
        .comment("How each published post was received, all days together.");
    Ok(())
}

fn posts(t: &mut TableBuilder) {
    t.id();
    t.reference("post_id", "social_posts")
        .without_index()
        .on_delete(Action::Cascade)
        .comment("Which post.");
    t.date("measured_on")
        .index()
        .comment("On which day (Gregorian, UTC).");
    for (name, comment) in [
        ("impressions", "How often it was shown that day."),
        ("reach", "How many people saw it that day."),
        ("reactions", "Likes and the like of that day."),
        ("comments", "Comments of that day."),
        ("shares", "How often it was passed on that day."),
        ("clicks", "How often its link was followed that day."),
    ] {
        t.bigint(name).default(0).comment(comment);
    }
    t.timestamps();
    t.check(
        "social_analytics_figures_check",
        "impressions >= 0 AND reach >= 0 AND reactions >= 0 AND comments >= 0 \
         AND shares >= 0 AND clicks >= 0",
    );
    t.unique(["post_id", "measured_on"]);
    t.comment("How posts are received, day by day; figures only, nobody is named.");
}

fn followers(t: &mut TableBuilder) {
    t.reference("account_id", "social_accounts")
        .without_index()
        .on_delete(Action::Cascade)
        .comment("Which account.");
    t.date("measured_on")
        .index()
        .comment("On which day (Gregorian, UTC).");
    t.bigint("followers").comment("How many follow it.");
    t.primary_key(["account_id", "measured_on"]);
    t.check("social_followers_figure_check", "followers >= 0");
    t.comment("How many follow an account, day by day.");
}
