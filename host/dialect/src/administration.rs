//! [`Administration`]: what is done to databases and roles on a server, as statements.
//!
//! It runs nothing and knows no connection; `database` runs these as the server's administrator. What is
//! done inside a tenant's database by operations is [`crate::dialect::Dialect::compile`].
//!
//! Invariants: nothing here drops what it is not given by its whole name; a password never stands in a
//! statement where the server takes a verifier of it instead.

use model::error::{Error, Result};
use model::name::Name;

use crate::error::SERVER_COLLATION_INVALID;

/// The collation that the databases of a MySQL or MariaDB server are made with, which holds for what others
/// make in them: Strata's own columns say theirs, because it carries meaning.
///
/// Invariant: it is one of utf8mb4, which holds every text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseCollation(Name);

impl DatabaseCollation {
    /// Takes a name.
    ///
    /// # Errors
    /// `server.collation_invalid`.
    pub fn new(name: &str) -> Result<DatabaseCollation> {
        match Name::internal(name) {
            Ok(valid) if name.starts_with("utf8mb4_") => Ok(DatabaseCollation(valid)),
            _ => Err(Error::new(
                &SERVER_COLLATION_INVALID,
                format!(
                    "`{}` is no collation of utf8mb4",
                    model::name::display(name)
                ),
            )
            .hint("give one such as utf8mb4_unicode_ci, which is taken when nothing is said")),
        }
    }

    /// Its name.
    pub fn name(&self) -> &Name {
        &self.0
    }
}

/// The database of a tenant and its two roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantRoles {
    /// The database.
    pub database: Name,
    /// The role of the tenant's application: reads and writes rows, changes no definition.
    pub application: Name,
    /// The role that runs migrations.
    pub migration: Name,
}

/// A password with what its verifier is salted with.
#[derive(Clone, Copy)]
pub struct Password<'a> {
    /// The password, in letters and digits.
    pub text: &'a str,
    /// Random bytes for the verifier; not all servers salt.
    pub salt: [u8; 16],
}

/// What the application role may do with a table or view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// The table or view.
    pub name: Name,
    /// What it may do.
    pub access: Access,
}

/// What the application role may do with the rows of a table or view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Select, insert, update, delete.
    Rows,
    /// Select and insert: the table is append-only.
    Append,
    /// Select: a view.
    Read,
}

/// A privilege that an application role has now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldPrivilege {
    /// The table or view.
    pub relation: String,
    /// The privilege, as the server calls it.
    pub privilege: String,
    /// How it is held.
    pub scope: HeldScope,
}

/// How a privilege is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeldScope {
    /// On the whole table, by the tenant's application.
    Table,
    /// On a column of it.
    Column,
    /// By everybody, where a server knows everybody.
    Everybody,
}

impl HeldScope {
    /// As it stands in a row; none for another word.
    pub fn of(word: &str) -> Option<HeldScope> {
        match word {
            "table" => Some(HeldScope::Table),
            "column" => Some(HeldScope::Column),
            "everybody" => Some(HeldScope::Everybody),
            _ => None,
        }
    }
}

impl HeldPrivilege {
    /// Whether it is one that is wanted: by everybody, none is.
    pub(crate) fn is_wanted(
        &self,
        relations: &[Relation],
        privileges: fn(Access) -> &'static [&'static str],
    ) -> bool {
        self.scope != HeldScope::Everybody
            && relations.iter().any(|wanted| {
                wanted.name.as_str() == self.relation
                    && privileges(wanted.access).contains(&self.privilege.as_str())
            })
    }

    /// Whether it makes this privilege on the whole relation superfluous.
    pub(crate) fn covers(&self, relation: &Relation, privilege: &str) -> bool {
        self.scope == HeldScope::Table
            && self.relation == relation.name.as_str()
            && self.privilege == privilege
    }
}

/// A statement that must be refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// What it would do, for people.
    pub what: String,
    /// The statement.
    pub sql: String,
}

/// Databases and roles of one kind of server.
///
/// Every list of statements is run in order, outside a transaction, and can be run again after a crash
/// within it: what is there already is kept.
pub trait Administration: Sync {
    /// What a server needs before the first tenant: roles that all tenants share.
    fn server_set_up(&self) -> Vec<String>;

    /// The privileges that the administrator lacks, as rows with one column `missing`; none when it may
    /// create databases and roles.
    fn missing_privileges(&self) -> &'static str;

    /// Whether a database of this name (`$1`) is there: a row with the columns `name` and
    /// `half_made`, which is `yes` where it was made for the tenant of this migration role (`$2`) and nobody
    /// could connect to it yet.
    fn find_database(&self) -> &'static str;

    /// Whether a role of this name (`$1`) is there: a row with the column `name`.
    fn find_role(&self) -> &'static str;

    /// Makes both roles of a tenant with these passwords; of one that is there, only the password is set.
    fn create_roles(
        &self,
        roles: &TenantRoles,
        application: Password<'_>,
        migration: Password<'_>,
    ) -> Vec<String>;

    /// Makes the database of a tenant, which is not there yet. Nobody but administrators may connect to it
    /// before [`Administration::open_database`]. Where a database has a collation, it is this one.
    fn create_database(
        &self,
        roles: &TenantRoles,
        collation: Option<&DatabaseCollation>,
    ) -> Vec<String>;

    /// A statement that fails where the server does not know a collation; none where databases are always
    /// made with the same one.
    fn try_collation(&self, collation: &DatabaseCollation) -> Option<String>;

    /// Lets a tenant's roles and nobody else connect to the database that was just made.
    fn open_database(&self, roles: &TenantRoles) -> Vec<String>;

    /// Closes what is in the database to everybody else: run on a connection *to that database*, by the
    /// administrator.
    fn secure_database(&self, roles: &TenantRoles) -> Vec<String>;

    /// Gives a role another password; sessions that are open go on.
    fn set_password(&self, role: &Name, password: Password<'_>) -> Vec<String>;

    /// What the application role has now, as rows with the columns `relation`, `privilege` and `scope`
    /// ([`HeldScope::of`]) for the role `$1` in the database that the connection is to.
    fn held_privileges(&self) -> &'static str;

    /// Gives the application role exactly these privileges in its database: run on a connection to that
    /// database. `held` is the answer to [`Administration::held_privileges`]; what is held and not
    /// wanted is taken away.
    fn grants(
        &self,
        roles: &TenantRoles,
        relations: &[Relation],
        held: &[HeldPrivilege],
    ) -> Vec<String>;

    /// Statements that an application role must be refused in its own database, one for each way in:
    /// other databases, secrets, system tables, Strata's own tables, definitions of every kind.
    /// `others` are databases of other tenants, `relations` what is in its own, Strata's tables included.
    fn forbidden(
        &self,
        roles: &TenantRoles,
        others: &[String],
        relations: &[String],
    ) -> Vec<Attempt>;

    /// What the server shows to everybody who may log in, and no right can hide.
    fn shown_to_everybody(&self) -> &'static [&'static str];

    /// Ends the sessions in the database and drops it, if it is there.
    fn drop_database(&self, roles: &TenantRoles) -> Vec<String>;

    /// Drops both roles, if they are there.
    fn drop_roles(&self, roles: &TenantRoles) -> Vec<String>;
}
