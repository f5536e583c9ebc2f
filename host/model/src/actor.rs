//! [`Actor`]: who runs a command, and [`Deed`]: what commands do, with the roles that may.
//!
//! Tokens and where actors are kept are `landlord`'s business; who is admitted is decided in `engine`.
//!
//! Invariant: a deed that is not listed cannot be asked for; every deed names its roles.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::id::Slug;
use crate::name::display;

mod codes {
    crate::codes! {
        ACTOR_NAME_INVALID = "actor.name_invalid", Input, "An actor's name is not 1 to 64 of `[a-z0-9._@-]` beginning with a letter or digit.";
        ACTOR_ROLE_UNKNOWN = "actor.role_unknown", Input, "A role is none of those that there are.";
        ACTOR_KIND_UNKNOWN = "actor.kind_unknown", Bug, "A stored kind of actor is not one that this host knows.";
    }
}
pub use codes::*;

/// The longest name of an actor, in bytes.
pub const ACTOR_NAME_BYTES_MAX: usize = 64;

/// The name of an actor.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ActorName(String);

impl ActorName {
    /// Checks and takes a name.
    ///
    /// # Errors
    /// `actor.name_invalid`.
    pub fn new(text: impl Into<String>) -> Result<ActorName> {
        let text = text.into();
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        let first = text.bytes().next().is_some_and(plain);
        let rest = text.bytes().all(|b| plain(b) || b"._@-".contains(&b));
        if first && rest && text.len() <= ACTOR_NAME_BYTES_MAX {
            return Ok(ActorName(text));
        }
        Err(Error::new(
            &ACTOR_NAME_INVALID,
            format!("`{}` is not a name for an actor", display(&text)),
        )
        .hint("a name is 1 to 64 of `a-z`, `0-9`, `.`, `_`, `@` and `-`, and begins with a letter or digit"))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ActorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for ActorName {
    type Error = Error;
    fn try_from(text: String) -> Result<ActorName> {
        ActorName::new(text)
    }
}

impl From<ActorName> for String {
    fn from(name: ActorName) -> String {
        name.0
    }
}

impl FromStr for ActorName {
    type Err = Error;
    fn from_str(text: &str) -> Result<ActorName> {
        ActorName::new(text)
    }
}

/// What an actor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActorKind {
    /// A person.
    User,
    /// A program.
    Service,
    /// Strata itself.
    System,
}

impl ActorKind {
    /// The kind as it is stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            ActorKind::User => "user",
            ActorKind::Service => "service",
            ActorKind::System => "system",
        }
    }
}

impl FromStr for ActorKind {
    type Err = Error;
    fn from_str(text: &str) -> Result<ActorKind> {
        [ActorKind::User, ActorKind::Service, ActorKind::System]
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| {
                let what = format!("`{}` is no kind of actor", display(text));
                Error::new(&ACTOR_KIND_UNKNOWN, what)
            })
    }
}

/// What an actor may be trusted with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Looks at everything that is no secret.
    Viewer,
    /// Runs plans on tenants and keeps the catalogue.
    Operator,
    /// Reviews customizations.
    Reviewer,
    /// Approves plans.
    Approver,
    /// Does for its own tenants what a tenant may ask for.
    TenantAdmin,
    /// Everything, but never approves what it wrote itself.
    Admin,
}

impl Role {
    /// All roles.
    pub const ALL: [Role; 6] = [
        Role::Viewer,
        Role::Operator,
        Role::Reviewer,
        Role::Approver,
        Role::TenantAdmin,
        Role::Admin,
    ];

    /// The role as it is stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Operator => "operator",
            Role::Reviewer => "reviewer",
            Role::Approver => "approver",
            Role::TenantAdmin => "tenant-admin",
            Role::Admin => "admin",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = Error;
    fn from_str(text: &str) -> Result<Role> {
        let found = Role::ALL.into_iter().find(|role| role.as_str() == text);
        found.ok_or_else(|| {
            let all = Role::ALL.map(Role::as_str).join(", ");
            Error::new(
                &ACTOR_ROLE_UNKNOWN,
                format!("`{}` is no role", display(text)),
            )
            .hint(format!("roles are {all}"))
        })
    }
}

/// Who runs a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// As it stands in records: a name, or `local:<login>` before there are actors.
    pub name: String,
    /// What it is.
    pub kind: ActorKind,
    /// What it may be trusted with.
    pub roles: BTreeSet<Role>,
    /// The tenants of a tenant's administrator.
    pub tenants: BTreeSet<Slug>,
}

impl Actor {
    /// Whether it may do this, to this tenant where it is about one.
    pub fn may(&self, deed: Deed, tenant: Option<&Slug>) -> bool {
        deed.roles().iter().any(|role| match role {
            Role::TenantAdmin => {
                self.roles.contains(role) && tenant.is_some_and(|slug| self.tenants.contains(slug))
            }
            _ => self.roles.contains(role),
        })
    }
}

macro_rules! deeds {
    ($($(#[$doc:meta])* $deed:ident = $text:literal, $leaves:ident, [$($role:ident),*];)*) => {
        /// What a command does.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Deed { $($(#[$doc])* $deed,)* }

        impl Deed {
            /// All deeds, in the order of the documentation.
            pub const ALL: &'static [Deed] = &[$(Deed::$deed,)*];

            /// The deed as it stands in the audit log.
            pub fn as_str(self) -> &'static str {
                match self { $(Deed::$deed => $text,)* }
            }

            /// The roles that may.
            pub fn roles(self) -> &'static [Role] {
                match self { $(Deed::$deed => &[$(Role::$role),*],)* }
            }

            /// Whether it stands in the audit log: what changes something or shows a secret does.
            pub fn is_audited(self) -> bool {
                match self { $(Deed::$deed => deeds!(@ $leaves),)* }
            }
        }
    };
    (@ audited) => { true };
    (@ quiet) => { false };
}

deeds! {
    /// Looks at tenants, plans, histories, servers and the catalogue.
    Look = "look", quiet, [Viewer, Operator, Reviewer, Approver, Admin];
    /// Looks at one tenant.
    LookAtTenant = "tenant.look", quiet, [Viewer, Operator, Reviewer, Approver, TenantAdmin, Admin];
    /// Makes a tenant.
    CreateTenant = "tenant.create", audited, [Operator, Admin];
    /// Sees the password of a tenant's application.
    ShowCredentials = "tenant.credentials", audited, [Operator, TenantAdmin, Admin];
    /// Gives a tenant's roles new passwords.
    RotateCredentials = "tenant.rotate-credentials", audited, [Operator, Admin];
    /// Plans a change to a tenant.
    Plan = "plan", audited, [Operator, TenantAdmin, Admin];
    /// Applies a plan.
    Apply = "apply", audited, [Operator, Admin];
    /// Finishes what is half done.
    Resume = "resume", audited, [Operator, Admin];
    /// Adds a component to the catalogue.
    AddPlugin = "plugin.add", audited, [Operator, Admin];
    /// Judges tenants by rule packs.
    CheckCompliance = "compliance.check", quiet, [Viewer, Operator, Reviewer, Approver, TenantAdmin, Admin];
    /// Puts rule packs in use or takes them out.
    KeepPacks = "pack.keep", audited, [Admin];
    /// Adds or forgets a server.
    KeepServers = "server.keep", audited, [Admin];
    /// Looks whether a server can be used.
    CheckServer = "server.check", quiet, [Operator, Admin];
    /// Proves that tenants are isolated from each other.
    VerifyIsolation = "verify.isolation", quiet, [Operator, Admin];
    /// Adds or disables actors.
    KeepActors = "actor.keep", audited, [Admin];
    /// Lists actors.
    ListActors = "actor.list", quiet, [Viewer, Admin];
    /// Reads and verifies the audit log.
    ReadAudit = "audit.read", quiet, [Viewer, Admin];
    /// Writes the audit log into a file.
    ExportAudit = "audit.export", audited, [Viewer, Admin];
}

impl fmt::Display for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(role: Role, tenants: &[&str]) -> Actor {
        Actor {
            name: "a".to_owned(),
            kind: ActorKind::User,
            roles: [role].into(),
            tenants: tenants
                .iter()
                .map(|slug| Slug::new(*slug).unwrap())
                .collect(),
        }
    }

    #[test]
    fn an_administrator_may_do_everything_and_every_deed_has_a_name_of_its_own() {
        let mut names = BTreeSet::new();
        for deed in Deed::ALL {
            assert!(actor(Role::Admin, &[]).may(*deed, None), "{deed}");
            assert!(names.insert(deed.as_str()), "{deed}");
        }
    }

    #[test]
    fn a_tenant_s_administrator_acts_on_its_own_tenants_alone() {
        let own = actor(Role::TenantAdmin, &["acme"]);
        let (acme, other) = (Slug::new("acme").unwrap(), Slug::new("other").unwrap());
        assert!(own.may(Deed::Plan, Some(&acme)) && own.may(Deed::LookAtTenant, Some(&acme)));
        assert!(!own.may(Deed::Plan, Some(&other)) && !own.may(Deed::Plan, None));
        assert!(!own.may(Deed::Apply, Some(&acme)) && !own.may(Deed::Look, None));
    }

    #[test]
    fn who_only_looks_changes_nothing() {
        let viewer = actor(Role::Viewer, &[]);
        for deed in Deed::ALL {
            let exports = *deed == Deed::ExportAudit;
            assert!(
                !deed.is_audited() || exports || !viewer.may(*deed, None),
                "{deed}"
            );
        }
    }

    #[test]
    fn names_and_roles_are_parsed_strictly() {
        for good in ["ram", "ram.k@example.org", "9lives", "svc_1-a"] {
            ActorName::new(good).unwrap();
        }
        for bad in ["", "Ram", "-ram", "local:ram", "ra m", &"a".repeat(65)] {
            assert!(
                ActorName::new(bad).unwrap_err().is(&ACTOR_NAME_INVALID),
                "{bad}"
            );
        }
        for role in Role::ALL {
            assert_eq!(role.as_str().parse::<Role>().unwrap(), role);
        }
        assert!("root".parse::<Role>().unwrap_err().is(&ACTOR_ROLE_UNKNOWN));
    }
}
