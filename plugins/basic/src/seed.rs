//! The roles and permissions that every tenant begins with.
//!
//! Their names come from the documents, their sets of permissions are decided here (GAP-11). Templates
//! and applications add their own roles beside these; they do not change these.
//!
//! Invariant: ids and keys are for ever; a row is never removed from these lists, only added.

use strata_sdk::prelude::*;

/// Id, key, name, description.
type Role = (i64, &'static str, &'static str, &'static str);

/// Id, key, description.
type Permission = (i64, &'static str, &'static str);

const ROLES: [Role; 5] = [
    (
        1,
        "admin",
        "Admin",
        "The platform's staff: runs the tenant, but takes no data out of it.",
    ),
    (
        2,
        "tenant_admin",
        "Tenant Admin",
        "Runs the daily business: people, units, settings.",
    ),
    (
        3,
        "tenant_super_admin",
        "Tenant Super Admin",
        "May do everything in this tenant.",
    ),
    (
        4,
        "system",
        "System",
        "Unattended jobs: reads what it needs, changes nothing about people.",
    ),
    (5, "member", "Member", "Everybody else who can sign in."),
];

const PERMISSIONS: [Permission; 12] = [
    (1, "users.view", "See users."),
    (2, "users.manage", "Invite, change and block users."),
    (3, "roles.view", "See roles and who has them."),
    (4, "roles.manage", "Change roles and say who has them."),
    (5, "units.view", "See the organisation's hierarchy."),
    (6, "units.manage", "Change the organisation's hierarchy."),
    (7, "settings.view", "See settings."),
    (8, "settings.manage", "Change settings."),
    (9, "audit.view", "Read the audit log."),
    (10, "data.export", "Take data out of the tenant."),
    (11, "modules.view", "See which modules are active."),
    (
        12,
        "modules.manage",
        "Ask for modules to be added or removed.",
    ),
];

/// Role key and the keys of what it permits.
const GRANTS: [(&str, &[&str]); 5] = [
    (
        "admin",
        &[
            "users.view",
            "users.manage",
            "roles.view",
            "roles.manage",
            "units.view",
            "units.manage",
            "settings.view",
            "settings.manage",
            "audit.view",
            "modules.view",
            "modules.manage",
        ],
    ),
    (
        "tenant_admin",
        &[
            "users.view",
            "users.manage",
            "roles.view",
            "units.view",
            "units.manage",
            "settings.view",
            "settings.manage",
            "audit.view",
            "modules.view",
        ],
    ),
    (
        "tenant_super_admin",
        &[
            "users.view",
            "users.manage",
            "roles.view",
            "roles.manage",
            "units.view",
            "units.manage",
            "settings.view",
            "settings.manage",
            "audit.view",
            "data.export",
            "modules.view",
            "modules.manage",
        ],
    ),
    (
        "system",
        &["users.view", "units.view", "settings.view", "modules.view"],
    ),
    ("member", &["units.view"]),
];

/// Inserts roles, permissions and what each role permits.
pub(crate) fn insert(schema: &mut Schema) {
    schema.insert_rows(
        "roles",
        ["key"],
        ROLES.map(|(id, key, name, description)| {
            strata_sdk::Row::new()
                .with("id", id)
                .with("key", key)
                .with("name", name)
                .with("description", description)
                .with("is_system", true)
        }),
    );
    schema.insert_rows(
        "permissions",
        ["key"],
        PERMISSIONS.map(|(id, key, description)| {
            strata_sdk::Row::new()
                .with("id", id)
                .with("key", key)
                .with("description", description)
                .with("is_system", true)
        }),
    );
    let pairs = GRANTS.iter().flat_map(|(role, keys)| {
        keys.iter().filter_map(move |key| {
            let role = ROLES.iter().find(|(_, known, ..)| known == role)?;
            let permission = PERMISSIONS.iter().find(|(_, known, _)| known == key)?;
            Some(
                strata_sdk::Row::new()
                    .with("role_id", role.0)
                    .with("permission_id", permission.0),
            )
        })
    });
    schema.insert_rows("role_permissions", ["role_id", "permission_id"], pairs);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_grant_names_a_role_and_permissions_that_exist() {
        for (role, keys) in GRANTS {
            assert!(ROLES.iter().any(|(_, known, ..)| *known == role), "{role}");
            for key in keys {
                assert!(
                    PERMISSIONS.iter().any(|(_, known, _)| known == key),
                    "{key}"
                );
            }
        }
    }

    #[test]
    fn the_super_admin_may_do_everything_and_the_platform_may_not_export() {
        let may = |role: &str| {
            GRANTS
                .iter()
                .find(|(known, _)| *known == role)
                .map(|(_, keys)| *keys)
        };
        assert_eq!(
            may("tenant_super_admin").map(<[_]>::len),
            Some(PERMISSIONS.len())
        );
        assert!(may("admin").is_some_and(|keys| !keys.contains(&"data.export")));
    }
}
