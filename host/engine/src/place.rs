//! [`Place`]: where a tenant's database is, and what is done there that is not SQL of operations: whether
//! it is there, making it, closing it to others, granting, dropping it.
//!
//! Which server and which credentials a tenant has is known to `landlord` and put together in
//! [`crate::home`].
//!
//! Invariant: nothing here drops a database or a role by anything but its whole name, and whoever calls
//! knows that this run made it.

use std::sync::Arc;

use database::administrator::Found;
use database::failure::{DATABASE_EXISTS, SERVER_ACCESS_DENIED};
use database::{
    Administrator, Connection, DatabaseFile, Location, Login, Options, Secret, Server, drop_file,
};
use dialect::{Access, Dialect, Relation, TenantRoles};
use model::error::Error;
use model::id::TenantId;
use model::schema::Schema;
use model::{Name, Result};

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

/// Where a tenant's database is.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// A file of this home.
    File(DatabaseFile, Options),
    /// On a server.
    Server(Box<ServerPlace>),
}

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

impl Place {
    /// What writes statements there.
    pub(crate) fn dialect(&self) -> &'static dyn Dialect {
        match self {
            Place::File(..) => database::embedded_dialect(),
            Place::Server(place) => dialect::for_backend(place.server.backend()),
        }
    }

    /// Opens the database as the role that runs migrations, and takes the server's session lock.
    ///
    /// # Errors
    /// `database.missing`, `tenant.locked` and those of connections.
    pub(crate) async fn open(&self) -> Result<Connection> {
        match self {
            Place::File(file, options) => Connection::open(file, options).await,
            Place::Server(place) => {
                let mut connection = place.connect().await?;
                connection.lock().await?;
                Ok(connection)
            }
        }
    }

    /// Opens the database to look at it: no lock is taken.
    ///
    /// # Errors
    /// `database.missing` and those of connections.
    pub(crate) async fn open_to_look(&self) -> Result<Connection> {
        match self {
            Place::File(file, options) => Connection::open(file, options).await,
            Place::Server(place) => Connection::open(place.location()?, &place.options).await,
        }
    }

    /// Demands that nothing is there yet where a new tenant's database would be.
    ///
    /// # Errors
    /// `database.exists`, `server.role_exists`, `server.privileges_missing` and those of connections.
    pub(crate) async fn demand_free(&self) -> Result<()> {
        match self {
            Place::File(file, _) if file.exists() => Err(Error::new(
                &DATABASE_EXISTS,
                format!("{file} is there already, and no tenant has it"),
            )
            .hint("Strata fills no file that it did not make; move it away")),
            Place::File(..) => Ok(()),
            Place::Server(place) => place.demand_free().await,
        }
    }

    /// Makes the database if it is not there, and opens it; whether it was made now. On a server its
    /// roles are made first, so that whatever is there is closed to others from the beginning.
    ///
    /// # Errors
    /// Those of connections; what this call made is gone then, as far as the server could be reached.
    pub(crate) async fn open_or_make(&self, progress: &dyn Progress) -> Result<(Connection, bool)> {
        match self {
            Place::File(file, options) if file.exists() => {
                Ok((Connection::open(file, options).await?, false))
            }
            Place::File(file, options) => Ok((Connection::create(file, options).await?, true)),
            Place::Server(place) => {
                let is_new = place.make(progress).await?;
                Ok((self.open().await?, is_new))
            }
        }
    }

    /// Gives the tenant's application what it may do with these tables and views, and nothing else.
    ///
    /// # Errors
    /// Those of connections.
    pub(crate) async fn grant(&self, schema: &Schema, progress: &dyn Progress) -> Result<()> {
        let Place::Server(place) = self else {
            return Ok(());
        };
        let relations = relations(schema);
        progress.reach(Point::BeforeServer);
        let mut administrator = place.administrator(true).await?;
        administrator.grant(&place.roles, &relations).await?;
        administrator.close().await?;
        progress.reach(Point::AfterServer);
        Ok(())
    }

    /// Gives the roles the passwords that this place has. Done again, nothing changes.
    ///
    /// # Errors
    /// Those of connections.
    pub(crate) async fn set_passwords(&self) -> Result<()> {
        let Place::Server(place) = self else {
            return Ok(());
        };
        let mut administrator = place.administrator(false).await?;
        place.set_passwords(&mut administrator).await?;
        administrator.close().await
    }

    /// Drops the database, and on a server the tenant's roles. What is not there is no error.
    ///
    /// # Errors
    /// Those of connections and files.
    pub(crate) async fn drop(&self) -> Result<()> {
        match self {
            Place::File(file, _) => drop_file(file),
            Place::Server(place) => {
                let mut administrator = place.administrator(false).await?;
                administrator.drop_database(&place.roles).await?;
                administrator.drop_roles(&place.roles).await?;
                administrator.close().await
            }
        }
    }
}

impl ServerPlace {
    /// The database, as the role that runs migrations.
    fn location(&self) -> Result<Location> {
        let login = Login {
            role: self.roles.migration.to_string(),
            password: self.passwords.migration.clone(),
        };
        Location::on_server(&self.server, self.roles.database.as_str(), login)
    }

    /// Connects as the role that runs migrations. When the server knows another password, a change of
    /// passwords was interrupted: the stored one is made true.
    async fn connect(&self) -> Result<Connection> {
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

    async fn set_passwords(&self, administrator: &mut Administrator) -> Result<()> {
        let (roles, passwords) = (&self.roles, &self.passwords);
        administrator
            .set_password(&roles.application, &passwords.application)
            .await?;
        administrator
            .set_password(&roles.migration, &passwords.migration)
            .await
    }

    async fn administrator(&self, in_database: bool) -> Result<Administrator> {
        let database = in_database.then_some(self.roles.database.as_str());
        Administrator::connect(&self.server, database, &self.options).await
    }

    async fn demand_free(&self) -> Result<()> {
        let mut administrator = self.administrator(false).await?;
        administrator.demand_privileges().await?;
        let (database, server) = (&self.roles.database, self.server.name());
        if administrator.find_database(database).await? != Found::Nothing {
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
    async fn make(&self, progress: &dyn Progress) -> Result<bool> {
        progress.reach(Point::BeforeServer);
        let mut administrator = self.administrator(false).await?;
        administrator.set_up_server().await?;
        progress.reach(Point::AfterServer);
        let (application, migration) = (&self.passwords.application, &self.passwords.migration);
        administrator
            .create_roles(&self.roles, application, migration)
            .await?;
        progress.reach(Point::AfterServer);
        let is_new = administrator.find_database(&self.roles.database).await? == Found::Nothing;
        if is_new {
            administrator.create_database(&self.roles).await?;
            progress.reach(Point::AfterServer);
        }
        administrator.close().await?;
        let mut administrator = self.administrator(true).await?;
        administrator.secure_database(&self.roles).await?;
        administrator.close().await?;
        progress.reach(Point::AfterServer);
        Ok(is_new)
    }
}

/// What an application may do with the tables and views of a schema.
fn relations(schema: &Schema) -> Vec<Relation> {
    let tables = schema.tables().map(|table| Relation {
        name: table.name.clone(),
        access: if table.append_only {
            Access::Append
        } else {
            Access::Rows
        },
    });
    let views = schema.views().map(|view| Relation {
        name: view.name.clone(),
        access: Access::Read,
    });
    tables.chain(views).collect()
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
