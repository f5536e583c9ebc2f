//! Databases and users on MySQL and MariaDB.
//!
//! A tenant has two users, who may come from anywhere. The one that runs migrations has everything in its
//! own database and nothing outside; the application has what it is granted on each table and view by
//! name, and nothing on Strata's own. A name in a grant on a database is a pattern there, so `_` and `%`
//! are escaped.
//!
//! Where the server writes a binary log, it lets nobody make a trigger but a superuser, unless
//! `log_bin_trust_function_creators` is on; append-only tables need it.

mod forbidden;

use std::collections::BTreeSet;

use model::name::Name;
use sha1::{Digest as _, Sha1};

use super::{Flavour, STYLE};
use crate::administration::{
    Access, Administration, Attempt, DatabaseCollation, HeldPrivilege, Password, Relation,
    TenantRoles,
};
use crate::writer::{Identifier, SqlWriter};

/// Databases and users on MySQL and MariaDB.
pub(super) struct MysqlAdministration(pub(super) Flavour);

/// From where a user may come.
const ANYWHERE: &str = "%";

/// The privileges that can be held on a table, as words.
const PRIVILEGES: [&str; 13] = [
    "SELECT",
    "INSERT",
    "UPDATE",
    "DELETE",
    "CREATE",
    "DROP",
    "REFERENCES",
    "INDEX",
    "ALTER",
    "CREATE VIEW",
    "SHOW VIEW",
    "TRIGGER",
    "GRANT OPTION",
];

/// What the user that runs migrations has in its one database: each of them is demanded of the
/// administrator, who cannot hand on what it does not have.
const MIGRATION: &str = "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, REFERENCES, INDEX, ALTER, \
     CREATE VIEW, SHOW VIEW, TRIGGER ON";

fn sql(words: &'static str) -> SqlWriter {
    let mut sql = SqlWriter::new(&STYLE);
    sql.word(words);
    sql
}

/// Writes a user with the place it may come from.
fn write_user(sql: &mut SqlWriter, user: &Name) {
    sql.text(user.as_str()).at().text(ANYWHERE);
}

fn privileges(access: Access) -> &'static [&'static str] {
    match access {
        Access::Rows => &["SELECT", "INSERT", "UPDATE", "DELETE"],
        Access::Append => &["SELECT", "INSERT"],
        Access::Read => &["SELECT"],
    }
}

/// A database as a pattern that only itself fits.
fn pattern(database: &Name) -> Identifier {
    let escaped = database.as_str().replace('_', "\\_").replace('%', "\\%");
    Identifier::foreign(&escaped)
}

/// What MariaDB keeps of a password, and takes instead of it.
fn verifier(password: &str) -> String {
    let digest = Sha1::digest(Sha1::digest(password.as_bytes()));
    let letters: String = digest.iter().map(|byte| format!("{byte:02X}")).collect();
    ["*", &letters].concat()
}

impl MysqlAdministration {
    fn write_password(&self, sql: &mut SqlWriter, password: Password<'_>) {
        match self.0 {
            // The server itself leaves it out of its logs.
            Flavour::Mysql => sql.word("IDENTIFIED BY").text(password.text),
            Flavour::Mariadb => sql
                .word("IDENTIFIED VIA mysql_native_password USING")
                .text(&verifier(password.text)),
        };
    }

    fn grant(&self, roles: &TenantRoles, words: &'static str, relation: &Identifier) -> String {
        let mut grant = sql("GRANT");
        grant.word(words).word("ON").name(&roles.database).dot();
        grant.ident(relation).word("TO");
        write_user(&mut grant, &roles.application);
        grant.finish()
    }

    fn revoke(&self, roles: &TenantRoles, words: &'static str, relation: &Identifier) -> String {
        let mut revoke = sql("REVOKE");
        revoke.word(words).word("ON").name(&roles.database).dot();
        revoke.ident(relation).word("FROM");
        write_user(&mut revoke, &roles.application);
        revoke.finish()
    }
}

impl Administration for MysqlAdministration {
    fn server_set_up(&self) -> Vec<String> {
        Vec::new()
    }

    fn missing_privileges(&self) -> &'static str {
        "SELECT CONCAT('the global privilege ', needed.privilege, ' with the right to grant it') AS missing FROM (\
         SELECT 'SELECT' AS privilege UNION ALL SELECT 'INSERT' UNION ALL SELECT 'UPDATE' UNION ALL SELECT 'DELETE' \
         UNION ALL SELECT 'CREATE' UNION ALL SELECT 'DROP' UNION ALL SELECT 'REFERENCES' UNION ALL SELECT 'INDEX' \
         UNION ALL SELECT 'ALTER' UNION ALL SELECT 'CREATE VIEW' UNION ALL SELECT 'SHOW VIEW' \
         UNION ALL SELECT 'TRIGGER' UNION ALL SELECT 'CREATE USER') AS needed \
         WHERE NOT EXISTS (SELECT 1 FROM information_schema.USER_PRIVILEGES AS held \
         WHERE held.PRIVILEGE_TYPE = needed.privilege AND held.IS_GRANTABLE = 'YES' AND held.GRANTEE = \
         CONCAT('''', SUBSTRING_INDEX(CURRENT_USER(), '@', 1), '''@''', SUBSTRING_INDEX(CURRENT_USER(), '@', -1), ''''))"
    }

    fn find_database(&self) -> &'static str {
        "SELECT CAST(SCHEMA_NAME AS CHAR) AS name, 'no' AS half_made FROM information_schema.SCHEMATA \
         WHERE SCHEMA_NAME = $1 AND $2 = $2"
    }

    fn find_role(&self) -> &'static str {
        "SELECT CAST(User AS CHAR) AS name FROM mysql.user WHERE User = $1 AND Host = '%'"
    }

    fn create_roles(
        &self,
        roles: &TenantRoles,
        application: Password<'_>,
        migration: Password<'_>,
    ) -> Vec<String> {
        let mut statements = Vec::new();
        for (role, password) in [
            (&roles.application, application),
            (&roles.migration, migration),
        ] {
            let mut create = sql("CREATE USER IF NOT EXISTS");
            write_user(&mut create, role);
            self.write_password(&mut create, password);
            statements.push(create.finish());
            statements.extend(self.set_password(role, password));
        }
        statements
    }

    fn try_collation(&self, collation: &DatabaseCollation) -> Option<String> {
        let mut trial = sql("SELECT _utf8mb4");
        trial.text("a").word("COLLATE").name(collation.name());
        Some(trial.finish())
    }

    fn create_database(
        &self,
        roles: &TenantRoles,
        collation: Option<&DatabaseCollation>,
    ) -> Vec<String> {
        let mut create = sql("CREATE DATABASE");
        create
            .name(&roles.database)
            .word("CHARACTER SET utf8mb4 COLLATE");
        match collation {
            Some(collation) => create.name(collation.name()),
            None => create.word("utf8mb4_unicode_ci"),
        };
        vec![create.finish()]
    }

    fn open_database(&self, _roles: &TenantRoles) -> Vec<String> {
        // A user sees a database when something in it is granted, which comes later.
        Vec::new()
    }

    fn secure_database(&self, roles: &TenantRoles) -> Vec<String> {
        let mut grant = sql(MIGRATION);
        grant.ident(&pattern(&roles.database)).dot();
        grant.word("*").word("TO");
        write_user(&mut grant, &roles.migration);
        vec![grant.finish()]
    }

    fn set_password(&self, role: &Name, password: Password<'_>) -> Vec<String> {
        let mut alter = sql("ALTER USER");
        write_user(&mut alter, role);
        self.write_password(&mut alter, password);
        vec![alter.finish()]
    }

    fn held_privileges(&self) -> &'static str {
        // A privilege on a column is taken away with that on its table.
        "SELECT CAST(TABLE_NAME AS CHAR) AS relation, CAST(PRIVILEGE_TYPE AS CHAR) AS privilege, 'table' AS scope \
         FROM information_schema.TABLE_PRIVILEGES WHERE TABLE_SCHEMA = DATABASE() \
         AND GRANTEE = CONCAT('''', $1, '''@''%''') UNION \
         SELECT CAST(TABLE_NAME AS CHAR), 'GRANT OPTION', 'table' FROM information_schema.TABLE_PRIVILEGES \
         WHERE TABLE_SCHEMA = DATABASE() AND IS_GRANTABLE = 'YES' AND GRANTEE = CONCAT('''', $1, '''@''%''') UNION \
         SELECT CAST(TABLE_NAME AS CHAR), CAST(PRIVILEGE_TYPE AS CHAR), 'column' \
         FROM information_schema.COLUMN_PRIVILEGES WHERE TABLE_SCHEMA = DATABASE() \
         AND GRANTEE = CONCAT('''', $1, '''@''%''') ORDER BY 1, 2, 3"
    }

    fn grants(
        &self,
        roles: &TenantRoles,
        relations: &[Relation],
        held: &[HeldPrivilege],
    ) -> Vec<String> {
        let mut statements = Vec::new();
        let mut revoked = BTreeSet::new();
        for held in held {
            // What is held on a table and on columns of it is taken away at once, and only once.
            if !revoked.insert((&held.relation, &held.privilege)) {
                continue;
            }
            let word = PRIVILEGES.iter().find(|word| **word == held.privilege);
            let (false, Some(word)) = (held.is_wanted(relations, privileges), word) else {
                continue;
            };
            statements.push(self.revoke(roles, word, &Identifier::foreign(&held.relation)));
        }
        for relation in relations {
            let lacking = privileges(relation.access)
                .iter()
                .filter(|privilege| !held.iter().any(|held| held.covers(relation, privilege)));
            for privilege in lacking {
                statements.push(self.grant(roles, privilege, &(&relation.name).into()));
            }
        }
        statements
    }

    fn forbidden(
        &self,
        _roles: &TenantRoles,
        others: &[String],
        relations: &[String],
    ) -> Vec<Attempt> {
        forbidden::attempts(others, relations)
    }

    fn shown_to_everybody(&self) -> &'static [&'static str] {
        &["settings of the server"]
    }

    fn drop_database(&self, roles: &TenantRoles) -> Vec<String> {
        // Table by table, and it may end in the middle: without these two nobody takes what is left for a
        // tenant's database.
        let own = ["strata_meta", "strata_ledger"].map(|table| {
            let mut own = sql("DROP TABLE IF EXISTS");
            own.name(&roles.database).dot().ident(&table.into());
            own.finish()
        });
        let mut drop = sql("DROP DATABASE IF EXISTS");
        drop.name(&roles.database);
        own.into_iter().chain([drop.finish()]).collect()
    }

    fn drop_roles(&self, roles: &TenantRoles) -> Vec<String> {
        [&roles.application, &roles.migration]
            .map(|role| {
                let mut drop = sql("DROP USER IF EXISTS");
                write_user(&mut drop, role);
                drop.finish()
            })
            .to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verifier_is_what_the_server_makes_of_a_password() {
        assert_eq!(
            verifier("mypass"),
            "*6C8989366EAF75BB670AD8EA7A7FC1176A95CEF4"
        );
    }
}
