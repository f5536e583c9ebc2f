//! Bringing the landlord's tables up to what this Strata knows: operations, compiled by `dialect`, with
//! a ledger row in the same transaction, as for any tenant.
//!
//! Which operations they are stands in [`crate::migrations`].

use database::{Connection, ledger};
use jiff::Timestamp;
use model::operation::reverse_all;
use model::{
    AppliedMigration, Compiled, Digest, Error, ForeignKeys, Layer, LedgerEvent, LedgerRow,
    Observed, Origin, PluginId, Result, RunId, Schema,
};
use semver::Version;

use crate::migrations::{self, Migration};

mod codes {
    model::codes! {
        LANDLORD_NEWER = "landlord.newer", Conflict, "The landlord's tables were made by a newer Strata.";
        LANDLORD_BUILTIN = "landlord.builtin", Bug, "A constant of the landlord's own plugin is not valid.";
    }
}
pub use codes::*;

/// Where the landlord's tables stand.
struct Standing {
    schema: Schema,
    applied: usize,
    head: Option<(i64, Digest)>,
}

/// Applies what is pending of all migrations.
pub(crate) async fn apply_pending(connection: &mut Connection, now: Timestamp) -> Result<()> {
    apply_pending_of(&migrations::all()?, connection, now).await
}

/// Applies what is pending of some migrations, one transaction a migration.
pub(crate) async fn apply_pending_of(
    migrations: &[Migration],
    connection: &mut Connection,
    now: Timestamp,
) -> Result<()> {
    let run = RunId(uuid::Uuid::new_v7(uuid::Timestamp::from_unix(
        uuid::NoContext,
        u64::try_from(now.as_second()).unwrap_or(0),
        u32::try_from(now.subsec_nanosecond()).unwrap_or(0),
    )));
    loop {
        let standing = standing(connection, migrations).await?;
        let Some(next) = migrations.get(standing.applied) else {
            return Ok(());
        };
        apply(connection, &standing, next, run, now).await?;
    }
}

/// What the landlord's database must look like.
pub(crate) async fn expected(connection: &mut Connection) -> Result<Observed> {
    let standing = standing(connection, &migrations::all()?).await?;
    connection.dialect().lower(&standing.schema)
}

async fn standing(connection: &mut Connection, migrations: &[Migration]) -> Result<Standing> {
    let rows = ledger::read(connection.session().await?).await?;
    let mut schema = Schema::empty();
    let mut applied = 0;
    for row in &rows {
        let LedgerEvent::MigrationApplied(migration) = &row.event else {
            continue;
        };
        if migrations
            .get(applied)
            .is_none_or(|known| known.id != migration.migration)
        {
            return Err(Error::new(
                &LANDLORD_NEWER,
                format!(
                    "the landlord has the migration `{}`, which this Strata does not know",
                    migration.migration
                ),
            )
            .hint("upgrade Strata"));
        }
        for operation in &migration.operations {
            operation.apply(&mut schema, &origin(&migration.migration, Some(row.run))?)?;
        }
        applied += 1;
    }
    Ok(Standing {
        schema,
        applied,
        head: rows.last().map(|row| (row.sequence, row.hash)),
    })
}

async fn apply(
    connection: &mut Connection,
    standing: &Standing,
    migration: &Migration,
    run: RunId,
    now: Timestamp,
) -> Result<()> {
    let origin = origin(&migration.id, Some(run))?;
    let reverse = reverse_all(&migration.operations, &standing.schema, &origin)?;
    let mut schema = standing.schema.clone();
    let mut compiled: Vec<Compiled> = Vec::new();
    for operation in &migration.operations {
        compiled.push(connection.dialect().compile(operation, &schema)?);
        operation.apply(&mut schema, &origin)?;
    }
    let verified = compiled
        .iter()
        .any(|one| one.foreign_keys == ForeignKeys::Verified);
    let event = LedgerEvent::MigrationApplied(Box::new(AppliedMigration {
        plugin: origin.plugin.clone(),
        version: origin.version.clone(),
        component: Digest::of_bytes(b"strata/builtin/landlord\n"),
        layer: Layer::Basic,
        migration: migration.id.clone(),
        operations: migration.operations.clone(),
        reverse,
        before: standing.schema.digest()?,
        after: schema.digest()?,
    }));
    let row = LedgerRow::following(standing.head, event, run, now)?;
    let mut transaction = if verified {
        // Only a file lets go of its foreign keys, and there whoever writes is alone.
        connection.begin(ForeignKeys::Verified).await?
    } else {
        connection.begin_alone().await?
    };
    if ledger::head(transaction.session()).await? != standing.head {
        // Another process came between; what it did is looked at anew.
        return transaction.rollback().await;
    }
    for statement in compiled.iter().flat_map(|one| &one.statements) {
        transaction.execute(statement).await?;
    }
    ledger::append(&mut transaction, &row).await?;
    transaction.commit().await
}

fn origin(migration: &model::MigrationId, run: Option<RunId>) -> Result<Origin> {
    let version = Version::parse(env!("CARGO_PKG_VERSION")).map_err(|cause| {
        Error::new(
            &LANDLORD_BUILTIN,
            "the version of this crate does not parse",
        )
        .because(cause)
    })?;
    Ok(Origin {
        plugin: PluginId::new("landlord")?,
        version,
        migration: migration.clone(),
        run,
    })
}
