//! The words of Strata: names, types, expressions, schemas, operations, plans, ledger events.
//!
//! This room is pure: no input or output, no clock, no randomness, no database. Everything above it
//! speaks in its types. `dialect` says what an operation is in SQL, `plan` puts operations in order.

pub mod actor;
pub mod allowance;
pub mod approval;
pub mod audit;
pub mod capabilities;
pub mod clock;
pub mod codes;
pub mod column_type;
pub mod comment;
pub mod customization;
pub mod digest;
pub mod emission;
pub mod error;
pub mod expression;
pub mod hazard;
pub mod id;
pub mod ledger;
pub mod manifest;
pub mod name;
mod no_fields;
pub mod observed;
pub mod operation;
pub mod plan;
pub mod query;
pub mod recorded;
pub mod schema;
pub mod statement;
pub mod status;
pub mod value;

pub use actor::{Actor, ActorKind, ActorName, Deed, Role};
pub use allowance::Allowance;
pub use approval::Approval;
pub use audit::{AuditEntry, AuditEvent};
pub use capabilities::{Backend, Capabilities};
pub use clock::Clock;
pub use column_type::{ColumnType, Kind};
pub use comment::{Comment, Reason};
pub use customization::{
    Customization, CustomizationChange, CustomizationEvent, CustomizationState, ReviewKind,
    ReviewPolicy,
};
pub use digest::{Digest, DigestPrefix};
pub use emission::{Emission, Question, Read, Settings, TenantFacts};
pub use error::{Class, Code, Error, Result};
pub use hazard::{Finding, Hazard, HazardKind, Severity};
pub use id::{LandlordId, MigrationId, PluginId, PluginReference, RunId, Slug, TenantId};
pub use ledger::{AppliedMigration, LedgerEvent, LedgerRow, StatementMark};
pub use manifest::{Layer, Manifest};
pub use name::Name;
pub use observed::Observed;
pub use operation::{Operation, Reverse};
pub use plan::{BoundPlan, LockedPlugin, Plan, PlannedStatement, ReverseBy, Selection, Step};
pub use recorded::Recorded;
pub use schema::{ObjectRef, Origin, Schema};
pub use statement::{Blocks, Compiled, ForeignKeys, Statement, Work};
pub use value::Value;
