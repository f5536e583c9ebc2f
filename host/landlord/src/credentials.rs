//! How one gets into a tenant's database on a server.
//!
//! Passwords are stored sealed ([`crate::vault`]) and opened by whoever connects.

use jiff::Timestamp;
use model::{Result, TenantId};

use crate::change::{Change, tenant};
use crate::landlord::Landlord;
use crate::stored::reading;

/// The roles of a tenant with their passwords, sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCredentials {
    /// The role of the application.
    pub application_role: String,
    /// Its password, sealed.
    pub application_password: String,
    /// The role that runs migrations.
    pub migration_role: String,
    /// Its password, sealed.
    pub migration_password: String,
}

impl Landlord {
    /// The credentials of a tenant, if it has any.
    ///
    /// # Errors
    /// `landlord.bad_row` and those of a database.
    pub async fn credentials(&mut self, of: TenantId) -> Result<Option<StoredCredentials>> {
        let sql = "SELECT tenant_id, application_role, application_password, migration_role, \
                   migration_password FROM tenant_credentials WHERE tenant_id = $1";
        let rows = self.fetch(sql, &[tenant(of)]).await?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        let row = reading(row, "tenant_credentials");
        Ok(Some(StoredCredentials {
            application_role: row.text("application_role")?.to_owned(),
            application_password: row.text("application_password")?.to_owned(),
            migration_role: row.text("migration_role")?.to_owned(),
            migration_password: row.text("migration_password")?.to_owned(),
        }))
    }
}

impl Change<'_> {
    /// Notes that the password of a tenant's application is shown; whether it is for the first time.
    ///
    /// # Errors
    /// Those of a database.
    pub async fn show_credentials(&mut self, of: TenantId, now: Timestamp) -> Result<bool> {
        let sql =
            "UPDATE tenant_credentials SET shown_at = $2 WHERE tenant_id = $1 AND shown_at IS NULL";
        Ok(self.run(sql, &[tenant(of), now.into()]).await? == 1)
    }

    /// Stores the credentials of a tenant in the place of those that were there.
    ///
    /// # Errors
    /// Those of a database.
    pub async fn store_credentials(
        &mut self,
        of: TenantId,
        credentials: &StoredCredentials,
        now: Timestamp,
    ) -> Result<()> {
        let sql = "INSERT INTO tenant_credentials (tenant_id, application_role, application_password, \
                   migration_role, migration_password, changed_at) VALUES ($1, $2, $3, $4, $5, $6) \
                   ON CONFLICT (tenant_id) DO UPDATE SET application_role = excluded.application_role, \
                   application_password = excluded.application_password, \
                   migration_role = excluded.migration_role, \
                   migration_password = excluded.migration_password, changed_at = excluded.changed_at, \
                   shown_at = NULL";
        let parameters = [
            tenant(of),
            credentials.application_role.as_str().into(),
            credentials.application_password.as_str().into(),
            credentials.migration_role.as_str().into(),
            credentials.migration_password.as_str().into(),
            now.into(),
        ];
        self.run(sql, &parameters).await.map(|_| ())
    }

    /// Forgets the credentials of a tenant. Done before, or never stored: nothing changes.
    ///
    /// # Errors
    /// Those of a database.
    pub async fn forget_credentials(&mut self, of: TenantId) -> Result<()> {
        let sql = "DELETE FROM tenant_credentials WHERE tenant_id = $1";
        self.run(sql, &[tenant(of)]).await.map(|_| ())
    }
}
