//! [`ServerPlace`]: a tenant's database on a server: its roles and passwords, making it and dropping it.
//!
//! Two processes that take each other for dead may both be at work on a tenant. So roles and database are
//! made and dropped under a session lock of the server, which the administrator's connection has, and what
//! is inside is touched under the tenant's own.
//!
//! Invariant: a database that is there is given to nobody before it is known to be empty or the tenant's.

use std::sync::Arc;
use std::time::Duration;

use database::administrator::Found;
use database::failure::{DATABASE_CLOSED, DATABASE_EXISTS, DATABASE_MISSING, SERVER_ACCESS_DENIED};
use database::lock::TENANT_LOCKED;
use database::{Administrator, Connection, Location, Login, Meta, Options, Secret, Server, meta};
use dialect::TenantRoles;
use model::error::Error;
use model::id::TenantId;
use model::{ForeignKeys, Name, Result};

use crate::progress::{Point, Progress};

mod codes {
    model::codes! {
        SERVER_ROLE_EXISTS = "server.role_exists", Conflict, "A role with the name that a new tenant's role would get is there, and Strata did not make it.";
    }
}
pub(crate) use codes::*;

/// How many letters of a tenant's id stand in the names of its roles.
const ROLE_ID_LETTERS: usize = 10;

/// The letters of base 32 that stand in names.
const BASE_32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// How often a session lock is tried that this process had a moment ago: a server ends a session a little
/// after its client has gone.
const LOCK_TRIES: u32 = 40;

/// The pause between two tries.
const LOCK_PAUSE: Duration = Duration::from_millis(50);

/// A tenant's database on a server.
#[derive(Debug, Clone)]
pub(crate) struct ServerPlace {
    pub(crate) server: Arc<Server>,
    pub(crate) roles: TenantRoles,
    pub(crate) passwords: Passwords,
    pub(crate) options: Options,
}

/// The passwords of a tenant's roles.
#[derive(Debug, Clone)]
pub(crate) struct Passwords {
    pub(crate) application: Secret,
    pub(crate) migration: Secret,
}

impl Passwords {
    /// New ones.
    pub(crate) fn random() -> Passwords {
        Passwords {
            application: Secret::random_password(),
            migration: Secret::random_password(),
        }
    }
}

/// The names of a tenant's database and roles.
///
/// The letters of the roles come from the end of the tenant's id, which is random; two tenants that
/// begin in the same millisecond differ there too.
///
/// # Errors
/// Those of names, which would be a bug.
pub(crate) fn roles_of(tenant: TenantId, database_name: &str) -> Result<TenantRoles> {
    let mut letters = String::with_capacity(ROLE_ID_LETTERS);
    let number = tenant.0.as_u128();
    for n in 0..ROLE_ID_LETTERS {
        let place = usize::try_from((number >> (5 * n)) & 31).unwrap_or(0);
        letters.push(char::from(BASE_32.get(place).copied().unwrap_or(b'a')));
    }
    Ok(TenantRoles {
        database: Name::internal(database_name)?,
        application: Name::internal(format!("t_{letters}_app"))?,
        migration: Name::internal(format!("t_{letters}_mig"))?,
    })
}

impl ServerPlace {
    /// The database, as the role that runs migrations.
    pub(crate) fn location(&self) -> Result<Location> {
        let login = Login {
            role: self.roles.migration.to_string(),
            password: self.passwords.migration.clone(),
        };
        Location::on_server(&self.server, self.roles.database.as_str(), login)
    }

    /// Connects as the role that runs migrations. When the server knows another password, a change of
    /// passwords was interrupted: the stored one is made true.
    pub(crate) async fn connect(&self) -> Result<Connection> {
        match Connection::open(self.location()?, &self.options).await {
            Err(error) if error.is(&SERVER_ACCESS_DENIED) => {
                let mut administrator = self.administrator(false).await?;
                if !administrator.has_role(&self.roles.migration).await? {
                    return Err(error);
                }
                self.set_passwords(&mut administrator).await?;
                administrator.close().await?;
                Connection::open(self.location()?, &self.options).await
            }
            opened => opened,
        }
    }

    pub(crate) async fn set_passwords(&self, administrator: &mut Administrator) -> Result<()> {
        let (roles, passwords) = (&self.roles, &self.passwords);
        administrator
            .set_password(&roles.application, &passwords.application)
            .await?;
        administrator
            .set_password(&roles.migration, &passwords.migration)
            .await
    }

    pub(crate) async fn administrator(&self, in_database: bool) -> Result<Administrator> {
        let database = in_database.then_some(self.roles.database.as_str());
        Administrator::connect(&self.server, database, &self.options).await
    }

    pub(crate) async fn demand_free(&self) -> Result<()> {
        let mut administrator = self.administrator(false).await?;
        administrator.demand_privileges().await?;
        let (database, server) = (&self.roles.database, self.server.name());
        if administrator.find_database(&self.roles).await? != Found::Nothing {
            return Err(Error::new(
                &DATABASE_EXISTS,
                format!(
                    "database `{database}` on server `{server}` is there already, and no tenant has it"
                ),
            )
            .hint("Strata fills no database that it did not make; rename it or choose another slug"));
        }
        for role in [&self.roles.application, &self.roles.migration] {
            if administrator.has_role(role).await? {
                return Err(Error::new(
                    &SERVER_ROLE_EXISTS,
                    format!(
                        "role `{role}` on server `{server}` is there already, and no tenant has it"
                    ),
                )
                .hint("drop the role if nobody needs it, then do it again"));
            }
        }
        administrator.close().await
    }

    /// Makes roles and database as far as they are not there; whether the database was made now.
    pub(crate) async fn make(&self, whose: &Meta, progress: &dyn Progress) -> Result<bool> {
        progress.reach(Point::BeforeServer);
        let mut administrator = self.administrator(false).await?;
        self.lock_making(&mut administrator).await?;
        administrator.set_up_server().await?;
        progress.reach(Point::AfterServer);
        let (application, migration) = (&self.passwords.application, &self.passwords.migration);
        administrator
            .create_roles(&self.roles, application, migration)
            .await?;
        progress.reach(Point::AfterServer);
        let found = administrator.find_database(&self.roles).await?;
        if found == Found::Nothing {
            let collation = self.server.collation();
            administrator
                .create_database(&self.roles, collation)
                .await?;
            progress.reach(Point::AfterServer);
        }
        let is_new = found != Found::Made;
        if is_new {
            administrator.open_database(&self.roles).await?;
            progress.reach(Point::AfterServer);
        }
        administrator.unlock(&self.making()).await?;
        administrator.close().await?;
        self.secure(whose).await?;
        progress.reach(Point::AfterServer);
        Ok(is_new)
    }

    /// Closes the inside of the database to others, if it is empty or the tenant's.
    async fn secure(&self, whose: &Meta) -> Result<()> {
        let mut administrator = self.administrator(true).await?;
        let name = self.lock_name();
        administrator.lock(&name).await?;
        let session = administrator.connection().session().await?;
        meta::demand_free_or(session, whose).await?;
        administrator.secure_database(&self.roles).await?;
        // Before goodbye: the connection that follows finds it free at once.
        administrator.unlock(&name).await?;
        administrator.close().await
    }

    /// The session lock of the tenant: by the role, whose name nobody else on the server can guess,
    /// because on some servers anybody may take any lock.
    fn lock_name(&self) -> String {
        database::lock::session_lock_name(self.roles.migration.as_str())
    }

    /// The session lock of making and dropping, where the database itself may not be there.
    fn making(&self) -> String {
        format!("{}:making", self.lock_name())
    }

    /// Takes the lock of making. A session that had it a moment ago may not be gone yet.
    async fn lock_making(&self, administrator: &mut Administrator) -> Result<()> {
        let name = self.making();
        for _ in 1..LOCK_TRIES {
            match administrator.lock(&name).await {
                Err(error) if error.is(&TENANT_LOCKED) => tokio::time::sleep(LOCK_PAUSE).await,
                locked => return locked,
            }
        }
        administrator.lock(&name).await
    }

    /// What is left of a dropping that did not come to its end, where a server drops a database table by
    /// table: the relations of a database that is not empty and lacks one of Strata's own tables.
    pub(crate) async fn remains(&self) -> Result<Vec<String>> {
        let capabilities = dialect::for_backend(self.server.backend()).capabilities();
        let mut administrator = self.administrator(false).await?;
        let found = administrator.find_database(&self.roles).await?;
        administrator.close().await?;
        if capabilities.transactional_ddl || found != Found::Made {
            return Ok(Vec::new());
        }
        let mut administrator = self.administrator(true).await?;
        let session = administrator.connection().session().await?;
        let relations = database::observe::relations(session).await?;
        administrator.close().await?;
        let has = |name: &str| relations.iter().any(|relation| relation == name);
        Ok(match has("strata_meta") && has("strata_ledger") {
            true => Vec::new(),
            false => relations,
        })
    }

    /// Drops the roles that were made for a database which turned out to be somebody else's.
    pub(crate) async fn drop_roles(&self) -> Result<()> {
        let mut administrator = self.administrator(false).await?;
        self.lock_making(&mut administrator).await?;
        administrator.drop_roles(&self.roles).await?;
        administrator.close().await
    }

    /// Keeps everybody else from the database, which must not be somebody else's.
    pub(crate) async fn hold(&self, whose: &Meta) -> Result<Held<'_>> {
        // In this order: who has a tenant's connection may wait for an administrator's.
        let mut session = self.open_alone().await?;
        if let Some(connection) = &mut session {
            // In a transaction that ends: what was read stays locked as long, and could not be dropped.
            let mut reading = connection.begin(ForeignKeys::Enforced).await?;
            let present = meta::read(reading.session()).await?;
            reading.rollback().await?;
            if let Some(present) = present {
                present.demand(whose.tenant, whose.landlord)?;
            }
        }
        let mut administrator = self.administrator(false).await?;
        self.lock_making(&mut administrator).await?;
        Ok(Held {
            place: self,
            administrator,
            session,
        })
    }

    /// Opens the database as the only one in it; none where nobody can be.
    async fn open_alone(&self) -> Result<Option<Connection>> {
        for again in (0..LOCK_TRIES).rev() {
            let locked = match self.connect().await {
                Ok(mut connection) => connection.lock().await.map(|()| Some(connection)),
                // Its making did not come to the end: nobody can log in.
                Err(error) if is_closed(&error) => return Ok(None),
                Err(error) => return Err(error),
            };
            match locked {
                Err(error) if error.is(&TENANT_LOCKED) && again > 0 => {
                    tokio::time::sleep(LOCK_PAUSE).await;
                }
                locked => return locked,
            }
        }
        Ok(None)
    }
}

/// Whether an error says that nobody can get into a database.
fn is_closed(error: &Error) -> bool {
    [&DATABASE_MISSING, &DATABASE_CLOSED, &SERVER_ACCESS_DENIED]
        .into_iter()
        .any(|code| error.is(code))
}

/// A database on a server that is kept from everybody else.
pub(crate) struct Held<'p> {
    place: &'p ServerPlace,
    administrator: Administrator,
    /// The session that has the tenant's lock.
    session: Option<Connection>,
}

impl Held<'_> {
    /// Drops the database and the roles. What is not there is no error.
    pub(crate) async fn drop_all(mut self) -> Result<()> {
        let roles = &self.place.roles;
        self.administrator.drop_database(roles).await?;
        // The server may have ended it with the database.
        drop(self.session);
        self.administrator.drop_roles(roles).await?;
        self.administrator.close().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_roles_come_from_the_random_end_of_the_id() {
        let id = |text: &str| TenantId(text.parse().unwrap());
        let one = roles_of(id("0191f3a0-0000-7000-8000-000000000001"), "tenant_a").unwrap();
        let other = roles_of(id("0191f3a0-0000-7000-8000-000000000002"), "tenant_a").unwrap();
        assert_eq!(one.application.as_str(), "t_baaaaaaaaa_app");
        assert_eq!(one.migration.as_str(), "t_baaaaaaaaa_mig");
        assert_ne!(one.application, other.application);
    }
}
