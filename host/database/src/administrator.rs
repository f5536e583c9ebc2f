//! [`Administrator`]: a connection that makes and drops databases and roles on a server.
//!
//! It decides nothing: which database belongs to which tenant is known above. The statements are
//! `dialect`'s ([`Administration`]).
//!
//! Invariants: it drops only what it is given by its whole name. Passwords stand in no error and no log.

use std::fmt;
use std::sync::Arc;

use dialect::error::SERVER_COLLATION_INVALID;
use dialect::{
    Administration, DatabaseCollation, HeldPrivilege, HeldScope, Password, Relation, TenantRoles,
};
use model::{Error, Name, Result};

use crate::connection::{Connection, Options};
use crate::failure::DATABASE_FAILED;
use crate::location::Location;
use crate::row::{Reading, Row};
use crate::secret::Secret;
use crate::server::Server;

mod codes {
    model::codes! {
        SERVER_PRIVILEGES_MISSING = "server.privileges_missing", Input, "The administrator of a server may not create databases and roles there.";
    }
}
pub use codes::*;

/// A server's administrator, connected.
pub struct Administrator {
    connection: Connection,
    administration: &'static dyn Administration,
}

impl fmt::Debug for Administrator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Administrator")
            .field("connection", &self.connection)
            .finish_non_exhaustive()
    }
}

/// Whether a database is there, and whose making it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// No such database.
    Nothing,
    /// It was made for this tenant, and its making did not come to the end.
    HalfMade,
    /// Made, by whomever.
    Made,
}

impl Administrator {
    /// Connects to a server; with the name of a database, to that one.
    ///
    /// # Errors
    /// Those of [`crate::server`] and [`crate::failure`].
    pub async fn connect(
        server: &Arc<Server>,
        database: Option<&str>,
        options: &Options,
    ) -> Result<Administrator> {
        let location = Location::administration(server, database)?;
        let connection = Connection::open(&location, options).await?;
        let administration = connection.dialect().administration();
        let administration = administration.ok_or_else(|| {
            Error::new(
                &DATABASE_FAILED,
                "a database that is a file has no administrator",
            )
        })?;
        Ok(Administrator {
            connection,
            administration,
        })
    }

    /// Demands that the administrator may do what tenants need.
    ///
    /// # Errors
    /// `server.privileges_missing` with what is missing.
    pub async fn demand_privileges(&mut self) -> Result<()> {
        let rows = self
            .fetch(self.administration.missing_privileges(), None)
            .await?;
        let missing = texts(&rows, "missing")?;
        if missing.is_empty() {
            return Ok(());
        }
        let what = format!(
            "the administrator of the server lacks {}",
            missing.join(", ")
        );
        Err(Error::new(&SERVER_PRIVILEGES_MISSING, what)
            .hint("grant it to the user of the server's URL, or give the URL of another user"))
    }

    /// Demands that databases can be made with this collation.
    ///
    /// # Errors
    /// `server.collation_invalid`.
    pub async fn demand_collation(&mut self, collation: &DatabaseCollation) -> Result<()> {
        let refused = |what: &str| {
            let name = collation.name();
            Error::new(
                &SERVER_COLLATION_INVALID,
                format!("databases on the server cannot have the collation `{name}`: {what}"),
            )
            .hint("leave --collation out, or give one that the server lists")
        };
        let Some(trial) = self.administration.try_collation(collation) else {
            return Err(refused("they are always ordered by bytes"));
        };
        let session = self.connection.session().await?;
        match session.execute_text(&trial).await {
            Ok(_) => Ok(()),
            Err(error) if error.is(&DATABASE_FAILED) => Err(refused("it does not know it")),
            Err(error) => Err(error),
        }
    }

    /// Makes what a server needs before its first tenant. Done before: nothing changes.
    ///
    /// # Errors
    /// Those of [`crate::failure`].
    pub async fn set_up_server(&mut self) -> Result<()> {
        self.run(self.administration.server_set_up()).await
    }

    /// Whether a tenant's database is there.
    ///
    /// # Errors
    /// Those of [`crate::failure`].
    pub async fn find_database(&mut self, roles: &TenantRoles) -> Result<Found> {
        let sql = self.administration.find_database();
        let parameters = [
            roles.database.as_str().into(),
            roles.migration.as_str().into(),
        ];
        let session = self.connection.session().await?;
        let rows = session.fetch(sql, &parameters).await?;
        Ok(match texts(&rows, "half_made")?.first().copied() {
            None => Found::Nothing,
            Some("yes") => Found::HalfMade,
            Some(_) => Found::Made,
        })
    }

    /// Whether a role of this name is there.
    ///
    /// # Errors
    /// Those of [`crate::failure`].
    pub async fn has_role(&mut self, role: &Name) -> Result<bool> {
        let sql = self.administration.find_role();
        Ok(!self.fetch(sql, Some(role.as_str())).await?.is_empty())
    }

    /// Makes both roles of a tenant; those that are there get the passwords.
    ///
    /// # Errors
    /// Those of [`crate::failure`].
    pub async fn create_roles(
        &mut self,
        roles: &TenantRoles,
        application: &Secret,
        migration: &Secret,
    ) -> Result<()> {
        let statements =
            self.administration
                .create_roles(roles, salted(application), salted(migration));
        self.run(statements).await
    }

    /// Makes the database of a tenant. Nobody else may connect to it before it is opened.
    ///
    /// # Errors
    /// `database.exists` and the others of [`crate::failure`].
    pub async fn create_database(
        &mut self,
        roles: &TenantRoles,
        collation: Option<&DatabaseCollation>,
    ) -> Result<()> {
        let statements = self.administration.create_database(roles, collation);
        self.run(statements).await
    }

    /// Opens the database of a tenant that was just made to its roles alone.
    ///
    /// # Errors
    /// Those of [`crate::failure`].
    pub async fn open_database(&mut self, roles: &TenantRoles) -> Result<()> {
        self.run(self.administration.open_database(roles)).await
    }

    /// Takes a lock that ends with this connection. Names on PostgreSQL are those of the database that the
    /// connection is to.
    ///
    /// # Errors
    /// `tenant.locked` at once when another session has it, and those of [`crate::failure`].
    pub async fn lock(&mut self, name: &str) -> Result<()> {
        self.connection.lock_as(name).await
    }

    /// Gives a lock back.
    ///
    /// # Errors
    /// Those of [`crate::failure`].
    pub async fn unlock(&mut self, name: &str) -> Result<()> {
        self.connection.unlock_as(name).await
    }

    /// Closes what is in the database of this connection to everybody but its roles.
    ///
    /// # Errors
    /// Those of [`crate::failure`].
    pub async fn secure_database(&mut self, roles: &TenantRoles) -> Result<()> {
        self.run(self.administration.secure_database(roles)).await
    }

    /// Gives a role another password.
    ///
    /// # Errors
    /// Those of [`crate::failure`].
    pub async fn set_password(&mut self, role: &Name, password: &Secret) -> Result<()> {
        let statements = self.administration.set_password(role, salted(password));
        self.run(statements).await
    }

    /// Gives the application role exactly these privileges in the database of this connection.
    ///
    /// # Errors
    /// Those of [`crate::failure`].
    pub async fn grant(&mut self, roles: &TenantRoles, relations: &[Relation]) -> Result<()> {
        let sql = self.administration.held_privileges();
        let rows = self.fetch(sql, Some(roles.application.as_str())).await?;
        let held = rows.iter().map(held_privilege);
        let held = held.collect::<Result<Vec<_>>>()?;
        let statements = self.administration.grants(roles, relations, &held);
        self.run(statements).await
    }

    /// Drops the database of a tenant, if it is there, whoever is in it.
    ///
    /// # Errors
    /// Those of [`crate::failure`].
    pub async fn drop_database(&mut self, roles: &TenantRoles) -> Result<()> {
        self.run(self.administration.drop_database(roles)).await
    }

    /// Drops both roles of a tenant, if they are there.
    ///
    /// # Errors
    /// Those of [`crate::failure`].
    pub async fn drop_roles(&mut self, roles: &TenantRoles) -> Result<()> {
        self.run(self.administration.drop_roles(roles)).await
    }

    /// The connection, for questions.
    pub fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// Says goodbye.
    ///
    /// # Errors
    /// Those of [`crate::failure`].
    pub async fn close(self) -> Result<()> {
        self.connection.close().await
    }

    async fn run(&mut self, statements: Vec<String>) -> Result<()> {
        let session = self.connection.session().await?;
        for sql in statements {
            session.execute_text(&sql).await?;
        }
        Ok(())
    }

    async fn fetch(&mut self, sql: &'static str, parameter: Option<&str>) -> Result<Vec<Row>> {
        let parameters: Vec<_> = parameter.map(Into::into).into_iter().collect();
        self.connection
            .session()
            .await?
            .fetch(sql, &parameters)
            .await
    }
}

fn held_privilege(row: &Row) -> Result<HeldPrivilege> {
    let reading = Reading::new(row, "the privileges", &DATABASE_FAILED);
    let scope = reading.text("scope")?;
    let scope = HeldScope::of(scope).ok_or_else(|| {
        let what = format!("the privileges have the unknown scope `{scope}`");
        Error::new(&DATABASE_FAILED, what)
    })?;
    Ok(HeldPrivilege {
        relation: reading.text("relation")?.to_owned(),
        privilege: reading.text("privilege")?.to_owned(),
        scope,
    })
}

fn texts<'r>(rows: &'r [Row], column: &str) -> Result<Vec<&'r str>> {
    rows.iter()
        .map(|row| Reading::new(row, "the catalogue", &DATABASE_FAILED).text(column))
        .collect()
}

fn salted(password: &Secret) -> Password<'_> {
    Password {
        text: password.expose(),
        salt: *uuid::Uuid::new_v4().as_bytes(),
    }
}
