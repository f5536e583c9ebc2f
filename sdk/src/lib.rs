//! Everything that a Strata plugin written in Rust depends on.
//!
//! A plugin is a list of *migrations*. A migration is a function that reads facts about one tenant
//! and says which operations change the tenant's schema. It never sees a connection: the host
//! reviews the operations, turns them into SQL for the tenant's database and runs them. The same
//! crate compiles natively, for `cargo test`, and to a WebAssembly component, for the host.
//!
//! # A plugin
//!
//! `Cargo.toml` makes a library that can be both:
//!
//! ```toml
//! [lib]
//! crate-type = ["cdylib", "rlib"]
//!
//! [dependencies]
//! strata-sdk = { path = "…/sdk" }
//! ```
//!
//! `plugin.toml` beside it is the manifest; its fields are listed at [`macro@plugin`]. `src/lib.rs`
//! holds the migrations:
//!
//! ```
//! use strata_sdk::prelude::*;
//!
//! /// Clubs and their members.
//! #[strata_sdk::plugin(manifest = "examples/club/plugin.toml")]
//! pub struct Club;
//!
//! impl Plugin for Club {
//!     fn migrations(&self) -> Vec<Migration> {
//!         vec![
//!             Migration::new("001_provinces", provinces),
//!             Migration::new("002_members", members).with_down(drop_members),
//!         ]
//!     }
//! }
//!
//! fn provinces(schema: &mut Schema, _tenant: &Context) -> Result<()> {
//!     schema.create_table("provinces", |t| {
//!         t.id();
//!         t.string("key", 20).unique();
//!         t.string("name", 255).comment("The name for people.");
//!     });
//!     schema.insert_rows("provinces", ["key"], rows![
//!         { "key": "np-p3", "name": "Bagmati" },
//!         { "key": "np-p4", "name": "Gandaki" },
//!     ]);
//!     Ok(())
//! }
//!
//! fn members(schema: &mut Schema, tenant: &Context) -> Result<()> {
//!     let wards: u32 = tenant.setting("wards")?.unwrap_or(33);
//!     schema.create_table("members", |t| {
//!         t.id();
//!         t.string("email", 255).unique().ignore_case();
//!         t.enumeration("status", ["active", "blocked"]).default("active");
//!         t.decimal("fee", 12, 2).nullable();
//!         t.int("ward");
//!         t.reference("province_id", "provinces").nullable().on_delete(Action::SetNull);
//!         t.timestamps();
//!         t.check("members_ward_check", format!("ward BETWEEN 1 AND {wards}"));
//!         t.index(["status", "created_at"]).descending("created_at");
//!         t.comment("Whoever belongs to the club.");
//!     });
//!     Ok(())
//! }
//!
//! fn drop_members(schema: &mut Schema, _tenant: &Context) -> Result<()> {
//!     schema.drop_table("members");
//!     Ok(())
//! }
//!
//! // In a test: the same migrations on a schema in memory.
//! use strata_sdk::testing::{MemorySchema, MemoryTenant, assert_manifest_matches};
//!
//! assert_manifest_matches(&Club);
//! let mut schema = MemorySchema::new();
//! schema.apply_all(&Club, &MemoryTenant::new("acme").setting("wards", 12))?;
//! assert!(schema.table("members").is_some_and(|table| table.index("members_email_unique").is_some()));
//! # Ok::<(), strata_sdk::testing::Refused>(())
//! ```
//!
//! # Rules that the host keeps
//!
//! - A migration is a pure function of what it reads through [`Context`] and [`Schema`]: the same
//!   answers give the same operations, for ever. There is no clock and no randomness.
//! - An applied migration is never changed. A newer version of a plugin lists all earlier migrations
//!   first, in the same order, then its own.
//! - Names match `[a-z_][a-z0-9_]*`, have at most 63 bytes and do not begin with `strata_`.
//! - Expressions and queries are Strata SQL, a subset of SQL that means the same on every database.
//! - Reading the schema gives the schema *before* the operations of this call.
//!
//! # Columns
//!
//! Columns are *not null* unless [`nullable`](schema::ColumnBuilder::nullable) and compare by bytes
//! unless [`ignore_case`](schema::ColumnBuilder::ignore_case). [`schema::TableBuilder`] has one method
//! for each type and lists what it makes beside the column.
//!
//! # Generated names
//!
//! | what | name |
//! |---|---|
//! | `t.string("email", 255).unique()` on `users` | `users_email_unique` |
//! | `t.unique(["a", "b"])` | `users_a_b_unique` |
//! | `t.index(["a", "b"])` | `users_a_b_index` |
//! | `t.reference("province_id", "provinces")` | `users_province_id_fk` and `users_province_id_index` |
//! | `t.foreign_key(["a", "b"], …)` | `users_a_b_fk` |
//!
//! A name longer than 63 bytes keeps its first 54, followed by `_` and eight hexadecimal digits of
//! its FNV-1a hash. `.name("…")` gives another name where a builder has it.
//!
//! # Errors
//!
//! A migration returns [`Result`]; [`PluginError::failed`] and its siblings make errors. The builders
//! do not return errors: what is wrong (a table without a primary key, rows of different columns) is
//! collected and fails the migration with a sentence that names the table. A panic reaches the host's
//! log as a line before the component traps.

pub mod column;
mod context;
mod error;
pub mod log;
mod name;
pub mod operation;
mod plugin;
pub mod schema;
mod setting;
pub mod table;
mod value;

#[cfg(feature = "json")]
pub use {serde, serde_json};

#[cfg(target_family = "wasm")]
#[doc(hidden)]
pub mod component;
#[cfg(not(target_family = "wasm"))]
pub mod testing;

pub use context::{Context, Tenant};
pub use error::{InvalidSetting, PluginError, Result};
pub use plugin::{Described, Migration, Plugin, Step};
pub use schema::{Schema, Snapshot};
pub use setting::Setting;
/// # Refused
///
/// A struct with fields, because a plugin keeps nothing between calls:
///
/// ```compile_fail
/// #[strata_sdk::plugin(manifest = "examples/club/plugin.toml")]
/// pub struct Club {
///     calls: u32,
/// }
/// ```
///
/// A manifest that is not there:
///
/// ```compile_fail
/// #[strata_sdk::plugin(manifest = "examples/club/other.toml")]
/// pub struct Club;
/// ```
///
/// A file that is TOML but no manifest:
///
/// ```compile_fail
/// #[strata_sdk::plugin(manifest = "Cargo.toml")]
/// pub struct Club;
/// ```
///
/// While this is fine:
///
/// ```
/// #[strata_sdk::plugin(manifest = "examples/club/plugin.toml")]
/// pub struct Club;
/// ```
#[doc(inline)]
pub use strata_sdk_macros::plugin;
pub use value::{Row, Value};

/// What an author's file begins with: `use strata_sdk::prelude::*;`.
pub mod prelude {
    pub use crate::column::{Collation, ColumnType};
    pub use crate::context::Context;
    pub use crate::error::{PluginError, Result};
    pub use crate::operation::{Database, Operation};
    pub use crate::plugin::{Migration, Plugin};
    pub use crate::rows;
    pub use crate::schema::{Schema, TableBuilder};
    pub use crate::table::Action;
    pub use crate::value::Value;
}
