//! Tables that tests of one database stand on.

use model::column_type::ColumnType as T;
use model::operation::InsertRows;
use model::schema::{
    Collation, Column, ColumnDefault, IndexColumn, ReferentialAction as On, Table,
};
use model::value::Value;

use crate::words::*;

pub(crate) fn plans() -> Table {
    Table {
        indexes: vec![index("plans_code_key", &["code"], true)],
        checks: vec![check("plans_price_positive", "price >= 0")],
        ..table(
            "plans",
            vec![
                column("code", T::String { length: 20 }),
                defaulted(
                    "price",
                    T::Decimal {
                        precision: 10,
                        scale: 2,
                    },
                    decimal("9.90"),
                ),
                nullable("note", T::Text),
            ],
        )
    }
}

pub(crate) fn members() -> Table {
    Table {
        indexes: vec![model::schema::Index {
            filter: Some(expression("active = TRUE")),
            columns: vec![
                IndexColumn {
                    name: name("plan_id"),
                    descending: true,
                },
                IndexColumn {
                    name: name("email"),
                    descending: false,
                },
            ],
            ..index("members_active", &["email"], false)
        }],
        foreign_keys: vec![foreign_key(
            "members_plan_fk",
            "plan_id",
            ("plans", "id"),
            On::Cascade,
        )],
        checks: vec![check(
            "members_email_check",
            "length(email) > 2 AND email <> 'it''s'",
        )],
        ..table(
            "members",
            vec![
                Column {
                    collation: Collation::IgnoreCase,
                    ..column("email", T::String { length: 200 })
                },
                defaulted("active", T::Bool, Value::Bool(true)),
                nullable("plan_id", T::Bigint),
                Column {
                    default: Some(ColumnDefault::CurrentTimestamp),
                    ..column("joined", T::Timestamptz)
                },
            ],
        )
    }
}

pub(crate) fn journal() -> Table {
    Table {
        append_only: true,
        ..table("journal", vec![column("what", T::Text)])
    }
}

pub(crate) fn insert_plans() -> InsertRows {
    InsertRows {
        table: name("plans"),
        key: names(&["code"]),
        columns: names(&["id", "code", "price"]),
        rows: vec![
            vec![Value::Integer(1), text("basic"), decimal("0")],
            vec![Value::Integer(2), text("gold"), decimal("29.5")],
        ],
    }
}
