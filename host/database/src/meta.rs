//! [`Meta`]: whose database it is, and the tables that Strata keeps in every database.
//!
//! The ledger's rows are the business of [`crate::ledger`]. A tenant's own tables are made by plans.
//!
//! Invariant: a database has one row that says whose it is, written with the tables, never changed but
//! for its fence, which only grows.

use model::operation::CreateTable;
use model::schema::{Check, Column, Table};
use model::{
    ColumnType, Error, LandlordId, Name, Operation, Origin, Result, Schema, TenantId,
    expression::{BinaryOperator, Expression},
    ledger::{LEDGER_FORMAT, LEDGER_FORMAT_VERSION, LEDGER_UNREADABLE},
    value::Value,
};

use crate::observe;
use crate::row::Reading;
use crate::session::Session;
use crate::transaction::Transaction;

mod codes {
    model::codes! {
        DATABASE_FOREIGN = "database.foreign", Conflict, "A database belongs to another tenant or another landlord.";
        DATABASE_UNMARKED = "database.unmarked", Conflict, "A database does not say whose it is: Strata did not make it, or did not finish.";
        TENANT_FENCED = "tenant.fenced", Conflict, "Somebody else has taken over the tenant since; what this process does is no longer wanted.";
    }
}
pub use codes::*;

/// Whose database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meta {
    /// The tenant.
    pub tenant: TenantId,
    /// Its landlord.
    pub landlord: LandlordId,
    /// The highest fencing token that wrote here.
    pub fence: i64,
}

/// The operations that make Strata's own tables: they take the path of all operations.
///
/// # Errors
/// Those of names, which would be a bug.
pub fn operations() -> Result<Vec<Operation>> {
    Ok(vec![
        CreateTable {
            table: ledger_table()?,
        }
        .into(),
        CreateTable {
            table: meta_table()?,
        }
        .into(),
    ])
}

fn ledger_table() -> Result<Table> {
    table(
        "strata_ledger",
        true,
        vec![
            column("sequence", ColumnType::Bigint)?,
            column("event", ColumnType::Text)?,
            column("format", ColumnType::Int)?,
            column("previous_hash", ColumnType::Text)?,
            column("hash", ColumnType::Text)?,
            column("run", ColumnType::Uuid)?,
            // Text, not a moment: the hash covers it as it was written.
            column("time", ColumnType::Text)?,
        ],
    )
}

fn meta_table() -> Result<Table> {
    let mut meta = table(
        "strata_meta",
        false,
        vec![
            column("id", ColumnType::Smallint)?,
            column("tenant", ColumnType::Uuid)?,
            column("landlord", ColumnType::Uuid)?,
            column("fence", ColumnType::Bigint)?,
            column("format", ColumnType::Int)?,
        ],
    )?;
    meta.checks.push(Check {
        name: Name::internal("strata_meta_has_one_row")?,
        condition: Expression::Binary {
            operator: BinaryOperator::Equal,
            left: Box::new(Expression::Column {
                table: None,
                column: Name::internal("id")?,
            }),
            right: Box::new(Expression::Literal(Value::Integer(1))),
        },
    });
    Ok(meta)
}

fn table(name: &str, append_only: bool, columns: Vec<Column>) -> Result<Table> {
    let primary_key = columns
        .iter()
        .take(1)
        .map(|column| column.name.clone())
        .collect();
    Ok(Table {
        name: Name::internal(name)?,
        columns,
        primary_key,
        indexes: Vec::new(),
        foreign_keys: Vec::new(),
        checks: Vec::new(),
        append_only,
        comment: None,
    })
}

fn column(name: &str, column_type: ColumnType) -> Result<Column> {
    Ok(Column {
        name: Name::internal(name)?,
        column_type,
        nullable: false,
        default: None,
        collation: model::schema::Collation::Bytes,
        comment: None,
    })
}

/// Makes Strata's own tables and writes whose database it is. Done before: checks that it is the same.
///
/// # Errors
/// `database.foreign`, `ledger.format_newer` and those of [`crate::failure`].
pub async fn establish(transaction: &mut Transaction<'_>, meta: &Meta) -> Result<()> {
    if let Some(present) = read(transaction.session()).await? {
        return present.demand(meta.tenant, meta.landlord);
    }
    let origin = Origin {
        plugin: model::PluginId::new("strata")?,
        version: "1.0.0".parse().map_err(|cause| {
            Error::new(
                &crate::failure::DATABASE_FAILED,
                "a constant version does not parse",
            )
            .because(cause)
        })?,
        migration: model::MigrationId::new("bookkeeping")?,
        run: None,
    };
    if !transaction.dialect().capabilities().transactional_ddl {
        // What an interrupted making left; without the row of `strata_meta` nothing was ever written there.
        for sql in [
            "DROP TABLE IF EXISTS strata_meta",
            "DROP TABLE IF EXISTS strata_ledger",
        ] {
            transaction.session().run(sql, &[]).await?;
        }
    }
    let mut schema = Schema::empty();
    for operation in operations()? {
        let compiled = transaction.dialect().compile(&operation, &schema)?;
        for statement in &compiled.statements {
            transaction.execute(statement).await?;
        }
        operation.apply(&mut schema, &origin)?;
    }
    let sql =
        "INSERT INTO strata_meta (id, tenant, landlord, fence, format) VALUES (1, $1, $2, $3, $4)";
    let parameters = [
        meta.tenant.to_string().into(),
        meta.landlord.to_string().into(),
        meta.fence.into(),
        LEDGER_FORMAT_VERSION.into(),
    ];
    transaction
        .session()
        .run(sql, &parameters)
        .await
        .map(|_| ())
}

/// Whose database it is; none when it does not say.
///
/// # Errors
/// `ledger.format_newer`, `ledger.unreadable` and those of [`crate::failure`].
pub async fn read(session: &mut Session) -> Result<Option<Meta>> {
    let relations = observe::relations(session).await?;
    if !relations.iter().any(|name| name == "strata_meta") {
        return Ok(None);
    }
    let sql = "SELECT id, tenant, landlord, fence, format FROM strata_meta";
    let rows = session.fetch(sql, &[]).await?;
    if rows.is_empty() && !session.dialect().capabilities().transactional_ddl {
        // The row comes last: its making was interrupted.
        return Ok(None);
    }
    let [row] = rows.as_slice() else {
        let message = format!("`strata_meta` has {} rows instead of one", rows.len());
        return Err(
            Error::new(&LEDGER_UNREADABLE, message).hint("restore the database from a backup")
        );
    };
    let reading = Reading::new(row, "strata_meta", &LEDGER_UNREADABLE);
    let format: u32 = reading.integer("format")?;
    if format > LEDGER_FORMAT_VERSION {
        return Err(Error::new(
            &LEDGER_FORMAT,
            format!("the database has the format {format} of Strata's own tables"),
        )
        .hint("upgrade Strata: this database was changed by a newer one"));
    }
    Ok(Some(Meta {
        tenant: reading.parse("tenant")?,
        landlord: reading.parse("landlord")?,
        fence: reading.integer("fence")?,
    }))
}

/// Demands that a database is empty or this tenant's.
///
/// # Errors
/// `database.foreign`, `database.unmarked` and those of [`crate::failure`].
pub async fn demand_free_or(session: &mut Session, whose: &Meta) -> Result<()> {
    if let Some(present) = read(session).await? {
        return present.demand(whose.tenant, whose.landlord);
    }
    if observe::is_empty(session).await? {
        return Ok(());
    }
    Err(Error::new(
        &DATABASE_UNMARKED,
        "the database holds something that Strata did not make",
    )
    .hint("move it away, then do it again"))
}

/// Whose database it is, which must be this tenant's and this landlord's.
///
/// # Errors
/// `database.foreign`, `database.unmarked` and those of [`read`].
pub async fn demand(session: &mut Session, tenant: TenantId, landlord: LandlordId) -> Result<Meta> {
    let Some(meta) = read(session).await? else {
        return Err(
            Error::new(&DATABASE_UNMARKED, "the database does not say whose it is")
                .hint("it was not made by Strata, or its making did not finish"),
        );
    };
    meta.demand(tenant, landlord)?;
    Ok(meta)
}

/// Writes a fencing token down, if no later one has written here.
///
/// # Errors
/// `tenant.fenced` and those of [`crate::failure`].
pub async fn advance_fence(transaction: &mut Transaction<'_>, fence: i64) -> Result<()> {
    let sql = "UPDATE strata_meta SET fence = $1 WHERE id = 1 AND fence <= $1";
    if transaction.session().run(sql, &[fence.into()]).await? == 1 {
        return Ok(());
    }
    Err(Error::new(
        &TENANT_FENCED,
        format!("the fence of the database has gone beyond {fence}"),
    )
    .hint("another process has taken over; look at `strata history`"))
}

impl Meta {
    /// Demands that the database is this tenant's and this landlord's.
    ///
    /// # Errors
    /// `database.foreign`.
    pub fn demand(&self, tenant: TenantId, landlord: LandlordId) -> Result<()> {
        if self.tenant == tenant && self.landlord == landlord {
            return Ok(());
        }
        let whose = if self.landlord == landlord {
            format!("tenant `{}`", self.tenant)
        } else {
            format!("landlord `{}`", self.landlord)
        };
        Err(Error::new(
            &DATABASE_FOREIGN,
            format!("the database belongs to {whose}"),
        )
        .hint("nothing was changed; look for what was copied or moved by hand"))
    }
}
