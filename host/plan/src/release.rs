//! What a new version of a plugin must keep: the migrations of the older ones, with the same operations.
//!
//! A migration id means the same operations for the same reads for ever; so both components are asked
//! for the shared migrations, on an empty schema, and must give the same.

use model::Result;
use model::emission::TenantFacts;
use model::error::Error;
use model::id::Slug;
use model::schema::Schema;

use crate::catalogue::Entry;
use crate::emitter::{Call, Emitter};
use crate::settings;

mod codes {
    model::codes! {
        MIGRATION_CHANGED = "migration.changed", Conflict, "A new version of a plugin gives other operations for a migration of an older version.";
        MIGRATIONS_MISSING = "migration.missing", Conflict, "A new version of a plugin does not list all migrations of an older version first.";
    }
}
pub use codes::*;

/// Demands that two versions of a plugin agree on the migrations that both have.
///
/// # Errors
/// `migration.missing`, `migration.changed`, both naming the migration; `component.*` when a component
/// cannot be run.
pub fn compare(one: &Entry, other: &Entry, emitter: &dyn Emitter) -> Result<()> {
    let (older, newer) = if one.manifest.version <= other.manifest.version {
        (one, other)
    } else {
        (other, one)
    };
    for (n, migration) in older.manifest.migrations.iter().enumerate() {
        if newer.manifest.migrations.get(n) != Some(migration) {
            return Err(Error::new(
                &MIGRATIONS_MISSING,
                format!(
                    "plugin `{}@{}` does not list migration `{migration}` of {} in the same place",
                    newer.manifest.id, newer.manifest.version, older.manifest.version
                ),
            )
            .hint("list all migrations of the older version first, in the same order"));
        }
    }
    let tenant = TenantFacts {
        slug: Slug::new("example")?,
        name: "Example".to_owned(),
        locale: "en".to_owned(),
        facts: Default::default(),
    };
    for migration in &older.manifest.migrations {
        let answer = |entry: &Entry| {
            let settings =
                settings::settle(&entry.manifest, &Default::default()).unwrap_or_default();
            let schema = Schema::empty();
            let call = Call {
                component: &entry.component,
                migration,
                tenant: &tenant,
                settings: &settings,
                schema: &schema,
            };
            match emitter.up(call) {
                Ok(emission) => Ok(Ok(emission.operations)),
                // A component that is not there gives no answer at all.
                Err(error) if error.code().name.starts_with("component.") => Err(error),
                // A migration may refuse an empty schema; then both versions must refuse it alike.
                Err(error) => Ok(Err(error.code().name)),
            }
        };
        if answer(older)? != answer(newer)? {
            return Err(Error::new(
                &MIGRATION_CHANGED,
                format!(
                    "plugin `{}@{}` gives other operations for migration `{migration}` than {} does",
                    newer.manifest.id, newer.manifest.version, older.manifest.version
                ),
            )
            .hint("a migration that was released never changes; add a new one instead"));
        }
    }
    Ok(())
}
