//! Append-only tables: nothing in them is changed or removed, whatever is done to the tables themselves.

use model::Operation;
use model::column_type::ColumnType as T;
use model::operation::{AddCheck, CreateTable, DropTable, RenameColumn, RenameTable};
use model::schema::{ReferentialAction as On, Table};

use crate::case::*;
use crate::words::*;

fn journal() -> Table {
    Table {
        append_only: true,
        ..table("journal", vec![column("what", T::Text)])
    }
}

fn given() -> Vec<Operation> {
    let first = vec![vec![integer(1), text("one")]];
    vec![make(journal()), rows("journal", &["id", "what"], first)]
}

const REFUSED: &[&str] = &["UPDATE journal SET what = 'x'", "DELETE FROM journal"];

pub(crate) fn all() -> Vec<Case> {
    let more = vec![vec![integer(2), text("two")]];
    vec![
        case("an append-only table is made", vec![], make(journal()))
            .takes(&["INSERT INTO journal (what) VALUES ('one')"]),
        case(
            "rows are added to an append-only table",
            given(),
            rows("journal", &["id", "what"], more),
        )
        .refuses(REFUSED),
        case(
            "an append-only table is renamed and stays so",
            given(),
            RenameTable {
                from: name("journal"),
                to: name("diary"),
            },
        )
        .refuses(&["UPDATE diary SET what = 'x'", "DELETE FROM diary"])
        .takes(&["INSERT INTO diary (what) VALUES ('two')"]),
        case(
            "a column of an append-only table is renamed",
            given(),
            RenameColumn {
                table: name("journal"),
                from: name("what"),
                to: name("event"),
            },
        )
        .refuses(&["UPDATE journal SET event = 'x'", "DELETE FROM journal"]),
        case(
            "an append-only table gets a column",
            given(),
            add("journal", nullable("who", T::Text)),
        )
        .refuses(REFUSED),
        case(
            "an append-only table gets a check and stays so",
            given(),
            AddCheck {
                table: name("journal"),
                check: check("journal_what", "what <> ''"),
            },
        )
        .refuses(REFUSED),
        case(
            "an append-only table is dropped with its rows",
            given(),
            DropTable {
                table: name("journal"),
            },
        )
        .back(vec![CreateTable { table: journal() }.into()]),
        pointing(),
    ]
}

fn pointing() -> Case {
    let mut pointing = Table {
        foreign_keys: vec![foreign_key(
            "journal_plan",
            "plan",
            ("plans", "id"),
            On::Cascade,
        )],
        ..journal()
    };
    pointing.columns.push(nullable("plan", T::Bigint));
    let plans = vec![
        make(table("plans", vec![])),
        rows("plans", &["id"], vec![vec![integer(1)]]),
    ];
    case(
        "rows of an append-only table do not go with those that they point at",
        plans,
        make(pointing),
    )
    .takes(&["INSERT INTO journal (what, plan) VALUES ('x', 1)"])
    .refuses(&["DELETE FROM plans", "DELETE FROM journal"])
}
