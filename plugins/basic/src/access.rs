//! Roles, permissions and who has them, with the rows that every tenant begins with.
//!
//! Assignments are pairs in tables of their own; there is no column `tenant_id`, because the database
//! is the tenant (DEF-70).
//!
//! Invariant: keys of roles and permissions are what applications ask for; they never change.

use strata_sdk::prelude::*;

use crate::seed;

/// Roles, permissions, what a role permits, and what a user has.
pub(crate) fn roles_and_permissions(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    definitions(schema);
    assignments(schema);
    seed::insert(schema);
    Ok(())
}

fn definitions(schema: &mut Schema) {
    schema.create_table("roles", |t| {
        t.id();
        t.string("key", 64)
            .unique()
            .comment("Stable name that applications ask for.");
        t.string("name", 255).comment("The name for people.");
        t.text("description")
            .nullable()
            .comment("What the role is for.");
        t.boolean("is_system")
            .default(false)
            .comment("Made by Strata; applications neither change nor delete it.");
        t.timestamps();
        t.check("roles_key_check", "LENGTH(key) > 0 AND key = LOWER(key)");
        t.comment("Named sets of permissions.");
    });
    schema.create_table("permissions", |t| {
        t.id();
        t.string("key", 128)
            .unique()
            .comment("`subject.verb`, such as `users.manage`.");
        t.string("description", 255)
            .comment("What it permits, for people.");
        t.boolean("is_system")
            .default(false)
            .comment("Made by Strata.");
        t.timestamps();
        t.check(
            "permissions_key_check",
            "LENGTH(key) > 0 AND key = LOWER(key)",
        );
        t.comment("Single things that somebody may be permitted to do.");
    });
}

fn assignments(schema: &mut Schema) {
    schema.create_table("role_permissions", |t| {
        t.reference("role_id", "roles")
            .without_index()
            .on_delete(Action::Cascade);
        t.reference("permission_id", "permissions")
            .on_delete(Action::Cascade);
        t.primary_key(["role_id", "permission_id"]);
        t.comment("What each role permits.");
    });
    schema.create_table("user_roles", |t| {
        t.reference("user_id", "users")
            .without_index()
            .on_delete(Action::Cascade);
        t.reference("role_id", "roles")
            .comment("A role that somebody has is not deleted.");
        t.reference("granted_by", "users")
            .nullable()
            .comment("None when Strata granted it.");
        t.timestamptz("granted_at").default_now();
        t.timestamptz("expires_at")
            .nullable()
            .comment("None for as long as it is not taken away.");
        t.primary_key(["user_id", "role_id"]);
        t.comment("Which roles each user has.");
    });
    schema.create_table("user_permissions", |t| {
        t.reference("user_id", "users")
            .without_index()
            .on_delete(Action::Cascade);
        t.reference("permission_id", "permissions");
        t.enumeration("effect", ["allow", "deny"])
            .default("allow")
            .comment("A denial wins over every role.");
        t.string("reason", 255).nullable();
        t.reference("granted_by", "users")
            .nullable()
            .comment("None when Strata granted it.");
        t.timestamptz("granted_at").default_now();
        t.timestamptz("expires_at")
            .nullable()
            .comment("None for as long as it is not taken away.");
        t.primary_key(["user_id", "permission_id"]);
        t.comment("Exceptions: what a single user may or may not do, whatever the roles say.");
    });
}
