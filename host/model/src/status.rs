//! Where a tenant, its provisioning and a run stand, and the only ways from one to the next.
//!
//! After a crash the state is the fold of the ledger's events ([`crate::ledger`]); there is no second
//! source of truth.
//!
//! Invariant: any pair of state and event that is not listed is an error.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

mod codes {
    crate::codes! {
        STATUS_ILLEGAL = "status.illegal", Conflict, "Something was asked of a tenant or run that its present status does not allow.";
        STATUS_UNKNOWN = "status.unknown", Bug, "A stored status is not one that this host knows.";
    }
}
pub use codes::*;

macro_rules! statuses {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// The status as it is stored and shown.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text,)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = Error;
            fn from_str(text: &str) -> Result<$name> {
                match text {
                    $($text => Ok($name::$variant),)*
                    _ => Err(Error::new(&STATUS_UNKNOWN, format!("`{}` is not a status", crate::name::display(text)))),
                }
            }
        }
    };
}

statuses! {
    /// Where a tenant's life stands.
    TenantStatus {
        /// Known, and not yet in use.
        Registered = "registered",
        /// In use.
        Active = "active",
        /// Closed to its users for now.
        Suspended = "suspended",
        /// Kept, not used.
        Archived = "archived",
        /// Gone.
        Deleted = "deleted",
    }
}

statuses! {
    /// Where the building of a tenant's database stands.
    ProvisioningStatus {
        /// Nobody has begun.
        None = "none",
        /// A run is at it, or was and died: `tenant create` finishes it.
        InProgress = "in_progress",
        /// Done.
        Completed = "completed",
        /// Failed and undone; it can be tried again.
        Failed = "failed",
        /// Failed as often as is tried.
        PermanentlyFailed = "permanently_failed",
    }
}

statuses! {
    /// Where a run stands.
    RunStatus {
        /// Recorded, nothing done.
        Planned = "planned",
        /// Steps are being applied.
        Running = "running",
        /// A step failed; its layer is being undone.
        Undoing = "undoing",
        /// All steps are applied.
        Succeeded = "succeeded",
        /// It failed, and what it did in the failed layer is undone.
        Undone = "undone",
        /// It failed and could not be undone, or died: `resume` goes on.
        Incomplete = "incomplete",
    }
}

/// What happens to a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RunEvent {
    /// Its first step begins.
    Started,
    /// One statement of a step begins or is done.
    Statement,
    /// A step is applied.
    StepApplied,
    /// A step failed.
    StepFailed,
    /// A step of the failed layer was undone.
    StepUndone,
    /// All steps are applied.
    Succeeded,
    /// The failed layer is undone.
    Undone,
    /// A step could not be undone.
    UndoFailed,
    /// Somebody takes up what a dead process left.
    Resumed,
}

impl RunStatus {
    /// The status after an event.
    ///
    /// # Errors
    /// `status.illegal` for every pair that is not listed here.
    pub fn next(self, event: RunEvent) -> Result<RunStatus> {
        use {RunEvent as E, RunStatus as S};
        match (self, event) {
            (S::Planned, E::Started) => Ok(S::Running),
            (S::Running, E::StepApplied | E::Statement) => Ok(S::Running),
            (S::Running, E::StepFailed) => Ok(S::Undoing),
            (S::Running, E::Succeeded) => Ok(S::Succeeded),
            (S::Running | S::Incomplete, E::Resumed) => Ok(S::Running),
            (S::Undoing, E::Resumed | E::StepUndone | E::Statement) => Ok(S::Undoing),
            (S::Undoing, E::Undone) => Ok(S::Undone),
            (S::Undoing, E::UndoFailed) => Ok(S::Incomplete),
            _ => Err(Error::new(
                &STATUS_ILLEGAL,
                format!("a run that is {self} cannot be followed by {event:?}"),
            )),
        }
    }

    /// Whether nothing more happens to the run.
    pub fn is_final(self) -> bool {
        matches!(self, RunStatus::Succeeded | RunStatus::Undone)
    }
}

/// What happens to the building of a tenant's database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProvisioningEvent {
    /// A run begins, or begins again.
    Started,
    /// All layers are applied.
    Completed,
    /// It failed and was undone.
    Failed,
    /// It failed as often as is tried.
    GivenUp,
}

impl ProvisioningStatus {
    /// The status after an event.
    ///
    /// # Errors
    /// `status.illegal` for every pair that is not listed here.
    pub fn next(self, event: ProvisioningEvent) -> Result<ProvisioningStatus> {
        use {ProvisioningEvent as E, ProvisioningStatus as S};
        match (self, event) {
            (S::None | S::InProgress | S::Failed | S::PermanentlyFailed, E::Started) => {
                Ok(S::InProgress)
            }
            (S::InProgress, E::Completed) => Ok(S::Completed),
            (S::InProgress, E::Failed) => Ok(S::Failed),
            (S::Failed, E::GivenUp) => Ok(S::PermanentlyFailed),
            _ => Err(Error::new(
                &STATUS_ILLEGAL,
                format!("provisioning that is {self} cannot be followed by {event:?}"),
            )),
        }
    }
}

/// What happens to a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TenantEvent {
    /// Its database is ready, or it may be used again.
    Activated,
    /// It is closed to its users.
    Suspended,
    /// It is put away.
    Archived,
    /// Its database is gone.
    Deleted,
}

impl TenantStatus {
    /// The status after an event.
    ///
    /// # Errors
    /// `status.illegal` for every pair that is not listed here.
    pub fn next(self, event: TenantEvent) -> Result<TenantStatus> {
        use {TenantEvent as E, TenantStatus as S};
        match (self, event) {
            (S::Registered | S::Suspended | S::Archived, E::Activated) => Ok(S::Active),
            (S::Active, E::Suspended) => Ok(S::Suspended),
            (S::Active | S::Suspended, E::Archived) => Ok(S::Archived),
            (S::Registered | S::Suspended | S::Archived, E::Deleted) => Ok(S::Deleted),
            _ => Err(Error::new(
                &STATUS_ILLEGAL,
                format!("a tenant that is {self} cannot be followed by {event:?}"),
            )),
        }
    }
}
