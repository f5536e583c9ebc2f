//! One of every operation of the contract, with every kind of part: not a misdeed, but a measure.

use crate::shapes::{table, with_view};
use crate::strata::plugin::types::*;

/// Every operation but `extension`, in the order of the contract.
pub fn everything() -> Vec<Operation> {
    let mut all = tables_and_columns();
    all.extend(parts());
    all.extend(rows());
    all
}

fn text(text: &str) -> String {
    text.to_owned()
}

fn part(name: &str) -> TablePart {
    TablePart {
        table: text("t"),
        name: text(name),
    }
}

fn index() -> Index {
    Index {
        name: text("t_index"),
        columns: vec![IndexColumn {
            name: text("a"),
            descending: true,
        }],
        unique: true,
        filter: Some(text("a > 0")),
    }
}

fn key() -> ForeignKey {
    ForeignKey {
        name: text("t_key"),
        columns: vec![text("a")],
        references_table: text("u"),
        references_columns: vec![text("id")],
        on_delete: ReferentialAction::Cascade,
        on_update: ReferentialAction::Restrict,
    }
}

fn check() -> CheckConstraint {
    CheckConstraint {
        name: text("t_check"),
        condition: text("a IN (1, 2)"),
    }
}

fn tables_and_columns() -> Vec<Operation> {
    let mut full = table("t");
    full.columns = columns();
    full.indexes = vec![index()];
    full.foreign_keys = vec![key()];
    full.checks = vec![check()];
    let column = full.columns[1].clone();
    let alter = |change| {
        Operation::AlterColumn(AlterColumn {
            table: text("t"),
            column: text("a"),
            change,
        })
    };
    vec![
        Operation::CreateTable(full),
        Operation::DropTable(text("t")),
        Operation::RenameTable(RenameTable {
            from: text("t"),
            to: text("u"),
        }),
        Operation::AddColumn(AddColumn {
            table: text("t"),
            column,
        }),
        Operation::DropColumn(part("a")),
        Operation::RenameColumn(RenameColumn {
            table: text("t"),
            from: text("a"),
            to: text("b"),
        }),
        alter(ColumnChange::SetType(ColumnType::Varchar(9))),
        alter(ColumnChange::SetNullable(true)),
        alter(ColumnChange::SetDefault(Some(
            ColumnDefault::CurrentTimestamp,
        ))),
    ]
}

fn parts() -> Vec<Operation> {
    let table = || text("t");
    vec![
        Operation::CreateIndex(CreateIndex {
            table: table(),
            index: index(),
        }),
        Operation::DropIndex(part("t_index")),
        Operation::AddForeignKey(AddForeignKey {
            table: table(),
            foreign_key: key(),
        }),
        Operation::DropForeignKey(part("t_key")),
        Operation::AddCheck(AddCheck {
            table: table(),
            check: check(),
        }),
        Operation::DropCheck(part("t_check")),
        with_view("SELECT t.a AS a FROM t"),
        Operation::DropView(text("evil_view")),
    ]
}

fn rows() -> Vec<Operation> {
    let filter = || Some(text("a = 1"));
    let assignment = Assignment {
        column: text("a"),
        value: text("a + 1"),
    };
    let sql = DatabaseSql {
        database: text("sqlite"),
        statements: vec![text("UPDATE t SET a = 1")],
        reverse: Some(vec![text("UPDATE t SET a = 2")]),
    };
    vec![
        Operation::InsertRows(InsertRows {
            table: text("t"),
            key: vec![text("a")],
            columns: vec![text("a")],
            rows: values().into_iter().map(|value| vec![value]).collect(),
        }),
        Operation::UpdateRows(UpdateRows {
            table: text("t"),
            assignments: vec![assignment],
            filter: filter(),
        }),
        Operation::DeleteRows(DeleteRows {
            table: text("t"),
            filter: filter(),
        }),
        Operation::Backfill(Backfill {
            table: text("t"),
            column: text("a"),
            value: text("1"),
            filter: filter(),
        }),
        Operation::RunSql(RunSql {
            description: text("touch"),
            texts: vec![sql],
            touches: vec![text("t")],
        }),
    ]
}

fn values() -> Vec<Value> {
    vec![
        Value::Null,
        Value::Boolean(true),
        Value::Integer(i64::MIN),
        Value::Decimal("-12.50".to_owned()),
        Value::Float(1.5),
        Value::Text("it's".to_owned()),
        Value::Bytes(vec![0, 255]),
    ]
}

fn columns() -> Vec<Column> {
    let types = [
        ColumnType::Id,
        ColumnType::Boolean,
        ColumnType::Smallint,
        ColumnType::Int,
        ColumnType::Bigint,
        ColumnType::Decimal(DecimalType {
            precision: 12,
            scale: 2,
        }),
        ColumnType::Real,
        ColumnType::Double,
        ColumnType::Varchar(40),
        ColumnType::Text,
        ColumnType::Json,
        ColumnType::Date,
        ColumnType::Time,
        ColumnType::Timestamp,
        ColumnType::Timestamptz,
        ColumnType::Uuid,
        ColumnType::Binary(16),
        ColumnType::Blob,
        ColumnType::Enumeration(vec!["open".to_owned(), "closed".to_owned()]),
    ];
    types
        .into_iter()
        .enumerate()
        .map(|(n, column_type)| Column {
            name: format!("c{n}"),
            column_type,
            nullable: n % 2 == 1,
            default_value: (n == 1).then_some(ColumnDefault::Literal(Value::Boolean(false))),
            collation: if n == 9 {
                Collation::IgnoreCase
            } else {
                Collation::Bytes
            },
            comment: (n == 2).then(|| "small".to_owned()),
        })
        .collect()
}
