//! [`Session`]: one process at one tenant's database: the lock file of this machine, the lease in the
//! landlord, the open connection, and on a server the session lock that goes with it. Nothing is written to a tenant outside a session.
//!
//! Invariant: the lock is taken with `try` and never waited for; a process that dies leaves none. Whoever
//! has the lock knows that the holder of an older lease is dead.

use std::time::Duration;

use database::{Connection, Meta, SessionLock};
use jiff::SignedDuration;
use landlord::{Claim, Lease, Tenant};
use model::Result;
use model::error::Error;
use model::id::RunId;
use model::plan::BoundPlan;

use crate::execute::{Execution, Ran};
use crate::gather::{self, Standing};
use crate::home::Home;
use crate::place::Place;
use crate::progress::Progress;
use crate::registry;

/// How much longer than a run may take a lease is held: nobody else takes over while a last step ends.
const LEASE_SLACK: SignedDuration = SignedDuration::from_mins(5);

/// The right to work on a tenant, before its database is open.
pub(crate) struct Right {
    lock: SessionLock,
    lease: Lease,
}

/// One process at one tenant's database.
pub(crate) struct Session {
    tenant: Tenant,
    place: Place,
    connection: Connection,
    // Dropped last: whoever gets the lock finds the connection closed.
    right: Right,
}

/// The lock beside a tenant's file.
pub(crate) fn take_lock(home: &Home, database_name: &str) -> Result<SessionLock> {
    SessionLock::acquire(&home.locks_folder(), database_name)
}

impl Right {
    /// Takes lock and lease.
    pub(crate) async fn take(home: &mut Home, tenant: &Tenant) -> Result<Right> {
        let lock = take_lock(home, &tenant.database_name)?;
        Right::with_lock(home, tenant, lock).await
    }

    /// Takes the lease for a lock that is held.
    pub(crate) async fn with_lock(
        home: &mut Home,
        tenant: &Tenant,
        lock: SessionLock,
    ) -> Result<Right> {
        let now = home.clock.now();
        let seconds = i64::try_from(home.options.timeout_s).unwrap_or(i64::MAX / 2);
        let until = SignedDuration::from_secs(seconds).saturating_add(LEASE_SLACK);
        let until = now.checked_add(until).unwrap_or(jiff::Timestamp::MAX);
        let holder = format!(
            "{} (process {})",
            home.options.executed_by,
            std::process::id()
        );
        // The lock file is that of one machine; a registry on a server may be another machine's too.
        let claim = if registry::is_elsewhere(&home.root) {
            Claim::Wait
        } else {
            Claim::HolderIsDead
        };
        let mut change = home.landlord.begin().await?;
        let lease = change
            .acquire_lease(tenant.id, &holder, claim, now, until)
            .await?;
        change.commit().await?;
        Ok(Right { lock, lease })
    }

    /// Demands that nobody else has taken the tenant over.
    ///
    /// # Errors
    /// `lease.lost` and those of a database.
    pub(crate) async fn demand(&self, home: &mut Home) -> Result<()> {
        let mut change = home.landlord.begin().await?;
        change
            .renew_lease(&self.lease, self.lease.expires_at)
            .await?;
        change.commit().await
    }

    /// Whose the tenant's database is.
    pub(crate) fn mark(&self, home: &Home) -> Meta {
        Meta {
            tenant: self.lease.tenant,
            landlord: home.landlord_id(),
            fence: self.lease.fence,
        }
    }

    /// The fencing token.
    pub(crate) fn fence(&self) -> i64 {
        self.lease.fence
    }

    /// Opens the database; gives the tenant back when it cannot be opened.
    pub(crate) async fn open(self, home: &mut Home, tenant: &Tenant) -> Result<Session> {
        let opened = match home.place(tenant).await {
            Ok(place) => place.open().await.map(|connection| (place, connection)),
            Err(error) => Err(error),
        };
        match opened {
            Ok((place, connection)) => Ok(self.with(tenant, place, connection)),
            Err(error) => {
                self.give_back(home).await?;
                let what = format!("the database of tenant `{}` cannot be opened", tenant.slug);
                Err(error.within(what))
            }
        }
    }

    /// Uses a connection that is open.
    pub(crate) fn with(self, tenant: &Tenant, place: Place, connection: Connection) -> Session {
        Session {
            tenant: tenant.clone(),
            place,
            connection,
            right: self,
        }
    }

    /// Gives the tenant back.
    pub(crate) async fn give_back(self, home: &mut Home) -> Result<()> {
        let mut change = home.landlord.begin().await?;
        change.release_lease(&self.lease).await?;
        change.commit().await?;
        drop(self.lock);
        Ok(())
    }
}

impl Session {
    /// Takes lock and lease and opens the database.
    pub(crate) async fn open(home: &mut Home, tenant: &Tenant) -> Result<Session> {
        let right = Right::take(home, tenant).await?;
        right.open(home, tenant).await
    }

    /// As [`Session::open`], and reads what stands; whatever fails, the tenant is given back.
    pub(crate) async fn open_standing(
        home: &mut Home,
        tenant: &Tenant,
    ) -> Result<(Session, Standing)> {
        let mut session = Session::open(home, tenant).await?;
        match session.standing(home).await {
            Ok(standing) => Ok((session, standing)),
            Err(error) => Err(session.give_up(home, error).await),
        }
    }

    /// Gives the tenant back because of an error, which is the one that is told.
    pub(crate) async fn give_up(self, home: &mut Home, error: Error) -> Error {
        if let Err(second) = self.close(home).await {
            tracing::warn!(%second, "failed to give a tenant back");
        }
        error
    }

    /// The connection.
    pub(crate) fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// What the tenant's own ledger says.
    pub(crate) async fn standing(&mut self, home: &Home) -> Result<Standing> {
        let gathered = gather::gather(&mut self.connection, self.tenant.id, home.landlord_id());
        let slug = &self.tenant.slug;
        gathered
            .await
            .map_err(|e| e.within(format!("the database of tenant `{slug}` cannot be read")))
    }

    /// Begins a run and applies a plan.
    pub(crate) async fn run(
        &mut self,
        home: &Home,
        bound: &BoundPlan,
        run: RunId,
        progress: &dyn Progress,
    ) -> Result<Ran> {
        let mut execution = self.execution(home, run, progress).await?;
        execution.begin(bound).await?;
        execution.apply(bound).await
    }

    /// Takes up a run that died.
    pub(crate) async fn take_up(
        &mut self,
        home: &Home,
        bound: &BoundPlan,
        run: RunId,
        progress: &dyn Progress,
    ) -> Result<Ran> {
        let mut execution = self.execution(home, run, progress).await?;
        execution.take_up().await?;
        execution.apply(bound).await
    }

    /// Goes on undoing what a run that died was undoing.
    pub(crate) async fn undo(
        &mut self,
        home: &Home,
        bound: &BoundPlan,
        run: RunId,
        progress: &dyn Progress,
    ) -> Result<()> {
        self.execution(home, run, progress)
            .await?
            .undo_again(bound)
            .await
    }

    async fn execution<'a>(
        &'a mut self,
        home: &'a Home,
        run: RunId,
        progress: &'a dyn Progress,
    ) -> Result<Execution<'a>> {
        let standing = self.standing(home).await?;
        Ok(Execution {
            connection: &mut self.connection,
            place: &self.place,
            base: standing.schema_before_run()?,
            standing,
            run,
            fence: self.right.fence(),
            clock: &*home.clock,
            progress,
            timeout: Duration::from_secs(home.options.timeout_s),
        })
    }

    /// Closes the database and keeps the right to the tenant. A database that cannot be closed tidily is
    /// no worse for it: what was committed is there.
    pub(crate) async fn close_database(self) -> Right {
        if let Err(error) = self.connection.close().await {
            tracing::warn!(tenant = %self.tenant.slug, %error, "the database could not be closed tidily");
        }
        self.right
    }

    /// Closes the database and gives the tenant back.
    pub(crate) async fn close(self, home: &mut Home) -> Result<()> {
        self.close_database().await.give_back(home).await
    }
}
