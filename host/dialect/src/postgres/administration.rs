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
use crate::administration::{
    Access, Administration, Attempt, DatabaseCollation, HeldPrivilege, HeldScope, Password,
    Relation, TenantRoles,
};
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

/// Lets the roles of a tenant connect to its database, and nobody else.
fn for_its_roles_alone(roles: &TenantRoles) -> Vec<String> {
    let mut close = sql("REVOKE ALL ON DATABASE");
    close.name(&roles.database).word("FROM PUBLIC");
    let mut open = sql("GRANT CONNECT ON DATABASE");
    open.name(&roles.database)
        .word("TO")
        .name(&roles.application);
    open.comma().name(&roles.migration);
    vec![close.finish(), open.finish()]
}

/// Makes the administrator, who is no superuser, a member of the shared owner: only a member can give
/// ownership to it and grant what is its own. From 16 on, the maker of a role is a member that can neither
/// become it nor use what it has, until it says so.
const OWNERS_MEMBER: &str = "DO 'BEGIN \
     IF current_setting(''server_version_num'')::integer >= 160000 THEN \
     IF NOT (pg_has_role(current_user, ''strata_owner'', ''SET'') AND \
     pg_has_role(current_user, ''strata_owner'', ''USAGE'')) THEN \
     EXECUTE ''GRANT strata_owner TO CURRENT_USER WITH SET TRUE, INHERIT TRUE''; END IF; \
     ELSIF NOT pg_has_role(current_user, ''strata_owner'', ''MEMBER'') THEN \
     GRANT strata_owner TO CURRENT_USER; END IF; \
     EXCEPTION WHEN unique_violation OR internal_error THEN NULL; END'";

/// What an administrator may lack. Who drops a database ends the sessions in it. Before 15 the schema of a new database belongs to a superuser; from 16
/// on a role is handed on only by who has it with the right to.
const MISSING: &str = "SELECT missing FROM (SELECT rolname, 'the right to create databases (CREATEDB)' AS missing, \
     rolcreatedb OR rolsuper AS has FROM pg_roles UNION ALL \
     SELECT rolname, 'the right to create roles (CREATEROLE)', rolcreaterole OR rolsuper FROM pg_roles UNION ALL \
     SELECT rolname, 'the role pg_signal_backend', rolsuper OR pg_has_role(oid, 'pg_signal_backend', 'USAGE') \
     FROM pg_roles UNION ALL \
     SELECT rolname, 'the rights of a superuser, which PostgreSQL 14 demands', \
     rolsuper OR current_setting('server_version_num')::integer >= 150000 FROM pg_roles\
     ) AS needed WHERE rolname = current_user AND NOT has UNION ALL \
     SELECT 'the role ' || shared.rolname || ' with the right to hand it on (WITH ADMIN OPTION)' \
     FROM pg_roles shared JOIN pg_roles administrator ON administrator.rolname = current_user \
     WHERE shared.rolname IN ('strata_owner', 'strata_app') AND NOT administrator.rolsuper \
     AND current_setting('server_version_num')::integer >= 160000 \
     AND NOT pg_has_role(current_user, shared.oid, 'MEMBER WITH ADMIN OPTION')";

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
            OWNERS_MEMBER.to_owned(),
        ]
    }

    fn missing_privileges(&self) -> &'static str {
        MISSING
    }

    fn find_database(&self) -> &'static str {
        // Whose it is says its comment. Before it has one it is as the empty template, and nothing is lost.
        "SELECT datname::text AS name, CASE WHEN NOT datallowconn AND NOT datistemplate \
         AND pg_get_userbyid(datdba) = current_user \
         AND coalesce(shobj_description(oid, 'pg_database') = 'being made for ' || $2::text, \
         datacl IS NULL AND pg_database_size(oid) <= pg_database_size('template0')) \
         THEN 'yes' ELSE 'no' END AS half_made \
         FROM pg_database WHERE datname = $1"
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

    fn try_collation(&self, _collation: &DatabaseCollation) -> Option<String> {
        None
    }

    fn create_database(
        &self,
        roles: &TenantRoles,
        _collation: Option<&DatabaseCollation>,
    ) -> Vec<String> {
        // From the empty template, which nobody has put anything into; ordered byte by byte, so that a
        // newer library of locales never breaks an index.
        let mut create = sql("CREATE DATABASE");
        create
            .name(&roles.database)
            .word("TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'");
        // Everybody may connect to a new one, until that is taken away.
        create.word("ALLOW_CONNECTIONS false");
        let mut whose = sql("COMMENT ON DATABASE");
        whose.name(&roles.database).word("IS");
        whose.text(&format!("being made for {}", roles.migration));
        vec![create.finish(), whose.finish()]
    }

    fn open_database(&self, roles: &TenantRoles) -> Vec<String> {
        let mut statements = for_its_roles_alone(roles);
        let mut allow = sql("ALTER DATABASE");
        allow.name(&roles.database).word("ALLOW_CONNECTIONS true");
        statements.push(allow.finish());
        let mut made = sql("COMMENT ON DATABASE");
        made.name(&roles.database).word("IS NULL");
        statements.push(made.finish());
        statements
    }

    fn secure_database(&self, roles: &TenantRoles) -> Vec<String> {
        let fixed = [
            "REVOKE ALL ON SCHEMA public FROM PUBLIC",
            "ALTER SCHEMA public OWNER TO strata_owner",
            "GRANT USAGE ON SCHEMA public TO strata_app",
            "ALTER DEFAULT PRIVILEGES FOR ROLE strata_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
        ];
        let mut statements = for_its_roles_alone(roles);
        statements.extend(fixed.map(str::to_owned));
        statements
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
        // A privilege on a column is taken away with that on its table.
        "SELECT DISTINCT h.relation, h.privilege, CASE WHEN h.grantee = 0 THEN 'everybody' ELSE h.held_on END AS scope \
         FROM (SELECT c.relname::text AS relation, a.privilege_type::text AS privilege, a.grantee, 'table' AS held_on \
         FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) AS a \
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f') \
         UNION ALL SELECT c.relname::text, a.privilege_type::text, a.grantee, 'column' \
         FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid CROSS JOIN LATERAL aclexplode(t.attacl) AS a \
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')) AS h \
         LEFT JOIN pg_roles r ON r.oid = h.grantee \
         WHERE h.grantee = 0 OR r.rolname IN ('strata_app', $1) ORDER BY 1, 2, 3"
    }

    fn grants(
        &self,
        roles: &TenantRoles,
        relations: &[Relation],
        held: &[HeldPrivilege],
    ) -> Vec<String> {
        let mut statements = Vec::new();
        for held in held {
            let word = PRIVILEGES.iter().find(|word| **word == held.privilege);
            let (false, Some(word)) = (held.is_wanted(relations, privileges), word) else {
                continue;
            };
            let mut revoke = sql("REVOKE");
            revoke.word(word).word("ON TABLE");
            revoke.ident(&crate::writer::Identifier::foreign(&held.relation));
            if held.scope == HeldScope::Everybody {
                revoke.word("FROM PUBLIC");
            } else {
                revoke.word("FROM").ident(&APPLICATIONS.into()).comma();
                revoke.name(&roles.application);
            }
            statements.push(revoke.finish());
        }
        for relation in relations {
            let lacking = privileges(relation.access)
                .iter()
                .filter(|privilege| !held.iter().any(|held| held.covers(relation, privilege)));
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
