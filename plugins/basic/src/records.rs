//! The audit log and settings.
//!
//! The audit log is about what people do in the tenant; what Strata does to the schema is in its own
//! ledger.

use strata_sdk::prelude::*;

/// Who did what. Rows are added, never changed or removed.
pub(crate) fn audit_logs(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_table("audit_logs", |t| {
        t.id();
        t.timestamptz("occurred_at").default_now();
        t.reference("user_id", "users")
            .nullable()
            .without_index()
            .comment("None when no user acted. A user with entries is blocked, not deleted.");
        t.string("actor", 190)
            .comment("Who acted as a text of its own, such as `user:12` or `job:import`.");
        t.string("action", 100)
            .comment("What was done, such as `member.approved`.");
        t.string("subject_type", 63)
            .nullable()
            .comment("The table that it was done to.");
        t.string("subject_id", 64)
            .nullable()
            .comment("The key of the row that it was done to.");
        t.json("old_values")
            .nullable()
            .comment("What changed, as it was.");
        t.json("new_values")
            .nullable()
            .comment("What changed, as it is.");
        t.string("ip_address", 45).nullable();
        t.string("user_agent", 255).nullable();
        t.uuid("request_id")
            .nullable()
            .comment("Joins the entries of one request.");
        t.append_only();
        t.index(["occurred_at"]);
        t.index(["user_id", "occurred_at"]);
        t.index(["subject_type", "subject_id", "occurred_at"]);
        t.check(
            "audit_logs_action_check",
            "LENGTH(action) > 0 AND LENGTH(actor) > 0",
        );
        t.check(
            "audit_logs_subject_check",
            "subject_id IS NULL OR subject_type IS NOT NULL",
        );
        t.comment("Who did what, when and from where. Append-only.");
    });
    Ok(())
}

/// The tenant's settings, with those that an application needs first.
pub(crate) fn settings(schema: &mut Schema, tenant: &Context) -> Result<()> {
    schema.create_table("settings", |t| {
        t.string("key", 190)
            .comment("`topic.name`, such as `general.time_zone`.");
        t.json("value")
            .nullable()
            .comment("Any JSON; none for a setting that was never given.");
        t.timestamptz("updated_at").default_now();
        t.primary_key(["key"]);
        t.check("settings_key_check", "LENGTH(key) > 0");
        t.comment("What the tenant's applications remember about how they should behave.");
    });
    let locale = plain(tenant, "default_locale")?;
    let time_zone = plain(tenant, "time_zone")?;
    schema.insert_rows(
        "settings",
        ["key"],
        rows![
            { "key": "general.default_locale", "value": locale },
            { "key": "general.time_zone", "value": time_zone },
        ],
    );
    Ok(())
}

/// A setting that is a word of plain characters, as a JSON text.
fn plain(tenant: &Context, key: &str) -> Result<String> {
    let text: String = tenant.required_setting(key)?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-+/".contains(&byte);
    if text.is_empty() || !text.bytes().all(is_plain) {
        return Err(PluginError::invalid_setting(
            key,
            "it is not letters, digits, `_`, `-`, `+` and `/`",
        ));
    }
    Ok(format!("\"{text}\""))
}
