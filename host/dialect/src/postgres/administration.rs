//! Databases and roles on PostgreSQL.
//!
//! Two roles that nobody logs in as are shared by all tenants of a server: `strata_owner` owns what is in
//! tenants' databases, `strata_app` holds what applications may do there. A tenant's own two roles are
//! members of them. The wall between tenants is CONNECT on the one database: PUBLIC has nothing there.
//! So a copy of a database needs no change of owners and grants.
//!
//! The role that runs migrations acts as `strata_owner` from the moment it logs in (`SET role` of the
//! role itself), and inherits nothing from it before. The database belongs to the administrator, so that
//! no role of a tenant can drop one.

mod forbidden;
mod scram;

use model::name::Name;

use super::STYLE;
use crate::administration::{Access, Administration, Attempt, Password, Relation, TenantRoles};
use crate::writer::SqlWriter;

/// Owns what is in tenants' databases.
const OWNER: &str = "strata_owner";

/// Holds what applications may do.
const APPLICATIONS: &str = "strata_app";

/// Databases and roles on PostgreSQL.
pub(super) struct PostgresAdministration;

fn sql(words: &'static str) -> SqlWriter {
    let mut sql = SqlWriter::new(&STYLE);
    sql.word(words);
    sql
}

/// Runs a statement that makes a role; one that is there, or is being made by somebody else, is kept.
fn kept_if_there(statement: &SqlWriter) -> String {
    let mut block = sql("BEGIN");
    block
        .fragment(statement)
        .word("; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END");
    let mut whole = sql("DO");
    whole.text(&block.finish());
    whole.finish()
}

fn shared_role(role: &'static str) -> String {
    let mut create = sql("CREATE ROLE");
    create.ident(&role.into()).word("NOLOGIN");
    kept_if_there(&create)
}

fn privileges(access: Access) -> &'static [&'static str] {
    match access {
        Access::Rows => &["SELECT", "INSERT", "UPDATE", "DELETE"],
        Access::Append => &["SELECT", "INSERT"],
        Access::Read => &["SELECT"],
    }
}

/// The privileges that can be held on a table, as words.
const PRIVILEGES: [&str; 8] = [
    "SELECT",
    "INSERT",
    "UPDATE",
    "DELETE",
    "TRUNCATE",
    "REFERENCES",
    "TRIGGER",
    "MAINTAIN",
];

impl Administration for PostgresAdministration {
    fn server_set_up(&self) -> Vec<String> {
        vec![
            shared_role(OWNER),
            shared_role(APPLICATIONS),
            // An administrator who is no superuser can give ownership only to a role that it is in.
            "DO 'BEGIN IF NOT pg_has_role(current_user, ''strata_owner'', ''MEMBER'') THEN \
             GRANT strata_owner TO CURRENT_USER; END IF; \
             EXCEPTION WHEN unique_violation OR internal_error THEN NULL; END'"
                .to_owned(),
        ]
    }

    fn missing_privileges(&self) -> &'static str {
        "SELECT missing FROM (SELECT rolname, 'the right to create databases (CREATEDB)' AS missing, \
         rolcreatedb OR rolsuper AS has FROM pg_roles UNION ALL \
         SELECT rolname, 'the right to create roles (CREATEROLE)', rolcreaterole OR rolsuper FROM pg_roles\
         ) AS needed WHERE rolname = current_user AND NOT has"
    }

    fn find_database(&self) -> &'static str {
        "SELECT datname::text AS name, 'unknown' AS ours FROM pg_database WHERE datname = $1"
    }

    fn find_role(&self) -> &'static str {
        "SELECT rolname::text AS name FROM pg_roles WHERE rolname = $1"
    }

    fn create_roles(
        &self,
        roles: &TenantRoles,
        application: Password<'_>,
        migration: Password<'_>,
    ) -> Vec<String> {
        let mut statements = Vec::new();
        for (role, password, shared) in [
            (&roles.application, application, APPLICATIONS),
            (&roles.migration, migration, OWNER),
        ] {
            let mut create = sql("CREATE ROLE");
            create
                .name(role)
                .word("LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION");
            // What the shared owner has, a migration has after it became the owner, not before.
            create.word(if shared == OWNER {
                "NOINHERIT"
            } else {
                "INHERIT"
            });
            statements.push(kept_if_there(&create));
            statements.extend(self.set_password(role, password));
            let mut member = sql("GRANT");
            member.ident(&shared.into()).word("TO").name(role);
            statements.push(member.finish());
        }
        let mut becomes = sql("ALTER ROLE");
        becomes
            .name(&roles.migration)
            .word("SET role =")
            .text(OWNER);
        statements.push(becomes.finish());
        statements
    }

    fn create_database(&self, roles: &TenantRoles) -> Vec<String> {
        // From the empty template, which nobody has put anything into; ordered byte by byte, so that a
        // newer library of locales never breaks an index.
        let mut create = sql("CREATE DATABASE");
        create
            .name(&roles.database)
            .word("TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'");
        vec![create.finish()]
    }

    fn secure_database(&self, roles: &TenantRoles) -> Vec<String> {
        let mut close = sql("REVOKE ALL ON DATABASE");
        close.name(&roles.database).word("FROM PUBLIC");
        let mut open = sql("GRANT CONNECT ON DATABASE");
        open.name(&roles.database)
            .word("TO")
            .name(&roles.application);
        open.comma().name(&roles.migration);
        let fixed = [
            "REVOKE ALL ON SCHEMA public FROM PUBLIC",
            "ALTER SCHEMA public OWNER TO strata_owner",
            "GRANT USAGE ON SCHEMA public TO strata_app",
            "ALTER DEFAULT PRIVILEGES FOR ROLE strata_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
        ];
        [close.finish(), open.finish()]
            .into_iter()
            .chain(fixed.map(str::to_owned))
            .collect()
    }

    fn set_password(&self, role: &Name, password: Password<'_>) -> Vec<String> {
        let mut alter = sql("ALTER ROLE");
        alter
            .name(role)
            .word("PASSWORD")
            .text(&scram::verifier(password.text, password.salt));
        vec![alter.finish()]
    }

    fn held_privileges(&self) -> &'static str {
        "SELECT DISTINCT c.relname::text AS relation, a.privilege_type::text AS privilege \
         FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) AS a \
         JOIN pg_roles r ON r.oid = a.grantee \
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f') \
         AND r.rolname IN ('strata_app', $1) ORDER BY 1, 2"
    }

    fn grants(
        &self,
        roles: &TenantRoles,
        relations: &[Relation],
        held: &[(String, String)],
    ) -> Vec<String> {
        let mut statements = Vec::new();
        for (relation, privilege) in held {
            let wanted = relations.iter().any(|wanted| {
                wanted.name.as_str() == relation
                    && privileges(wanted.access).contains(&privilege.as_str())
            });
            let word = PRIVILEGES.iter().find(|word| **word == privilege.as_str());
            let (false, Some(word)) = (wanted, word) else {
                continue;
            };
            let mut revoke = sql("REVOKE");
            revoke.word(word).word("ON TABLE");
            revoke.ident(&crate::writer::Identifier::foreign(relation));
            revoke.word("FROM").ident(&APPLICATIONS.into()).comma();
            revoke.name(&roles.application);
            statements.push(revoke.finish());
        }
        for relation in relations {
            let has = |privilege: &&&str| {
                held.iter().any(|(name, held)| {
                    name == relation.name.as_str() && held.as_str() == **privilege
                })
            };
            let lacking = privileges(relation.access)
                .iter()
                .filter(|privilege| !has(privilege));
            for privilege in lacking {
                let mut grant = sql("GRANT");
                grant.word(privilege).word("ON TABLE").name(&relation.name);
                grant.word("TO").ident(&APPLICATIONS.into());
                statements.push(grant.finish());
            }
        }
        statements
    }

    fn forbidden(
        &self,
        _roles: &TenantRoles,
        _others: &[String],
        relations: &[String],
    ) -> Vec<Attempt> {
        forbidden::attempts(relations)
    }

    fn shown_to_everybody(&self) -> &'static [&'static str] {
        &[
            "names of databases and roles",
            "names of tables and columns of its own database",
            "settings of the server",
        ]
    }

    fn drop_database(&self, roles: &TenantRoles) -> Vec<String> {
        let mut drop = sql("DROP DATABASE IF EXISTS");
        drop.name(&roles.database).word("WITH (FORCE)");
        vec![drop.finish()]
    }

    fn drop_roles(&self, roles: &TenantRoles) -> Vec<String> {
        [&roles.application, &roles.migration]
            .map(|role| {
                let mut drop = sql("DROP ROLE IF EXISTS");
                drop.name(role);
                drop.finish()
            })
            .to_vec()
    }
}
