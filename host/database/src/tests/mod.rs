//! Tests against real SQLite files.

mod connections;
mod files;
mod ledgers;
mod locks;
mod transactions;

use std::path::Path;
use std::time::Duration;

use model::operation::{CreateTable, InsertRows};
use model::schema::{Column, ForeignKey, ReferentialAction, Table};
use model::{ColumnType, LandlordId, Name, Operation, Origin, RunId, Schema, TenantId, Value};

use crate::connection::{Connection, Options, Timeouts};
use crate::file::DatabaseFile;
use crate::meta::Meta;
use crate::transaction::Transaction;

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

fn column(text: &str, column_type: ColumnType) -> Column {
    Column {
        name: name(text),
        column_type,
        nullable: false,
        default: None,
        collation: model::schema::Collation::Bytes,
        comment: None,
    }
}

fn table(text: &str, columns: Vec<Column>) -> Table {
    Table {
        name: name(text),
        primary_key: vec![columns[0].name.clone()],
        columns,
        indexes: Vec::new(),
        foreign_keys: Vec::new(),
        checks: Vec::new(),
        append_only: false,
        comment: None,
    }
}

/// `parents(id)` and `children(id, parent_id)` that points at it.
fn family() -> Vec<Operation> {
    let parents = table("parents", vec![column("id", ColumnType::Bigint)]);
    let mut children = table(
        "children",
        vec![
            column("id", ColumnType::Bigint),
            column("parent_id", ColumnType::Bigint),
        ],
    );
    children.foreign_keys.push(ForeignKey {
        name: name("children_parent"),
        columns: vec![name("parent_id")],
        references_table: name("parents"),
        references_columns: vec![name("id")],
        on_delete: ReferentialAction::Restrict,
        on_update: ReferentialAction::Restrict,
    });
    vec![
        CreateTable { table: parents }.into(),
        CreateTable { table: children }.into(),
    ]
}

fn child(id: i64, parent: i64) -> Operation {
    let (columns, row) = (
        vec![name("id"), name("parent_id")],
        vec![Value::Integer(id), Value::Integer(parent)],
    );
    InsertRows {
        table: name("children"),
        key: vec![name("id")],
        columns,
        rows: vec![row],
    }
    .into()
}

fn origin() -> Origin {
    Origin {
        plugin: "tests".parse().unwrap(),
        version: "1.0.0".parse().unwrap(),
        migration: "m1".parse().unwrap(),
        run: None,
    }
}

async fn apply(
    transaction: &mut Transaction<'_>,
    schema: &mut Schema,
    operations: &[Operation],
) -> model::Result<()> {
    for operation in operations {
        for statement in &transaction.dialect().compile(operation, schema)?.statements {
            transaction.execute(statement).await?;
        }
        operation.apply(schema, &origin())?;
    }
    Ok(())
}

fn location(directory: &Path) -> DatabaseFile {
    DatabaseFile::new(directory, "tenant_acme").unwrap()
}

fn impatient() -> Options {
    let timeouts = Timeouts {
        lock: Duration::from_millis(20),
        ..Timeouts::default()
    };
    Options {
        timeouts,
        ..Options::default()
    }
}

async fn created(directory: &Path) -> Connection {
    Connection::create(&location(directory), &impatient())
        .await
        .unwrap()
}

/// A database with `family()`, and its schema.
async fn with_family(directory: &Path) -> (Connection, Schema) {
    let mut connection = created(directory).await;
    let mut schema = Schema::empty();
    let mut transaction = connection
        .begin(model::ForeignKeys::Enforced)
        .await
        .unwrap();
    apply(&mut transaction, &mut schema, &family())
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    (connection, schema)
}

async fn count(connection: &mut Connection, sql: &'static str) -> usize {
    connection
        .session()
        .await
        .unwrap()
        .fetch(sql, &[])
        .await
        .unwrap()
        .len()
}

fn uuid(n: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(n)
}

fn meta() -> Meta {
    Meta {
        tenant: TenantId(uuid(1)),
        landlord: LandlordId(uuid(2)),
        fence: 1,
    }
}

fn run() -> RunId {
    RunId(uuid(3))
}
